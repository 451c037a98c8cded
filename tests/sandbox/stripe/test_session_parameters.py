"""Which parameters of a Checkout Session the local Stripe takes."""

from typing import Any

import pytest
import stripe

from tests.sandbox.stripe.buying import open_session

DAY = 24 * 3600


@pytest.mark.parametrize(
    ("changes", "message", "param"),
    [
        ({"mode": None}, "mode", "mode"),
        ({"success_url": None}, "Missing required param: success_url", "success_url"),
        ({"success_url": "example.com"}, "Not a valid URL", "success_url"),
        ({"line_items": []}, "Missing required param: line_items", "line_items"),
        ({"colour": "red"}, "unknown parameter: colour", "colour"),
        ({"expires_at": 1_800_000_000 + 1799}, "at least 30 minutes", "expires_at"),
        ({"expires_at": 1_800_000_000 + DAY + 1}, "less than 24 hours", "expires_at"),
        ({"expires_at": "soon"}, "Invalid integer", "expires_at"),
        ({"metadata": {"k" * 41: "v"}}, "40 characters", "metadata"),
        ({"metadata": {"k": "v" * 501}}, "500 characters", "metadata[k]"),
        ({"metadata": {str(n): "v" for n in range(51)}}, "50 keys", "metadata"),
        ({"client_reference_id": "x" * 201}, "200 characters", "client_reference_id"),
    ],
)
async def test_wrong_parameters_are_refused(
    client: stripe.StripeClient, changes: dict[str, Any], message: str, param: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError, match=message) as refused:
        await open_session(client, **changes)
    assert refused.value.http_status == 400
    assert refused.value.param == param


GOOD_PRICE = {"currency": "usd", "unit_amount": 499, "product_data": {"name": "x"}}


@pytest.mark.parametrize(
    ("items", "param"),
    [
        ([{"quantity": 1}], "line_items[0][price_data]"),
        ([{"quantity": 0, "price_data": GOOD_PRICE}], "line_items[0][quantity]"),
        ([{"price_data": GOOD_PRICE, "colour": "red"}], "line_items[0][colour]"),
        (
            [{"price_data": GOOD_PRICE | {"unit_amount": -1}}],
            "line_items[0][price_data][unit_amount]",
        ),
        (
            [{"price_data": GOOD_PRICE | {"unit_amount": None}}],
            "line_items[0][price_data][unit_amount]",
        ),
        ([{"price_data": GOOD_PRICE | {"currency": "us"}}], "line_items[0][price_data][currency]"),
        (
            [{"price_data": GOOD_PRICE | {"product_data": None}}],
            "line_items[0][price_data][product_data]",
        ),
        (
            [{"price_data": GOOD_PRICE}, {"price_data": GOOD_PRICE | {"currency": "eur"}}],
            None,
        ),
    ],
)
async def test_wrong_line_items_are_refused(
    client: stripe.StripeClient, items: list[dict[str, Any]], param: str | None
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await open_session(client, line_items=items)
    assert refused.value.param == param


@pytest.mark.parametrize("changes", [{"mode": "setup"}, {"ui_mode": "embedded_page"}])
async def test_what_the_sandbox_cannot_do_it_refuses(
    client: stripe.StripeClient, changes: dict[str, str]
) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="knows only"):
        await open_session(client, **changes)


@pytest.mark.parametrize(
    ("currency", "amount", "fits"),
    [
        ("usd", 49, False),
        ("usd", 50, True),
        ("usd", 100_000_000, False),
        ("jpy", 50, False),
        ("jpy", 500, True),
        ("inr", 1_000, False),
        ("inr", 10_000, True),
        ("huf", 17_499, False),
        ("huf", 17_500, True),
        ("huf", 50_050, True),
        ("xyz", 500, False),
        ("isk", 10_050, False),
        ("isk", 10_000, True),
        ("ugx", 500_050, False),
        ("kwd", 1_255, False),
        ("kwd", 1_250, True),
        ("idr", 100_000_000, True),
    ],
)
async def test_amounts_have_bounds(
    client: stripe.StripeClient, currency: str, amount: int, *, fits: bool
) -> None:
    price = {"currency": currency, "unit_amount": amount, "product_data": {"name": "x"}}
    items = [{"quantity": 1, "price_data": price}]
    if fits:
        assert (await open_session(client, line_items=items)).amount_total == amount
    else:
        with pytest.raises(stripe.InvalidRequestError, match=r"[Aa]mount|currency"):
            await open_session(client, line_items=items)
