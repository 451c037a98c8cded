"""How the program does: checks of what it stands on, side by side, each with a time limit."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import structlog

from payments.domain.values.time import MINUTE, Clock
from payments.infra.integration_health import IntegrationHealth, Standing
from payments.infra.outbound import Line, Outbound, Purpose
from payments.providers.errors import AccessRefused, ProviderRefused
from payments.providers.protocol import PaymentProvider
from payments.runner.runner import Runner
from payments.store.engine.migrate import Migrations
from payments.store.queries import Queries

log = structlog.get_logger(__name__)

LIMIT_SECONDS: Final = 2.0
"""How long one check may take."""

FRESH_SECONDS: Final = 2.0
"""How long the result of a check is given again: frequent requests cost nothing."""

AGAIN_SECONDS: Final = 0.2
"""A check that failed is repeated soon, so that nobody waits for us at a start."""

PROVIDER_FRESH_SECONDS: Final = 60.0
PROVIDER_AGAIN_SECONDS: Final = 2.0
"""The same for providers: that check is a call to the outside."""

STUCK_SECONDS: Final = 10.0
"""A batch of commands that takes longer, or a lock that stands for longer, is in trouble."""

REFUSED: Final = "refused: "
"""With this begins the state of the check `access`; what is refused follows, in sentences."""

LATE: Final = MINUTE
"""A queue with a delivery that has been due for longer is in trouble. Microseconds."""

HealthLook = Callable[[], Awaitable[str]]
"""Looks once: `ok`, or a word for what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Something that the program stands on.

    Attributes:
        look: Looks once.
        needed: Whether nothing works without it.
        fresh_seconds: For how long it is taken for good after it was.
        again_seconds: For how long it is taken for bad after it was.
    """

    look: HealthLook
    needed: bool = False
    fresh_seconds: float = FRESH_SECONDS
    again_seconds: float = AGAIN_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a check found: `ok`, or a word for what is wrong, and how long it took."""

    state: str
    milliseconds: int

    @property
    def is_ok(self) -> bool:
        """Whether nothing is wrong."""
        return self.state == "ok"


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthReport:
    """What all checks found.

    Attributes:
        outcomes: By name of the check.
        wrong: Names of the checks that found something.
        usable: Whether the program can do its work at all.
        integrations: How each integration does that was called lately, by name.
    """

    outcomes: Mapping[str, Outcome]
    wrong: tuple[str, ...]
    usable: bool
    integrations: Mapping[str, Standing] = field(default_factory=dict)

    @property
    def status(self) -> Literal["healthy", "degraded", "unhealthy"]:
        """In one word."""
        if not self.usable:
            return "unhealthy"
        return "degraded" if self.wrong else "healthy"


@dataclass(slots=True)
class _Seen:
    """What a check found last; one look at a time."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    outcome: Outcome | None = None
    until: float = 0.0


class Health:
    """Runs the checks.

    Args:
        checks: By name.
        integrations: Tells how each integration does.
    """

    def __init__(
        self,
        checks: Mapping[str, Check],
        *,
        integrations: Callable[[], Mapping[str, Standing]] = dict,
    ) -> None:
        self._checks = dict(checks)
        self._integrations = integrations
        self._seen = {name: _Seen() for name in checks}

    async def look(self) -> HealthReport:
        """What all checks find, or found just now."""
        found = await asyncio.gather(*(self._outcome(name) for name in self._checks))
        outcomes = dict(zip(self._checks, found, strict=True))
        wrong = tuple(name for name, outcome in outcomes.items() if not outcome.is_ok)
        usable = not any(self._checks[name].needed for name in wrong)
        seen = self._integrations()
        return HealthReport(outcomes=outcomes, wrong=wrong, usable=usable, integrations=seen)

    async def _outcome(self, name: str) -> Outcome:
        check, seen = self._checks[name], self._seen[name]
        async with seen.lock:
            if seen.outcome is None or time.monotonic() >= seen.until:
                seen.outcome = await _timed(name, check.look)
                good = seen.outcome.is_ok
                pause = check.fresh_seconds if good else check.again_seconds
                seen.until = time.monotonic() + pause
            return seen.outcome


async def _timed(name: str, look: HealthLook) -> Outcome:
    started = time.perf_counter()
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            state = await look()
    except TimeoutError:
        state = "slow"
    except Exception as error:  # noqa: BLE001 - whatever is wrong, the answer says where
        log.warning("health.check_failed", check=name, error=type(error).__name__)
        state = "away"
    return Outcome(state=state, milliseconds=round((time.perf_counter() - started) * 1000))


def usual_checks(
    *,
    queries: Queries,
    migrations: Migrations,
    providers: Mapping[str, PaymentProvider],
    outbound: Outbound,
    clock: Clock,
) -> dict[str, Check]:
    """The checks that every process needs: what nothing works without, providers, the queue."""

    async def database() -> str:
        await queries.ping()
        return "ok"

    async def version() -> str:
        return "ok" if await queries.version() == migrations.head else "old"

    async def queue() -> str:
        now = clock()
        due = await queries.oldest_due_delivery(now)
        return "ok" if due is None or now - due < LATE else "late"

    return {
        "database": Check(look=database, needed=True),
        "migrations": Check(look=version, needed=True),
        **_provider_checks(providers, queries, outbound),
        "queue": Check(look=queue),
    }


def _provider_checks(
    providers: Mapping[str, PaymentProvider], queries: Queries, outbound: Outbound
) -> dict[str, Check]:
    """Whether providers answer members, let us in, and answer what nobody waits for."""

    def is_open(purpose: Purpose) -> bool:
        breakers = outbound.states
        lines = (Line(integration=name, purpose=purpose) for name in providers)
        return any(breakers.get(line) == "opened" for line in lines)

    async def provider() -> str:
        if is_open(Purpose.MEMBERS):
            return "breaker open"
        for each in providers.values():
            try:
                await each.access.ping()
            except (AccessRefused, ProviderRefused):  # it answers, so it is there
                continue
        return "ok"

    async def access() -> str:
        refused = []
        for each in providers.values():
            state = await queries.provider_state(each.name, livemode=each.livemode)
            refused += [state.trouble] if state.trouble else []
        return f"{REFUSED}{' '.join(refused)}" if refused else "ok"

    async def look_ups() -> str:
        return "breaker open" if is_open(Purpose.BACKGROUND) else "ok"

    return {
        "provider": Check(
            look=provider,
            fresh_seconds=PROVIDER_FRESH_SECONDS,
            again_seconds=PROVIDER_AGAIN_SECONDS,
        ),
        "access": Check(look=access),
        "look-ups": Check(look=look_ups),
    }


def runner_checks(runner: Runner) -> dict[str, Check]:
    """Whether commands get on: all of them, and those that somebody else's lock could hold up."""

    async def books() -> str:
        return "stuck" if runner.busy_seconds() > STUCK_SECONDS else "ok"

    async def locks() -> str:
        return "locked" if runner.held_up(STUCK_SECONDS) else "ok"

    return {"books": Check(look=books, needed=True), "locks": Check(look=locks)}


def integrations_check(health: IntegrationHealth) -> Check:
    """Whether what is called does well: names with what is wrong, or `ok`."""

    async def integrations() -> str:
        wrong = [
            f"{name} {each.troubles[0].replace('_', ' ')}"
            for name, each in health.standings().items()
            if each.troubles
        ]
        return ", ".join(wrong) or "ok"

    return Check(look=integrations)
