"""The program's gateway in this process, between the local Discord and Stripe; no worker."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route
from sqlalchemy import Connection, literal_column, table, text

from app.process import Guildbank
from app.roles import ProcessRole
from bot.connection.login import log_in, point_discord_at
from bot.startup.command_sync import sync_commands
from payments.commands.base import Command, by_member
from payments.commands.guild.settings import ChangeSettings
from payments.commands.points.move import GrantPoints
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import MemberId
from payments.infra.encryption import new_key
from payments.providers.settings import load_settings
from sandbox.discord_wire import WireDiscord
from sandbox.discord_wire.member_view import MemberAnswer
from sandbox.discord_wire.payloads import Json
from sandbox.discord_wire.world import ADA, MODERATORS, MODS, OWNER
from sandbox.stripe import LocalStripe
from tests.support.commands import put_up
from tests.support.make import GUILD, key
from tests.support.sqlite import empty_sqlite

TOKEN = "sandbox-token"
SECRET_KEY = "sk_test_sandbox"
PATIENCE_SECONDS = 20.0
POINTS = 5_000
"""What Ada has at the start."""

_WORKING = ("CommandTree-invoker", "discord-ui-")
"""How discord.py calls the tasks in which a command or a press is carried out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wired:
    """The program, and the Discord in which people use it."""

    guildbank: Guildbank
    wire: WireDiscord

    async def run(self, command: Command[Any]) -> Any:
        return await self.guildbank.runner.run(command)

    async def slash(
        self,
        user: int,
        channel: int,
        command: str,
        options: Mapping[str, Any] | None = None,
        *,
        strict: bool = True,
    ) -> MemberAnswer:
        """Use a command, and wait until the program is done with it."""
        asked = await self.wire.slash(user, channel, command, options, strict=strict)
        return await self.done(asked)

    async def press(
        self, user: int, message: int, custom_id: str, values: list[str] | None = None
    ) -> MemberAnswer:
        """Press a button or choose, and wait until the program is done with it."""
        return await self.done(await self.wire.click(user, message, custom_id, values))

    async def done(self, interaction: int) -> MemberAnswer:
        """What is to be seen once the program has tried to answer, and has stopped working."""
        path = f"/interactions/{interaction}/"
        requests = self.wire.state.requests

        def tried() -> bool | None:
            return any(each.path.startswith(path) for each in requests) or None

        await self.wire.state.until(tried, PATIENCE_SECONDS)
        while working := [
            task for task in asyncio.all_tasks() if task.get_name().startswith(_WORKING)
        ]:
            await asyncio.wait(working, timeout=PATIENCE_SECONDS)
        return self.wire.answer(interaction)

    async def books(self) -> dict[str, list[tuple[Any, ...]]]:
        """All rows of all tables."""

        def read(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
            named = text("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            tables = [name for (name,) in connection.execute(named)]
            return {
                each: sorted(
                    (
                        tuple(row)
                        for row in connection.execute(table(each, literal_column("*")).select())
                    ),
                    key=repr,
                )
                for each in tables
            }

        return await self.guildbank.database.transact(read)


def shown(message: Json | None) -> str:
    """All that can be read in a message, as Discord's JSON has it."""
    if message is None:
        return ""
    own = [str(message[part]) for part in ("content", "label", "placeholder") if message.get(part)]
    inner = [shown(each) for each in message.get("components") or []]
    return "\n".join(each for each in (*own, *inner) if each)


def read(answer: MemberAnswer) -> str:
    """All that the person reads who gets an answer."""
    parts = [] if answer.deleted else [shown(answer.message)]
    return "\n".join([*parts, *(shown(each) for each in answer.followups)])


def buttons(message: Json | None) -> dict[str, str]:
    """The custom ids of what can be pressed or chosen, by what stands on it."""
    if message is None:
        return {}
    found: dict[str, str] = {}
    beside = [message["accessory"]] if message.get("accessory") else []
    for each in [*(message.get("components") or []), *beside]:
        if "custom_id" in each:
            found[each.get("label") or each.get("placeholder") or each["custom_id"]] = each[
                "custom_id"
            ]
        found |= buttons(each)
    return found


@asynccontextmanager
async def open_wired(
    wire: WireDiscord, folder: Path, monkeypatch: pytest.MonkeyPatch, **settings: Any
) -> AsyncIterator[Wired]:
    """The program, connected; one package is for sale, and Ada has points."""
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)
    async with LocalStripe(secret_key=SECRET_KEY) as stripe:
        loaded = load_settings(
            _env_file=None,
            discord_token=TOKEN,
            discord_api_url=wire.api_url,
            discord_gateway_url=wire.gateway_url,
            stripe_secret_key=SECRET_KEY,
            stripe_webhook_secret="whsec_sandbox",
            stripe_api_url=stripe.url,
            database_url=empty_sqlite(folder),
            http_host="127.0.0.1",
            http_port=0,
            metrics_port=0,
            guild_ids=str(GUILD),
            encryption_keys=new_key(),
            subscribers_in_private_networks=True,
            **settings,
        )
        async with Guildbank(loaded, roles=frozenset({ProcessRole.BOT})) as guildbank:
            point_discord_at(loaded)
            await log_in(guildbank.bot, loaded)
            await sync_commands(guildbank.bot, [GUILD])
            guildbank.background.begin(guildbank.bot.connect(reconnect=True), "gateway")
            await wire.wait_for_bot(timeout_seconds=PATIENCE_SECONDS)
            await guildbank.bot.wait_until_ready()
            running = Wired(guildbank=guildbank, wire=wire)
            await _furnish(running)
            yield running


async def _furnish(wired: Wired) -> None:
    clock = wired.guildbank.services.clock
    settings = GuildSettings(guild=GUILD, mod_channel=MODS, moderator_role=MODERATORS)
    owner = by_member(MemberId(OWNER))
    await wired.run(
        ChangeSettings(key=key(), at=clock(), actor=owner, guild=GUILD, settings=settings)
    )
    await put_up(wired.guildbank.runner)
    await wired.run(
        GrantPoints(
            key=key(), at=clock(), actor=owner, guild=GUILD, member=MemberId(ADA), points=POINTS
        )
    )
