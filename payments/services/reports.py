"""All numbers of a period, for owners."""

from collections.abc import Iterable
from dataclasses import replace

from payments.domain.values.ids import House
from payments.domain.values.ledger import TransferKind
from payments.domain.values.money import UNKNOWN_CURRENCY
from payments.domain.values.report import (
    ClaimKind,
    DaySales,
    PackageSales,
    Period,
    PeriodStanding,
    PointsFlow,
    ReportClaim,
    Sold,
    StatsReport,
    Takings,
    Unpriced,
)
from payments.store.queries import Flow, Queries, Sale


async def read_report(queries: Queries, period: Period) -> StatsReport:
    """Read all numbers of a period, in the books of one moment."""
    async with queries.at_one_moment() as books:
        all_sold = await books.sold(period)
        sold = [each for each in all_sold if each.currency != UNKNOWN_CURRENCY]
        flows = await books.flows(period)
        claims = await books.claims(period)
        surplus = await books.surplus(period)
        standing = await books.standing(period.guild, period.end, livemode=period.livemode)
        real = await books.sold_ever(period.guild, livemode=True)
        return StatsReport(
            period=period,
            money=_takings(sold, surplus, claims, standing),
            points=_points(flows),
            standing=standing,
            packages=_packages(all_sold),
            days=_days(sold),
            changes=_changes(flows),
            buyers=await books.buyers(period),
            unpriced=_unpriced(each for each in all_sold if each.currency == UNKNOWN_CURRENCY),
            test_only=not real and await books.sold_ever(period.guild, livemode=False),
        )


def _unpriced(sold: Iterable[Sold]) -> Unpriced:
    some = list(sold)
    return Unpriced(
        sales=sum(each.sales for each in some), points=sum(each.points for each in some)
    )


def _takings(
    sold: Iterable[Sold],
    surplus: Iterable[Sale],
    claims: Iterable[ReportClaim],
    standing: PeriodStanding,
) -> tuple[Takings, ...]:
    lines = {
        code: Takings(currency=code, worth=worth)
        for code, worth in standing.worth.items()
        if code != UNKNOWN_CURRENCY
    }
    for some in sold:
        line = lines.setdefault(some.currency, Takings(currency=some.currency))
        lines[some.currency] = replace(
            line,
            sales=line.sales + some.sales,
            gross=line.gross + some.gross,
            tax=line.tax + some.tax,
        )
    for twice in surplus:
        line = lines.setdefault(twice.currency, Takings(currency=twice.currency))
        lines[twice.currency] = replace(line, surplus=line.surplus + twice.paid)
    for claim in claims:
        line = lines.setdefault(claim.currency, Takings(currency=claim.currency))
        lines[claim.currency] = _with_claim(line, claim)
    return tuple(lines[code] for code in sorted(lines))


def _with_claim(line: Takings, claim: ReportClaim) -> Takings:
    if claim.is_of_surplus:
        return replace(line, surplus_back=line.surplus_back + claim.amount)
    if claim.kind is ClaimKind.DISPUTE:
        return replace(line, disputes=line.disputes + 1, disputed=line.disputed + claim.amount)
    return replace(
        line,
        refunds=line.refunds + 1,
        refunded=line.refunded + claim.amount,
        refunded_tax=line.refunded_tax + claim.tax,
    )


def _points(flows: Iterable[Flow]) -> PointsFlow:
    """What came from and went to each of the guild's own accounts; undone moves count backwards."""
    sums = dict.fromkeys(House, 0)
    granted = revoked = ordered = 0
    for flow in flows:
        if flow.kind in _OF_ORDERS:
            ordered -= flow.points
            continue
        sums[flow.house] += flow.points
        if flow.house is House.ADJUSTED:
            undone = flow.kind is TransferKind.UNDO
            if (flow.kind is TransferKind.GRANT) or (undone and flow.points < 0):
                granted += flow.points
            else:
                revoked -= flow.points
    return PointsFlow(
        sold=sums[House.ISSUED],
        granted=granted,
        spent=-sums[House.REDEEMED],
        ordered=ordered,
        revoked=revoked,
        taken_back=-sums[House.HELD],
        lapsed=-sums[House.EXPIRED],
    )


_OF_ORDERS = {TransferKind.RESERVE, TransferKind.UNRESERVE, TransferKind.RETURN}


def _changes(flows: Iterable[Flow]) -> dict[int, int]:
    changes: dict[int, int] = {}
    for flow in flows:
        changes[flow.day] = changes.get(flow.day, 0) + flow.points
    return changes


def _packages(sold: Iterable[Sold]) -> tuple[PackageSales, ...]:
    """What each package brought, under the last name that it was sold by."""
    lines: dict[tuple[str, str], PackageSales] = {}
    for some in sold:
        line = lines.get((some.package, some.currency))
        lines[some.package, some.currency] = PackageSales(
            package=some.package,
            name=some.name,
            currency=some.currency,
            sales=some.sales + (line.sales if line else 0),
            points=some.points + (line.points if line else 0),
            gross=some.gross + (line.gross if line else 0),
        )
    best_first = sorted(lines.values(), key=lambda x: (-x.sales, -x.points, x.package, x.currency))
    return tuple(best_first)


def _days(sold: Iterable[Sold]) -> tuple[DaySales, ...]:
    lines: dict[tuple[int, str], DaySales] = {}
    for some in sold:
        line = lines.get((some.day, some.currency))
        lines[some.day, some.currency] = DaySales(
            day=some.day,
            currency=some.currency,
            sales=some.sales + (line.sales if line else 0),
            gross=some.gross + (line.gross if line else 0),
        )
    return tuple(lines[key] for key in sorted(lines))
