"""Reads that change nothing, and never wait for the writer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, literal, or_, select, text, union_all
from sqlalchemy.ext.asyncio import AsyncEngine

from payments.domain.answers import Answer
from payments.domain.facts import CheckoutStatus, MoneyStatus
from payments.domain.guilds import GuildSettings, Package
from payments.domain.ids import ActionId, GuildId, MemberId, PackageId, PaymentId
from payments.domain.incoming import Incoming, IncomingStatus
from payments.domain.ledger import TransferKind
from payments.domain.payment import Payment
from payments.domain.time import Instant
from payments.store import rows, tables
from payments.store.tables import LAST_HOUSE

IDS_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What a member has.

    Attributes:
        points: The balance; negative only by debt.
        debt: Points that the member owes.
        maturing: Points that cannot be passed on yet.
        next_maturity: When the next of them can.
    """

    points: int = 0
    debt: int = 0
    maturing: int = 0
    next_maturity: Instant | None = None


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
    """

    id: ActionId
    at: Instant
    kind: TransferKind
    points: int
    counterparty: MemberId | None
    package: str | None
    payment: PaymentId | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    """Lines from new to old, and where older ones begin, if there are any."""

    lines: tuple[HistoryLine, ...]
    older: HistoryCursor | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentsCursor:
    """A place in a list of payments: those before it were begun earlier."""

    at: Instant
    id: PaymentId


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentsPage:
    """Payments with their refunds and disputes, from new to old, and where older ones begin."""

    payments: tuple[Payment, ...]
    older: PaymentsCursor | None


class Queries:
    """What can be asked of the books."""

    def __init__(self, reader: AsyncEngine) -> None:
        self._reader = reader

    async def _mappings(self, query: Any) -> list[rows.Row]:  # noqa: ANN401 - any select
        async with self._reader.connect() as connection:
            return list((await connection.execute(query)).mappings())

    async def ping(self) -> None:
        """Raise if the database cannot be read."""
        await self._mappings(text("SELECT 1"))

    async def version(self) -> str | None:
        """The version that the database is at."""
        found = await self._mappings(text("SELECT version_num FROM alembic_version"))
        return str(found[0]["version_num"]) if found else None

    async def payment(self, payment: PaymentId) -> Payment | None:
        """One payment with its refunds and disputes, without holds."""
        query = select(tables.payments).where(tables.payments.c.payment_id == payment)
        found = await self._whole(await self._mappings(query))
        return found[0] if found else None

    async def payments(
        self,
        guild: GuildId,
        member: MemberId | None = None,
        *,
        before: PaymentsCursor | None = None,
        limit: int = 10,
    ) -> PaymentsPage:
        """One page of a guild's payments, or of one member's, from new to old.

        All of a guild come in the order of their ids, which begin with the time; those of one
        member in the order in which they were begun. Each order is that of an index.
        """
        query = _payments_of(guild, member, before).limit(limit + 1)
        found = await self._mappings(query)
        page = tuple(await self._whole(found[:limit]))
        last = page[-1] if len(found) > limit else None
        older = None if last is None else PaymentsCursor(at=last.created_at, id=last.id)
        return PaymentsPage(payments=page, older=older)

    async def _whole(self, found: Sequence[rows.Row]) -> list[Payment]:
        """Payments of one guild with their refunds and disputes."""
        if not found:
            return []
        guild, ids = found[0]["guild_id"], [row["payment_id"] for row in found]
        refunds, disputes = [
            await self._mappings(
                select(table).where(table.c.guild_id == guild, table.c.payment_id.in_(ids))
            )
            for table in (tables.refunds, tables.disputes)
        ]
        return [
            rows.payment_from(
                row,
                refunds=tuple(
                    rows.refund_from(each)
                    for each in refunds
                    if each["payment_id"] == row["payment_id"]
                ),
                disputes=tuple(
                    rows.dispute_from(each)
                    for each in disputes
                    if each["payment_id"] == row["payment_id"]
                ),
            )
            for row in found
        ]

    async def packages(self, guild: GuildId, *, active_only: bool = True) -> list[Package]:
        """A guild's packages, the smallest first."""
        packages = tables.packages
        query = select(packages).where(packages.c.guild_id == guild)
        if active_only:
            query = query.where(packages.c.active == 1)
        ordered = query.order_by(packages.c.points, packages.c.package_id)
        return [rows.package_from(row) for row in await self._mappings(ordered)]

    async def package(self, guild: GuildId, package: PackageId) -> Package | None:
        """One package, retired or not."""
        packages = tables.packages
        query = select(packages).where(
            packages.c.guild_id == guild, packages.c.package_id == package
        )
        found = await self._mappings(query)
        return rows.package_from(found[0]) if found else None

    async def settings(self, guild: GuildId) -> GuildSettings:
        """A guild's settings, or the defaults."""
        table = tables.guild_settings
        found = await self._mappings(select(table).where(table.c.guild_id == guild))
        return rows.settings_from(found[0]) if found else GuildSettings(guild=guild)

    async def balance(self, guild: GuildId, member: MemberId, now: Instant) -> Balance:
        """What a member has at `now`."""
        accounts, lots = tables.accounts, tables.lots
        maturing = and_(
            lots.c.guild_id == accounts.c.guild_id,
            lots.c.member_id == accounts.c.member_id,
            lots.c.remaining > 0,
            lots.c.matures_at > now,
        )
        query = (
            select(
                accounts.c.balance,
                accounts.c.debt,
                func.coalesce(func.sum(lots.c.remaining), 0).label("maturing"),
                func.min(lots.c.matures_at).label("next_maturity"),
            )
            .select_from(accounts.outerjoin(lots, maturing))
            .where(accounts.c.guild_id == guild, accounts.c.member_id == member)
            .group_by(accounts.c.balance, accounts.c.debt)
        )
        found = await self._mappings(query)
        if not found:
            return Balance()
        row = found[0]
        return Balance(
            points=row["balance"],
            debt=row["debt"],
            maturing=int(row["maturing"]),
            next_maturity=row["next_maturity"],
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
        query = (
            select(both, tables.payments.c.package_name)
            .select_from(
                both.outerjoin(
                    tables.payments,
                    and_(
                        tables.payments.c.guild_id == guild,
                        tables.payments.c.payment_id == both.c.payment_id,
                    ),
                )
            )
            .order_by(both.c.at.desc(), both.c.transfer_id.desc())
            .limit(limit + 1)
        )
        lines = [_history_line(row) for row in await self._mappings(query)]
        page = tuple(lines[:limit])
        older = HistoryCursor(at=page[-1].at, id=page[-1].id) if len(lines) > limit else None
        return HistoryPage(lines=page, older=older)

    async def answer(self, payment: PaymentId, now: Instant) -> Answer | None:
        """The answer that can still be changed, if there is one."""
        answers = tables.answers
        query = select(answers).where(answers.c.payment_id == payment, answers.c.until > now)
        found = await self._mappings(query)
        if not found:
            return None
        row = found[0]
        return Answer(payment=payment, sealed=row["sealed"], until=Instant(row["until"]))

    async def open_payments(self, before: Instant, since: Instant) -> list[Payment]:
        """Payments begun between two times whose money has not come and may still come."""
        payments = tables.payments
        query = (
            select(payments)
            .where(
                payments.c.money.in_([MoneyStatus.UNPAID, MoneyStatus.PROCESSING]),
                payments.c.checkout.in_([CheckoutStatus.OPEN, CheckoutStatus.COMPLETE]),
                payments.c.credited_at.is_(None),
                payments.c.created_at.between(since, before),
            )
            .order_by(payments.c.created_at)
        )
        return [rows.payment_from(row) for row in await self._mappings(query)]

    async def known_events(self, provider: str, ids: Sequence[str]) -> set[str]:
        """Those of a provider's messages that have come already."""
        table = tables.provider_events
        found: set[str] = set()
        for start in range(0, len(ids), IDS_AT_ONCE):
            some = ids[start : start + IDS_AT_ONCE]
            query = select(table.c.event_id).where(
                table.c.provider == provider, table.c.event_id.in_(some)
            )
            found.update(row["event_id"] for row in await self._mappings(query))
        return found

    async def oldest_due_delivery(self, now: Instant) -> Instant | None:
        """Since when the delivery that has been due the longest is waiting, if one is."""
        table = tables.deliveries
        query = select(func.min(table.c.due_at).label("due")).where(
            table.c.status == text("'waiting'"), table.c.due_at <= now
        )
        due: Instant | None = (await self._mappings(query))[0]["due"]
        return due

    async def incoming(self, event: str) -> Incoming | None:
        """One provider event."""
        table = tables.provider_events
        found = await self._mappings(select(table).where(table.c.event_id == event))
        return _incoming_from(found[0]) if found else None

    async def incoming_by_status(self, status: IncomingStatus | None, limit: int) -> list[Incoming]:
        """The newest provider events, of one status or of any, for a person to look at."""
        table = tables.provider_events
        query = select(table).order_by(table.c.received_at.desc()).limit(limit)
        if status is not None:
            query = query.where(table.c.status == status)
        return [_incoming_from(row) for row in await self._mappings(query)]

    async def due_incoming(self, now: Instant, limit: int = 50) -> list[Incoming]:
        """Provider events that are to be tried again by now, the longest due first."""
        table = tables.provider_events
        query = (
            select(table)
            .where(table.c.retry_at.is_not(None), table.c.retry_at <= now)
            .order_by(table.c.retry_at)
            .limit(limit)
        )
        return [_incoming_from(row) for row in await self._mappings(query)]


def _payments_of(guild: GuildId, member: MemberId | None, before: PaymentsCursor | None) -> Any:  # noqa: ANN401 - a select
    payments = tables.payments
    query = select(payments).where(payments.c.guild_id == guild)
    if member is None:
        if before is not None:
            query = query.where(payments.c.payment_id < before.id)
        return query.order_by(payments.c.payment_id.desc())
    query = query.where(payments.c.member_id == member)
    if before is not None:
        query = query.where(
            payments.c.created_at <= before.at,
            or_(payments.c.created_at < before.at, payments.c.payment_id < before.id),
        )
    return query.order_by(payments.c.created_at.desc(), payments.c.payment_id.desc())


def _history_side(
    guild: GuildId,
    member: MemberId,
    before: HistoryCursor | None,
    limit: int,
    *,
    incoming: bool,
) -> Any:  # noqa: ANN401 - a select
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
        transfers.c.note,
    ).where(transfers.c.guild_id == guild, mine == member, mine > text(str(LAST_HOUSE)))
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
    )


def _incoming_from(row: rows.Row) -> Incoming:
    return Incoming(
        provider=row["provider"],
        id=row["event_id"],
        kind=row["kind"],
        body=row["body"],
        received_at=Instant(row["received_at"]),
        status=IncomingStatus(row["status"]),
        reason=row["reason"],
        attempts=row["attempts"],
        retry_at=row["retry_at"],
    )
