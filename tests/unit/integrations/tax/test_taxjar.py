"""TaxJar against the local one: computed to the cent, reported once under ids of ours."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.domain.values.money import Money
from payments.domain.values.places import Place
from payments.domain.values.tax import TaxBehavior, TaxRule
from payments.domain.values.tax_quotes import TaxQuestion
from payments.infra.outbound import Outbound, Policy, Purpose
from payments.integrations.tax.errors import TaxAccessRefused, TaxRefused, TaxUnavailable
from payments.integrations.tax.protocol import TaxedReturn, TaxedSale
from payments.integrations.tax.taxjar.service import TaxJar, Where
from sandbox.base.faults import Fault
from sandbox.taxjar import LocalTaxJar
from tests.conftest import Time
from tests.support.databases import only_on_sqlite
from tests.support.make import START

pytestmark = only_on_sqlite

TOKEN = "taxjar-token"
QUICK = Policy(first_pause_seconds=0.001, longest_pause_seconds=0.002, timeout_seconds=2)
NEW_YORK = TaxQuestion(
    price=Money(minor=499, currency="USD"),
    rule=TaxRule(behavior=TaxBehavior.EXCLUSIVE, code="txcd_99999999"),
    place=Place(country="US", postal_code="10001"),
)


@pytest.fixture
async def local(clock: Time) -> AsyncIterator[LocalTaxJar]:
    async with LocalTaxJar(token=TOKEN, clock=clock) as running:
        yield running


@pytest.fixture
async def tax(local: LocalTaxJar) -> AsyncIterator[TaxJar]:
    made = TaxJar(token=TOKEN, url=local.url, outbound=Outbound(QUICK), purpose=Purpose.MEMBERS)
    yield made
    await made.close()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, 44),
        ({"rule": TaxRule(behavior=TaxBehavior.EXCLUSIVE)}, 44),
        ({"rule": TaxRule(behavior=TaxBehavior.INCLUSIVE)}, 41),
        ({"rule": TaxRule(behavior=TaxBehavior.EXCLUSIVE, code="txcd_00000000")}, 0),
        ({"rule": TaxRule(behavior=TaxBehavior.INCLUSIVE, code="txcd_10502000")}, 0),
        ({"place": Place(country="US", postal_code="73301")}, 0),
        ({"place": Place(country="CA", postal_code="M5V 2T6")}, 65),
        ({"place": Place(country="DE", postal_code="10115")}, 95),
        ({"place": Place(country="BR", postal_code="")}, 0),
    ],
)
async def test_a_tax_is_computed_for_a_place(
    tax: TaxJar, change: dict[str, object], expected: int
) -> None:
    """Where the seller has no nexus, nothing is collected."""
    assert (await tax.compute(replace(NEW_YORK, **change))).tax == expected  # type: ignore[arg-type]  # fields


async def test_a_postal_code_that_does_not_exist_is_about_the_place(tax: TaxJar) -> None:
    with pytest.raises(TaxRefused) as failure:
        await tax.compute(replace(NEW_YORK, place=Place(country="US", postal_code="00000")))
    assert failure.value.about_place


async def test_a_sale_is_reported_once_and_what_went_back_is_negative(
    local: LocalTaxJar, tax: TaxJar
) -> None:
    computed = await tax.compute(NEW_YORK)
    sale = TaxedSale(
        reference="p1",
        calculation=computed.calculation or "",
        total=Money(minor=543, currency="USD"),
        tax=44,
        at=START,
    )
    recorded = await tax.record(sale)
    assert await tax.record(sale) == recorded
    order = local.ledger.orders["p1"]
    assert (order["amount"], order["sales_tax"], order["to_state"]) == ("4.99", "0.44", "NY")
    gone = TaxedReturn(
        reference="re_1",
        sale=recorded,
        total=Money(minor=100, currency="USD"),
        tax=8,
        is_whole=False,
        at=START,
    )
    await tax.reverse(gone)
    await tax.reverse(gone)
    (refund,) = local.ledger.refunds.values()
    assert (refund["amount"], refund["sales_tax"]) == ("-0.92", "-0.08")
    assert refund["transaction_reference_id"] == "p1"
    with pytest.raises(TaxRefused):
        await tax.reverse(replace(gone, reference="re_2", sale="p9@DE//"))


@pytest.mark.parametrize("fault", ["error", "half", "drop", "malformed"])
async def test_what_passes_is_tried_again(local: LocalTaxJar, tax: TaxJar, fault: str) -> None:
    local.faults.add(Fault(kind=fault))  # type: ignore[arg-type]  # one of the kinds
    assert (await tax.compute(NEW_YORK)).tax == 44


async def test_an_answer_that_makes_no_sense_is_none(local: LocalTaxJar, tax: TaxJar) -> None:
    for body in (b"[]", b'{"tax": {}}', b'{"tax": {"amount_to_collect": -1, "rate": 0}}'):
        local.faults.add(Fault(kind="malformed", path="/v2/taxes", body=body, times=3))
        with pytest.raises(TaxUnavailable):
            await tax.compute(NEW_YORK)
        local.faults.clear()


async def test_a_token_that_is_refused_is_the_accounts_trouble(local: LocalTaxJar) -> None:
    made = TaxJar(
        token="wrong-token", url=local.url, outbound=Outbound(QUICK), purpose=Purpose.MEMBERS
    )
    with pytest.raises(TaxAccessRefused, match="refuses TAXJAR_TOKEN"):
        await made.ping()
    await made.close()


@given(
    st.sampled_from(("US", "CA", "DE")),
    st.text("ABC0123456789 -", max_size=12),
    st.sampled_from(("", "NY", "ON")),
)
def test_a_place_is_read_as_it_was_written(country: str, postal_code: str, state: str) -> None:
    where = Where(place=Place(country=country, postal_code=postal_code), state=state)
    assert Where.parse(str(where)) == where
