"""Orders are made, approved and captured as PayPal has it."""

from typing import Any

import pytest

from sandbox.paypal import LocalPayPal, NotPossible
from tests.sandbox.paypal.asking import ORDERS, Asking, issues, order
from tests.sandbox.paypal.conftest import Hands, Inbox

HOUR = 3600


async def test_an_order_is_approved_and_captured(
    local: LocalPayPal, ask: Asking, inbox: Inbox
) -> None:
    made = await ask.ordered(order(invoice_id="payment-1"))
    assert made["status"] == "PAYER_ACTION_REQUIRED"
    assert [each["rel"] for each in made["links"]] == ["self", "payer-action"]
    await local.approve(made["id"])
    capture = await ask.captured(made["id"])
    assert capture["status"] == "COMPLETED"
    assert capture["amount"] == {"currency_code": "USD", "value": "4.99"}
    assert capture["seller_receivable_breakdown"]["net_amount"]["value"] == "4.33"
    status, shown = await ask("GET", f"{ORDERS}/{made['id']}")
    assert (status, shown["status"]) == (200, "COMPLETED")
    status, alone = await ask("GET", f"/v2/payments/captures/{capture['id']}")
    assert alone["supplementary_data"]["related_ids"] == {"order_id": made["id"]}
    assert (alone["custom_id"], alone["invoice_id"]) == ("payment-1", "payment-1")
    await local.drain()
    assert sorted(inbox.types()) == [
        "CHECKOUT.ORDER.APPROVED",
        "CHECKOUT.ORDER.COMPLETED",
        "PAYMENT.CAPTURE.COMPLETED",
    ]


async def test_an_answer_is_minimal_unless_more_is_preferred(
    local: LocalPayPal, ask: Asking
) -> None:
    ask.whole = False
    made = await ask.ordered()
    assert made.keys() == {"id", "status", "payment_source", "links"}
    await local.approve(made["id"])
    _, captured = await ask("POST", f"{ORDERS}/{made['id']}/capture", {})
    assert captured.keys() == {"id", "status", "payment_source", "links"}
    _, shown = await ask("GET", f"{ORDERS}/{made['id']}")
    assert shown["purchase_units"][0]["payments"]["captures"]


async def test_without_a_source_the_link_is_another_one(ask: Asking) -> None:
    plain = {name: each for name, each in order().items() if name != "payment_source"}
    made = await ask.ordered(plain)
    assert made["status"] == "CREATED"
    assert [each["rel"] for each in made["links"]] == ["self", "approve", "update", "capture"]


async def test_nothing_is_captured_that_was_not_approved(ask: Asking) -> None:
    made = await ask.ordered()
    refused = await ask("POST", f"{ORDERS}/{made['id']}/capture", {})
    assert issues(refused) == (422, ["ORDER_NOT_APPROVED"])


async def test_nothing_is_captured_twice(local: LocalPayPal, ask: Asking) -> None:
    made = await ask.ordered()
    await local.approve(made["id"])
    await ask.captured(made["id"])
    refused = await ask("POST", f"{ORDERS}/{made['id']}/capture", {})
    assert issues(refused) == (422, ["ORDER_ALREADY_CAPTURED"])
    assert len(local.state.captures) == 1


async def test_an_invoice_is_paid_once_even_by_two_orders(local: LocalPayPal, ask: Asking) -> None:
    first, second = [await ask.ordered(order(invoice_id="invoice")) for _ in range(2)]
    for each in (first, second):
        await local.approve(each["id"])
    await ask.captured(first["id"])
    refused = await ask("POST", f"{ORDERS}/{second['id']}/capture", {})
    assert issues(refused) == (422, ["DUPLICATE_INVOICE_ID"])


async def test_an_order_lapses_after_three_hours(
    local: LocalPayPal, ask: Asking, clock: Hands
) -> None:
    dead, paid = [await ask.ordered() for _ in range(2)]
    for each in (dead, paid):
        await local.approve(each["id"])
    await ask.captured(paid["id"])
    clock.move(3 * HOUR - 1)
    assert (await ask("GET", f"{ORDERS}/{dead['id']}"))[0] == 200
    clock.move(1)
    assert issues(await ask("GET", f"{ORDERS}/{dead['id']}")) == (404, ["INVALID_RESOURCE_ID"])
    refused = await ask("POST", f"{ORDERS}/{dead['id']}/capture", {})
    assert issues(refused) == (404, ["INVALID_RESOURCE_ID"])
    with pytest.raises(NotPossible, match="lapsed"):
        await local.approve(dead["id"])
    assert (await ask("GET", f"{ORDERS}/{paid['id']}"))[0] == 200


async def test_a_declined_instrument_can_be_replaced(local: LocalPayPal, ask: Asking) -> None:
    made = await ask.ordered()
    await local.decline(made["id"])
    status, refused = await ask("POST", f"{ORDERS}/{made['id']}/capture", {})
    assert issues((status, refused)) == (422, ["INSTRUMENT_DECLINED"])
    assert refused["links"][0]["rel"] == "redirect"
    await local.approve(made["id"])
    assert (await ask.captured(made["id"]))["status"] == "COMPLETED"


