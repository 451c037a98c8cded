"""`/healthz` and `/readyz`: is it alive, and can it do its work?"""

from aiohttp import web

from webhooks.keys import HEALTH


async def healthz(request: web.Request) -> web.Response:
    """The process answers."""
    del request
    return web.json_response({"status": "alive"})


async def readyz(request: web.Request) -> web.Response:
    """503 only without database or with old migrations; other trouble is `degraded`."""
    report = await request.app[HEALTH].look()
    return web.json_response(
        {
            "status": report.status,
            "degraded": report.wrong,
            "checks": {
                name: {"state": outcome.state, "ms": outcome.milliseconds}
                for name, outcome in report.outcomes.items()
            },
        },
        status=200 if report.usable else 503,
    )
