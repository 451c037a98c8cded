"""One session of the bot at the gateway, and the socket that it has at the moment."""

import asyncio
import contextlib
import json
import secrets
from collections import deque
from typing import Any

from aiohttp import ClientConnectionResetError, web

from payments.domain.values.time import Instant
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
        self._pings: dict[bytes, asyncio.Future[None]] = {}
        self._pinged = 0

    def abort(self) -> None:
        """Cut it without a word."""
        if self._request.transport is not None:
            self._request.transport.abort()

    async def round_trip(self) -> None:
        """Wait until the bot has answered a ping, or is gone."""
        self._pinged += 1
        name = str(self._pinged).encode()
        pong = self._pings[name] = asyncio.get_running_loop().create_future()
        with contextlib.suppress(ClientConnectionResetError, TimeoutError):
            async with asyncio.timeout(_PONG_SECONDS):
                await self.socket.ping(name)
                await pong
        del self._pings[name]

    def ponged(self, name: bytes) -> None:
        """The bot has answered a ping."""
        pong = self._pings.get(name)
        if pong is not None and not pong.done():
            pong.set_result(None)

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
    """What a bot identified once, and may resume.

    Args:
        intents: Which events it wants.
        shard: Its number, and how many there are.
        connection: Where it is now.
    """

    def __init__(self, intents: int, shard: tuple[int, int], connection: Connection) -> None:
        self.id = secrets.token_hex(16)
        self.intents = intents
        self.shard = shard
        self.connection: Connection | None = connection
        self.left: Instant | None = None
        """Since when it has no connection."""
        self._seq = 0
        self._sent: deque[tuple[int, str, Any]] = deque(maxlen=_REPLAY)
        self._order = asyncio.Lock()

    def sees(self, guild: int | None) -> bool:
        """Whether a guild's events come here; direct messages (none) come to shard 0.

        After Discord's page "Gateway", Sharding.
        """
        number, count = self.shard
        return number == (0 if guild is None else (guild >> 22) % count)

    async def dispatch(self, event: str, data: object) -> None:
        """Send an event, and keep it for a resume."""
        async with self._order:
            self._seq += 1
            kept = (self._seq, event, data)
            self._sent.append(kept)
            if self.connection is not None:
                await _send(self.connection, kept)

    async def resume(self, connection: Connection, after: int) -> bool:
        """Go on at a connection with what came after a sequence number, then RESUMED.

        Returns:
            False where too much was missed, or the number is none of this session's.
        """
        async with self._order:
            missed = [each for each in self._sent if each[0] > after]
            if after + len(missed) != self._seq:
                return False
            for kept in missed:
                await _send(connection, kept)
            self.connection, self.left = connection, None
        await self.dispatch("RESUMED", {"_trace": []})
        return True


async def _send(connection: Connection, kept: tuple[int, str, Any]) -> None:
    seq, event, data = kept
    await connection.send(DISPATCH, data, s=seq, t=event)
