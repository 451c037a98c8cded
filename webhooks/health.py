"""`/healthz` and `/readyz`: is it alive, and can it do its work?"""

import asyncio
import time
from dataclasses import dataclass

import structlog
from aiohttp import web

from webhooks.keys import PARTS, Check, Parts

log = structlog.get_logger(__name__)

LIMIT_SECONDS = 2
"""How long one check may take."""

NEEDED = frozenset({"database", "migrations"})
"""Checks without which nothing works."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One check's outcome: `ok`, or a word for what is wrong, and how long it took."""

    state: str
    milliseconds: int


async def healthz(request: web.Request) -> web.Response:
    """The process answers."""
    del request
    return web.json_response({"status": "alive"})


async def readyz(request: web.Request) -> web.Response:
    """503 only without database or with old migrations; other trouble is `degraded`."""
    parts = request.app[PARTS]
    outcomes = await _outcomes(checks_of(parts))
    wrong = [name for name, outcome in outcomes.items() if outcome.state != "ok"]
    unusable = not NEEDED.isdisjoint(wrong)
    return web.json_response(
        {
            "status": "unhealthy" if unusable else "degraded" if wrong else "healthy",
            "degraded": wrong,
            "checks": {
                name: {"state": outcome.state, "ms": outcome.milliseconds}
                for name, outcome in outcomes.items()
            },
        },
        status=503 if unusable else 200,
    )


def checks_of(parts: Parts) -> dict[str, Check]:
    """All checks by name: what nothing works without, the providers, and what was added."""

    async def database() -> str:
        await parts.queries.ping()
        return "ok"

    async def migrations() -> str:
        return "ok" if await parts.queries.version() == parts.migrations.head else "old"

    async def provider() -> str:
        opened = [name for name in parts.providers if parts.outside.states.get(name) == "opened"]
        return "breaker open" if opened else "ok"

    return {
        "database": database,
        "migrations": migrations,
        "provider": provider,
        **parts.checks,
    }


async def _outcomes(checks: dict[str, Check]) -> dict[str, Outcome]:
    """What came of the checks, which run side by side."""
    outcomes = await asyncio.gather(*(_timed(name, check) for name, check in checks.items()))
    return dict(zip(checks, outcomes, strict=True))


async def _timed(name: str, check: Check) -> Outcome:
    started = time.perf_counter()
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            state = await check()
    except TimeoutError:
        state = "slow"
    except Exception as error:  # noqa: BLE001 - whatever is wrong, the answer says where
        log.warning("health.check_failed", check=name, error=type(error).__name__)
        state = "away"
    return Outcome(state=state, milliseconds=round((time.perf_counter() - started) * 1000))
