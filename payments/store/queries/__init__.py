"""Reads that change nothing, and never wait for the writer."""

from dataclasses import dataclass

from sqlalchemy import func, select, text, true

from payments.domain.values.events import Priority
from payments.domain.values.ids import GuildId
from payments.domain.values.time import Instant
from payments.store import tables
from payments.store.queries.accounts import (
    Balance,
    HistoryCursor,
    HistoryLine,
    HistoryPage,
    MemberQueries,
)
from payments.store.queries.api_keys import ApiKeyQueries
from payments.store.queries.audit import Action, AuditArchived, AuditCursor, AuditLine
from payments.store.queries.audited import AuditBody, AuditedQueries, AuditEntry
from payments.store.queries.claims import ClaimQueries
from payments.store.queries.earlier import Earlier, EarlierQueries
from payments.store.queries.fulfilment import FulfilmentQueries
from payments.store.queries.guilds import GuildQueries
from payments.store.queries.hold_outcomes import HoldOutcome
from payments.store.queries.inbox import InboxQueries
from payments.store.queries.items import ItemQueries
from payments.store.queries.open_objects import OpenQueries
from payments.store.queries.orders import OrderQueries, OrdersPage
from payments.store.queries.payment_steps import Sent, Step, TracingQueries
from payments.store.queries.payments import PaymentsCursor, PaymentsPage
from payments.store.queries.program_orders import ProgramOrderQueries
from payments.store.queries.provider_calls import CallQueries
from payments.store.queries.second_copy import CopyQueries
from payments.store.queries.shop_stats import ShopStatsQueries
from payments.store.queries.skus import SkuQueries
from payments.store.queries.stats import StatsQueries
from payments.store.queries.stats_rows import Flow, LotChange, Sale
from payments.store.queries.under_way import Coming, Held, PaidBack, UnderWayQueries

__all__ = [
    "Action",
    "AuditArchived",
    "AuditBody",
    "AuditCursor",
    "AuditEntry",
    "AuditLine",
    "Balance",
    "Coming",
    "Earlier",
    "Flow",
    "Held",
    "HistoryCursor",
    "HistoryLine",
    "HistoryPage",
    "HoldOutcome",
    "LotChange",
    "OrdersPage",
    "PaidBack",
    "PaymentsCursor",
    "PaymentsPage",
    "Queries",
    "QueueStanding",
    "Sale",
    "Sent",
    "Step",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStanding:
    """How deliveries of one priority stand.

    Attributes:
        waiting: How many wait, due or not.
        age: For how long the longest due one has been due, in microseconds.
        dead: How many have failed for good.
    """

    priority: Priority
    waiting: int
    age: int
    dead: int


class Queries(
    GuildQueries,
    SkuQueries,
    ApiKeyQueries,
    ProgramOrderQueries,
    MemberQueries,
    AuditedQueries,
    OpenQueries,
    CallQueries,
    TracingQueries,
    InboxQueries,
    CopyQueries,
    StatsQueries,
    ClaimQueries,
    EarlierQueries,
    UnderWayQueries,
    ItemQueries,
    FulfilmentQueries,
    OrderQueries,
    ShopStatsQueries,
):
    """What can be asked of the books."""

    async def ping(self) -> None:
        """Raise if the database cannot be read."""
        await self._mappings(text("SELECT 1"))

    async def engine(self) -> str:
        """Which database it is, and which version of it; raises if it cannot be read."""
        if self._reader.engine.dialect.name == "sqlite":
            read = text("SELECT sqlite_version() AS version, count(*) AS n FROM sqlite_master")
            return f"SQLite {(await self._mappings(read))[0]['version']}"
        found = await self._mappings(text("SHOW server_version"))
        return f"PostgreSQL {found[0]['server_version']}"

    async def version(self) -> str | None:
        """The version that the database is at."""
        found = await self._mappings(text("SELECT version_num FROM alembic_version"))
        return str(found[0]["version_num"]) if found else None

    async def queue(self, now: Instant, guild: GuildId | None = None) -> list[QueueStanding]:
        """How the queue stands, by priority, the most urgent first; of all guilds, or of one."""
        table = tables.deliveries
        theirs = true() if guild is None else table.c.guild_id == guild
        waiting = (
            select(
                table.c.priority,
                func.count().label("waiting"),
                func.min(table.c.due_at).label("due"),
            )
            .where(table.c.status == text("'waiting'"), theirs)
            .group_by(table.c.priority)
        )
        dead = (
            select(table.c.priority, func.count().label("dead"))
            .where(table.c.status == text("'dead'"), theirs)
            .group_by(table.c.priority)
        )
        waits = {row["priority"]: row for row in await self._mappings(waiting)}
        buried = {row["priority"]: row["dead"] for row in await self._mappings(dead)}
        return [
            QueueStanding(
                priority=each,
                waiting=waits[each]["waiting"] if each in waits else 0,
                age=max(0, now - waits[each]["due"]) if each in waits else 0,
                dead=buried.get(each, 0),
            )
            for each in Priority
        ]

    async def oldest_due_delivery(self, now: Instant) -> Instant | None:
        """Since when the delivery that has been due the longest is waiting, if one is."""
        table = tables.deliveries
        query = select(func.min(table.c.due_at).label("due")).where(
            table.c.status == text("'waiting'"), table.c.due_at <= now
        )
        due: Instant | None = (await self._mappings(query))[0]["due"]
        return due
