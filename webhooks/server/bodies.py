"""Bodies of requests in memory: all together have a budget.

When it is spent, the body that has been arriving longest is given up, and its sender may send it
again: a message that is sent at once is read, however many others hold theirs back.
"""

import asyncio
import contextlib
import mmap
from collections.abc import AsyncIterator

from aiohttp import web

from webhooks.server.connection import UNREADABLE, connection_of

BUDGET_BYTES = 16 * 1024 * 1024
"""Highest number of bytes of all bodies together that are kept at one time."""


SMALL_BYTES = 64 * 1024
"""Larger bodies lie in memory of their own, which the system gets back as soon as they are gone."""


class _Arriving:
    """A body: what of it is here."""

    __slots__ = ("given_up", "limit", "mapped", "size", "small")

    def __init__(self) -> None:
        self.small = bytearray()
        self.mapped: mmap.mmap | None = None
        self.size = 0
        self.limit: asyncio.Timeout | None = None
        self.given_up = False

    def add(self, piece: bytes, most: int) -> None:
        """Keep a piece; what would be more than `most` is only counted."""
        self.size += len(piece)
        if self.size > most:
            return
        if self.mapped is None and self.size > SMALL_BYTES:
            self.mapped = mmap.mmap(-1, most)
            self.mapped.write(self.small)
            self.small = bytearray()
        if self.mapped is None:
            self.small += piece
        else:
            self.mapped.write(piece)

    def bytes(self) -> bytes:
        """All of it."""
        return bytes(self.small) if self.mapped is None else self.mapped[: self.size]

    def free(self) -> None:
        """Give the memory back, to the system if it is much."""
        self.small = bytearray()
        self.size = 0
        if self.mapped is not None:
            self.mapped.close()
            self.mapped = None


class Bodies:
    """Reads bodies within a budget.

    Args:
        budget: Bytes of all of them.
    """

    def __init__(self, budget: int = BUDGET_BYTES) -> None:
        self._budget = budget
        self._arriving: dict[_Arriving, None] = {}
        self.held = 0

    @contextlib.asynccontextmanager
    async def read(
        self, request: web.Request, *, most: int, seconds: float
    ) -> AsyncIterator[bytes]:
        """The raw body, never unpacked; it counts until it is let go of.

        Args:
            request: Whose.
            most: Larger ones are refused.
            seconds: How long it may take to arrive.

        Raises:
            HTTPException: 413 if it is too large, 408 if it is slow, 400 if it cannot be read or
                the sender is gone, 503 if there is no room for it.
        """
        connection = connection_of(request)
        if connection is not None:
            connection.waits()
        arrived = await self._collect(request, most=most, seconds=seconds)
        if connection is not None:
            connection.works()
        try:
            yield arrived.bytes()
        finally:
            self.held -= arrived.size
            arrived.free()

    async def _collect(self, request: web.Request, *, most: int, seconds: float) -> _Arriving:
        """All of a body; what is returned still counts."""
        arriving = _Arriving()
        self._arriving[arriving] = None
        try:
            async with asyncio.timeout(seconds) as arriving.limit:
                async for piece in request.content.iter_any():
                    self._take(arriving, piece, most)
        except TimeoutError:
            self._let_go(arriving)
            if arriving.given_up:
                raise web.HTTPServiceUnavailable from None
            raise web.HTTPRequestTimeout from None
        except (ConnectionError, *UNREADABLE):  # nobody is left to read why, or it is nonsense
            self._let_go(arriving)
            raise web.HTTPBadRequest from None
        except BaseException:
            self._let_go(arriving)
            raise
        del self._arriving[arriving]
        return arriving

    def _take(self, arriving: _Arriving, piece: bytes, most: int) -> None:
        if arriving.given_up:
            raise web.HTTPServiceUnavailable
        arriving.add(piece, most)
        self.held += len(piece)
        if arriving.size > most:
            raise web.HTTPRequestEntityTooLarge(most, arriving.size)
        while self.held > self._budget and self._arriving:
            self._give_up(next(iter(self._arriving)))
        if arriving.given_up:
            raise web.HTTPServiceUnavailable

    def _give_up(self, arriving: _Arriving) -> None:
        """Release it, and wake its reader."""
        arriving.given_up = True
        self._let_go(arriving)
        if arriving.limit is not None:
            arriving.limit.reschedule(asyncio.get_running_loop().time())

    def _let_go(self, arriving: _Arriving) -> None:
        if arriving in self._arriving:
            del self._arriving[arriving]
            self.held -= arriving.size
            arriving.free()
