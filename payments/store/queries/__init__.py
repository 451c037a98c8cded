"""Reads that change nothing, and never wait for the writer."""

from sqlalchemy import func, select, text

from payments.domain.guilds import GuildSettings, Package
from payments.domain.ids import GuildId, PackageId
from payments.domain.time import Instant
from payments.store import rows, tables
from payments.store.queries.actions import Action, ActionQueries
from payments.store.queries.incoming import IncomingQueries
from payments.store.queries.members import (
    Balance,
    HistoryCursor,
    HistoryLine,
    HistoryPage,
    MemberQueries,
)
from payments.store.queries.payments import PaymentQueries, PaymentsCursor, PaymentsPage
from payments.store.queries.tracing import Sent, Step, TracingQueries

__all__ = [
    "Action",
    "Balance",
    "HistoryCursor",
    "HistoryLine",
    "HistoryPage",
    "PaymentsCursor",
    "PaymentsPage",
    "Queries",
    "Sent",
    "Step",
]


class Queries(MemberQueries, PaymentQueries, TracingQueries, ActionQueries, IncomingQueries):
    """What can be asked of the books."""

    async def ping(self) -> None:
        """Raise if the database cannot be read."""
        await self._mappings(text("SELECT 1"))

    async def version(self) -> str | None:
        """The version that the database is at."""
        found = await self._mappings(text("SELECT version_num FROM alembic_version"))
        return str(found[0]["version_num"]) if found else None

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

    async def oldest_due_delivery(self, now: Instant) -> Instant | None:
        """Since when the delivery that has been due the longest is waiting, if one is."""
        table = tables.deliveries
        query = select(func.min(table.c.due_at).label("due")).where(
            table.c.status == text("'waiting'"), table.c.due_at <= now
        )
        due: Instant | None = (await self._mappings(query))[0]["due"]
        return due
