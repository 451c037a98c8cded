"""Checkouts that Stripe refuses, the local Stripe refuses: same status, type, code, parameter."""

import pytest

from sandbox.stripe import LocalStripe, NotPossible
from tests.sandbox.stripe.asking import (
    EMPTY,
    ENDPOINTS,
    GOOD,
    HOOK,
    INVALID,
    ITEM,
    NO_INTEGER,
    PRICE,
    SESSIONS,
    UNKNOWN,
    Send,
    refusal,
)


async def test_what_the_others_begin_with_is_good(send: Send) -> None:
    assert (await send("POST", SESSIONS, GOOD))[0] == 200
    assert (await send("POST", ENDPOINTS, HOOK))[0] == 200


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"colour": "red"}, UNKNOWN, "colour"),
        ({"payment_method_types[0]": "card"}, UNKNOWN, "payment_method_types"),
        ({f"{PRICE}[colour]": "red"}, UNKNOWN, f"{PRICE}[colour]"),
        ({"payment_intent_data[colour]": "red"}, UNKNOWN, "payment_intent_data[colour]"),
        ({"mode": "gift"}, None, "mode"),
        ({"ui_mode": "paper"}, None, "ui_mode"),
        ({"locale": "tlh"}, None, "locale"),
        ({"submit_type": "steal"}, None, "submit_type"),
        ({"expires_at": "soon"}, NO_INTEGER, "expires_at"),
        ({"expires_at": "1.5"}, NO_INTEGER, "expires_at"),
        ({"allow_promotion_codes": "yes"}, None, "allow_promotion_codes"),
        ({"mode": ""}, EMPTY, "mode"),
        ({"success_url": ""}, EMPTY, "success_url"),
        ({"success_url": "https://example.com/" + "a" * 5000}, None, "success_url"),
        ({"cancel_url": "ftp://example.com"}, "url_invalid", "cancel_url"),
        ({"line_items": "one"}, None, "line_items"),
        ({"metadata": "x"}, None, "metadata"),
        ({"payment_intent_data": "x"}, None, "payment_intent_data"),
        ({f"{PRICE}[currency]": "xyz"}, None, f"{PRICE}[currency]"),
        ({f"{PRICE}[unit_amount]": "4.99"}, NO_INTEGER, f"{PRICE}[unit_amount]"),
        ({f"{PRICE}[unit_amount]": "100000000"}, "amount_too_large", f"{PRICE}[unit_amount]"),
        ({f"{PRICE}[unit_amount]": "49"}, "amount_too_small", None),
        (
            {f"{PRICE}[product_data][name]": "x" * 5001},
            None,
            f"{PRICE}[product_data][name]",
        ),
        (
            {f"{PRICE}[product_data][unit_label]": "x" * 13},
            None,
            f"{PRICE}[product_data][unit_label]",
        ),
        (
            {"payment_intent_data[statement_descriptor_suffix]": "x" * 23},
            None,
            "payment_intent_data[statement_descriptor_suffix]",
        ),
        (
            {"payment_intent_data[description]": "x" * 1001},
            None,
            "payment_intent_data[description]",
        ),
        (
            {"payment_intent_data[metadata][k]": "x" * 501},
            None,
            "payment_intent_data[metadata][k]",
        ),
        (
            {f"{PRICE}[product_data][metadata][k]": "x" * 501},
            None,
            f"{PRICE}[product_data][metadata][k]",
        ),
        ({"allowed_payment_method_types[0]": "coins"}, None, "allowed_payment_method_types[0]"),
        (
            {
                "allowed_payment_method_types[0]": "card",
                "allowed_payment_method_types[1]": "card",
            },
            None,
            "allowed_payment_method_types",
        ),
        ({"allowed_payment_method_types[0]": "klarna"}, None, None),
        ({"allowed_payment_method_types[a]": "card"}, None, "allowed_payment_method_types"),
        ({"expand[0]": "id"}, None, "expand"),
        ({"expand[0]": "payment_intent.nothing"}, None, "expand"),
        ({"expand[0]": "data.payment_intent"}, None, "expand"),
        (
            {"expand[0]": "payment_intent.latest_charge.balance_transaction.source.refunds"},
            None,
            "expand",
        ),
    ],
)
async def test_a_checkout_that_stripe_refuses(
    send: Send, local: LocalStripe, changes: dict[str, str], code: str | None, param: str | None
) -> None:
    answer = await send("POST", SESSIONS, GOOD | changes)
    assert refusal(answer) == (400, INVALID, code, param)
    assert not local.state.sessions


async def test_a_hundred_items_are_the_most(send: Send) -> None:
    hundred = {
        name.replace("[0]", f"[{number}]", 1): value
        for number in range(100)
        for name, value in ITEM.items()
    }
    status, session = await send("POST", SESSIONS, GOOD | hundred)
    assert status == 200
    one_more = {name.replace("[0]", "[100]", 1): value for name, value in ITEM.items()}
    answer = await send("POST", SESSIONS, GOOD | hundred | one_more)
    assert refusal(answer) == (400, INVALID, None, "line_items")
    status, page = await send("GET", f"{SESSIONS}/{session['id']}/line_items")
    assert (status, len(page["data"]), page["has_more"]) == (200, 10, True)


@pytest.mark.parametrize("name", ["phone_number_collection[enabled]", "customer_creation"])
async def test_what_would_only_be_ignored_is_said_not_to_work(send: Send, name: str) -> None:
    value = "true" if "[" in name else "always"
    status, error = await send("POST", SESSIONS, GOOD | {name: value})
    assert (status, error["param"]) == (400, name.partition("[")[0])
    assert "local Stripe does nothing with" in error["message"]


async def test_only_allowed_methods_pay(send: Send, local: LocalStripe) -> None:
    only_cards = GOOD | {"allowed_payment_method_types[0]": "card"}
    status, session = await send("POST", SESSIONS, only_cards)
    assert (status, session["payment_method_types"]) == (200, ["card"])
    assert session["allowed_payment_method_types"] == ["card"]
    with pytest.raises(NotPossible, match="sepa_debit"):
        await local.pay_later(session["id"])
    assert (await local.pay(session["id"]))["payment_status"] == "paid"
