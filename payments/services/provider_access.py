"""Whether providers let us in: a key that they refuse is noticed, told, and noticed to be fixed.

A refusal (401, 403) is the account's trouble. What meets one waits; here people are notified, and
what waited is tried as soon as the provider lets us in again.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Final, Protocol

import structlog

from payments.commands.guild.setup_problems import ReportAccess
from payments.domain.values.ids import GuildId
from payments.domain.values.time import HOUR, MINUTE, Clock, Instant
from payments.providers.errors import AccessRefused, ProviderRefused, ProviderUnavailable
from payments.providers.protocol import PaymentProvider
from payments.runner.runner import Runner
from payments.store.engine.database import Alone
from payments.store.queries import Queries
from payments.store.records.provider_states import ProviderStates

log = structlog.get_logger(__name__)

LOOK_SECONDS: Final = 30.0
"""Pause between two looks."""

THOROUGHLY_EVERY: Final = HOUR
"""How often each permission is tried although nothing was refused. Microseconds."""

REMEMBERED: Final = 10 * MINUTE
"""How long a refusal that was met counts if no look finds its cause. Microseconds."""


@asynccontextmanager
async def leave_to_others(what: str) -> AsyncIterator[bool]:
    """Another process looks; this one only at what it meets itself."""
    del what
    yield False


class Shown(Protocol):
    """Who shows whether a provider refuses us."""

    def access_changed(self, provider: str, *, refused: bool) -> None:
        """It does, or does not any more."""
        ...


class AccessRefusals:
    """The refusals that calls of this process met lately.

    Args:
        clock: Tells the time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._met: dict[tuple[str, str], tuple[Instant, AccessRefused]] = {}
        self.fresh = asyncio.Event()
        """Set when one was met that was not known yet."""

    def note(self, provider: str, error: AccessRefused) -> None:
        """A call was refused."""
        if all(str(error) != str(each) for each in self.recent(provider)):
            self.fresh.set()
        self._met[provider, str(error)] = self._clock(), error

    def recent(self, provider: str) -> list[AccessRefused]:
        """What a provider refused lately."""
        since = self._clock() - REMEMBERED
        return [
            error for (name, _), (at, error) in self._met.items() if name == provider and at > since
        ]

    def looked(self, provider: str) -> list[str]:
        """A thorough look is over: what was met besides all that it finds, in sentences."""
        kept = [each for each in self.recent(provider) if not each.is_found_by_look]
        for name, words in list(self._met):
            if name == provider and words not in map(str, kept):
                del self._met[name, words]
        return [str(each) for each in kept]


class ProviderAccess:
    """Looks whether providers let us in, tells people when not, and goes on when they do again.

    Args:
        providers: By name.
        refusals: What calls met.
        states: Remembers what is refused, for all processes.
        queries: Reads it.
        runner: Commits the reports.
        guilds: Those whose moderators and owners are notified.
        clock: Tells the time.
        shown: Who shows it.
        fixed: Called when a provider lets us in again.
    """

    def __init__(
        self,
        *,
        providers: Mapping[str, PaymentProvider],
        refusals: AccessRefusals,
        states: ProviderStates,
        queries: Queries,
        runner: Runner,
        guilds: Sequence[GuildId],
        clock: Clock,
        shown: Shown,
        mended: Callable[[PaymentProvider], Awaitable[object]],
    ) -> None:
        self._providers = providers
        self._refusals = refusals
        self._states = states
        self._queries = queries
        self._runner = runner
        self._guilds = guilds
        self._clock = clock
        self._shown = shown
        self._mended = mended
        self._thorough_at: dict[str, Instant] = {}

    async def run(self, alone: Alone) -> None:
        """Look from time to time, and as soon as a call is refused, forever.

        Args:
            alone: Says whether another process looks; what this one met it looks at itself.
        """
        while True:
            met = self._refusals.fresh.is_set()
            self._refusals.fresh.clear()
            try:
                async with alone("access") as mine:
                    if mine or met:
                        await self.look()
            except Exception:  # the next look comes soon
                log.exception("access.look_failed")
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._refusals.fresh.wait()
            except TimeoutError:
                continue

    async def look(self) -> None:
        """Look at each provider once; one that cannot be asked stays as it was."""
        for provider in self._providers.values():
            try:
                await self._look_at(provider)
            except (ProviderUnavailable, ProviderRefused) as error:
                log.info("access.not_known", provider=provider.name, reason=str(error))

    async def _look_at(self, provider: PaymentProvider) -> None:
        name, live, now = provider.name, provider.livemode, self._clock()
        before = (await self._queries.provider_state(name, livemode=live)).trouble
        met = bool(self._refusals.recent(name))
        last = self._thorough_at.get(name)
        due = last is None or now - last >= THOROUGHLY_EVERY
        thoroughly = before is not None or met or due
        found = await provider.access.refusals(thoroughly=thoroughly)
        if thoroughly:
            self._thorough_at[name] = now
            found += self._refusals.looked(name)
        trouble = " ".join(found) or None
        self._shown.access_changed(name, refused=trouble is not None)
        if trouble is not None:
            await self._tell(provider, trouble, before, now)
        elif before is not None:
            log.info("provider.lets_us_in_again", provider=name, before=before)
            await self._states.refused(name, None, None, livemode=live)
            await self._mended(provider)

    async def _tell(
        self, provider: PaymentProvider, trouble: str, before: str | None, now: Instant
    ) -> None:
        if trouble != before:
            log.error("provider.refuses_us", provider=provider.name, reason=trouble)
            await self._states.refused(provider.name, trouble, now, livemode=provider.livemode)
        for guild in self._guilds:
            await self._runner.run(ReportAccess.of(guild, provider.name, trouble, at=now))
