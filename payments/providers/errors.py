"""Why a provider did not do what it was asked."""

from payments.domain.errors import GuildbankError
from payments.providers.protocol import Refusal


class ProviderError(GuildbankError):
    """A provider did not do what it was asked, or is not who it says."""


class ProviderUnavailable(ProviderError):
    """The provider could not be reached, or answered that it cannot now.

    Whether it did what was asked is unknown.

    Attributes:
        key_spent: It has failed at what was asked under this idempotency key, has stopped trying,
            and would only repeat that answer: look whether it was done before a new key is used.
        answered: Whether it did answer, only not with anything of use. That may be the fault of
            what was asked for; no answer at all is an outage.
    """

    def __init__(self, message: str, *, key_spent: bool = False, answered: bool = False) -> None:
        super().__init__(message)
        self.key_spent = key_spent
        self.answered = answered


class AccessRefused(ProviderUnavailable):
    """The provider refuses *us*: it does not know our key, or does not let it do that (401, 403).

    That is the account's trouble, not the fault of what was asked: it waits until that is fixed.
    The text is a sentence for people, and has nothing of the key in it.

    Attributes:
        permission: Which permission the key lacks; empty if the key itself is refused, or nobody
            says which it is.
        is_found_by_look: Whether `PaymentProvider.refusals` finds the same while it lasts.
    """

    def __init__(
        self, message: str, *, permission: str = "", is_found_by_look: bool = False
    ) -> None:
        super().__init__(message)
        self.permission = permission
        self.is_found_by_look = is_found_by_look


class ProviderRefused(ProviderError):
    """The provider understood and said no: asking again will not help.

    Attributes:
        code: The provider's own word for why, for people; empty if it gave none.
        why: What it means.
    """

    def __init__(self, message: str, *, code: str = "", why: Refusal = Refusal.OTHER) -> None:
        super().__init__(message)
        self.code = code
        self.why = why


class WebhookRejected(ProviderError):
    """A request at the webhook door is not a genuine message of the provider: answer 400.

    Attributes:
        reason: Short label for the count of rejections: `signature`, `body`, `mode`, …
    """

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason
