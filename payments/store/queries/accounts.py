"""What members have, and how it came and went."""

import functools
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import and_, bindparam, case, func, literal, or_, select, text, union_all

from payments.domain.values.ids import ActionId, GuildId, MemberId, PaymentId
from payments.domain.values.items import Offer
from payments.domain.values.ledger import TransferKind
from payments.domain.values.orders import OrderState
from payments.domain.values.time import Instant
from payments.store import rows, tables
from payments.store.queries.hold_outcomes import (
    HoldOutcome,
    OneHold,
    outcome_of,
    outcomes_query,
)
from payments.store.queries.reader import Reader
from payments.store.rows.codec import decode
from payments.store.tables import LAST_HOUSE


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What a member has. Points whose time is over count no more, also before they go.

    Attributes:
        points: The balance; negative only by debt.
        debt: Points that the member owes.
        reached: Points of other members that are kept for what this member bought; what comes to
            the member gives them back.
        maturing: Points that cannot be passed on yet.
        next_maturity: When the next of them can.
        lapsing: Points that lapse next, if any ever do.
        next_lapse: When they do.
    """

    points: int = 0
    debt: int = 0
    reached: int = 0
    maturing: int = 0
    next_maturity: Instant | None = None
    lapsing: int = 0
    next_lapse: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryCursor:
    """A place in a member's history: lines before it are older."""

    at: Instant
    id: ActionId


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """One transfer as one member sees it.

    Attributes:
        points: Came in (positive) or went out (negative).
        counterparty: The other member, where there is one.
        package: What was bought, where it is about a payment.
        note: What a person wrote to it, unescaped.
        outcome: What has become of the points since, where they were put on hold.
        item: What was ordered, where it is about an order, unescaped.
        state: How far that order is now.
    """

    id: ActionId
    at: Instant
    kind: TransferKind
    points: int
    counterparty: MemberId | None
    package: str | None
    payment: PaymentId | None
    note: str
    outcome: HoldOutcome | None = None
    item: str | None = None
    state: OrderState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    """Lines from new to old, and where older ones begin, if there are any."""

    lines: tuple[HistoryLine, ...]
    older: HistoryCursor | None


class MemberQueries(Reader):
    """What can be asked about members."""

    async def balance(self, guild: GuildId, member: MemberId, now: Instant) -> Balance:
        """What a member has at `now`."""
        found = await self._mappings(_balance_query(), guild=guild, member=member, now=now)
        if not found:
            return Balance()
        row = found[0]
        lapsing = 0
        if row["next_lapse"] is not None:
            ending = await self._mappings(_ending_query(guild, member, row["next_lapse"]))
            lapsing = int(ending[0]["points"])
        return Balance(
            points=row["balance"] - int(row["lapsed"]),
            debt=row["debt"],
            reached=row["reached"],
            maturing=int(row["maturing"]),
            next_maturity=row["next_maturity"],
            lapsing=lapsing,
            next_lapse=row["next_lapse"] if lapsing else None,
        )

    async def history(
        self,
        guild: GuildId,
        member: MemberId,
        *,
        before: HistoryCursor | None = None,
        limit: int = 10,
    ) -> HistoryPage:
        """One page of a member's transfers, from new to old."""
        sides = [
            _history_side(guild, member, before, limit, incoming=incoming)
            for incoming in (True, False)
        ]
        both = union_all(*(select(side.subquery()) for side in sides)).subquery()
        payments, orders = tables.payments, tables.orders
        bought = and_(payments.c.guild_id == guild, payments.c.payment_id == both.c.payment_id)
        ordered = and_(orders.c.guild_id == guild, orders.c.order_id == both.c.order_id)
        query = (
            select(both, payments.c.package_name, orders.c.offer, orders.c.state)
            .select_from(both.outerjoin(payments, bought).outerjoin(orders, ordered))
            .order_by(both.c.at.desc(), both.c.transfer_id.desc())
            .limit(limit + 1)
        )
        lines = [_history_line(row) for row in await self._mappings(query)]
        page = await self._with_outcomes(guild, member, lines[:limit])
        older = HistoryCursor(at=page[-1].at, id=page[-1].id) if len(lines) > limit else None
        return HistoryPage(lines=page, older=older)

    async def _with_outcomes(
        self, guild: GuildId, member: MemberId, lines: list[HistoryLine]
    ) -> tuple[HistoryLine, ...]:
        held = [each for each in lines if each.kind is TransferKind.HOLD and each.payment]
        if not held:
            return tuple(lines)
        payments = {each.payment for each in held if each.payment}
        found = await self._mappings(outcomes_query(guild, member, payments))
        outcomes = dict(map(outcome_of, found))
        entries = tables.lot_entries.c
        of_lots = select(entries.transfer_id).where(
            entries.guild_id == guild, entries.transfer_id.in_([each.id for each in held])
        )
        there = {row["transfer_id"] for row in await self._mappings(of_lots)}
        known = {
            each.id: outcomes.get(OneHold(each.payment, each.at, is_debt=each.id not in there))
            for each in held
        }
        return tuple(replace(each, outcome=known.get(each.id)) for each in lines)

    async def history_length(self, guild: GuildId, member: MemberId) -> int:
        """How many transfers a member's history has."""
        transfers = tables.transfers
        sides = [
            select(func.count())
            .where(transfers.c.guild_id == guild, mine == member, mine > text(str(LAST_HOUSE)))
            .scalar_subquery()
            for mine in (transfers.c.source, transfers.c.destination)
        ]
        found = await self._mappings(select((sides[0] + sides[1]).label("lines")))
        return int(found[0]["lines"])

    async def was_undone(self, guild: GuildId, transfer: str) -> bool:
        """Whether a transfer was undone."""
        transfers = tables.transfers
        query = select(transfers.c.transfer_id).where(
            transfers.c.guild_id == guild, transfers.c.undoes == transfer
        )
        return bool(await self._mappings(query))

    async def purchase_banned_by(self, guild: GuildId, member: MemberId) -> tuple[PaymentId, ...]:
        """The lost payments for which a member may not buy; None if they may."""
        bars = tables.bars
        query = select(bars.c.payment_id).where(
            bars.c.guild_id == guild, bars.c.member_id == member
        )
        return tuple(PaymentId(row["payment_id"]) for row in await self._mappings(query))


@functools.cache
def _balance_query() -> Any:  # noqa: ANN401 - a select
    """Made once: to make it takes longer than to ask it. It has `guild`, `member` and `now`."""
    accounts, lots = tables.accounts, tables.lots
    now: Any = bindparam("now")
    is_open = and_(
        lots.c.guild_id == accounts.c.guild_id,
        lots.c.member_id == accounts.c.member_id,
        lots.c.remaining > 0,
    )
    has_lapsed = lots.c.expires_at <= now
    is_maturing = and_(
        lots.c.matures_at > now, or_(lots.c.expires_at.is_(None), lots.c.expires_at > now)
    )
    return (
        select(
            accounts.c.balance,
            accounts.c.debt,
            accounts.c.reached,
            _sum_where(lots.c.remaining, has_lapsed).label("lapsed"),
            _sum_where(lots.c.remaining, is_maturing).label("maturing"),
            func.min(case((is_maturing, lots.c.matures_at))).label("next_maturity"),
            func.min(case((lots.c.expires_at > now, lots.c.expires_at))).label("next_lapse"),
        )
        .select_from(accounts.outerjoin(lots, is_open))
        .where(
            accounts.c.guild_id == bindparam("guild"), accounts.c.member_id == bindparam("member")
        )
        .group_by(accounts.c.balance, accounts.c.debt, accounts.c.reached)
    )


def _sum_where(column: Any, where: Any) -> Any:  # noqa: ANN401 - parts of a select
    return func.coalesce(func.sum(case((where, column), else_=0)), 0)


def _ending_query(guild: GuildId, member: MemberId, when: Instant) -> Any:  # noqa: ANN401 - as above
    """How many points of a member lapse at a moment."""
    lots = tables.lots
    return select(func.coalesce(func.sum(lots.c.remaining), 0).label("points")).where(
        lots.c.guild_id == guild,
        lots.c.member_id == member,
        lots.c.remaining > 0,
        lots.c.expires_at == when,
    )


def _history_side(
    guild: GuildId,
    member: MemberId,
    before: HistoryCursor | None,
    limit: int,
    *,
    incoming: bool,
) -> Any:  # noqa: ANN401 - a select
    """The newest transfers to or from a member.

    The bound on `at` leaves nothing out. Without one and without statistics, SQLite 3.40 takes
    the range over the equality on `mine`, and walks all transfers of the guild.
    """
    transfers = tables.transfers
    mine, other = (
        (transfers.c.destination, transfers.c.source)
        if incoming
        else (transfers.c.source, transfers.c.destination)
    )
    query = select(
        transfers.c.transfer_id,
        transfers.c.at,
        transfers.c.kind,
        (transfers.c.points * literal(1 if incoming else -1)).label("points"),
        other.label("other"),
        transfers.c.payment_id,
        transfers.c.order_id,
        transfers.c.note,
    ).where(
        transfers.c.guild_id == guild,
        mine == member,
        mine > text(str(LAST_HOUSE)),
        transfers.c.at >= Instant(0),
    )
    if before is not None:
        query = query.where(
            transfers.c.at <= before.at,
            or_(transfers.c.at < before.at, transfers.c.transfer_id < before.id),
        )
    return query.order_by(transfers.c.at.desc(), transfers.c.transfer_id.desc()).limit(limit + 1)


def _history_line(row: rows.Row) -> HistoryLine:
    return HistoryLine(
        id=ActionId(row["transfer_id"]),
        at=Instant(row["at"]),
        kind=TransferKind(row["kind"]),
        points=row["points"],
        counterparty=MemberId(row["other"]) if row["other"] > LAST_HOUSE else None,
        package=row["package_name"],
        payment=row["payment_id"],
        note=row["note"],
        item=None if row["offer"] is None else decode(Offer, row["offer"]).name,
        state=None if row["state"] is None else OrderState(row["state"]),
    )
