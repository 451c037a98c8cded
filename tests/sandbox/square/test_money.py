"""Money goes back, is disputed, and is found in lists."""

from typing import Any

import pytest

from sandbox.square import LocalSquare, NotPossible
from tests.sandbox.square.asking import DISPUTES, PAYMENTS, REFUNDS, Asking, codes, refund
from tests.sandbox.square.conftest import Hands, Inbox


@pytest.fixture
async def paid(local: LocalSquare, ask: Asking) -> str:
    """A payment of $4.99."""
    payment_id: str = (await local.pay((await ask.linked())["id"]))["id"]
    return payment_id


async def shown(ask: Asking, path: str, kind: str) -> Any:
    status, answer = await ask("GET", path)
    assert status == 200
    return answer[kind]


async def test_a_refund_is_pending_first(
    local: LocalSquare, ask: Asking, inbox: Inbox, paid: str
) -> None:
    status, answer = await ask("POST", REFUNDS, refund(paid, 100, reason="Sorry"))
    made = answer["refund"]
    assert (status, made["status"], made["reason"]) == (200, "PENDING", "Sorry")
    assert (await shown(ask, f"{REFUNDS}/{made['id']}", "refund"))["status"] == "COMPLETED"
    payment = await shown(ask, f"{PAYMENTS}/{paid}", "payment")
    assert (payment["refunded_money"]["amount"], payment["refund_ids"]) == (100, [made["id"]])
    again = (await ask("POST", REFUNDS, refund(paid, 100, reason="Sorry")))[1]["refund"]
    assert again == made
    await local.drain()
    assert inbox.types().count("refund.created") == inbox.types().count("refund.updated") == 1


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ({"amount_money": {"amount": 500, "currency": "USD"}}, (400, "REFUND_AMOUNT_INVALID")),
        ({"amount_money": {"amount": 0, "currency": "USD"}}, (400, "REFUND_AMOUNT_INVALID")),
        ({"amount_money": {"amount": 100, "currency": "EUR"}}, (400, "CURRENCY_MISMATCH")),
        ({"idempotency_key": "k" * 46}, (400, "VALUE_TOO_LONG")),
        ({"reason": "x" * 193}, (400, "VALUE_TOO_LONG")),
        ({"payment_id": "nobody"}, (404, "NOT_FOUND")),
        ({"payment_version_token": "old"}, (409, "CONFLICT")),
    ],
)
async def test_what_cannot_be_refunded(
    local: LocalSquare, ask: Asking, paid: str, change: dict[str, Any], answer: tuple[int, str]
) -> None:
    status, found = codes(await ask("POST", REFUNDS, refund(paid, 100) | change))
    assert (status, found) == (answer[0], [answer[1]])
    assert not local.state.refunds


async def test_a_refund_may_fail_late(local: LocalSquare, ask: Asking, paid: str) -> None:
    local.plan_refund("PENDING")
    made = (await ask("POST", REFUNDS, refund(paid, 499)))[1]["refund"]
    full = await ask("POST", REFUNDS, refund(paid, 1, key="refund-2"))
    assert codes(full) == (400, ["REFUND_AMOUNT_INVALID"])
    assert (await local.complete_refund(made["id"]))["status"] == "COMPLETED"
    assert (await local.fail_refund(made["id"]))["status"] == "FAILED"
    assert "refunded_money" not in await shown(ask, f"{PAYMENTS}/{paid}", "payment")
    with pytest.raises(NotPossible, match="FAILED"):
        await local.reject_refund(made["id"])
    local.plan_refund("REJECTED")
    other = (await ask("POST", REFUNDS, refund(paid, 1, key="refund-3")))[1]["refund"]
    assert (await shown(ask, f"{REFUNDS}/{other['id']}", "refund"))["status"] == "REJECTED"


async def test_what_has_not_arrived_is_not_refunded(local: LocalSquare, ask: Asking) -> None:
    waits = await local.pay_later((await ask.linked())["id"])
    refused = await ask("POST", REFUNDS, refund(waits["id"], 1))
    assert codes(refused) == (400, ["PAYMENT_NOT_REFUNDABLE"])


async def test_a_dispute_is_lost_and_won_after_all(
    local: LocalSquare, ask: Asking, inbox: Inbox, paid: str
) -> None:
    made = (await local.dispute(paid, amount=100))["id"]
    opened = await shown(ask, f"{DISPUTES}/{made}", "dispute")
    assert (opened["state"], opened["disputed_payment"]) == (
        "EVIDENCE_REQUIRED",
        {"payment_id": paid},
    )
    refused = await ask("POST", REFUNDS, refund(paid, 1))
    assert codes(refused) == (400, ["PAYMENT_NOT_REFUNDABLE_DUE_TO_DISPUTE"])
    assert (await local.answer_dispute(made))["state"] == "PROCESSING"
    assert (await local.resolve_dispute(made))["state"] == "LOST"
    assert (await local.appeal(made))["state"] == "PROCESSING"
    assert (await local.resolve_dispute(made, "WON"))["state"] == "WON"
    with pytest.raises(NotPossible, match="is WON"):
        await local.answer_dispute(made)
    await local.drain()
    assert inbox.types().count("dispute.state.updated") == 4
    assert (await ask("GET", f"{DISPUTES}?states=WON"))[1]["disputes"][0]["id"] == made
    assert (await ask("GET", f"{DISPUTES}?states=LOST"))[1] == {}
    assert (await ask("GET", f"{DISPUTES}?states=ANGRY"))[0] == 400


async def test_an_inquiry_moves_nothing(local: LocalSquare, ask: Asking, paid: str) -> None:
    asked, grows = [(await local.dispute(paid, inquiry=True))["id"] for _ in range(2)]
    assert (await ask("POST", REFUNDS, refund(paid, 1)))[0] == 200
    assert (await local.answer_dispute(asked))["state"] == "INQUIRY_PROCESSING"
    assert (await local.resolve_dispute(asked))["state"] == "INQUIRY_CLOSED"
    assert (await ask("POST", f"{DISPUTES}/{grows}/accept"))[0] == 400
    assert (await local.escalate(grows))["state"] == "EVIDENCE_REQUIRED"
    accepted = (await ask("POST", f"{DISPUTES}/{grows}/accept"))[1]["dispute"]
    assert accepted["state"] == "ACCEPTED"


async def test_lists_go_by_what_was_updated(
    local: LocalSquare, ask: Asking, clock: Hands, paid: str
) -> None:
    clock.move(60)
    later = (await local.pay((await ask.linked())["id"]))["id"]
    clock.move(60)
    await local.refund(paid, 1)

    async def listed(query: str) -> list[str]:
        _, answer = await ask("GET", f"{PAYMENTS}?{query}")
        return [each["id"] for each in answer.get("payments", [])]

    assert await listed("") == [later, paid]
    assert await listed("sort_field=UPDATED_AT&sort_order=ASC") == [later, paid]
    assert await listed("updated_at_begin_time=2027-01-15T08:01:30Z") == [paid]
    assert await listed("begin_time=2027-01-15T08:00:30Z") == [later]
    assert await listed("location_id=ELSEWHERE") == []
    _, first = await ask("GET", f"{PAYMENTS}?limit=1")
    assert await listed(f"limit=1&cursor={first['cursor']}") == [paid]
    assert len((await ask("GET", REFUNDS))[1]["refunds"]) == 1
    for wrong in ("limit=101", "sort_field=MOOD", "begin_time=today", "colour=red", "cursor=x"):
        assert (await ask("GET", f"{PAYMENTS}?{wrong}"))[0] == 400, wrong