async def test_tries_come_to_an_end(local: LocalPayPal, ask: Asking) -> None:
    made = await ask.ordered()
    await local.decline(made["id"])
    found = [issues(await ask("POST", f"{ORDERS}/{made['id']}/capture", {})) for _ in range(11)]
    assert found[-1] == (422, ["MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED"])


async def test_a_planned_refusal_meets_the_next_capture(local: LocalPayPal, ask: Asking) -> None:
    made = await ask.ordered()
    await local.approve(made["id"])
    for issue in ("COMPLIANCE_VIOLATION", "PAYER_CANNOT_PAY", "ORDER_COMPLETION_IN_PROGRESS"):
        local.plan_capture(issue)
        refused = await ask("POST", f"{ORDERS}/{made['id']}/capture", {})
        assert issues(refused) == (422, [issue])
    with pytest.raises(NotPossible, match="none of"):
        local.plan_capture("BAD_MOOD")
    await ask.captured(made["id"])


async def test_an_echeck_takes_days(local: LocalPayPal, ask: Asking, inbox: Inbox) -> None:
    arrives, fails = [await ask.ordered() for _ in range(2)]
    for each in (arrives, fails):
        await local.approve(each["id"], funding="echeck")
        capture = await ask.captured(each["id"])
        assert (capture["status"], capture["status_details"]) == ("PENDING", {"reason": "ECHECK"})
        assert "seller_receivable_breakdown" not in capture
    assert (await local.complete_capture(arrives["id"]))["status"] == "COMPLETED"
    assert (await local.deny_capture(fails["id"]))["status"] == "DECLINED"
    with pytest.raises(NotPossible, match="not pending"):
        await local.complete_capture(fails["id"])
    await local.drain()
    told = inbox.types()
    assert told.count("PAYMENT.CAPTURE.PENDING") == 2
    assert told.count("PAYMENT.CAPTURE.DENIED") == 1


async def test_who_wants_the_money_at_once_gets_no_echeck(local: LocalPayPal, ask: Asking) -> None:
    body = order()
    context = body["payment_source"]["paypal"]["experience_context"]
    context["payment_method_preference"] = "IMMEDIATE_PAYMENT_REQUIRED"
    made = await ask.ordered(body)
    with pytest.raises(NotPossible, match="no eCheck"):
        await local.approve(made["id"], funding="echeck")


async def test_an_approval_is_reversed(local: LocalPayPal, ask: Asking, inbox: Inbox) -> None:
    made = await ask.ordered()
    with pytest.raises(NotPossible, match="not approved"):
        await local.reverse_approval(made["id"])
    await local.approve(made["id"])
    assert (await local.reverse_approval(made["id"]))["status"] == "VOIDED"
    await local.drain()
    (told,) = [e for e in inbox.events if e["event_type"] == "CHECKOUT.PAYMENT-APPROVAL.REVERSED"]
    assert told["resource"]["order_id"] == made["id"]


@pytest.mark.parametrize(
    ("value", "currency", "issue"),
    [
        ("4.999", "USD", "DECIMAL_PRECISION"),
        ("500.00", "JPY", "DECIMALS_NOT_SUPPORTED"),
        ("1990.0", "HUF", "DECIMALS_NOT_SUPPORTED"),
        ("30.5", "TWD", "DECIMALS_NOT_SUPPORTED"),
        ("0.00", "USD", "CANNOT_BE_ZERO_OR_NEGATIVE"),
        ("-4.99", "USD", "CANNOT_BE_ZERO_OR_NEGATIVE"),
        ("4.99", "KWD", "INVALID_CURRENCY_CODE"),
    ],
)
async def test_an_amount_has_the_decimals_of_its_currency(
    ask: Asking, value: str, currency: str, issue: str
) -> None:
    status, refused = await ask("POST", ORDERS, order(value, currency))
    assert (status, refused["details"][0]["issue"]) == (422, issue)


@pytest.mark.parametrize(("value", "currency"), [("500", "JPY"), ("4.9", "USD"), ("5", "EUR")])
async def test_fewer_decimals_are_taken(ask: Asking, value: str, currency: str) -> None:
    assert (await ask.ordered(order(value, currency)))["id"]


async def test_parts_make_the_whole(ask: Asking) -> None:
    def priced(value: str, tax: str) -> dict[str, Any]:
        body = order(value)
        body["purchase_units"][0]["amount"]["breakdown"] = {
            "item_total": {"currency_code": "USD", "value": "4.99"},
            "tax_total": {"currency_code": "USD", "value": tax},
        }
        return body

    assert (await ask.ordered(priced("5.49", "0.50")))["id"]
    refused = await ask("POST", ORDERS, priced("5.49", "0.49"))
    assert issues(refused) == (422, ["AMOUNT_MISMATCH"])
