"""What guilds sell, their settings, and who gets their events."""

from sqlalchemy import exists, or_, select

from payments.domain.values.guilds import GuildSettings, Package, Subscriber
from payments.domain.values.ids import GuildId, PackageId, SubscriberId
from payments.store import tables
from payments.store.books.installation import load_installation
from payments.store.queries.reader import Reader
from payments.store.rows.guilds import package_from, settings_from, subscriber_from


class GuildQueries(Reader):
    """Questions about guilds."""

    async def is_known(self, guild: GuildId) -> bool:
        """Whether the books have anything about a guild."""
        about = (tables.guild_settings, tables.packages, tables.payments, tables.accounts)
        there = [exists().where(table.c.guild_id == guild) for table in about]
        found = await self._mappings(select(or_(*there).label("there")))
        return bool(found[0]["there"])

    async def packages(self, guild: GuildId) -> list[Package]:
        """What a guild sells, the smallest first."""
        packages = tables.packages
        query = select(packages).where(packages.c.guild_id == guild, packages.c.active == 1)
        ordered = query.order_by(packages.c.points, packages.c.package_id)
        return [package_from(row) for row in await self._mappings(ordered)]

    async def package(self, guild: GuildId, package: PackageId) -> tuple[Package, str] | None:
        """One package, retired or not, and the id of the installation that sells it."""
        packages = tables.packages
        table = tables.installation
        ours = select(table.c.installation_id).where(table.c.one == 1).scalar_subquery()
        query = select(packages, ours.label("installation_id")).where(
            packages.c.guild_id == guild, packages.c.package_id == package
        )
        found = await self._mappings(query)
        return (package_from(found[0]), found[0]["installation_id"]) if found else None

    async def installation(self) -> str:
        """The id that tells this installation from any other on the same account of a provider."""
        return await self._reader.read(load_installation)

    async def settings(self, guild: GuildId) -> GuildSettings:
        """A guild's settings, or the defaults."""
        table = tables.guild_settings
        found = await self._mappings(select(table).where(table.c.guild_id == guild))
        return settings_from(found[0]) if found else GuildSettings(guild=guild)

    async def guild_name(self, guild: GuildId) -> str | None:
        """What the guild is called on Discord, as it was seen last."""
        table = tables.guild_names
        found = await self._mappings(select(table.c.name).where(table.c.guild_id == guild))
        return found[0]["name"] if found else None

    async def subscribers(self, guild: GuildId) -> list[Subscriber]:
        """Subscribers of a guild, the oldest first."""
        table = tables.subscribers
        query = (
            select(table)
            .where(table.c.guild_id == guild, table.c.active == 1)
            .order_by(table.c.subscriber_id)
        )
        return [subscriber_from(row) for row in await self._mappings(query)]

    async def subscriber(self, guild: GuildId, subscriber: SubscriberId) -> Subscriber | None:
        """One of them, active or not."""
        table = tables.subscribers
        query = select(table).where(table.c.guild_id == guild, table.c.subscriber_id == subscriber)
        found = await self._mappings(query)
        return subscriber_from(found[0]) if found else None
