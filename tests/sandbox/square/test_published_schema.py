"""Every event of the local Square is as Square's document has it, as answers are."""

import pytest

from sandbox.square import LocalSquare
from tests.sandbox.square.asking import PAYMENTS, Asking
from tests.sandbox.square.conftest import Inbox
from tests.support.square_schema import SquareSchema


@pytest.fixture(scope="session")
def schema() -> SquareSchema:
    return SquareSchema()


async def test_every_event_is_as_published(
    local: LocalSquare, ask: Asking, inbox: Inbox, schema: SquareSchema
) -> None:
    made = [await ask.linked() for _ in range(3)]
    await local.decline(made[0]["id"])
    paid = (await local.pay(made[0]["id"]))["id"]
    await local.book_fee(paid)
    await local.fail_payment((await local.pay_later(made[1]["id"]))["id"])
    await ask("DELETE", f"/v2/online-checkout/payment-links/{made[2]['id']}")
    await local.refund(paid, 1, reason="Sorry")
    dispute = (await local.dispute(paid, inquiry=True))["id"]
    await local.escalate(dispute)
    await local.resolve_dispute(dispute)
    await local.drain()
    assert len(set(inbox.types())) == 8
    assert [wrong for event in inbox.events for wrong in schema.told(event)] == []


async def test_what_is_not_as_published_is_noticed(
    local: LocalSquare, ask: Asking, schema: SquareSchema
) -> None:
    payment = await local.pay((await ask.linked())["id"])
    path = f"{PAYMENTS}/{payment['id']}"
    assert schema.answered("GET", path, {"payment": payment}) == []
    for wrong in (
        {"colour": "red"},
        {"amount_money": {"amount": 4.99, "currency": "USD"}},
        {"amount_money": {"amount": 499, "currency": "GOLD"}},
        {"note": "x" * 501},
    ):
        assert schema.answered("GET", path, {"payment": payment | wrong}), wrong
    assert schema.answered("PATCH", path, {"payment": payment})
    (event, *_) = local.events("payment.created")
    assert schema.told(event) == []
    assert schema.told(event | {"colour": "red"})
