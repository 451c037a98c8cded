"""One session of the bot at the gateway, and the socket that it has at the moment."""

import asyncio
import contextlib
import json
import secrets
from collections import deque
from typing import Any

from aiohttp import ClientConnectionResetError, web

from sandbox.discord_wire.compression import Compress

DISPATCH = 0
_PONG_SECONDS = 1.0
_REPLAY = 1000


class Connection:
    """One socket of the bot."""

    def __init__(
        self, request: web.Request, socket: web.WebSocketResponse, compress: Compress | None
    ) -> None:
        self._request = request
        self.socket = socket
        self._compress = compress
        self._sending = asyncio.Lock()
        self._pong: asyncio.Future[None] | None = None

    def abort(self) -> None:
        """Cut it without a word."""
        if self._request.transport is not None:
            self._request.transport.abort()

    async def round_trip(self) -> None:
        """Wait until the bot has answered a ping, or is gone."""
        self._pong = asyncio.get_running_loop().create_future()
        with contextlib.suppress(ClientConnectionResetError, TimeoutError):
            async with asyncio.timeout(_PONG_SECONDS):
                await self.socket.ping()
                await self._pong

    def ponged(self) -> None:
        """The bot has answered."""
        if self._pong is not None and not self._pong.done():
            self._pong.set_result(None)

    async def send(self, op: int, data: object = None, **more: object) -> None:
        """Send one message; one that no longer reaches the bot is kept for its resume."""
        text = json.dumps({"op": op, "d": data, "s": None, "t": None} | more)
        async with self._sending:
            with contextlib.suppress(ClientConnectionResetError):
                if self._compress is None:
                    await self.socket.send_str(text)
                else:
                    await self.socket.send_bytes(self._compress(text.encode()))


class Session:
    """What a bot identified once, and may resume."""

    def __init__(self, intents: int, connection: Connection) -> None:
        self.id = secrets.token_hex(16)
        self.intents = intents
        self.connection: Connection | None = connection
        self._seq = 0
        self._sent: deque[tuple[int, str, Any]] = deque(maxlen=_REPLAY)

    async def dispatch(self, event: str, data: object) -> None:
        """Send an event, and keep it for a resume."""
        self._seq += 1
        kept = (self._seq, event, data)
        self._sent.append(kept)
        await self._send(kept)

    async def replay(self, after: int) -> None:
        """Send again what came after a sequence number."""
        for kept in [each for each in self._sent if each[0] > after]:
            await self._send(kept)

    async def _send(self, kept: tuple[int, str, Any]) -> None:
        if self.connection is not None:
            seq, event, data = kept
            await self.connection.send(DISPATCH, data, s=seq, t=event)
