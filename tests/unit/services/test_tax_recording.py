"""What was sold and given back is reported once to who computed its tax, whatever happens."""

import itertools
from dataclasses import dataclass, field, replace

import pytest

from payments.domain.values.guilds import Package
from payments.domain.values.ids import PaymentId
from payments.domain.values.provider_updates import CheckoutStatus, MoneyStatus
from payments.domain.values.tax import PaymentTax, TaxBehavior, TaxRule
from payments.integrations.tax.errors import TaxError, TaxRefused, TaxUnavailable
from payments.integrations.tax.protocol import TaxedReturn, TaxedSale
from payments.runner.runner import Runner
from payments.services.tax_recording import TaxRecording
from payments.store.engine.database import Database
from payments.store.records import tax_records
from payments.store.records.tax_records import TaxRecords
from tests.conftest import Time
from tests.support.commands import put_up
from tests.support.make import checkout_update, event, package, refund_update
from tests.support.taxing import FlatTaxes
from tests.support.ways import begin_purchase, choose

RULE = TaxRule(behavior=TaxBehavior.EXCLUSIVE)
TAXED: Package = replace(package(), tax=RULE)


@dataclass(kw_only=True)
class Ledger:
    """The service's own records, by our references.

    Attributes:
        trouble: What it raises at its next calls; None for a good answer.
        after: Whether it does what is asked all the same, and only the answer is lost.
        never: Of which sale nothing is ever answered.
    """

    sales: dict[str, TaxedSale] = field(default_factory=dict)
    returns: dict[str, TaxedReturn] = field(default_factory=dict)
    trouble: list[TaxError] = field(default_factory=list)
    after: bool = False
    never: str | None = None

    async def record(self, sale: TaxedSale) -> str:
        if sale.reference == self.never:
            raise TaxUnavailable("odd")
        self._fail(early=True)
        self.sales.setdefault(sale.reference, sale)
        self._fail(early=False)
        return f"record of {sale.reference}"

    async def reverse(self, gone: TaxedReturn) -> str:
        self._fail(early=True)
        self.returns.setdefault(gone.reference, gone)
        self._fail(early=False)
        return f"record of {gone.reference}"

    def _fail(self, *, early: bool) -> None:
        if self.trouble and early is not self.after:
            raise self.trouble.pop(0)


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def records(database: Database) -> TaxRecords:
    return TaxRecords(database)


@pytest.fixture
def recording(ledger: Ledger, records: TaxRecords, clock: Time) -> TaxRecording:
    service = FlatTaxes()
    service.records = ledger
    return TaxRecording({"flat": service}, records, clock)


async def sell(runner: Runner, payment: str, *, quote: str | None = "flat:calc_1") -> None:
    """Ada pays 5.94, of which 0.95 are tax."""
    tax = PaymentTax(rule=RULE, asked=95, quote=quote)
    await runner.run(begin_purchase(payment, of=TAXED))
    await runner.run(replace(choose(payment, "stripe", payment, of=TAXED), tax=tax))
    await runner.run(event(checkout_update(payment, of=TAXED, tax=95)))


async def test_a_paid_sale_is_reported_once(
    runner: Runner, ledger: Ledger, recording: TaxRecording
) -> None:
    await put_up(runner, TAXED)
    await sell(runner, "p1")
    assert await recording.run() == 1
    assert await recording.run() == 0
    (sale,) = ledger.sales.values()
    assert (sale.reference, sale.calculation, sale.tax) == ("p1", "calc_1", 95)
    assert sale.total.minor == 594


async def test_what_was_not_paid_or_not_computed_is_not_reported(
    runner: Runner, ledger: Ledger, recording: TaxRecording
) -> None:
    await put_up(runner, TAXED)
    await sell(runner, "p1", quote=None)  # by an older rate, or at a provider that computes it
    tax = PaymentTax(rule=RULE, asked=95, quote="flat:calc_1")
    await runner.run(begin_purchase("p2", of=TAXED))
    await runner.run(replace(choose("p2", "stripe", "p2", of=TAXED), tax=tax))
    unpaid = checkout_update(
        "p2", of=TAXED, tax=95, status=CheckoutStatus.OPEN, money=MoneyStatus.UNPAID
    )
    await runner.run(event(unpaid))
    assert await recording.run() == 0
    assert ledger.sales == {}


@pytest.mark.parametrize("parts", list(itertools.permutations((1, 250, 343))))
async def test_refunds_take_exactly_the_tax_off_in_whatever_order(
    runner: Runner, ledger: Ledger, recording: TaxRecording, parts: tuple[int, ...]
) -> None:
    await put_up(runner, TAXED)
    await sell(runner, "p1")
    for number, part in enumerate(parts):
        if number == 1:
            await recording.run()
        await runner.run(event(refund_update("p1", f"re_{number}", part)))
    await recording.run()
    assert await recording.run() == 0
    assert sorted(each.total.minor for each in ledger.returns.values()) == sorted(parts)
    assert sum(each.tax for each in ledger.returns.values()) == 95
    assert not any(each.is_whole for each in ledger.returns.values())


