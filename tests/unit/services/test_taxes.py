"""What a tax is asked for, what is found again, and what is done while nobody answers."""

from dataclasses import replace
from fractions import Fraction
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.domain.errors import Refused
from payments.domain.values.flags import TAX_SERVICE
from payments.domain.values.money import Money
from payments.domain.values.places import Place
from payments.domain.values.tax import TaxBehavior, TaxRule
from payments.domain.values.tax_quotes import TaxQuestion, TaxQuote, estimated
from payments.domain.values.time import DAY, HOUR, Instant
from payments.integrations.flags import Flags
from payments.integrations.tax.errors import TaxUnavailable
from payments.integrations.tax.settings import WhenAway
from payments.providers.paypal.amounts import WHOLE, step_of
from payments.providers.paypal.calls import Calls
from payments.providers.paypal.checkouts import PayPalCheckouts
from payments.services.taxes import NO_TAXES, Taxes
from payments.services.way_taxes import agreed
from payments.store.engine.database import Database
from payments.store.records.tax_quotes import KEPT, TaxQuotes
from tests.conftest import Time
from tests.support.make import GUILD, START
from tests.support.taxing import FlatTaxes

RULE = TaxRule(behavior=TaxBehavior.EXCLUSIVE)
BERLIN = Place(country="DE", postal_code="10115")


def asking(minor: int = 499, currency: str = "EUR") -> TaxQuestion:
    return TaxQuestion(price=Money(minor=minor, currency=currency), rule=RULE, place=BERLIN)


@pytest.fixture
def flat() -> FlatTaxes:
    return FlatTaxes()


@pytest.fixture
def quotes(database: Database) -> TaxQuotes:
    return TaxQuotes(database)


@pytest.fixture
def taxes(flat: FlatTaxes, quotes: TaxQuotes, clock: Time) -> Taxes:
    return Taxes(services={"flat": flat}, quotes=quotes, clock=clock)


async def test_exactly_the_same_is_asked_once_a_day(
    taxes: Taxes, flat: FlatTaxes, clock: Time
) -> None:
    first = await taxes.quote(GUILD, asking())
    assert (first.tax, first.name, first.rate_of) == (95, "flat:calc_1", None)
    clock.pass_(24 * HOUR - 1)
    assert await taxes.quote(GUILD, asking()) == first
    clock.pass_(1)
    assert (await taxes.quote(GUILD, asking())).name == "flat:calc_2"
    assert len(flat.asked) == 2


@pytest.mark.parametrize(
    "other",
    [
        asking(500),
        asking(currency="USD"),
        replace(asking(), rule=TaxRule(behavior=TaxBehavior.INCLUSIVE)),
        replace(asking(), rule=replace(RULE, code="txcd_10502000")),
        replace(asking(), place=Place(country="DE", postal_code="80331")),
        replace(asking(), place=Place(country="HU", postal_code="10115")),
    ],
)
async def test_what_differs_in_anything_is_asked(
    taxes: Taxes, flat: FlatTaxes, other: TaxQuestion
) -> None:
    await taxes.quote(GUILD, asking())
    await taxes.quote(GUILD, other)
    assert flat.asked == [asking(), other]


async def test_while_nobody_answers_nothing_new_is_sold(taxes: Taxes, flat: FlatTaxes) -> None:
    await taxes.quote(GUILD, asking())
    flat.trouble = TaxUnavailable("away")
    assert (await taxes.quote(GUILD, asking())).tax == 95  # what is known for a day still is
    with pytest.raises(Refused, match="cannot be computed right now"):
        await taxes.quote(GUILD, asking(500))


async def test_the_last_rate_of_a_place_is_used_where_the_operator_wants_it(
    taxes: Taxes, flat: FlatTaxes, clock: Time
) -> None:
    used: list[str] = []
    taxes = replace(taxes, when_away=WhenAway.LAST_RATE, fell_back=used.append)
    await taxes.quote(GUILD, asking(10_000))
    at = clock()
    clock.pass_(30 * DAY)
    flat.trouble = TaxUnavailable("away")
    quote = await taxes.quote(GUILD, asking(499))
    assert (quote.tax, quote.name, quote.rate_of) == (95, None, at)
    assert used == ["flat_tax"]
    with pytest.raises(Refused):  # another place has no rate
        await taxes.quote(GUILD, replace(asking(), place=Place(country="HU")))
    clock.pass_(KEPT)
    with pytest.raises(Refused):  # and this one's is too old by now
        await taxes.quote(GUILD, asking(499))


