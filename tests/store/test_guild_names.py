"""What guilds are called is kept, and written only where it has changed."""

import pytest

from payments.domain.values.ids import GuildId
from payments.store.engine.database import Database
from payments.store.queries import Queries
from payments.store.records import guild_names
from payments.store.records.guild_names import GuildNames


async def test_the_last_name_counts(database: Database, queries: Queries) -> None:
    names = GuildNames(database)
    await names.remember({GuildId(5): "Before", GuildId(6): "Other"})
    await names.remember({GuildId(5): "After"})
    assert await queries.guild_name(GuildId(5)) == "After"
    assert await queries.guild_name(GuildId(6)) == "Other"
    assert await queries.guild_name(GuildId(7)) is None


async def test_many_are_kept_in_parts(
    database: Database, queries: Queries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guild_names, "AT_ONCE", 2)
    await GuildNames(database).remember({GuildId(each): f"Server {each}" for each in range(1, 6)})
    found = [await queries.guild_name(GuildId(each)) for each in range(1, 6)]
    assert found == [f"Server {each}" for each in range(1, 6)]


async def test_nothing_is_written_where_all_are_as_they_were(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = GuildNames(database)
    await names.remember({GuildId(5): "Same"})
    written: list[object] = []
    monkeypatch.setattr(guild_names, "insert_or_update", lambda *given: written.append(given))
    await names.remember({GuildId(5): "Same"})
    assert written == []
    await names.remember({GuildId(5): "Other"})
    assert len(written) == 1


async def test_a_name_with_a_character_that_cannot_be_stored_is_kept_without_it(
    database: Database, queries: Queries
) -> None:
    await GuildNames(database).remember({GuildId(5): "A\0B"})
    assert await queries.guild_name(GuildId(5)) == "A\ufffdB"