async def test_a_whole_refund_is_told_as_whole(
    runner: Runner, ledger: Ledger, recording: TaxRecording
) -> None:
    await put_up(runner, TAXED)
    await sell(runner, "p1")
    await runner.run(event(refund_update("p1", "re_1", 594)))
    assert await recording.run() == 2
    (gone,) = ledger.returns.values()
    assert (gone.sale, gone.is_whole, gone.tax) == ("record of p1", True, 95)


@pytest.mark.parametrize("after", [False, True])
async def test_what_is_not_answered_is_reported_later_and_once(
    runner: Runner, ledger: Ledger, recording: TaxRecording, *, after: bool
) -> None:
    """Also where only the answer is lost, as it is if we are killed at that moment."""
    await put_up(runner, TAXED)
    await sell(runner, "p1")
    await sell(runner, "p2")
    ledger.after, ledger.trouble = after, [TaxUnavailable("away")]
    assert await recording.run() == 0  # the second one is not tried while the service is away
    assert await recording.run() == 2
    assert set(ledger.sales) == {"p1", "p2"}
    await runner.run(event(refund_update("p1", "re_1", 100)))
    ledger.trouble = [TaxUnavailable("away")]
    assert await recording.run() == 0
    assert await recording.run() == 1
    assert len(ledger.returns) == 1


async def test_what_is_refused_waits_for_a_person_and_holds_up_nothing(
    runner: Runner, ledger: Ledger, records: TaxRecords, recording: TaxRecording
) -> None:
    await put_up(runner, TAXED)
    await sell(runner, "p1")
    await sell(runner, "p2")
    ledger.trouble = [TaxRefused("no")]
    assert await recording.run() == 1
    assert await recording.run() == 0
    assert (set(ledger.sales), await records.refused()) == ({"p2"}, 1)


async def test_sales_of_tests_are_never_reported_for_real(
    runner: Runner, ledger: Ledger, records: TaxRecords, clock: Time
) -> None:
    service = FlatTaxes(livemode=True)
    service.records = ledger
    await put_up(runner, TAXED)
    await sell(runner, "p1")
    assert await TaxRecording({"flat": service}, records, clock).run() == 0
    assert (ledger.sales, await records.refused()) == ({}, 1)


async def test_a_service_that_was_taken_out_of_the_settings_is_waited_for(
    runner: Runner, ledger: Ledger, records: TaxRecords, recording: TaxRecording, clock: Time
) -> None:
    await put_up(runner, TAXED)
    await sell(runner, "p1")
    assert await TaxRecording({}, records, clock).run() == 0
    assert await recording.run() == 1
    assert PaymentId("p1") in ledger.sales


async def test_what_waits_for_a_service_that_is_gone_holds_up_no_other(
    runner: Runner,
    ledger: Ledger,
    recording: TaxRecording,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However much it is: as many as are looked for at a time, and more."""
    monkeypatch.setattr(tax_records, "AT_ONCE", 2)
    await put_up(runner, TAXED)
    for number in range(3):
        await sell(runner, f"p{number}", quote="gone:calc_1")
    await sell(runner, "p9")
    assert await recording.run() == 1
    await runner.run(event(refund_update("p9", "re_1", 594)))
    assert await recording.run() == 1
    assert set(ledger.sales) == {"p9"}


async def test_one_for_which_nothing_is_ever_answered_holds_up_no_other(
    runner: Runner, ledger: Ledger, recording: TaxRecording
) -> None:
    await put_up(runner, TAXED)
    for payment in ("p1", "p2", "p3"):
        await sell(runner, payment)
    ledger.never = "p1"
    assert [await recording.run() for _ in range(3)] == [0, 2, 0]
    await runner.run(event(refund_update("p2", "re_1", 100)))
    assert await recording.run() == 1
    ledger.never = None
    assert await recording.run() == 1
    assert set(ledger.sales) == {"p1", "p2", "p3"}


async def test_the_refund_of_another_checkout_takes_no_tax_off(
    runner: Runner, ledger: Ledger, recording: TaxRecording
) -> None:
    """It names our payment, and was told before that was paid."""
    await put_up(runner, TAXED)
    tax = PaymentTax(rule=RULE, asked=95, quote="flat:calc_1")
    await runner.run(begin_purchase("p1", of=TAXED))
    await runner.run(replace(choose("p1", "stripe", "p1", of=TAXED), tax=tax))
    await runner.run(event(replace(refund_update("p1", "re_1", 594), intent="pi_other")))
    await runner.run(event(checkout_update("p1", of=TAXED, tax=95)))
    assert await recording.run() == 1
    assert (set(ledger.sales), ledger.returns) == ({"p1"}, {})
