"""The real bot over the real store, in a simulated Discord; only the provider is a fake."""

import itertools
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
from prometheus_client import CollectorRegistry
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle, GuildHandle, RoleHandle, UserHandle
from simcord.results import InteractionResult

from bot.client import GuildbankBot
from bot.connection.rest_limits import RestLimits
from bot.delivery.channels import build_channels
from bot.startup.command_sync import sync_commands
from bot.startup.create import FeatureBot
from payments.domain.values.events import Event
from payments.domain.values.ids import GuildId, MemberId, PaymentId
from payments.domain.values.payment import Payment
from payments.infra.clock import system_clock
from payments.infra.encryption import Encryptor, new_key
from payments.infra.integration_health import IntegrationHealth
from payments.infra.outbound import Outbound, Policy
from payments.notifications.channel import Delivery, DeliveryChannel
from payments.notifications.subscribers.post import Post
from payments.runner.observers.metrics import Metrics
from payments.runner.runner import Runner
from payments.services.checkout import CheckoutService
from payments.services.health import Health, integrations_check, usual_checks
from payments.services.provider_guide import ProviderGuide
from payments.services.purchase_checks import PurchaseChecks
from payments.services.refunds import RefundService
from payments.services.void_test_points import Voiding
from payments.store.engine.database import Database
from payments.store.queries import Queries
from payments.store.records.answers import Answers
from payments.store.records.guild_names import GuildNames
from payments.store.records.mod_cards import ModCards
from payments.store.records.notices import Notices
from payments.store.records.panels import Panels
from tests.conftest import Time
from tests.support.commands import put_up
from tests.support.databases import all_migrations
from tests.support.fakes import FakeProvider
from tests.support.make import GUILD, NONCE, initiate
from tests.support.selling import sellers_of
from tests.support.sqlite import empty_sqlite

Deliver = Callable[[str, Event], Coroutine[Any, Any, None]]
"""Delivers an event to a channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A guild that sells, and people in it."""

    env: simcord.Env
    guild: GuildHandle
    general: ChannelHandle
    mods: ChannelHandle
    moderators: RoleHandle
    ada_user: UserHandle
    ada: MemberActor
    ben: MemberActor
    mira: MemberActor
    olga: MemberActor

    @property
    def bot(self) -> GuildbankBot:
        assert isinstance(self.env.bot, GuildbankBot)
        return self.env.bot

    async def let(self, member: MemberActor, command: str) -> None:
        """The server's own settings open a command to someone."""
        known = await self.bot.tree.fetch_commands(guild=discord.Object(self.guild.id))
        found = next(each for each in known if each.name == command)
        self.guild.set_command_permissions(found, {member: True})

    @property
    def ada_id(self) -> MemberId:
        return MemberId(self.ada.id)


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """SQLite alone: what the store does on either database, its own tests say."""
    return empty_sqlite(tmp_path)


@pytest.fixture
def provider() -> FakeProvider:
    return FakeProvider()


@pytest.fixture
def further_providers() -> list[FakeProvider]:
    """Those that are set up beside the first one."""
    return []


@pytest.fixture
def encryptor() -> Encryptor:
    return Encryptor([new_key()])


@pytest.fixture
def outbound() -> Outbound:
    return Outbound(Policy(attempts=1, failures_to_open=1))


@pytest.fixture
def watched(clock: Time) -> IntegrationHealth:
    """How services do."""
    return IntegrationHealth(clock)


@pytest.fixture
def health(
    queries: Queries,
    provider: FakeProvider,
    outbound: Outbound,
    watched: IntegrationHealth,
    clock: Time,
) -> Health:
    checks = usual_checks(
        queries=queries,
        migrations=all_migrations(),
        providers={provider.name: provider},
        outbound=outbound,
        clock=clock,
    )
    checks["integrations"] = integrations_check(watched)
    return Health(checks, integrations=watched.standings)


