"""What is looked at: the program as the settings make it, and the ways to ask about it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from types import SimpleNamespace

import aiohttp

from app.doctor.finding import LIMIT_SECONDS
from app.process import Guildbank
from bot.client import GuildbankBot
from bot.connection.login import point_discord_at
from payments.domain.values.time import SECOND, Clock, from_seconds
from payments.infra.settings import Settings
from payments.providers.stripe.inspection import Inspector
from payments.store.queries import Queries


class Watches:
    """How far our clock is from other clocks.

    Args:
        clock: Ours.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.ahead_seconds: dict[str, float] = {}
        """By whose clock it is."""

    def compare(self, whose: str, date: str | None) -> None:
        """Note the time in a header `Date` that has just come; whole seconds."""
        if date is None:
            return
        try:
            theirs = from_seconds(int(parsedate_to_datetime(date).timestamp()))
        except ValueError:
            return
        self.ahead_seconds[whose] = (self._clock() - theirs) / SECOND


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is looked at.

    Attributes:
        guildbank: The program, wired as it runs, but nothing of it started.
        inspector: Looks at the account at Stripe.
        http: For the public address.
        watches: Compares clocks.
    """

    settings: Settings
    guildbank: Guildbank
    inspector: Inspector
    http: aiohttp.ClientSession
    watches: Watches
    clock: Clock

    @property
    def bot(self) -> GuildbankBot:
        """The bot, which is not connected to the gateway."""
        return self.guildbank.bot

    @property
    def queries(self) -> Queries:
        """Reads the books."""
        return self.guildbank.queries

    @property
    def door(self) -> str:
        """The address to which Stripe sends its messages."""
        return f"{self.settings.base_url}/webhooks/stripe"


@asynccontextmanager
async def examined(settings: Settings, clock: Clock) -> AsyncIterator[Context]:
    """The patient, for as long as it is looked at."""
    point_discord_at(settings)
    guildbank = Guildbank(settings, clock=clock)
    api_url = settings.stripe_api_url
    inspector = Inspector(
        settings.stripe_secret_key.get_secret_value(),
        api_url=str(api_url).rstrip("/") if api_url else None,
        timeout_seconds=LIMIT_SECONDS,
    )
    watches = Watches(clock)
    _watch_discord(guildbank.bot, watches)
    try:
        async with aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=LIMIT_SECONDS)
        ) as http:
            yield Context(
                settings=settings,
                guildbank=guildbank,
                inspector=inspector,
                http=http,
                watches=watches,
                clock=clock,
            )
    finally:
        await inspector.close()
        await guildbank.close()


def _watch_discord(bot: GuildbankBot, watches: Watches) -> None:
    """Look at the time in each answer of Discord's."""

    async def ended(
        _session: aiohttp.ClientSession,
        _call: SimpleNamespace,
        params: aiohttp.TraceRequestEndParams,
    ) -> None:
        watches.compare("Discord", params.response.headers.get("Date"))

    trace = bot.http.http_trace
    if trace is not None:
        trace.on_request_end.append(ended)
