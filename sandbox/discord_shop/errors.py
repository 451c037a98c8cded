"""What Discord's shop refuses, with Discord's own numbers and sentences.

The numbers are from the list of JSON error codes on Discord's page "Opcodes and Status Codes", and
from what other programs have met; Discord's pages do not tell when each of them comes.
"""

from sandbox.base.common import NotPossible


class Refused(NotPossible):
    """A call to the shop's API that Discord refuses.

    Attributes:
        status: The HTTP status.
        code: Discord's own number.
        message: Discord's sentence to it.
    """

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def unknown_application() -> Refused:
    """The application is not the bot's own."""
    return Refused(404, 10002, "Unknown Application")


def unknown_sku(status: int = 404) -> Refused:
    """No such SKU; a body that names it is answered with 400."""
    return Refused(status, 10027, "Unknown SKU")


def unknown_entitlement() -> Refused:
    """No such entitlement, or a deleted one that was to be changed."""
    return Refused(404, 10029, "Unknown Entitlement")


def not_consumable() -> Refused:
    """The SKU is of another type."""
    return Refused(400, 40018, "Only consumable SKUs can be consumed")


def not_a_test() -> Refused:
    """The entitlement was bought: only Discord deletes it."""
    return Refused(400, 40019, "You can only delete sandbox entitlements.")


def already_consumed() -> Refused:
    """It was consumed before: what was asked for is the case already."""
    return Refused(400, 40022, "Entitlement already consumed")


def already_granted() -> Refused:
    """Whoever is to get a test entitlement has one."""
    return Refused(400, 40074, "An entitlement has already been granted for this resource")


def invalid_sku() -> Refused:
    """Test entitlements are for subscriptions alone, each for its own kind of owner."""
    return Refused(400, 50057, "Invalid SKU")
