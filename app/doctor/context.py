"""What is looked at: the program as the settings make it, and the ways to ask about it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import SimpleNamespace

import aiohttp

from app.process import Guildbank
from bot.client import GuildbankBot
from bot.connection.login import point_discord_at
from payments.domain.values.time import Clock
from payments.infra.finding import LIMIT_SECONDS
from payments.infra.settings import Settings
from payments.infra.watches import Watches
from payments.providers.kind import Examined, ProviderDoctor, ProviderKind
from payments.providers.registry import PROVIDERS, switched_on
from payments.store.queries import Queries


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is looked at.

    Attributes:
        guildbank: The program, wired as it runs, but nothing of it started.
        doctors: The providers that are switched on, and their own checks, where they have some.
        http: For the public address.
        watches: Compares clocks.
    """

    settings: Settings
    guildbank: Guildbank
    doctors: Sequence[tuple[ProviderKind, ProviderDoctor | None]]
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
    def titles(self) -> str:
        """What people call the providers, in a sentence."""
        return " and ".join(kind.title for kind, _ in self.doctors)


@asynccontextmanager
async def examined(
    settings: Settings, clock: Clock, kinds: Sequence[ProviderKind] = PROVIDERS
) -> AsyncIterator[Context]:
    """The patient, for as long as it is looked at."""
    point_discord_at(settings)
    guildbank = Guildbank(settings, clock=clock, kinds=kinds)
    watches = Watches(clock)
    _watch_discord(guildbank.bot, watches)
    doctors: list[tuple[ProviderKind, ProviderDoctor | None]] = []
    try:
        async with aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=LIMIT_SECONDS)
        ) as http:
            for kind in switched_on(settings, kinds):
                work = Examined(
                    settings=settings,
                    door=f"{settings.base_url}/webhooks/{kind.name}",
                    http=http,
                    watches=watches,
                    clock=clock,
                )
                doctors.append((kind, kind.doctor(work) if kind.doctor else None))
            yield Context(
                settings=settings,
                guildbank=guildbank,
                doctors=doctors,
                http=http,
                watches=watches,
                clock=clock,
            )
    finally:
        for _, doctor in doctors:
            if doctor is not None:
                await doctor.close()
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
