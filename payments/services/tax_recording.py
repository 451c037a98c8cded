"""What was sold and given back is reported to the service that computed its tax, after the commit.

What is to be reported follows from the payments themselves, so nothing is lost by a kill at any
moment: each has a reference of ours, under which the service takes it once.
"""

from collections.abc import Mapping
from dataclasses import replace

import structlog

from payments.domain.values.money import Money
from payments.domain.values.report import tax_within
from payments.domain.values.time import Clock
from payments.integrations.tax.errors import TaxRefused, TaxUnavailable
from payments.integrations.tax.protocol import TaxedReturn, TaxedSale, TaxRecords, TaxService
from payments.store.records.tax_records import SALE, Unreported
from payments.store.records.tax_records import TaxRecords as Kept

log = structlog.get_logger(__name__)


class TaxRecording:
    """Reports sales and refunds.

    Args:
        services: By name.
        kept: What was reported.
        clock: Tells the time.
    """

    def __init__(self, services: Mapping[str, TaxService], kept: Kept, clock: Clock) -> None:
        self._services = services
        self._kept = kept
        self._clock = clock
        self._unanswered: set[tuple[str, str]] = set()

    async def run(self) -> int:
        """Report what is to be reported; what a service does not answer waits for the next run.

        A service that is away, or was taken out of the settings, holds up no other.

        Returns:
            How many were reported.
        """
        done = 0
        for name, service in self._services.items():
            sales = await self._kept.unreported_sales(name)
            done += (await self._all(service, sales))[0]
            answers = True
            while answers and (found := await self._first_of_each(name)):
                refunds, answers = await self._all(service, found)
                done += refunds
        return done

    async def _first_of_each(self, service: str) -> list[Unreported]:
        """One refund of each payment: the share of tax of the next one follows from it."""
        firsts: dict[str, Unreported] = {}
        for each in await self._kept.unreported_refunds(service):
            firsts.setdefault(each.payment, each)
        return list(firsts.values())

    async def _all(self, service: TaxService, found: list[Unreported]) -> tuple[int, bool]:
        """Report some, those last of which nothing was answered before: others must not wait.

        Returns:
            How many were reported, and whether the service has answered for all of them.
        """
        done = 0
        for each in sorted(found, key=lambda of: (of.payment, of.refund) in self._unanswered):
            try:
                done += await self._one(service, each)
            except TaxUnavailable as error:
                self._unanswered.add((each.payment, each.refund))
                log.warning("tax.not_reported", service=each.service, error=str(error))
                return done, False
            self._unanswered.discard((each.payment, each.refund))
        return done, True

    async def _one(self, service: TaxService, of: Unreported) -> int:
        """Report one; returns how many that were. Raises TaxUnavailable."""
        tax, records = _tax_of(of), service.records
        why = _why_not(of, service)
        if why is not None or records is None:
            await self._kept.note(of, tax=tax, record=None, refused=why, at=self._clock())
            return 0
        try:
            record = await _report(records, of, tax)
        except TaxRefused as error:
            log.warning(
                "tax.report_refused", payment=of.payment, refund=of.refund, error=str(error)
            )
            before = "It was reported before, under an id that is not known here. "
            why = f"{before if error.already else ''}{error}"
            await self._kept.note(of, tax=tax, record=None, refused=why, at=self._clock())
            return 0
        await self._kept.note(of, tax=tax, record=record, refused=None, at=self._clock())
        log.info("tax.reported", payment=of.payment, refund=of.refund, service=of.service)
        return 1


def _tax_of(of: Unreported) -> int:
    """Minor units of tax in it; the shares of all refunds add up to that of the sale."""
    if of.refund == SALE:
        return of.tax
    before = tax_within(of.tax, of.paid, of.gone)
    return tax_within(of.tax, of.paid, of.gone + of.amount) - before


def _why_not(of: Unreported, service: TaxService) -> str | None:
    if service.records is None:
        return f"{service.title} keeps no record of sales."
    if service.livemode is not of.livemode:
        return f"{service.title} is in another mode than what was sold."
    if of.currency != of.paid_in:
        return "It went back in another currency: report it by hand."
    return None


async def _report(records: TaxRecords, of: Unreported, tax: int) -> str:
    total = Money(minor=of.amount, currency=of.currency)
    if of.refund == SALE:
        return await records.record(
            TaxedSale(
                reference=of.payment, calculation=of.calculation, total=total, tax=tax, at=of.at
            )
        )
    left = max(0, of.paid - of.gone)
    total = replace(total, minor=min(of.amount, left))
    return await records.reverse(
        TaxedReturn(
            reference=f"{of.payment}:{of.refund}",
            sale=of.sale or "",
            total=total,
            tax=tax,
            is_whole=not of.gone and of.amount >= of.paid,
            at=of.at,
        )
    )
