"""Stripe Tax for sales elsewhere, against the local Stripe: computed, recorded once, reversed."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import stripe

from payments.domain.values.money import Money
from payments.domain.values.places import Place
from payments.domain.values.tax import TaxBehavior, TaxRule
from payments.domain.values.tax_quotes import TaxQuestion
from payments.domain.values.time import DAY
from payments.infra.outbound import Line, Outbound, Policy, Purpose
from payments.integrations.tax.errors import TaxAccessRefused, TaxRefused, TaxUnavailable
from payments.integrations.tax.protocol import TaxedReturn, TaxedSale
from payments.integrations.tax.stripe_tax.service import StripeTax
from sandbox.base.faults import Fault
from sandbox.stripe import LocalStripe
from tests.conftest import Time
from tests.support.databases import only_on_sqlite
from tests.support.make import START

pytestmark = only_on_sqlite

KEY = "sk_test_1"
QUICK = Policy(first_pause_seconds=0.001, longest_pause_seconds=0.002, timeout_seconds=2)
BERLIN = TaxQuestion(
    price=Money(minor=499, currency="EUR"),
    rule=TaxRule(behavior=TaxBehavior.EXCLUSIVE),
    place=Place(country="DE", postal_code="10115"),
)


@pytest.fixture
async def local(clock: Time) -> AsyncIterator[LocalStripe]:
    async with LocalStripe(secret_key=KEY, clock=clock, seed=1) as running:
        yield running


def service(local: LocalStripe, *, key: str = KEY, outbound: Outbound | None = None) -> StripeTax:
    return StripeTax(
        secret_key=key,
        url=local.url,
        outbound=outbound or Outbound(QUICK),
        purpose=Purpose.MEMBERS,
    )


@pytest.fixture
async def tax(local: LocalStripe) -> AsyncIterator[StripeTax]:
    made = service(local)
    yield made
    await made.close()


def sale(calculation: str | None, reference: str = "p1", tax: int = 95) -> TaxedSale:
    return TaxedSale(
        reference=reference,
        calculation=calculation or "",
        total=Money(minor=499 + tax, currency="EUR"),
        tax=tax,
        at=START,
    )


def back(of: str, minor: int, reference: str, *, is_whole: bool = False) -> TaxedReturn:
    return TaxedReturn(
        reference=reference,
        sale=of,
        total=Money(minor=minor, currency="EUR"),
        tax=0,
        is_whole=is_whole,
        at=START,
    )


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, 95),
        ({"rule": TaxRule(behavior=TaxBehavior.INCLUSIVE)}, 80),
        ({"rule": TaxRule(behavior=TaxBehavior.EXCLUSIVE, code="txcd_00000000")}, 0),
        ({"price": Money(minor=505, currency="JPY"), "place": Place(country="JP")}, 51),
        ({"price": Money(minor=99_950, currency="HUF"), "place": Place(country="HU")}, 26_987),
        ({"place": Place(country="US", postal_code="10001")}, 44),
        ({"place": Place(country="US", postal_code="97201")}, 0),
    ],
)
async def test_a_tax_is_computed_for_a_place(
    tax: StripeTax, change: dict[str, object], expected: int
) -> None:
    computed = await tax.compute(replace(BERLIN, **change))  # type: ignore[arg-type]  # fields
    assert computed.tax == expected
    assert computed.calculation is not None


async def test_a_sale_is_recorded_once_and_reversed_in_parts(
    local: LocalStripe, tax: StripeTax
) -> None:
    calculation = (await tax.compute(BERLIN)).calculation
    recorded = await tax.record(sale(calculation))
    assert await tax.record(sale(calculation)) == recorded
    (transaction,) = local.state.tax_transactions.values()
    assert (transaction.amount, transaction.tax, transaction.reference) == (499, 95, "p1")
    await tax.reverse(back(recorded, 200, "re_1"))
    await tax.reverse(back(recorded, 200, "re_1"))
    await tax.reverse(back(recorded, 394, "re_2"))
    assert transaction.reversed == 594
    assert len(local.state.tax_transactions) == 3
    with pytest.raises(TaxRefused):
        await tax.reverse(back(recorded, 1, "re_3"))


async def test_one_calculation_serves_several_sales(local: LocalStripe, tax: StripeTax) -> None:
    """It is used again for a day: each sale has a reference of its own."""
    calculation = (await tax.compute(BERLIN)).calculation
    first, second = await tax.record(sale(calculation)), await tax.record(sale(calculation, "p2"))
    assert first != second
    await tax.reverse(back(first, 594, "re_1", is_whole=True))
    assert [each.reversed for each in local.state.tax_transactions.values()] == [594, 0, 0]


async def test_another_reference_for_the_same_is_refused_as_recorded_before(
    tax: StripeTax, clock: Time
) -> None:
    """Stripe forgets a key after a day, a reference never."""
    calculation = (await tax.compute(BERLIN)).calculation
    await tax.record(sale(calculation))
    clock.pass_(DAY + DAY)
    with pytest.raises(TaxRefused) as failure:
        await tax.record(sale(calculation))
    assert failure.value.already


async def test_what_is_wrong_with_a_place_is_known_from_other_refusals(
    local: LocalStripe, tax: StripeTax
) -> None:
    with pytest.raises(TaxRefused) as failure:
        await tax.compute(replace(BERLIN, place=Place(country="CA")))
    assert failure.value.about_place
    local.state.has_head_office = False
    with pytest.raises(TaxRefused) as other:
        await tax.compute(BERLIN)
    assert not other.value.about_place
    assert "head office" not in str(other.value)


async def test_a_key_that_is_refused_is_the_accounts_trouble(local: LocalStripe) -> None:
    made = service(local, key="sk_test_wrong")
    for asked in (made.compute(BERLIN), made.ping()):
        with pytest.raises(TaxAccessRefused) as failure:
            await asked
        assert "sk_test" not in str(failure.value)
    await made.close()


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="error", status=500),
        Fault(kind="error", status=503),
        Fault(kind="error", status=429, retry_after=0),
        Fault(kind="half"),
        Fault(kind="drop"),
        Fault(kind="malformed"),
    ],
    ids=lambda each: f"{each.kind}-{each.status}",
)
async def test_what_passes_is_tried_again(local: LocalStripe, tax: StripeTax, fault: Fault) -> None:
    local.faults.add(replace(fault))
    assert (await tax.compute(BERLIN)).tax == 95


async def test_nobody_waits_long_for_it(local: LocalStripe) -> None:
    made = service(local, outbound=Outbound(replace(QUICK, timeout_seconds=0.05, attempts=1)))
    held = local.faults.add(Fault(kind="slow"))
    with pytest.raises(TaxUnavailable):
        await made.compute(BERLIN)
    held.released.set()
    await made.close()


async def test_its_breaker_is_its_own(local: LocalStripe) -> None:
    """Members go on buying by Stripe while taxes fail."""
    outbound = Outbound(replace(QUICK, attempts=1, failures_to_open=2))
    made = service(local, outbound=outbound)
    for _ in range(2):
        local.faults.add(Fault(kind="error", status=500))
        with pytest.raises(TaxUnavailable):
            await made.compute(BERLIN)
    with pytest.raises(TaxUnavailable, match="not reachable"):
        await made.compute(BERLIN)
    line = Line(integration="stripe_tax", purpose=Purpose.MEMBERS)
    assert outbound.states == {line: "opened"}
    await made.close()


async def test_the_answers_are_what_the_sdk_knows(local: LocalStripe) -> None:
    """Every field of Stripe's own types, and no other."""
    http = stripe.AIOHTTPClient()
    client = stripe.StripeClient(KEY, base_addresses={"api": local.url}, http_client=http)
    made = await client.v1.tax.calculations.create_async(
        {
            "currency": "eur",
            "customer_details": {
                "address": {"country": "DE", "postal_code": "10115"},
                "address_source": "billing",
            },
            "line_items": [{"amount": 499, "reference": "points", "tax_behavior": "inclusive"}],
        }
    )
    recorded = await client.v1.tax.transactions.create_from_calculation_async(
        {"calculation": made.id or "", "reference": "p1"}
    )
    gone = await client.v1.tax.transactions.create_reversal_async(
        {"mode": "full", "original_transaction": recorded.id, "reference": "re_1"}
    )
    shown = await client.v1.tax.transactions.retrieve_async(gone.id)
    code = await client.v1.tax_codes.retrieve_async("txcd_10000000")
    await http.close_async()  # type: ignore[no-untyped-call]  # as the SDK has it
    assert code.name == "General - Electronically Supplied Services"
    for found, kind in (
        (made, stripe.tax.Calculation),
        (recorded, stripe.tax.Transaction),
        (shown, stripe.tax.Transaction),
        (code, stripe.TaxCode),
    ):
        known = set(kind.__annotations__) - {"OBJECT_NAME", "line_items"}
        assert set(found.to_dict()) == known
