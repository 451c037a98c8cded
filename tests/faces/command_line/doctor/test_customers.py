"""Whether the key may make customers is looked at only where members are to be customers."""

import pytest

from payments.infra.finding import FindingState
from tests.faces.command_line.doctor.conftest import Installation
from tests.support.restricted_keys import JUST_ENOUGH

NARROW = "rk_test_narrow"
USEFUL = ("balance_transaction_read", "webhook_read", "payment_intent_write")


@pytest.mark.parametrize(
    ("wanted", "held", "state", "words"),
    [
        (True, ["customer_write"], FindingState.OK, "just what is needed"),
        (True, ["customer_read"], FindingState.WARNING, "would be useful: Customers (write)."),
        (True, [], FindingState.WARNING, "would be useful: Customers (write)."),
        (False, [], FindingState.OK, "just what is needed"),
        (False, ["customer_write"], FindingState.WARNING, "more than is needed: Customers (read)."),
    ],
)
async def test_the_permission_is_named_where_it_matters(
    well: Installation, *, wanted: bool, held: list[str], state: FindingState, words: str
) -> None:
    well.stripe.add_restricted_key(NARROW, [*JUST_ENOUGH, *USEFUL, *held])
    found = await well.examine(stripe_secret_key=NARROW, stripe_customers=str(wanted).lower())
    (permissions,) = found.of("Stripe permissions")
    assert permissions.state == state
    assert words in permissions.words
