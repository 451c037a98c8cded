"""What goes to Discord's REST API: counted, timed, and kept to our share of its global limit."""

import asyncio
import time
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any, Final

import aiohttp
from aiolimiter import AsyncLimiter

from payments.infra.outbound import CallEnds, Failure, Line, Purpose

_UNLIMITED: Final = ("/interactions/", "/webhooks/")
"""Answers to members are outside the global limit (Discord, page "Rate Limits"), and never wait."""

_ANSWERS: Final = Line(integration="discord", purpose=Purpose.MEMBERS)
_ALL_ELSE: Final = Line(integration="discord", purpose=Purpose.BACKGROUND)


class RestLimits(aiohttp.TraceConfig):
    """Watches every request that discord.py makes.

    Args:
        requests_per_second: Our share: more requests wait for their turn, evenly spread.
        ends: Who counts how they ended.
    """

    def __init__(self, requests_per_second: int, *, ends: CallEnds) -> None:
        super().__init__()
        self._ends = ends
        self._limiter = AsyncLimiter(1, 1 / requests_per_second)
        self.on_request_start.append(self._begin)
        self.on_request_end.append(self._end)
        self.on_request_exception.append(self._fail)

    async def _begin(
        self,
        _session: aiohttp.ClientSession,
        call: SimpleNamespace,
        params: aiohttp.TraceRequestStartParams,
    ) -> None:
        is_answer = any(part in params.url.path for part in _UNLIMITED)
        call.line = _ANSWERS if is_answer else _ALL_ELSE
        if not is_answer:
            await self._limiter.acquire()
        call.begun = time.perf_counter()

    async def _end(
        self,
        _session: aiohttp.ClientSession,
        call: SimpleNamespace,
        params: aiohttp.TraceRequestEndParams,
    ) -> None:
        self._count(call, _how(params.response.status))

    async def _fail(
        self,
        _session: aiohttp.ClientSession,
        call: SimpleNamespace,
        params: aiohttp.TraceRequestExceptionParams,
    ) -> None:
        late = isinstance(params.exception, TimeoutError | asyncio.CancelledError)
        self._count(call, "timeout" if late else Failure.AWAY.value)

    def _count(self, call: Any, end: str) -> None:  # noqa: ANN401 - what aiohttp hands around
        self._ends.call_ended(call.line, end, time.perf_counter() - call.begun)


def _how(status: int) -> str:
    if status < HTTPStatus.BAD_REQUEST:
        return "ok"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Failure.BUSY.value
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Failure.AWAY.value
    return Failure.FINAL.value
