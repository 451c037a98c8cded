"""A whole tour in the pseudo-language: whatever is said to people is made of whole sentences.

Nobody lists here what is looked at: it is all that the program says to Discord while each command
is given, each button pressed and each list used. What is too long when it is 40 % longer, the local
Discord refuses as the real one does.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from app.process import Guildbank
from bot.connection.login import log_in, point_discord_at
from bot.features.packages.taxing import CODES
from bot.wording import text
from payments.domain.values.events import EVENTS
from payments.domain.values.time import DAY, Instant
from payments.domain.values.time_zones import zone_names
from payments.infra.clock import system_clock
from payments.infra.encryption import new_key
from payments.providers.settings import load_settings
from sandbox.discord_wire import WireDiscord, default_world
from sandbox.discord_wire.world import MODS, OWNER
from sandbox.stripe import LocalStripe
from tests.process.conftest import free_port
from tests.support import pseudo
from tests.support.make import GUILD
from tests.support.outgoing import glued, past_a_sentence, said_in
from tests.support.sqlite import empty_sqlite
from tests.support.tour import Tour, furnish, leaves, tidy, use
from tests.support.wired import PATIENCE_SECONDS, SECRET_KEY, TOKEN

SIGNING = "whsec_sandbox"
PRICES = frozenset({f"{points} points" for points in (3, 5, 7, 9, 500, 900)})
NAMES = PRICES | {"Starter", "Large", "Dinner", "Key", "Map", "Ada", "Stripe", *CODES}
"""Whatever is called so is called so in every language: what is for sale, people, points."""

REASONS = frozenset({"for the map", "a mistake"})
"""Words of moderators in the tour."""


def listed() -> frozenset[str]:
    """What lists offer whose words are typed as they are: names of events and of time zones."""
    return frozenset({*EVENTS, *zone_names()})


def days() -> frozenset[str]:
    """How the days of the tour are written in a list; midnight may come meanwhile."""
    now = system_clock()
    return frozenset({text.day(Instant(now + days * DAY)) for days in (-1, 0, 1)})


@pytest.fixture
async def tour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Tour]:
    """The whole program in this process, whose readers all read the pseudo-language."""
    pseudo.speak(monkeypatch)
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)
    async with (
        WireDiscord(default_world(), token=TOKEN, keep_exchanges=True) as wire,
        LocalStripe(secret_key=SECRET_KEY) as stripe,
    ):
        port = free_port()
        settings = load_settings(
            _env_file=None,
            discord_token=TOKEN,
            discord_api_url=wire.api_url,
            discord_gateway_url=wire.gateway_url,
            stripe_secret_key=SECRET_KEY,
            stripe_webhook_secret=SIGNING,
            stripe_api_url=stripe.url,
            database_url=empty_sqlite(tmp_path),
            public_url=f"http://127.0.0.1:{port}",
            http_host="127.0.0.1",
            http_port=port,
            metrics_port=0,
            guild_ids=str(GUILD),
            encryption_keys=new_key(),
            subscribers_in_private_networks=True,
        )
        async with Guildbank(settings) as guildbank:
            stripe.add_webhook_endpoint(f"http://127.0.0.1:{port}/webhooks/stripe", SIGNING)
            point_discord_at(settings)
            await log_in(guildbank.bot, settings)
            await guildbank.tell_commands([GUILD])
            guildbank.start_worker()
            guildbank.background.begin(guildbank.bot.connect(reconnect=True), "gateway")
            await wire.wait_for_bot(timeout_seconds=PATIENCE_SECONDS)
            yield Tour(wire, stripe)


@pytest.mark.timeout(300)  # It is long, and a busy machine makes it longer.
async def test_whatever_is_said_in_a_tour_is_made_of_whole_sentences(tour: Tour) -> None:
    await furnish(tour)
    await use(tour)
    await tidy(tour)
    commands = [each for scope in tour.wire.state.commands.values() for each in scope]
    known = {name: options for each in commands for name, options in leaves(each)}
    for name, options in known.items():
        for option in options:
            if option.get("autocomplete"):
                await tour.wire.autocomplete(OWNER, MODS, name, option["name"], "a")
                await tour.wire.autocomplete(OWNER, MODS, name, option["name"], "")
    assert tour.given == set(known)
    exchanges = tour.wire.state.exchanges or []
    refused = [each for each in exchanges if each.status >= 400 and each.status != 403]
    assert refused == []
    texts = said_in(exchanges) - listed()
    assert sum(pseudo.OPENS in each for each in texts) > 100
    assert past_a_sentence(texts, NAMES | REASONS | days()) == {}
    assert glued(texts) == []
