"""`/healthz` and `/readyz`: is it alive, and can it do its work?"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from aiohttp import web

from webhooks.keys import PARTS, Parts

log = structlog.get_logger(__name__)

LIMIT_SECONDS = 2
"""How long one check may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
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
    names = {"database": _database, "migrations": _migrations, "provider": _provider}
    checks = dict(
        zip(
            names,
            await asyncio.gather(*(_timed(check, parts) for check in names.values())),
            strict=True,
        )
    )
    wrong = [name for name, check in checks.items() if check.state != "ok"]
    unusable = bool({"database", "migrations"} & set(wrong))
    return web.json_response(
        {
            "status": "unhealthy" if unusable else "degraded" if wrong else "healthy",
            "degraded": wrong,
            "checks": {
                name: {"state": check.state, "ms": check.milliseconds}
                for name, check in checks.items()
            },
        },
        status=503 if unusable else 200,
    )


async def _timed(check: Callable[[Parts], Awaitable[str]], parts: Parts) -> Check:
    started = time.perf_counter()
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            state = await check(parts)
    except TimeoutError:
        state = "slow"
    except Exception:
        log.exception("health.check_failed")
        state = "away"
    return Check(state=state, milliseconds=round((time.perf_counter() - started) * 1000))


async def _database(parts: Parts) -> str:
    await parts.queries.ping()
    return "ok"


async def _migrations(parts: Parts) -> str:
    return "ok" if await parts.queries.version() == parts.migrations.head else "old"


async def _provider(parts: Parts) -> str:
    opened = [parts.outside.states.get(name) == "opened" for name in parts.providers]
    return "breaker open" if any(opened) else "ok"