@pytest.fixture
def new_bot(
    runner: Runner,
    queries: Queries,
    database: Database,
    provider: FakeProvider,
    further_providers: list[FakeProvider],
    encryptor: Encryptor,
    health: Health,
    clock: Time,
) -> Callable[[], GuildbankBot]:
    """Makes the bot, and makes it again for a restart."""
    numbers = itertools.count(1)

    def new_id() -> str:
        return f"id-{next(numbers)}"

    def sells_in(guild: GuildId) -> bool:
        return guild == GUILD

    common: Any = {"runner": runner, "queries": queries, "clock": clock, "new_id": new_id}
    providers = {each.name: each for each in (provider, *further_providers)}
    checkouts = CheckoutService(
        sellers=sellers_of(providers, queries=queries),
        public_url="https://shop.example",
        sells_in=sells_in,
        **common,
    )

    def make() -> GuildbankBot:
        return FeatureBot(
            buying=checkouts,
            refunding=RefundService(providers=providers, **common),
            purchase_checks=PurchaseChecks(providers=providers, **common),
            guide=ProviderGuide(providers),
            voiding=Voiding(providers=providers, **common),
            notices=Notices(database),
            guild_names=GuildNames(database),
            panels=Panels(database),
            health=health,
            attempts=Metrics(CollectorRegistry()),
            rest_limits=RestLimits(50, ends=Metrics(CollectorRegistry())),
            post=Post(encryptor=encryptor, clock=system_clock, private_allowed=True),
            encryptor=encryptor,
            sells_in=sells_in,
            **common,
        )

    return make


@pytest.fixture
def simcord_bot(new_bot: Callable[[], GuildbankBot]) -> GuildbankBot:
    """What SimCord's own fixture starts."""
    return new_bot()


@pytest.fixture
async def world(runner: Runner, simcord_env: simcord.Env, simcord_bot: GuildbankBot) -> World:
    """The guild, with one package for sale; all commands are synced."""
    await put_up(runner)
    env = simcord_env
    owner = env.create_user("olga")
    guild = env.create_guild("Harbour", id=GUILD, owner=owner)
    moderators = guild.create_role("Moderators")
    ada_user = env.create_user("ada", global_name="Ada")
    world = World(
        env=env,
        guild=guild,
        general=guild.create_text_channel("general"),
        mods=guild.create_text_channel("mods"),
        moderators=moderators,
        ada_user=ada_user,
        ada=guild.add_member(ada_user),
        ben=guild.add_member(env.create_user("ben", global_name="Ben")),
        mira=guild.add_member(env.create_user("mira"), roles=[moderators]),
        olga=guild.add_member(owner),
    )
    await env.settle()
    async with in_english(simcord_bot):
        assert await sync_commands(simcord_bot, [GUILD]) == len(simcord_bot.tree.get_commands())
    return world


@asynccontextmanager
async def in_english(bot: GuildbankBot) -> AsyncIterator[None]:
    """Make commands known without asking for each description in each of Discord's languages.

    Where a test translates, it would be most of the time that the world takes; those of the
    commands' languages ask.
    """
    translator = bot.tree.translator
    await bot.tree.set_translator(None)
    yield
    await bot.tree.set_translator(translator)


@pytest.fixture
def channels(
    world: World, queries: Queries, database: Database, encryptor: Encryptor, clock: Time
) -> dict[str, DeliveryChannel]:
    answers = Answers(database)
    return dict(
        build_channels(
            world.bot,
            queries=queries,
            answers=answers,
            mod_cards=ModCards(database),
            encryptor=encryptor,
            clock=clock,
        )
    )


@pytest.fixture
def deliver(channels: dict[str, DeliveryChannel]) -> Deliver:
    async def work(channel: str, of: Event) -> None:
        await channels[channel].deliver(
            Delivery(id=2**62, nonce=NONCE, event=of, channel=channel, attempt=1)
        )

    return work


@pytest.fixture
async def payment(world: World, runner: Runner, queries: Queries, clock: Time) -> Payment:
    """Ada has begun to buy."""
    await runner.run(initiate("p1", member=world.ada_id, at=clock()))
    found = await queries.payment(PaymentId("p1"))
    assert found is not None
    return found


def said(message: object) -> str:
    """All text of a message or answer: content, and whatever its components show."""
    assert message is not None, "there is no message"
    components = getattr(message, "components", [])
    texts = [str(getattr(message, "content", "") or "")]
    texts += [text for each in components for text in _texts(each)]
    return "\n".join(text for text in texts if text)


def _texts(component: object) -> list[str]:
    if isinstance(component, discord.Component):
        component = component.to_dict()
    if not isinstance(component, dict):
        return []
    own = [str(component[key]) for key in ("content", "label", "url") if component.get(key)]
    inner = [text for each in component.get("components", []) for text in _texts(each)]
    return own + inner


def refusal(world: World, result: InteractionResult) -> str:
    """The sentence of an interaction that was refused: seen by the person alone, and no crash."""
    assert world.env.errors, "nothing was refused"
    answer = result.followups[-1] if result.followups else result.response
    assert answer is not None
    assert answer.ephemeral
    return answer.content
