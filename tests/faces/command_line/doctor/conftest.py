"""A whole installation that is well: what is wrong with it, each test brings about."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
import pytest
from pydantic import AnyHttpUrl

from app.doctor.examination import examine
from app.process import Guildbank
from app.roles import ProcessRole
from payments.commands.base import SYSTEM
from payments.commands.guild.settings import ChangeSettings
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import CommandKey, GuildId
from payments.domain.values.time import Clock
from payments.infra.clock import system_clock
from payments.infra.encryption import new_key
from payments.infra.finding import Finding, FindingState
from payments.infra.settings import Settings
from payments.providers.settings import load_settings
from payments.providers.stripe.inspection import NEEDED_EVENTS
from payments.providers.stripe.updates import API_VERSION
from sandbox.discord_wire import WireDiscord, default_world
from sandbox.discord_wire.world import GENERAL, GUILD, MODERATORS, MODS
from sandbox.stripe import LocalStripe
from tests.support.sqlite import empty_sqlite

TOKEN = "token-of-the-bot"
KEY = "sk_test_key_of_the_owner"
SIGNING = "whsec_of_the_endpoint"
SECRETS = (TOKEN, KEY, SIGNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What was found."""

    all: Sequence[Finding]

    def of(self, check: str) -> list[Finding]:
        """Those of one check."""
        return [each for each in self.all if each.check == check]

    def bad(self, state: FindingState | None = None) -> list[Finding]:
        """Those that are not well, or only those in one state."""
        if state is not None:
            return [each for each in self.all if each.state == state]
        return [each for each in self.all if each.state != FindingState.OK]

    def the(self, check: str) -> Finding:
        """The only one of a check that is not well; it says what to do, and no secret."""
        (found,) = (each for each in self.of(check) if each.state != FindingState.OK)
        assert found.remedy
        return found


@dataclass(slots=True, kw_only=True)
class Installation:
    """Discord, Stripe, the program that runs between them, and its settings."""

    wire: WireDiscord
    stripe: LocalStripe
    running: Guildbank
    settings: Settings
    folder: Path

    @property
    def door(self) -> str:
        return f"{self.settings.base_url}/webhooks/stripe"

    def changed(self, **changes: Any) -> Settings:
        """The settings with others in their place, checked as those of a file are."""
        return load_settings((), _env_file=None, **(self.settings.model_dump() | changes))

    async def examine(self, *, clock: Clock = system_clock, **changes: Any) -> Findings:
        """What `guildbank doctor` finds with these changes of the settings."""
        found = await examine(self.changed(**changes), clock=clock, env_file=self.folder / ".env")
        shown = repr(found)
        assert not [secret for secret in SECRETS if secret in shown]
        return Findings(all=found)

    async def set(self, **settings: Any) -> None:
        """The owner has chosen these in the guild."""
        guild = GuildId(GUILD)
        await self.running.runner.run(
            ChangeSettings(
                key=CommandKey(f"settings:{settings}"),
                at=system_clock(),
                actor=SYSTEM,
                guild=guild,
                settings=GuildSettings(guild=guild, **settings),
            )
        )


@pytest.fixture
def addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whom discord.py speaks to is as before when a test is over."""
    socket = discord.gateway.DiscordWebSocket
    monkeypatch.setattr(discord.http.Route, "BASE", discord.http.Route.BASE)
    monkeypatch.setattr(socket, "DEFAULT_GATEWAY", socket.DEFAULT_GATEWAY)


@pytest.fixture
async def wire() -> AsyncIterator[WireDiscord]:
    async with WireDiscord(default_world(), token=TOKEN) as running:
        yield running


@pytest.fixture
async def stripe() -> AsyncIterator[LocalStripe]:
    async with LocalStripe(secret_key=KEY) as running:
        yield running


@pytest.fixture
async def well(
    wire: WireDiscord,
    stripe: LocalStripe,
    addresses: None,  # noqa: ARG001 - as it says
    tmp_path: Path,
) -> AsyncIterator[Installation]:
    """All is as it should be, but that no message of Stripe's has come yet."""
    settings = load_settings(
        (),
        _env_file=None,
        discord_token=TOKEN,
        discord_api_url=wire.api_url,
        discord_gateway_url=wire.gateway_url,
        stripe_secret_key=KEY,
        stripe_webhook_secret=SIGNING,
        stripe_api_url=stripe.url,
        database_url=empty_sqlite(tmp_path),
        http_host="127.0.0.1",
        http_port=0,
        metrics_port=0,
        guild_ids=str(GUILD),
        encryption_keys=new_key(),
    )
    running = Guildbank(settings, roles=frozenset({ProcessRole.WEBHOOKS}))
    async with running:
        address = AnyHttpUrl(f"http://127.0.0.1:{running.web.port}")
        settings = settings.model_copy(update={"public_url": address})
        well = Installation(
            wire=wire, stripe=stripe, running=running, settings=settings, folder=tmp_path
        )
        endpoint = stripe.add_webhook_endpoint(well.door, SIGNING, sorted(NEEDED_EVENTS))
        endpoint.api_version = API_VERSION
        await running.sync_commands()
        await well.set(
            mod_channel=MODS,
            announcement_channel=GENERAL,
            notice_channel=None,
            moderator_role=MODERATORS,
        )
        yield well
