"""Bodies to their last byte: what is kept where, what it counts, and when it is let go of."""

import asyncio
import contextlib
import mmap
from collections.abc import AsyncIterator, Callable
from typing import Self

import pytest
from aiohttp import StreamReader, web
from aiohttp.http_exceptions import BadHttpMessage
from aiohttp.test_utils import make_mocked_request

from tests.support.connections import Line, watch_timers
from webhooks.server.bodies import BUDGET_BYTES, SMALL_BYTES, Bodies

MOST = 4 * SMALL_BYTES


class Silent:
    """A protocol to which a stream may say that it has enough."""

    connected = True
    _reading_paused = False

    def pause_reading(self, **_: object) -> None:
        """It is a test that sends."""

    def resume_reading(self, **_: object) -> None:
        """As above."""


class Body:
    """A body that arrives piece by piece, and what becomes of reading it."""

    def __init__(self, bodies: Bodies, *, most: int = MOST, seconds: float = 3600) -> None:
        loop = asyncio.get_running_loop()
        self.content = StreamReader(Silent(), 2**20, loop=loop)  # type: ignore[arg-type]
        self.request = make_mocked_request("POST", "/", payload=self.content)
        self.let_go = asyncio.Event()
        self.whole: asyncio.Future[bytes] = loop.create_future()
        self.reading = asyncio.create_task(self._read(bodies, most, seconds))

    async def _read(self, bodies: Bodies, most: int, seconds: float) -> None:
        async with bodies.read(self.request, most=most, seconds=seconds) as body:
            self.whole.set_result(body)
            await self.let_go.wait()

    async def send(self, *pieces: bytes) -> None:
        """Let pieces arrive, each on its own."""
        await turns()
        for piece in pieces:
            self.content.feed_data(piece)
            await turns()

    async def end(self) -> bytes:
        """That was all; what was read."""
        self.content.feed_eof()
        async with asyncio.timeout(30):
            return await self.whole

    async def refused(self) -> int:
        """With which status it was refused."""
        with pytest.raises(web.HTTPException) as raised:
            async with asyncio.timeout(30):
                await self.reading
        return raised.value.status


async def turns() -> None:
    """Let everything else go on for a while."""
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.fixture
async def begin() -> AsyncIterator[Callable[..., Body]]:
    begun: list[Body] = []

    def start(bodies: Bodies, **more: float) -> Body:
        begun.append(Body(bodies, **more))  # type: ignore[arg-type]
        return begun[-1]

    yield start
    for each in begun:
        each.reading.cancel()
        await asyncio.gather(each.reading, return_exceptions=True)


Begin = Callable[..., Body]


def test_all_bodies_together_have_16_mib_and_a_small_one_64_kib() -> None:
    assert (BUDGET_BYTES, SMALL_BYTES) == (16 * 1024 * 1024, 64 * 1024)


@pytest.mark.parametrize(
    ("sizes", "mapped"),
    [
        ([0], 0),
        ([SMALL_BYTES], 0),
        ([SMALL_BYTES - 1, 1], 0),
        ([SMALL_BYTES, 1], 1),
        ([SMALL_BYTES + 1], 1),
        ([SMALL_BYTES, SMALL_BYTES, SMALL_BYTES, SMALL_BYTES], 1),
        ([1, MOST - 1], 1),
    ],
)
async def test_a_large_body_lies_in_memory_that_the_system_gets_back(
    begin: Begin, monkeypatch: pytest.MonkeyPatch, sizes: list[int], mapped: int
) -> None:
    made: list[mmap.mmap] = []
    asked: list[tuple[int, int]] = []

    class Seen(mmap.mmap):
        def __new__(cls, file: int, size: int) -> Self:
            asked.append((file, size))
            made.append(found := super().__new__(cls, file, size))
            return found

    monkeypatch.setattr(mmap, "mmap", Seen)
    bodies = Bodies()
    body = begin(bodies)
    pieces = [bytes([number]) * size for number, size in enumerate(sizes)]
    await body.send(*pieces)
    assert await body.end() == b"".join(pieces)
    assert asked == [(-1, MOST)] * mapped
    assert bodies.held == sum(sizes), "it counts until it is let go of"
    assert not any(each.closed for each in made)
    body.let_go.set()
    await body.reading
    assert all(each.closed for each in made)
    assert bodies.held == 0


