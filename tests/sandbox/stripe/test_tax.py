"""Stripe Tax in the hosted checkout of the local Stripe."""

from typing import Any

import pytest
import stripe

from sandbox.stripe import LocalStripe
from sandbox.stripe.objects.tax_rates import CODES, Rate, rate_at, tax_on
from tests.sandbox.stripe.asking import GOOD, INVALID, PRICE, SESSIONS, Send, refusal
from tests.sandbox.stripe.buying import open_session
from tests.support.stripe_schema import StripeSchema

TAXED = {
    "automatic_tax[enabled]": "true",
    f"{PRICE}[tax_behavior]": "exclusive",
    f"{PRICE}[product_data][tax_code]": "txcd_10000000",
}


def item(behavior: str, code: str = "txcd_10000000", **price: Any) -> list[dict[str, Any]]:
    """A line over 4.99 USD unless something else is said."""
    data = {"currency": "usd", "unit_amount": 499, "tax_behavior": behavior} | price
    data["product_data"] = {"name": "500 points", "tax_code": code}
    return [{"quantity": 1, "price_data": data}]


async def paid(
    client: stripe.StripeClient, local: LocalStripe, lines: list[dict[str, Any]], *place: str
) -> dict[str, Any]:
    """A session that was paid by somebody at a place."""
    opened = await open_session(client, line_items=lines, automatic_tax={"enabled": True})
    assert opened.automatic_tax.status == "requires_location_inputs"
    assert opened.amount_total == opened.amount_subtotal
    return await local.pay(opened.id, place=(place[0], place[1]))


async def test_tax_comes_on_top_of_an_exclusive_price_and_is_in_an_inclusive_one(
    client: stripe.StripeClient, local: LocalStripe
) -> None:
    """Stripe: `amount_subtotal` holds the tax that is inclusive."""
    on_top = await paid(client, local, item("exclusive"), "DE", "10115")
    assert (on_top["amount_subtotal"], on_top["amount_total"]) == (499, 594)
    assert on_top["total_details"]["amount_tax"] == 95
    assert on_top["automatic_tax"]["status"] == "complete"
    within = await paid(client, local, item("inclusive"), "DE", "10115")
    assert (within["amount_subtotal"], within["amount_total"]) == (499, 499)
    assert within["total_details"]["amount_tax"] == 80
    for session in (on_top, within):
        charge = local.state.charge_of(session["id"])
        assert charge.amount == session["amount_total"]


async def test_nothing_is_collected_where_nothing_is_due(
    client: stripe.StripeClient, local: LocalStripe
) -> None:
    for code, place in (("txcd_00000000", ("DE", "10115")), ("txcd_10000000", ("US", "97201"))):
        session = await paid(client, local, item("exclusive", code), *place)
        assert session["amount_total"] == 499
        assert session["total_details"]["amount_tax"] == 0


async def test_a_card_that_is_declined_first_pays_the_tax_later(
    client: stripe.StripeClient, local: LocalStripe
) -> None:
    opened = await open_session(
        client, line_items=item("exclusive"), automatic_tax={"enabled": True}
    )
    await local.decline(opened.id)
    session = await local.pay(opened.id, place=("FR", "75001"))
    assert session["amount_total"] == 599
    assert local.state.charge_of(opened.id).amount == 599


async def test_yen_have_no_parts(client: stripe.StripeClient, local: LocalStripe) -> None:
    lines = item("exclusive", currency="jpy", unit_amount=505)
    session = await paid(client, local, lines, "JP", "100-0001")
    assert session["amount_total"] == 505 + 51


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({f"{PRICE}[tax_behavior]": "sometimes"}, (400, INVALID, None, f"{PRICE}[tax_behavior]")),
        (
            {f"{PRICE}[product_data][tax_code]": "txcd_1"},
            (404, INVALID, "resource_missing", f"{PRICE}[product_data][tax_code]"),
        ),
        ({"automatic_tax[enabled]": "maybe"}, (400, INVALID, None, "automatic_tax[enabled]")),
        (
            {"automatic_tax[colour]": "red"},
            (400, INVALID, "parameter_unknown", "automatic_tax[colour]"),
        ),
    ],
)
async def test_what_stripe_refuses(
    send: Send, changes: dict[str, str], refused: tuple[int, str, str | None, str | None]
) -> None:
    assert (await send("POST", SESSIONS, GOOD | TAXED))[0] == 200
    assert refusal(await send("POST", SESSIONS, GOOD | TAXED | changes)) == refused


async def test_a_price_must_say_whether_tax_is_in_it(send: Send) -> None:
    unsaid = {name: value for name, value in TAXED.items() if "behavior" not in name}
    assert refusal(await send("POST", SESSIONS, GOOD | unsaid))[3] == "line_items"


async def test_an_account_without_a_head_office_computes_no_tax(
    send: Send, local: LocalStripe
) -> None:
    local.state.has_head_office = False
    status, _, code, _ = refusal(await send("POST", SESSIONS, GOOD | TAXED))
    assert (status, code) == (400, "stripe_tax_inactive")
    assert (await send("POST", SESSIONS, GOOD))[0] == 200


async def test_taxed_sessions_are_as_published(
    client: stripe.StripeClient, local: LocalStripe
) -> None:
    schema = StripeSchema()
    opened = await open_session(
        client, line_items=item("inclusive"), automatic_tax={"enabled": True}
    )
    assert schema.violations(local.state.session(opened.id).render()) == []
    assert schema.violations(await local.pay(opened.id, place=("AT", "1010"))) == []


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_tax_is_the_rate_of_what_is_left_of_it(code: str) -> None:
    """By exact fractions: half a cent counts as one."""
    for place in (("DE", ""), ("US", "10001"), ("CH", ""), ("XX", "")):
        rate: Rate = rate_at(*place, code)
        for amount in (1, 2, 50, 499, 12_345, 99_999_999):
            on_top = tax_on(amount, "exclusive", rate)
            assert abs(on_top * 100_000 - amount * rate.thousandths) <= 50_000
            within = tax_on(amount, "inclusive", rate)
            net = amount - within
            assert abs(net * (100_000 + rate.thousandths) - amount * 100_000) <= 100_000
