"""Guilds, roles and commands as a bot without a gateway sees and changes them."""

from collections.abc import AsyncIterator

import discord
import pytest
from aiohttp import ClientSession

from sandbox.discord_wire import WireDiscord
from sandbox.discord_wire.world import BOT, GUILD, MODERATORS
from tests.sandbox.discord_wire.bot import Bot
from tests.sandbox.discord_wire.conftest import TOKEN


@pytest.fixture
async def caller(
    addresses: None,  # noqa: ARG001 - sets where the bot logs in
) -> AsyncIterator[Bot]:
    """Logged in, but not connected."""
    async with Bot() as bot:
        await bot.login(TOKEN)
        yield bot


async def test_a_bot_lists_its_guilds_and_reads_a_role(caller: Bot) -> None:
    (guild,) = [each async for each in caller.fetch_guilds()]
    assert (guild.id, guild.name, guild.approximate_member_count) == (GUILD, "The Guild", 5)
    assert [each async for each in caller.fetch_guilds(after=guild)] == []
    assert [each async for each in caller.fetch_guilds(before=guild)] == []
    fetched = await caller.fetch_guild(GUILD)
    assert (await fetched.fetch_role(MODERATORS)).name == "Moderators"
    with pytest.raises(discord.NotFound) as unknown:
        await fetched.fetch_role(1)
    assert unknown.value.code == 10011


async def test_one_command_is_added_changed_and_taken_away(local: WireDiscord, caller: Bot) -> None:
    http = caller.http
    added = await http.upsert_guild_command(BOT, GUILD, {"name": "ping", "description": "Ping"})
    again = await http.upsert_guild_command(BOT, GUILD, {"name": "ping", "description": "Pong"})
    assert (again["id"], again["description"]) == (added["id"], "Pong")
    assert [each.status for each in local.requests if each.method == "POST"] == [201, 200]
    changed = await http.edit_guild_command(BOT, GUILD, int(added["id"]), {"description": "Hm"})
    assert (changed["name"], changed["description"]) == ("ping", "Hm")
    assert changed["version"] != again["version"]
    await http.delete_guild_command(BOT, GUILD, int(added["id"]))
    assert await http.get_guild_commands(BOT, GUILD) == []
    with pytest.raises(discord.NotFound) as unknown:
        await http.get_guild_command(BOT, GUILD, int(added["id"]))
    assert unknown.value.code == 10063


@pytest.mark.parametrize(
    "wrong",
    [
        {"description": "Nameless"},
        {"name": "Loud", "description": "Upper case"},
        {"name": "two words", "description": "A space"},
        {"name": "x" * 33, "description": "Long"},
        {"name": "silent"},
        {"name": "many", "description": "Options", "options": [{}] * 26},
    ],
)
async def test_a_command_that_discord_refuses_changes_nothing(
    caller: Bot, wrong: dict[str, object]
) -> None:
    with pytest.raises(discord.HTTPException) as refused:
        await caller.http.upsert_guild_command(BOT, GUILD, wrong)
    assert refused.value.code == 50035
    assert await caller.http.get_guild_commands(BOT, GUILD) == []


async def test_a_body_that_is_no_json_is_refused(local: WireDiscord) -> None:
    headers = {"Authorization": f"Bot {TOKEN}", "Content-Type": "application/json"}
    address = f"{local.api_url}/users/@me/channels"
    async with (
        ClientSession(headers=headers) as session,
        session.post(address, data="{") as answer,
    ):
        assert answer.status == 400
        assert answer.headers["Content-Type"] == "application/json"
        assert (await answer.json())["code"] == 50109
