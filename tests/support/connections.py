"""One connection of the web server without a network: what comes and goes, and its timer."""

import asyncio
import functools
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Any

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from payments.infra.tally import Tally
from tests.support.web import Web
from webhooks.server.connection import ClientConnection, answer
from webhooks.server.connections import Closable, Connections

HEAD_SECONDS = 7_777.0
"""How long a head may take here: nothing else waits for so long, so its timer is recognised."""

PEER = "192.0.2.7"


class Wire(asyncio.Transport):
    """The other end of a connection: what was written, and whether it was cut or closed."""

    def __init__(self, peer: tuple[str, int] | None = (PEER, 4242)) -> None:
        super().__init__({"peername": peer})
        self.written = b""
        self.cuts = 0
        self.is_closed = False
        self.news = asyncio.Event()

    def write(self, data: Any) -> None:
        self.written += bytes(data)
        self.news.set()

    def abort(self) -> None:
        self.cuts += 1

    def close(self) -> None:
        self.is_closed = True
        self.news.set()

    def is_closing(self) -> bool:
        return self.is_closed or self.cuts > 0

    def pause_reading(self) -> None:
        """The test sends no more than is read."""

    def resume_reading(self) -> None:
        """As above."""

    @property
    def answers(self) -> int:
        """How many answers were begun."""
        return self.written.count(b"HTTP/1.")


class Noted(Connections):
    """Notes who waits for their client and who is being answered."""

    def __init__(self) -> None:
        super().__init__(most=8, of_one=8, trusted=(), tally=Tally())
        self.added: list[str] = []
        self.steps: list[str] = []

    def add(self, connection: Closable, address: str) -> None:
        self.added.append(address)
        super().add(connection, address)

    def waits(self, connection: Closable) -> None:
        super().waits(connection)
        self.steps.append("waits")

    def works(self, connection: Closable) -> None:
        super().works(connection)
        self.steps.append("works")

    @property
    def state(self) -> str:
        """What it does now."""
        return self.steps[-1]


@dataclass(slots=True)
class Timers:
    """The timers of heads that were begun: when one is over is for the test to say."""

    begun: list[tuple[asyncio.TimerHandle, Callable[..., object], tuple[Any, ...]]] = field(
        default_factory=list
    )

    def runs(self) -> bool:
        """Whether the last one still runs."""
        return bool(self.begun) and not self.begun[-1][0].cancelled()

    def is_over(self) -> None:
        """The time of the last one is over."""
        _, callback, arguments = self.begun[-1]
        callback(*arguments)


def watch_timers(monkeypatch: pytest.MonkeyPatch) -> Timers:
    """Note each timer of a head."""
    loop = asyncio.get_running_loop()
    timers = Timers()
    real = loop.call_later

    def call_later(
        delay: float, callback: Callable[..., object], *arguments: Any, **more: Any
    ) -> asyncio.TimerHandle:
        handle = real(delay, callback, *arguments, **more)
        if delay == HEAD_SECONDS:
            timers.begun.append((handle, callback, arguments))
        return handle

    monkeypatch.setattr(loop, "call_later", call_later)
    return timers


class Line:
    """A connection, from its first byte to its last, answered by a handler.

    Args:
        handler: Answers each request.
        peer: Who is at the other end.
    """

    def __init__(
        self,
        handler: Callable[[web.BaseRequest], Any],
        *,
        peer: tuple[str, int] | None = (PEER, 4242),
    ) -> None:
        self.server = server = web.Server(handler)
        server.request_handler = functools.partial(answer, server.request_handler)
        self.tally = Tally()
        self.connections = Noted()
        self.wire = Wire(peer)
        self.connection = ClientConnection(
            server,
            connections=self.connections,
            tally=self.tally,
            head_seconds=HEAD_SECONDS,
            loop=asyncio.get_running_loop(),
            access_log=None,
            auto_decompress=False,
        )
        self.connection.connection_made(self.wire)

    def send(self, *pieces: bytes) -> None:
        """Let pieces arrive, each on its own."""
        for piece in pieces:
            self.connection.data_received(piece)

    async def answered(self, number: int = 1) -> bytes:
        """All that was written once `number` answers have begun, and nothing moves any more."""
        async with asyncio.timeout(30):
            while self.wire.answers < number:
                self.wire.news.clear()
                await self.wire.news.wait()
        for _ in range(20):
            await asyncio.sleep(0)
        return self.wire.written

    def hang_up(self) -> None:
        """The other side is gone."""
        self.connection.connection_lost(None)


HEAD = b"GET / HTTP/1.1\r\nHost: x\r\n"
REQUEST = HEAD + b"\r\n"
Begin = Callable[..., Line]


@pytest.fixture
async def timers(monkeypatch: pytest.MonkeyPatch) -> Timers:
    return watch_timers(monkeypatch)


@pytest.fixture
async def begin(timers: Timers) -> AsyncIterator[Begin]:
    """Open a connection; by default each request is answered at once."""
    del timers
    opened: list[Line] = []

    def start(handler: Callable[[web.BaseRequest], Any] | None = None, **more: Any) -> Line:
        opened.append(Line(handler or at_once, **more))
        return opened[-1]

    yield start
    for line in opened:
        line.hang_up()
    await asyncio.sleep(0)


@pytest.fixture
def lines() -> Iterator[list[Any]]:
    """What is logged."""
    with capture_logs() as logged:
        yield logged


async def at_once(request: web.BaseRequest) -> web.Response:
    del request
    return web.Response(text="here")


class Fake:
    """A connection that can only be closed."""

    def __init__(self) -> None:
        self.closed = asyncio.Event()

    @property
    def open(self) -> bool:
        return not self.closed.is_set()

    def cut(self) -> None:
        self.closed.set()


def connections(most: int = 4, of_one: int = 2) -> Connections:
    trusted = (ip_network("10.0.0.0/8"),)
    return Connections(most=most, of_one=of_one, trusted=trusted, tally=Tally())


def add(all_: Connections, *addresses: str) -> list[Fake]:
    made = []
    for address in addresses:
        made.append(Fake())
        all_.add(made[-1], address)
    return made


async def opened(web: Web, sent: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(web.url.rsplit(":", 1)[1]))
    writer.write(sent)
    return reader, writer


async def ended(reader: asyncio.StreamReader) -> None:
    """Read until the other side has closed it, in whatever way."""
    try:
        await reader.read()
    except ConnectionError:
        return
