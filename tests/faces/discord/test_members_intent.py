"""With the Server Members intent, who comes back has ordered roles again at once."""

from pathlib import Path

import discord
import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from bot.connection.login import connect
from bot.errors import StartFailed
from payments.commands.shop.fulfil import BeginFulfilment, FulfilOrder
from payments.domain.values.ids import MemberId
from payments.domain.values.items import ItemKind, RoleOffer
from payments.infra.clock import system_clock
from sandbox.discord_wire import WireDiscord
from sandbox.discord_wire.world import ADA, GUILD, Role, default_world
from tests.support.shopping import about, add_item, offer, place
from tests.support.wired import PATIENCE_SECONDS, TOKEN, Wired, open_wired

VIP = 90_000_000_000_000_001


def with_vip() -> WireDiscord:
    """A Discord whose server has one more role, below the bot's."""
    world = default_world()
    guild = world.guilds[0]
    vip = Role(id=VIP, name="Harbour VIP", permissions=0, position=1)
    changed = guild.model_copy(update={"roles": (*guild.roles, vip)})
    return WireDiscord(world.model_copy(update={"guilds": (changed,)}), token=TOKEN)


async def given(wired: Wired) -> None:
    """The books say that Ada has got the role for good."""
    now = system_clock()
    sold = offer("Harbour VIP", ItemKind.ROLE, role=RoleOffer(id=VIP))
    await wired.run(add_item(sold, at=now))
    await wired.run(place(sold, "o1", member=MemberId(ADA), at=now))
    await wired.run(BeginFulfilment(**about("o1", now)))
    await wired.run(FulfilOrder(**about("o1", now)))


async def test_who_joins_again_has_the_role_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with (
        with_vip() as wire,
        open_wired(wire, tmp_path, monkeypatch, discord_members_intent=True) as wired,
    ):
        await given(wired)
        await wire.leave(ADA, GUILD)
        await wire.join(ADA, GUILD)

        def roles() -> tuple[int, ...] | None:
            return wire.state.member(wire.state.guild(GUILD), ADA).roles or None

        assert await wire.state.until(roles, PATIENCE_SECONDS) == (VIP,)


async def test_an_intent_that_is_not_granted_ends_the_start_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with WireDiscord(default_world(), token=TOKEN) as wire:
        monkeypatch.setattr(Route, "BASE", wire.api_url)
        monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", URL(wire.gateway_url))
        wire.state.application = wire.state.application.model_copy(update={"flags": 0})
        intents = discord.Intents(guilds=True, members=True)
        async with discord.Client(intents=intents) as client:
            await client.login(TOKEN)
            with pytest.raises(StartFailed, match="switch Server Members Intent on"):
                await connect(client)
