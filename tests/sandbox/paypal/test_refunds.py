"""Money goes back, or is taken back."""

from typing import Any

import pytest

from sandbox.paypal import LocalPayPal, NotPossible
from tests.sandbox.paypal.asking import CAPTURES, ORDERS, Asking, issues, order
from tests.sandbox.paypal.conftest import Hands, Inbox

DAY = 24 * 3600


@pytest.fixture
async def paid(local: LocalPayPal, ask: Asking) -> str:
    """A capture of $4.99."""
    made = await ask.ordered(order(invoice_id="invoice"))
    await local.approve(made["id"])
    capture_id: str = (await ask.captured(made["id"]))["id"]
    return capture_id


def part(value: str, currency: str = "USD") -> dict[str, Any]:
    return {"amount": {"currency_code": currency, "value": value}}


async def status_of(ask: Asking, capture: str) -> str:
    status: str = (await ask("GET", f"{CAPTURES}/{capture}"))[1]["status"]
    return status


async def test_parts_and_the_rest_are_refunded(
    local: LocalPayPal, ask: Asking, inbox: Inbox, paid: str
) -> None:
    path = f"{CAPTURES}/{paid}/refund"
    status, first = await ask("POST", path, part("1.00") | {"custom_id": "refund-1"})
    assert (status, first["status"], first["custom_id"]) == (201, "COMPLETED", "refund-1")
    assert await status_of(ask, paid) == "PARTIALLY_REFUNDED"
    _, rest = await ask("POST", path, {})
    assert rest["amount"]["value"] == "3.99"
    assert rest["seller_payable_breakdown"]["total_refunded_amount"]["value"] == "4.99"
    assert await status_of(ask, paid) == "REFUNDED"
    assert issues(await ask("POST", path, {})) == (422, ["CAPTURE_FULLY_REFUNDED"])
    await local.drain()
    told = [each for each in inbox.events if each["event_type"] == "PAYMENT.CAPTURE.REFUNDED"]
    assert [each["resource"]["id"] for each in told] == [first["id"], rest["id"]]
    up = {each["rel"]: each["href"] for each in told[0]["resource"]["links"]}["up"]
    assert up.endswith(f"{CAPTURES}/{paid}")


@pytest.mark.parametrize(
    ("body", "status", "issue"),
    [
        (part("5.00"), 422, "REFUND_AMOUNT_EXCEEDED"),
        (part("1.00", "EUR"), 422, "REFUND_CAPTURE_CURRENCY_MISMATCH"),
        (part("1.001"), 422, "DECIMAL_PRECISION"),
        (part("0"), 422, "CANNOT_BE_ZERO_OR_NEGATIVE"),
        (part("1.00") | {"custom_id": "refund #1"}, 400, "INVALID_PARAMETER_SYNTAX"),
        (part("1.00") | {"note_to_payer": "x" * 256}, 400, "INVALID_STRING_LENGTH"),
        ({"amount": {"value": "1.00"}}, 400, "MISSING_REQUIRED_PARAMETER"),
    ],
)
async def test_what_cannot_be_refunded(
    ask: Asking, paid: str, body: dict[str, Any], status: int, issue: str
) -> None:
    assert issues(await ask("POST", f"{CAPTURES}/{paid}/refund", body)) == (status, [issue])
    assert await status_of(ask, paid) == "COMPLETED"


async def test_a_repeat_of_a_refund_refunds_once_for_45_days(
    ask: Asking, clock: Hands, paid: str
) -> None:
    path = f"{CAPTURES}/{paid}/refund"
    _, first = await ask("POST", path, part("1.00"), key="one")
    clock.move(45 * DAY - 1)
    await ask.log_in()
    status, again = await ask("POST", path, part("1.00"), key="one")
    assert (status, again["id"]) == (200, first["id"])
    clock.move(1)
    await ask.log_in()
    assert (await ask("POST", path, part("1.00"), key="one"))[1]["id"] != first["id"]
    clock.move(180 * DAY)
    await ask.log_in()
    assert issues(await ask("POST", path, {})) == (422, ["REFUND_TIME_LIMIT_EXCEEDED"])


