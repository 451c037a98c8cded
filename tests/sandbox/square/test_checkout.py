"""Links are made, paid, refused and deleted as Square has it."""

import asyncio
from typing import Any

import pytest

from sandbox.square import Fault, LocalSquare, NotPossible
from tests.sandbox.square.asking import LINKS, PAYMENTS, Asking, codes, link
from tests.sandbox.square.conftest import Inbox


async def test_a_link_is_paid(local: LocalSquare, ask: Asking, inbox: Inbox) -> None:
    status, made = await ask("POST", LINKS, link(metadata={"payment": "payment-1"}))
    assert status == 200
    found = made["payment_link"]
    assert made["related_resources"]["orders"][0]["total_money"]["amount"] == 499
    await local.pay(found["id"])
    _, order = await ask("GET", f"/v2/orders/{found['order_id']}")
    assert (order["order"]["state"], order["order"]["reference_id"]) == ("OPEN", "payment-1")
    (tender,) = order["order"]["tenders"]
    _, shown = await ask("GET", f"{PAYMENTS}/{tender['payment_id']}")
    payment = shown["payment"]
    assert (payment["status"], payment["order_id"]) == ("COMPLETED", found["order_id"])
    assert payment["amount_money"] == {"amount": 499, "currency": "USD"}
    await local.book_fee(payment["id"])
    await local.drain()
    assert sorted(inbox.types()) == [
        *("order.created", "order.updated"),
        *("payment.created", "payment.updated", "payment.updated"),
    ]
    with pytest.raises(NotPossible, match="was paid"):
        await local.pay(found["id"])


async def test_a_declined_card_can_be_replaced(local: LocalSquare, ask: Asking) -> None:
    made = await ask.linked()
    failed = await local.decline(made["id"])
    assert failed["status"] == "FAILED"
    assert (await ask("GET", f"{PAYMENTS}/{failed['id']}"))[1]["payment"]["status"] == "FAILED"
    assert (await local.pay(made["id"]))["status"] == "COMPLETED"


async def test_a_bank_account_takes_days(local: LocalSquare, ask: Asking) -> None:
    made = await ask.linked()
    waits = await local.pay_later(made["id"])
    assert waits["status"] == "PENDING"
    assert (await local.fail_payment(waits["id"]))["status"] == "FAILED"
    again = await local.pay_later(made["id"])
    assert (await local.complete_payment(again["id"]))["status"] == "COMPLETED"
    with pytest.raises(NotPossible, match="COMPLETED"):
        await local.fail_payment(again["id"])


async def test_a_link_is_deleted_with_its_order_unless_it_was_paid(
    local: LocalSquare, ask: Asking
) -> None:
    unpaid, paid = [await ask.linked() for _ in range(2)]
    await local.pay(paid["id"])
    _, gone = await ask("DELETE", f"{LINKS}/{unpaid['id']}")
    assert gone == {"id": unpaid["id"], "cancelled_order_id": unpaid["order_id"]}
    assert (await ask("DELETE", f"{LINKS}/{paid['id']}"))[1] == {"id": paid["id"]}
    assert codes(await ask("GET", f"{LINKS}/{unpaid['id']}")) == (404, ["NOT_FOUND"])
    _, order = await ask("GET", f"/v2/orders/{unpaid['order_id']}")
    assert order["order"]["state"] == "CANCELED"
    with pytest.raises(NotPossible, match="no payment link"):
        await local.pay(unpaid["id"])


def changed(**more: Any) -> dict[str, Any]:
    return link() | more


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "BAD_REQUEST"),
        (changed(quick_pay={"name": "Points"}), "MISSING_REQUIRED_PARAMETER"),
        (changed(colour="red"), "UNEXPECTED_VALUE"),
        (link(499, "EUR"), "CURRENCY_MISMATCH"),
        (link(0), "VALUE_TOO_LOW"),
        (link(-1), "VALUE_TOO_SHORT"),
        (link(reference_id="x" * 41), "VALUE_TOO_LONG"),
        (link(location_id="ELSEWHERE"), "INVALID_LOCATION"),
        (link(line_items=[]), "ARRAY_EMPTY"),
        (link(metadata={str(at): "x" for at in range(11)}), "ARRAY_LENGTH_TOO_LONG"),
        (link(metadata={"x" * 61: "x"}), "VALUE_TOO_LONG"),
        (changed(payment_note="x" * 501), "VALUE_TOO_LONG"),
        (changed(checkout_options={"redirect_url": "done"}), "INVALID_VALUE"),
        (changed(checkout_options={"allow_tipping": "no"}), "INCORRECT_TYPE"),
    ],
)
async def test_what_square_refuses(ask: Asking, body: dict[str, Any], code: str) -> None:
    status, found = codes(await ask("POST", LINKS, body))
    assert status == 400
    assert code in found


async def test_an_amount_is_a_whole_number(ask: Asking) -> None:
    body = link()
    body["order"]["line_items"][0]["base_price_money"]["amount"] = 4.99
    assert codes(await ask("POST", LINKS, body)) == (400, ["INCORRECT_TYPE"])


async def test_the_same_key_makes_the_same_link(local: LocalSquare, ask: Asking) -> None:
    first, again = [await ask.linked(changed(idempotency_key="one")) for _ in range(2)]
    assert first == again
    refused = await ask("POST", LINKS, link(599) | {"idempotency_key": "one"})
    assert codes(refused) == (400, ["IDEMPOTENCY_KEY_REUSED"])
    assert (await ask.linked())["id"] != (await ask.linked())["id"]
    assert len(local.state.links) == 3


async def test_two_at_the_same_time_are_not_both_carried_out(
    local: LocalSquare, ask: Asking
) -> None:
    slow = local.faults.add(Fault(kind="slow"))
    body = changed(idempotency_key="one")
    first = asyncio.create_task(ask("POST", LINKS, body))
    await slow.reached.wait()
    assert codes(await ask("POST", LINKS, body)) == (409, ["CONFLICT"])
    slow.released.set()
    assert (await first)[0] == 200
    assert len(local.state.links) == 1


async def test_another_token_is_refused(ask: Asking) -> None:
    ask.token = "guessed"
    assert codes(await ask("POST", LINKS, link())) == (401, ["UNAUTHORIZED"])


async def test_another_version_is_refused(ask: Asking) -> None:
    refused = await ask("GET", "/v2/locations", Square_Version="2024-01-18")
    assert codes(refused) == (400, ["INVALID_SQUARE_VERSION_FORMAT"])
    assert (await ask("GET", "/v2/locations", Square_Version="2026-09-16"))[0] == 200


async def test_the_location_takes_one_currency(ask: Asking) -> None:
    _, found = await ask("GET", "/v2/locations/main")
    assert found["location"]["currency"] == "USD"
    assert (await ask("GET", "/v2/locations"))[1]["locations"] == [found["location"]]
    assert (await ask("GET", "/v2/locations/ELSEWHERE"))[0] == 404


@pytest.mark.parametrize(
    ("status", "code"), [(429, "RATE_LIMITED"), (500, "INTERNAL_SERVER_ERROR")]
)
async def test_an_error_is_as_square_has_it(
    local: LocalSquare, ask: Asking, status: int, code: str
) -> None:
    local.faults.add(Fault(kind="error", status=status, done=True))
    body = changed(idempotency_key="one")
    assert codes(await ask("POST", LINKS, body)) == (status, [code])
    (kept,) = local.state.links
    assert (await ask.linked(body))["id"] == kept
