"""Where Stripe's buyers get mail: read of what it tells of a checkout, and encrypted at once."""

from typing import Any

import pytest

from payments.domain.values.buyer_address import BuyerAddress
from payments.domain.values.provider_updates import CheckoutUpdate
from payments.domain.values.time import Instant
from payments.providers.stripe.sessions import read_session
from tests.support.web import session_object


def conceal(address: str) -> BuyerAddress:
    end = Instant(1)
    return BuyerAddress(encrypted=f"<{address}>", fingerprint="f", noted_at=end, ends_at=end)


def read(details: Any, *, on: bool = True) -> BuyerAddress | None:
    session = {**session_object(), "customer_details": details}
    reading = read_session(session, conceal=conceal) if on else read_session(session)
    update = reading.update
    assert isinstance(update, CheckoutUpdate)
    assert "ada@" not in repr(update)
    return update.buyer


def test_the_address_that_the_buyer_gave_is_taken_where_mail_is_on() -> None:
    found = read({"email": "ada@example.org", "name": "Ada"})
    assert found is not None
    assert found.encrypted == "<ada@example.org>"
    assert read({"email": "ada@example.org"}, on=False) is None


@pytest.mark.parametrize(
    "details", [None, {}, {"email": None}, {"email": 7}, "odd", [], {"email": ""}]
)
def test_what_is_no_address_stops_no_purchase(details: Any) -> None:
    assert read(details) is None
