"""What Stripe Tax refuses of a checkout (Stripe: Set up Stripe Tax)."""

from collections.abc import Sequence

from sandbox.stripe.api.errors import invalid, missing
from sandbox.stripe.objects.tax_rates import CODES
from sandbox.stripe.state import State

UNSPECIFIED = "unspecified"


def known_code(code: str | None, where: str) -> str | None:
    """A product tax code, if given; one that does not exist is refused."""
    if code is not None and code not in CODES:
        raise missing("tax_code", code, where)
    return code


def check_head_office(state: State) -> None:
    """Refuse to compute tax for an account that has not said where it is."""
    if not state.has_head_office:
        raise invalid(
            "You must have a valid head office address to enable automatic tax calculation in test "
            "mode. Visit https://dashboard.stripe.com/test/settings/tax to update it.",
            code="stripe_tax_inactive",
        )


def check_taxable(state: State, behaviors: Sequence[str]) -> None:
    """Refuse prices of which nobody says whether the tax is in them."""
    check_head_office(state)
    if UNSPECIFIED in behaviors:
        raise invalid(
            "The price specified is missing tax behavior. When automatic tax is enabled, you must "
            "specify tax behavior for all prices, or set a default tax behavior in "
            "https://dashboard.stripe.com/test/settings/tax.",
            "line_items",
        )
