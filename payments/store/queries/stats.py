"""Numbers of a period: what was sold, how points came and went, what is outstanding."""

from collections import Counter
from collections.abc import Collection

from sqlalchemy import case, func, select, text

from payments.domain.values.ids import GuildId, House, PaymentId
from payments.domain.values.ledger import TransferKind
from payments.domain.values.left_test_points import TestPoints
from payments.domain.values.report import Period, PeriodStanding, Sold
from payments.domain.values.time import Instant
from payments.store import tables
from payments.store.queries.movements import (
    PASSED_ON,
    balances,
    changes_of_lots,
    movements,
    purchases,
    unspent,
)
from payments.store.queries.net import NET
from payments.store.queries.reader import Reader
from payments.store.queries.stats_rows import (
    Flow,
    LotChange,
    Sale,
    change_from,
    left_of_tests,
    sale_from,
    sold_from,
    standing_from,
)


class StatsQueries(Reader):
    """What can be asked about a period."""

    async def sold(self, period: Period) -> list[Sold]:
        """What was sold, by day, package and currency, the oldest first."""
        bought = purchases(period).subquery("bought")
        alike = (bought.c.day, bought.c.package_id, bought.c.package_name, bought.c.currency)
        query = (
            select(
                *alike,
                func.count().label("sales"),
                func.sum(bought.c.points).label("points"),
                func.sum(bought.c.paid).label("paid"),
                func.sum(bought.c.net).label("net"),
            )
            .group_by(*alike)
            .order_by(*alike)
        )
        return [sold_from(row) for row in await self._mappings(query)]

    async def sales(self, period: Period) -> list[Sale]:
        """Each payment that was credited, the oldest first."""
        bought = purchases(period).subquery("bought")
        query = select(bought).order_by(bought.c.at, bought.c.payment_id)
        return [sale_from(row) for row in await self._mappings(query)]

    async def surplus(self, period: Period) -> list[Sale]:
        """What came for purchases that were paid before, the oldest first: it brought no points."""
        payments = tables.payments
        query = (
            select(payments, payments.c.surplus_at.label("at"), NET.label("net"))
            .where(
                payments.c.surplus_at.is_not(None),
                payments.c.surplus_at >= period.start,
                payments.c.surplus_at < period.end,
                payments.c.livemode == int(period.livemode),
            )
            .order_by(payments.c.surplus_at, payments.c.payment_id)
        )
        if period.guild is not None:
            query = query.where(payments.c.guild_id == period.guild)
        return [sale_from(row) for row in await self._mappings(query)]

    async def buyers(self, period: Period) -> int:
        """How many members bought something; one who buys in two guilds counts twice."""
        bought = purchases(period).subquery("bought")
        members = select(bought.c.guild_id, bought.c.member_id).distinct().subquery("members")
        found = await self._mappings(select(func.count().label("buyers")).select_from(members))
        return int(found[0]["buyers"])

    async def sold_ever(self, guild: GuildId | None, *, livemode: bool) -> bool:
        """Whether anything was ever sold for real money, or in test mode."""
        payments = tables.payments
        query = (
            select(payments.c.payment_id)
            .where(payments.c.livemode == int(livemode), payments.c.credited_at.is_not(None))
            .limit(1)
        )
        if guild is not None:
            query = query.where(payments.c.guild_id == guild)
        return bool(await self._mappings(query))

    async def test_points(
        self, providers: Collection[str], guild: GuildId | None = None
    ) -> list[TestPoints]:
        """What is left of payments that were made in test mode, by guild.

        Args:
            providers: Only what they took.
            guild: Only there; everywhere if none.
        """
        left = left_of_tests(providers, guild)
        grouped = (
            select(
                left.c.guild_id,
                func.count(left.c.payment_id.distinct()).label("payments"),
                func.count(left.c.member_id.distinct()).label("members"),
                func.sum(left.c.points).label("points"),
            )
            .group_by(left.c.guild_id)
            .order_by(left.c.guild_id)
        )
        return [
            TestPoints(
                guild=GuildId(row["guild_id"]),
                payments=row["payments"],
                members=row["members"],
                points=int(row["points"]),
            )
            for row in await self._mappings(grouped)
        ]

    async def test_payments(
        self, providers: Collection[str], guild: GuildId | None = None
    ) -> list[tuple[GuildId, PaymentId]]:
        """The payments of `test_points`, the oldest first."""
        left = left_of_tests(providers, guild)
        query = select(left.c.guild_id, left.c.payment_id).distinct()
        found = await self._mappings(query.order_by(left.c.guild_id, left.c.payment_id))
        return [(GuildId(row["guild_id"]), PaymentId(row["payment_id"])) for row in found]

    async def flows(self, period: Period) -> list[Flow]:
        """How points came and went, whatever they had cost, by day, the oldest first."""
        moved = movements(period.guild, period.start, period.end, period)
        came = case((moved.c.points > 0, 1), else_=0).label("came")  # undone moves go both ways
        alike = (moved.c.day, moved.c.kind, moved.c.house, came)
        query = (
            select(*alike, func.sum(moved.c.points).label("points"))
            .where(moved.c.house != PASSED_ON)
            .group_by(*alike[:-1], text("came"))
            .order_by(*alike[:-1], text("came"))
        )
        return [
            Flow(row["day"], TransferKind(row["kind"]), House(row["house"]), int(row["points"]))
            for row in await self._mappings(query)
        ]

    async def standing(
        self, guild: GuildId | None, at: Instant, *, livemode: bool
    ) -> PeriodStanding:
        """Points that members had when a moment came; none whose time was over."""
        payments, there = tables.payments, unspent(guild, at)
        kinds = (
            NET.label("net"),
            payments.c.points,
            payments.c.currency,
            payments.c.livemode,
            there.c.unspent,
            there.c.reserved,
            there.c.ended,
        )
        query = (
            select(*kinds, func.count().label("payments"))
            .select_from(
                there.outerjoin(
                    payments,
                    (payments.c.guild_id == there.c.guild_id)
                    & (payments.c.payment_id == there.c.payment_id),
                )
            )
            .group_by(*kinds)
        )
        found, sums = await self._at_once(query, balances(guild, at))
        return standing_from(found, int(sums[0]["points"]), livemode=livemode)

    async def unspent_before(self, period: Period) -> dict[tuple[GuildId, PaymentId], int]:
        """How many points of each payment were unspent when the period began, if any were.

        Points in open orders are unspent.
        As they were booked: points whose time was over leave the books when they lapse.
        """
        there = unspent(period.guild, period.start)
        query = select(there).where(there.c.payment_id.is_not(None))
        points: Counter[tuple[GuildId, PaymentId]] = Counter()
        for row in await self._mappings(query):
            key = GuildId(row["guild_id"]), PaymentId(row["payment_id"])
            points[key] += int(row["unspent"]) + int(row["reserved"])
        return points

    async def lot_changes(self, period: Period) -> list[LotChange]:
        """What transfers did to unspent points of payments; of one moment, what came comes first.

        Points passed on or reserved are still unspent, so those transfers are left out.
        """
        payments = tables.payments
        changed = changes_of_lots(period.guild, period.start, period.end).subquery("changed")
        its_payment = (payments.c.guild_id == changed.c.guild_id) & (
            payments.c.payment_id == changed.c.payment_id
        )
        change = changed.c.points + changed.c.reserved
        query = (
            select(
                changed,
                change.label("change"),
                payments.c.currency,
                NET.label("net"),
                payments.c.points.label("given"),
            )
            .select_from(changed.join(payments, its_payment))
            .where(change != 0, payments.c.livemode == int(period.livemode))
            .order_by(changed.c.at, change.desc(), changed.c.transfer_id)
        )
        return [change_from(row) for row in await self._mappings(query)]