@pytest.mark.parametrize("most", [10, MOST])
async def test_a_body_may_be_as_large_as_was_said_and_no_byte_larger(
    begin: Begin, most: int
) -> None:
    bodies = Bodies()
    fits = begin(bodies, most=most)
    await fits.send(b"x" * (most - 1), b"y")
    assert len(await fits.end()) == most
    fits.let_go.set()
    larger = begin(bodies, most=most)
    await larger.send(b"x" * most, b"y")
    assert await larger.refused() == 413
    assert bodies.held == 0


async def test_all_together_may_have_the_budget_to_its_last_byte(begin: Begin) -> None:
    bodies = Bodies(budget=100)
    first, second = begin(bodies), begin(bodies)
    await first.send(b"x" * 60)
    await second.send(b"x" * 40)
    assert bodies.held == 100
    assert not first.reading.done()
    await second.send(b"x")
    assert await first.refused() == 503
    assert bodies.held == 41, "nothing of the first is kept"
    assert len(await second.end()) == 41


async def test_as_many_make_room_as_it_takes_the_oldest_first(begin: Begin) -> None:
    bodies = Bodies(budget=100)
    old = [begin(bodies) for _ in range(3)]
    for each in old:
        await each.send(b"x" * 30)
    late = begin(bodies)
    await late.send(b"x" * 60)
    assert [await each.refused() for each in old[:2]] == [503, 503]
    assert not old[2].reading.done()
    assert bodies.held == 90


async def test_a_body_that_is_whole_makes_no_room_any_more(begin: Begin) -> None:
    """Its sender is being answered: it is not told to send it again."""
    bodies = Bodies(budget=100)
    whole = begin(bodies)
    await whole.send(b"x" * 80)
    await whole.end()
    late = begin(bodies)
    await late.send(b"x" * 30)
    assert await late.refused() == 503
    assert bodies.held == 80
    whole.let_go.set()
    await whole.reading
    assert bodies.held == 0


async def test_what_comes_of_a_body_that_was_given_up_is_not_taken(begin: Begin) -> None:
    bodies = Bodies(budget=100)
    first = begin(bodies)
    await first.send(b"x" * 60)
    second = begin(bodies)
    await turns()
    second.content.feed_data(b"x" * 60)
    first.content.feed_data(b"x" * 60)
    await turns()
    assert await first.refused() == 503
    assert not second.reading.done()
    assert bodies.held == 60


async def test_a_slow_body_is_told_so_and_not_that_there_is_no_room(begin: Begin) -> None:
    bodies = Bodies()
    slow = begin(bodies, seconds=0)
    await slow.send(b"x")
    assert await slow.refused() == 408
    assert bodies.held == 0


@pytest.mark.parametrize(
    "error", [ConnectionResetError(), BadHttpMessage("no"), web.RequestPayloadError("no")]
)
async def test_a_body_that_breaks_off_is_the_senders_fault(begin: Begin, error: Exception) -> None:
    bodies = Bodies()
    body = begin(bodies)
    await body.send(b"x" * 50)
    body.content.set_exception(error)
    assert await body.refused() == 400
    assert bodies.held == 0


async def test_an_error_of_ours_is_none_of_the_sender_and_nothing_stays(begin: Begin) -> None:
    bodies = Bodies()
    body = begin(bodies)
    await body.send(b"x" * 50)
    body.content.set_exception(LookupError())
    with pytest.raises(LookupError):
        await body.reading
    assert bodies.held == 0


async def test_of_whoever_does_not_wait_any_more_nothing_stays(begin: Begin) -> None:
    bodies = Bodies()
    body = begin(bodies)
    await body.send(b"x" * 50)
    body.reading.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await body.reading
    assert bodies.held == 0


async def test_while_its_body_arrives_a_connection_waits_and_then_it_works(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Only one that waits for its client may be closed to make room."""
    watch_timers(monkeypatch)
    bodies = Bodies()
    begun, goes_on = asyncio.Event(), asyncio.Event()

    async def receive(request: web.BaseRequest) -> web.Response:
        begun.set()
        async with bodies.read(request, most=MOST, seconds=3600) as body:  # type: ignore[arg-type]
            await goes_on.wait()
            return web.Response(text=str(len(body)))

    line = Line(receive)
    line.send(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nxxxxx")
    await begun.wait()
    await turns()
    assert line.connections.state == "waits"
    line.send(b"yyyyy")
    await turns()
    assert line.connections.state == "works"
    goes_on.set()
    assert (await line.answered()).endswith(b"\r\n\r\n10")
    line.hang_up()
    await turns()
