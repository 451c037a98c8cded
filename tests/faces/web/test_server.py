"""The server on an address: how much it takes in, and how it starts and stops."""

import asyncio
import resource
from collections.abc import Callable

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from payments.infra.tally import Tally
from tests.support.connections import connections, ended
from webhooks.server import connections as connections_module
from webhooks.server import descriptors, listener, server
from webhooks.server.connections import Connections
from webhooks.server.server import WebServer
from webhooks.server.tally import TALLY

INF = resource.RLIM_INFINITY


def test_the_numbers_that_keep_the_rest_of_the_program_alive() -> None:
    """Each is a decision: memory, descriptors and seconds that strangers may take."""
    at_most = (connections_module.MOST, connections_module.MOST_OF_ONE)
    assert at_most == (2_048, 256)
    assert (connections_module.RESERVED, connections_module.FEWEST) == (320, 16)
    assert descriptors.ENOUGH == 16_384
    assert (listener.BACKLOG, listener.AT_ONCE) == (1_024, 32)
    assert (listener.RECEIVE_BYTES, server.READ_BYTES) == (32 * 1024, 16 * 1024)
    assert (server.KEEP_SECONDS, server.LINGERING_SECONDS, server.SHUTDOWN_SECONDS) == (75, 1, 5)
    assert listener.PAUSE_SECONDS == 0.1


@pytest.mark.parametrize(
    ("soft", "hard", "raised", "found"),
    [
        (1_024, 4_096, 4_096, 4_096),
        (1_024, 16_384, 16_384, 16_384),
        (1_024, 16_385, 16_384, 16_384),
        (1_024, 1_000_000, 16_384, 16_384),
        (1_024, INF, 16_384, 16_384),
        (4_096, 4_096, None, 4_096),
        (4_095, 4_096, 4_096, 4_096),
        (16_384, 1_000_000, None, 16_384),
        (20_000, 1_000_000, None, 20_000),
        (20_000, INF, None, 20_000),
        (INF, INF, None, 16_384),
    ],
)
def test_the_limit_of_descriptors_is_raised_as_far_as_it_helps(
    monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, raised: int | None, found: int
) -> None:
    asked: list[tuple[int, tuple[int, int]]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda what, limits: asked.append((what, limits)))
    assert descriptors.raise_limit() == found
    assert asked == ([] if raised is None else [(resource.RLIMIT_NOFILE, (raised, hard))])


async def hello(request: web.Request) -> web.Response:
    del request
    return web.Response(text="hello")


def application(handler: Callable[[web.Request], object] = hello) -> web.Application:
    app = web.Application()
    app[TALLY] = Tally()
    app.router.add_get("/", handler)  # type: ignore[arg-type]
    return app


async def connect(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", port)


async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """The status of an answer on this connection."""
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    async with asyncio.timeout(30):
        status = (await reader.readline()).split()[1]
        await reader.readuntil(b"hello")
        return status


async def test_no_more_connections_than_it_was_told_and_the_oldest_makes_room() -> None:
    running = WebServer(application(), host="127.0.0.1", port=0, most=2)
    await running.start()
    try:
        opened = []
        for _ in range(3):
            opened.append(await connect(running.port))
            assert await served(*opened[-1]) == b"200"
        async with asyncio.timeout(30):
            await ended(opened[0][0])
        assert await served(*opened[2]) == b"200"
        assert not opened[1][0].at_eof()
        for _, writer in opened:
            writer.close()
    finally:
        await running.close()


async def test_descriptors_bound_the_connections_whatever_was_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The smaller of both counts, and one address has no more than all together."""
    made: list[tuple[int, int]] = []

    class Seen(Connections):
        def __init__(self, *, most: int, of_one: int, **more: object) -> None:
            made.append((most, of_one))
            super().__init__(most=most, of_one=of_one, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(server, "Connections", Seen)
    monkeypatch.setattr(server, "raise_limit", lambda: 1_000)
    for most in (None, 64, 500, 5_000):
        running = WebServer(application(), host="127.0.0.1", port=0, most=most)
        await running.start()
        await running.close()
    assert made == [(680, 256), (64, 64), (500, 256), (680, 256)]


async def test_a_connection_is_bounded_in_time_and_memory() -> None:
    running = WebServer(application(), host="127.0.0.1", port=0)
    await running.start()
    try:
        made = running._factory(connections())()
        assert made.keepalive_timeout == server.KEEP_SECONDS
        assert made._lingering_time == server.LINGERING_SECONDS
        assert made._read_bufsize == server.READ_BYTES
        assert not made._logging_enabled, "an access log would be the sender's to fill"
    finally:
        await running.close()


async def test_a_server_that_did_not_start_has_no_connections_to_make() -> None:
    running = WebServer(application(), host="127.0.0.1", port=0)
    with pytest.raises(RuntimeError, match="not set up"):
        running._factory(connections())


async def test_what_is_being_answered_when_it_stops_is_answered_to_the_end() -> None:
    begun, goes_on = asyncio.Event(), asyncio.Event()

    async def slow(request: web.Request) -> web.Response:
        begun.set()
        await goes_on.wait()
        return await hello(request)

    running = WebServer(application(slow), host="127.0.0.1", port=0)
    await running.start()
    reader, writer = await connect(running.port)
    answered = asyncio.create_task(served(reader, writer))
    await begun.wait()
    closing = asyncio.create_task(running.close())
    await asyncio.sleep(0)
    with pytest.raises(OSError, match="Connect call failed"):
        await connect(running.port)
    goes_on.set()
    assert await answered == b"200"
    await closing
    writer.close()


async def test_what_was_counted_is_told_when_it_stops() -> None:
    app = application()
    with capture_logs() as lines:
        running = WebServer(app, host="127.0.0.1", port=0)
        await running.start()
        await asyncio.sleep(0)
        for _ in range(3):
            app[TALLY].note("web.refused", reason="malformed")
        await running.close()
    assert [line.get("again") for line in lines if line["event"] == "web.refused"] == [None, 2]


async def test_a_start_that_fails_leaves_nothing_behind(web_port: int) -> None:
    app = application()
    ended_with: list[web.Application] = []

    async def note(app: web.Application) -> None:
        ended_with.append(app)

    app.on_cleanup.append(note)
    second = WebServer(app, host="127.0.0.1", port=web_port)
    with pytest.raises(OSError, match="Address already in use"):
        await second.start()
    assert ended_with == [app]
