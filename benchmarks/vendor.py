"""A provider's own side for look-ups: it answers immediately with what it was given."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from benchmarks.processes import free_port


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """The server.

    Attributes:
        url: Its address.
        answers: By path, JSON, or bytes as they are.
    """

    url: str
    answers: dict[str, Any] = field(default_factory=dict)


@asynccontextmanager
async def answering() -> AsyncIterator[Vendor]:
    """A server, for as long as the context lasts; it knows nothing yet."""
    port = free_port()
    vendor = Vendor(url=f"http://127.0.0.1:{port}")

    async def answer(asked: web.Request) -> web.Response:
        found = vendor.answers.get(asked.path)
        if isinstance(found, bytes):
            return web.Response(body=found)
        return web.json_response(found, status=404 if found is None else 200)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield vendor
    finally:
        await runner.cleanup()
