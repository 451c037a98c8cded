"""The bot keeps what its servers are called up to date, for the pay pages."""

import pytest
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from payments.store.queries import Queries
from payments.store.records.guild_names import GuildNames
from tests.faces.discord.conftest import World
from tests.support.make import GUILD


async def rename(world: World, name: str) -> None:
    """As Discord tells that an owner has given the server another name."""
    guild = world.bot.get_guild(GUILD)
    assert guild is not None
    guild.name = name
    world.bot.dispatch("guild_update", guild, guild)
    await world.env.settle()
    await world.bot.names.close()


async def test_the_name_is_kept_and_follows_the_server(world: World, queries: Queries) -> None:
    await world.bot.names.close()
    assert await queries.guild_name(GUILD) == world.guild.name
    await rename(world, "Somewhere else")
    assert await queries.guild_name(GUILD) == "Somewhere else"


async def test_a_name_that_cannot_be_kept_now_is_logged_and_comes_with_the_next(
    world: World, queries: Queries, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_self: GuildNames, _names: object) -> None:
        raise OperationalError("SELECT", {}, Exception("away"))

    await world.bot.names.close()
    monkeypatch.setattr(GuildNames, "remember", away)
    with capture_logs() as lines:
        await rename(world, "Lost")
    assert [line["event"] for line in lines] == ["guild_names.not_kept"]
    monkeypatch.undo()
    await rename(world, "Found")
    assert await queries.guild_name(GUILD) == "Found"
