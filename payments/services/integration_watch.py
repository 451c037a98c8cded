"""Tells people of providers and services that do not do well, and when that is over.

Each process watches the calls that it makes itself. What is told has a key of its hour, so several
processes tell it once. A process that is started again begins to watch afresh.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import structlog

from payments.commands.guild.integration_reports import CallFigures, ReportIntegration
from payments.domain.values.ids import GuildId
from payments.domain.values.integration_trouble import IntegrationTrouble
from payments.domain.values.time import MINUTE, Clock, Instant
from payments.infra.calling import Line, Purpose
from payments.infra.integration_health import IntegrationHealth, Standing
from payments.providers.errors import ProviderError
from payments.providers.protocol import PaymentProvider
from payments.runner.errors import BooksUnavailable
from payments.runner.runner import Runner

log = structlog.get_logger(__name__)

LOOK_SECONDS: Final = 60.0
"""Pause between two looks."""

QUIET: Final = 10 * MINUTE
"""How long a trouble must not be seen before it is over. Microseconds."""


class TroubleShown(Protocol):
    """Who shows what is wrong."""

    def trouble_changed(self, integration: str, trouble: str, *, stands: bool) -> None:
        """A trouble has begun, or is over."""
        ...


@dataclass(slots=True, kw_only=True)
class _Told:
    """A trouble that people know of, and when it was seen last."""

    seen: Instant
    standing: Standing


class IntegrationWatch:
    """Looks at the health of integrations, and tells people.

    Args:
        health: What is watched.
        providers: Those that members wait for, by name: one that is held back is tried once a
            look, so that it is noticed that it is back although nobody buys.
        runner: Commits the reports.
        guilds: Those whose moderators are told.
        clock: Tells the time.
        shown: Who shows it.
    """

    def __init__(
        self,
        *,
        health: IntegrationHealth,
        providers: Mapping[str, PaymentProvider],
        runner: Runner,
        guilds: Sequence[GuildId],
        clock: Clock,
        shown: TroubleShown,
    ) -> None:
        self._health = health
        self._providers = providers
        self._runner = runner
        self._guilds = guilds
        self._clock = clock
        self._shown = shown
        self._told: dict[tuple[str, IntegrationTrouble], _Told] = {}

    async def run(self) -> None:
        """Look from time to time, forever."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.look()
            except BooksUnavailable as error:  # the next look tells it
                log.warning("integrations.not_told", reason=str(error))
            except Exception:  # the next look comes soon
                log.exception("integrations.look_failed")

    async def look(self) -> None:
        """Try what is held back, and tell what has changed.

        Raises:
            BooksUnavailable: The database is away; what was not told is told at the next look.
        """
        await self._try_held_back()
        now, standings = self._clock(), self._health.standings()
        for name, standing in standings.items():
            for trouble in standing.troubles:
                await self._seen(name, trouble, standing, now)
        for (name, trouble), told in list(self._told.items()):
            if now - told.seen >= QUIET:
                await self._report(name, trouble, told.standing, is_over=True)
                del self._told[name, trouble]

    async def _try_held_back(self) -> None:
        held = {each.integration for each in self._health.not_closed() if _is_waited_for(each)}
        for name in sorted(held & set(self._providers)):
            try:
                await self._providers[name].access.ping()
            except ProviderError as error:
                log.info("integrations.still_away", integration=name, reason=str(error))

    async def _seen(
        self, name: str, trouble: IntegrationTrouble, standing: Standing, now: Instant
    ) -> None:
        known = self._told.get((name, trouble))
        if known is None:
            await self._report(name, trouble, standing, is_over=False)
            known = self._told[name, trouble] = _Told(seen=now, standing=standing)
        known.seen, known.standing = now, standing

    async def _report(
        self, name: str, trouble: IntegrationTrouble, standing: Standing, *, is_over: bool
    ) -> None:
        log.warning("integrations.changed", integration=name, trouble=trouble, over=is_over)
        self._shown.trouble_changed(name, trouble, stands=not is_over)
        for guild in self._guilds:
            await self._runner.run(
                ReportIntegration.of(
                    guild,
                    name,
                    trouble,
                    _figures(standing),
                    is_over=is_over,
                    at=self._clock(),
                )
            )


def _is_waited_for(line: Line) -> bool:
    return line.purpose is Purpose.MEMBERS


def _figures(standing: Standing) -> CallFigures:
    recent = standing.recent
    return CallFigures(
        made=recent.made,
        failed=recent.failed,
        timed_out=recent.timed_out,
        fallbacks=recent.fallbacks,
        milliseconds=round(recent.mean_seconds * 1000),
        usual_milliseconds=round(standing.usual_seconds * 1000),
    )
