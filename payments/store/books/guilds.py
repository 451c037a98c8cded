"""Guilds in the database: their settings, packages and subscribers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, Table, bindparam, select

from payments.domain.books import GUILDS, GuildBooks
from payments.domain.values.guilds import GuildSettings, Package, Subscriber
from payments.domain.values.ids import GuildId
from payments.store import tables
from payments.store.books.loader import Loading, loads
from payments.store.books.writer import Writing, writes
from payments.store.engine.dialect import lock
from payments.store.rows import Row
from payments.store.rows.guilds import (
    package_from,
    package_row,
    settings_from,
    settings_row,
    subscriber_from,
    subscriber_row,
)
from payments.store.statements.bulk import insert_or_update


@loads(GUILDS)
def load_guilds(loading: Loading, guilds: AbstractSet[GuildId]) -> dict[GuildId, GuildBooks]:
    """Lock guilds' settings; packages and subscribers come along."""
    connection, wanted = loading.connection, sorted(guilds)
    if loading.changing:
        lock(connection, "guild", wanted)
    if not wanted:
        return {}
    settings = {
        row["guild_id"]: settings_from(row)
        for row in _rows_of(connection, tables.guild_settings, wanted)
    }
    packages: defaultdict[GuildId, list[Package]] = defaultdict(list)
    for row in _rows_of(connection, tables.packages, wanted):
        packages[GuildId(row["guild_id"])].append(package_from(row))
    subscribers: defaultdict[GuildId, list[Subscriber]] = defaultdict(list)
    for row in _rows_of(connection, tables.subscribers, wanted):
        subscribers[GuildId(row["guild_id"])].append(subscriber_from(row))
    return {
        guild: GuildBooks(
            settings=settings.get(guild, GuildSettings(guild=guild)),
            packages=tuple(packages[guild]),
            subscribers=tuple(subscribers[guild]),
        )
        for guild in wanted
    }


def _rows_of(connection: Connection, table: Table, guilds: Sequence[GuildId]) -> Iterable[Row]:
    return connection.execute(_of_guilds(table), {"guilds": guilds}).mappings()


@cache
def _of_guilds(table: Table) -> Select[Any]:
    """Made once: every batch asks."""
    return select(table).where(table.c.guild_id.in_(bindparam("guilds", expanding=True)))


@writes(GUILDS)
def write_guilds(writing: Writing, changed: Mapping[GuildId, GuildBooks]) -> None:
    """Write changed guilds whole."""
    connection, guilds = writing.connection, changed.values()
    settings = [settings_row(guild.settings) for guild in guilds]
    packages = [package_row(package) for guild in guilds for package in guild.packages]
    insert_or_update(connection, tables.guild_settings, settings)
    insert_or_update(connection, tables.packages, packages)
    subscribers = [subscriber_row(each) for guild in guilds for each in guild.subscribers]
    insert_or_update(connection, tables.subscribers, subscribers)