async def test_an_estimate_is_not_taken_for_a_computed_tax_later(
    taxes: Taxes, flat: FlatTaxes
) -> None:
    taxes = replace(taxes, when_away=WhenAway.LAST_RATE)
    await taxes.quote(GUILD, asking(10_000))
    flat.trouble = TaxUnavailable("away")
    await taxes.quote(GUILD, asking(499))
    flat.trouble = None
    assert (await taxes.quote(GUILD, asking(499))).name == "flat:calc_3"


async def test_old_rates_are_forgotten(taxes: Taxes, quotes: TaxQuotes, clock: Time) -> None:
    await taxes.quote(GUILD, asking())
    clock.pass_(KEPT - 1)
    assert await quotes.forget_old(clock()) == 0
    clock.pass_(1)
    assert await quotes.forget_old(clock()) == 1


async def test_a_server_can_choose_another_service_or_none(taxes: Taxes, flat: FlatTaxes) -> None:
    other = FlatTaxes(name="other", percent={"DE": 7})

    async def own(_: object) -> dict[str, str]:
        return {TAX_SERVICE: "other"}

    async def off(_: object) -> dict[str, str]:
        return {"integration.tax": "off"}

    services = {"flat": flat, "other": other}
    chosen = replace(taxes, services=services, flags=Flags({}, own))
    assert (await chosen.quote(GUILD, asking())).name == "other:calc_1"
    assert await chosen.rule_of(GUILD, RULE) == RULE
    shut = replace(taxes, flags=Flags({}, off))
    assert await shut.rule_of(GUILD, RULE) is None
    assert await NO_TAXES.rule_of(GUILD, RULE) is None


@given(
    price=st.integers(1, 10**9),
    before=st.integers(1, 10**9),
    permille=st.integers(0, 400),
    behavior=st.sampled_from(TaxBehavior),
)
def test_an_estimate_is_within_a_unit_of_the_rate(
    price: int, before: int, permille: int, behavior: TaxBehavior
) -> None:
    """As far as the earlier tax, which is rounded too, tells the rate."""
    whole = 1000 if behavior is TaxBehavior.EXCLUSIVE else 1000 + permille
    tax = (2 * before * permille + whole) // (2 * whole)
    asked = replace(asking(price), rule=TaxRule(behavior=behavior))
    quote = TaxQuote(service="flat", tax=tax, calculation="c", at=START)
    found = estimated(asked, before, quote, Instant(START + DAY))
    assert not asked.wrong(found.tax)
    exact = Fraction(price * permille, whole)
    assert abs(found.tax - exact) <= Fraction(1, 2) + Fraction(price, 2 * before)
    if price == before:
        assert found.tax == tax


@given(
    currency=st.sampled_from(("EUR", *sorted(WHOLE))),
    units=st.integers(1, 10**6),
    tax=st.integers(0, 10**8),
    behavior=st.sampled_from(TaxBehavior),
)
def test_what_is_agreed_can_be_charged_and_adds_up(
    currency: str, units: int, tax: int, behavior: TaxBehavior
) -> None:
    """Whole forints and dollars of Taiwan at PayPal; rounded by half a unit at most."""
    step = step_of(currency)
    asked = replace(asking(units * step, currency), rule=TaxRule(behavior=behavior))
    tax = min(tax, asked.price.minor)

    quote = TaxQuote(service="flat", tax=tax, calculation=None, at=START)
    found = agreed(quote, asked, PayPalCheckouts(cast("Calls", None)))
    assert found.tax.minor % step == 0
    assert abs(found.tax.minor - tax) * 2 <= step
    on_top = found.tax.minor if behavior is TaxBehavior.EXCLUSIVE else 0
    assert found.total.minor == asked.price.minor + on_top
