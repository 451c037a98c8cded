"""A taxed package at providers that compute no tax: what they are asked, are paid and give back."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from payments.commands.base import by_member
from payments.commands.guild.packages import EditPackage
from payments.domain.errors import Refused
from payments.domain.values.payment import Payment
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.places import Place
from payments.domain.values.report import Period
from payments.domain.values.tax import TaxBehavior, TaxRule
from payments.domain.values.time import DAY, later
from payments.services.reports import read_report
from payments.services.taxes import Taxes
from payments.store.records.tax_quotes import TaxQuotes
from tests.conftest import Time
from tests.providers.cases.selling import Selling
from tests.providers.cases.shops import SHOPS
from tests.support.make import BEN, GUILD, key, package
from tests.support.taxing import FlatTaxes

BERLIN = Place(country="DE", postal_code="10115")


@pytest.fixture(params=sorted(SHOPS))
async def selling(
    request: pytest.FixtureRequest, database_url: str, clock: Time
) -> AsyncIterator[Selling]:
    async with SHOPS[request.param](database_url, clock) as opened:
        core = opened.core
        taxes = Taxes(services={"flat": FlatTaxes()}, quotes=TaxQuotes(core.database), clock=clock)
        core.buying.taxes = core.ways.taxes = taxes
        yield opened


async def taxed(selling: Selling, behavior: TaxBehavior) -> Payment:
    """Ada begins to buy a package that is taxed so."""
    await selling.core.runner.run(
        EditPackage(
            key=key(),
            at=selling.clock(),
            actor=by_member(BEN),
            guild=GUILD,
            package=package().id,
            tax=TaxRule(behavior=behavior),
        )
    )
    return await selling.buy()


async def chosen(selling: Selling, began: Payment, place: Place = BERLIN) -> Payment:
    """She says where she lives, and chooses the only way."""
    (name,) = selling.core.providers
    agreed = await selling.core.ways.quote(began, name, place)
    await selling.core.ways.choose(began, name, "", agreed)
    return await selling.now(began)


def asked_amounts(request: str) -> dict[str, Any]:
    """What a provider was asked for, in its own words."""
    found = json.loads(request)
    if "purchase_units" in found:
        return dict(found["purchase_units"][0]["amount"])
    lines = found["order"]["line_items"]
    return {each["name"].partition(" ")[0]: each["base_price_money"]["amount"] for each in lines}


@pytest.mark.parametrize(
    ("behavior", "paid", "tax"),
    [(TaxBehavior.EXCLUSIVE, 594, 95), (TaxBehavior.INCLUSIVE, 499, 80)],
)
async def test_what_is_paid_has_the_tax_and_the_points_are_those_of_the_price(
    selling: Selling, behavior: TaxBehavior, paid: int, tax: int
) -> None:
    began = await taxed(selling, behavior)
    assert (began.url, began.provider) == (None, "")  # nothing is opened before the tax is known
    payment = await chosen(selling, began)
    assert payment.mismatch is None
    await selling.pay(payment)
    await selling.settle()
    now = await selling.now(payment)
    assert (now.paid, now.mismatch, await selling.points()) == (paid, None, 500)
    assert now.tax is not None
    assert (now.tax.asked, now.tax.taken) == (tax, tax)


async def test_the_tax_is_a_part_of_its_own_at_the_provider(selling: Selling) -> None:
    payment = await chosen(selling, await taxed(selling, TaxBehavior.EXCLUSIVE))
    euro = {"currency_code": "EUR"}
    assert asked_amounts(payment.request) in (
        {
            **euro,
            "value": "5.94",
            "breakdown": {
                "item_total": {**euro, "value": "4.99"},
                "tax_total": {**euro, "value": "0.95"},
            },
        },
        {"500": 499, "Tax": 95},
    )


async def test_a_way_is_not_opened_before_its_tax_was_agreed_to(selling: Selling) -> None:
    began = await taxed(selling, TaxBehavior.EXCLUSIVE)
    (name,) = selling.core.providers
    assert await selling.core.ways.needs_place(began, name)
    with pytest.raises(Refused, match="tax of this way to pay is not known yet"):
        await selling.core.ways.choose(began, name, "")
    assert (await selling.now(began)).provider == ""


async def test_refunds_in_parts_give_all_of_the_tax_back(selling: Selling) -> None:
    payment = await chosen(selling, await taxed(selling, TaxBehavior.EXCLUSIVE))
    await selling.pay(payment)
    await selling.settle()
    for minor in (1, 250, 343):
        await selling.give_back(payment, minor)
        await selling.settle()
    assert (await selling.now(payment)).state is PaymentState.REFUNDED
    now = selling.clock()
    period = Period(start=later(now, -DAY), end=later(now, DAY), guild=GUILD, livemode=False)
    (money,) = (await read_report(selling.core.queries, period)).money
    assert (money.gross, money.tax, money.refunded, money.refunded_tax) == (594, 95, 594, 95)
    assert await selling.points() == 0


async def test_where_taxes_were_switched_off_meanwhile_the_way_is_not_offered(
    selling: Selling,
) -> None:
    """It was begun with tax: nobody sells it without."""
    began = await taxed(selling, TaxBehavior.EXCLUSIVE)
    selling.core.ways.taxes = replace(selling.core.ways.taxes, services={})
    choice = await selling.core.ways.look(began)
    assert choice.ways == ()