async def test_a_refund_that_is_pending_may_fail_and_each_step_is_told(
    local: LocalPayPal, ask: Asking, inbox: Inbox, paid: str
) -> None:
    local.plan_refund("PENDING")
    _, made = await ask("POST", f"{CAPTURES}/{paid}/refund", {})
    assert (made["status"], made["status_details"]) == ("PENDING", {"reason": "ECHECK"})
    assert (await local.fail_refund(made["id"]))["status"] == "FAILED"
    assert await status_of(ask, paid) == "COMPLETED"
    with pytest.raises(NotPossible, match="FAILED"):
        await local.fail_refund(made["id"])
    local.plan_refund("PENDING")
    other = await local.refund(paid, 99)
    assert (await local.complete_refund(other["id"]))["status"] == "COMPLETED"
    await local.drain()
    told = [each for each in inbox.events if "REFUND" in each["event_type"]]
    assert {(each["event_type"], each["resource"]["id"]) for each in told} == {
        ("PAYMENT.REFUND.PENDING", made["id"]),
        ("PAYMENT.REFUND.FAILED", made["id"]),
        ("PAYMENT.REFUND.PENDING", other["id"]),
        ("PAYMENT.CAPTURE.REFUNDED", other["id"]),
    }
    assert len(told) == 4, "each once"
    await local.cancel_refund(other["id"])
    await local.drain()
    assert len([each for each in inbox.events if "REFUND" in each["event_type"]]) == 4


async def test_a_refund_is_refused_on_request(local: LocalPayPal, ask: Asking, paid: str) -> None:
    path = f"{CAPTURES}/{paid}/refund"
    local.plan_refund("REFUND_FAILED_INSUFFICIENT_FUNDS")
    refused = await ask("POST", path, {}, key="one")
    assert issues(refused) == (422, ["REFUND_FAILED_INSUFFICIENT_FUNDS"])
    assert (await ask("POST", path, {}, key="one"))[0] == 201


async def test_what_is_pending_is_not_refunded(local: LocalPayPal, ask: Asking) -> None:
    made = await ask.ordered()
    await local.approve(made["id"], funding="echeck")
    capture = (await ask.captured(made["id"]))["id"]
    path = f"{CAPTURES}/{capture}/refund"
    assert issues(await ask("POST", path, {})) == (422, ["PENDING_CAPTURE"])
    await local.deny_capture(capture)
    assert issues(await ask("POST", path, {})) == (422, ["REFUND_NOT_ALLOWED"])
    assert issues(await ask("POST", f"{CAPTURES}/NONE/refund", {})) == (
        404,
        ["INVALID_RESOURCE_ID"],
    )


async def test_paypal_takes_money_back(
    local: LocalPayPal, ask: Asking, inbox: Inbox, paid: str
) -> None:
    await ask("POST", f"{CAPTURES}/{paid}/refund", part("1.00"))
    reversal = await local.reverse(paid)
    assert reversal["amount"]["value"] == "3.99"
    assert (await ask("GET", f"/v2/payments/refunds/{reversal['id']}"))[0] == 200
    with pytest.raises(NotPossible, match="0 left"):
        await local.reverse(paid)
    await local.drain()
    (told,) = [each for each in inbox.events if each["event_type"] == "PAYMENT.CAPTURE.REVERSED"]
    assert told["resource"]["id"] == reversal["id"]


async def test_money_is_set_aside_and_taken_or_let_go(local: LocalPayPal, ask: Asking) -> None:
    ids = []
    for _ in range(2):
        made = await ask.ordered(order(intent="AUTHORIZE"))
        await local.approve(made["id"])
        refused = await ask("POST", f"{ORDERS}/{made['id']}/capture", {})
        assert issues(refused) == (422, ["ACTION_DOES_NOT_MATCH_INTENT"])
        _, done = await ask("POST", f"{ORDERS}/{made['id']}/authorize", {})
        ids.append(done["purchase_units"][0]["payments"]["authorizations"][0]["id"])
        again = await ask("POST", f"{ORDERS}/{made['id']}/authorize", {})
        assert issues(again) == (422, ["ORDER_ALREADY_AUTHORIZED"])
    taken, let_go = (f"/v2/payments/authorizations/{each}" for each in ids)
    status, capture = await ask("POST", f"{taken}/capture", {})
    assert (status, capture["status"]) == (201, "COMPLETED")
    assert capture["supplementary_data"]["related_ids"]["authorization_id"] == ids[0]
    assert issues(await ask("POST", f"{taken}/void")) == (422, ["PREVIOUSLY_CAPTURED"])
    ask.whole = False
    assert await ask("POST", f"{let_go}/void") == (204, None)
    assert issues(await ask("POST", f"{let_go}/void")) == (422, ["PREVIOUSLY_VOIDED"])
    assert issues(await ask("POST", f"{let_go}/capture", {})) == (422, ["AUTHORIZATION_VOIDED"])
