"""How many connections there may be, how long a head may take, and what is said of all that."""

import asyncio
import socket

import pytest
from structlog.testing import capture_logs

from payments.infra.tally import Tally
from tests.conftest import Time
from tests.support.connections import add, connections, ended, opened
from tests.support.databases import only_on_sqlite
from tests.support.web import Web, event_body, serve, sign
from webhooks.keys import Parts
from webhooks.server.connections import FEWEST, MOST, RESERVED, room
from webhooks.server.listener import Listener

pytestmark = only_on_sqlite


def test_descriptors_remain_for_everything_else() -> None:
    assert room(1_024) == 1_024 - RESERVED
    assert room(100_000) == MOST
    assert room(64) == FEWEST


def test_the_one_that_has_waited_longest_goes_and_one_that_is_answered_stays() -> None:
    all_ = connections()
    first, second, third, fourth = add(all_, "192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4")
    all_.works(first)
    all_.waits(second)
    (fifth,) = add(all_, "192.0.2.5")
    assert [each.open for each in (first, second, third, fourth, fifth)] == [
        True, True, False, True, True,
    ]  # fmt: skip
    assert len(all_) == 4


def test_one_address_takes_room_from_itself_alone_and_a_trusted_proxy_has_no_such_limit() -> None:
    all_ = connections()
    mine, other, more, third = add(all_, "192.0.2.1", "192.0.2.2", "::ffff:192.0.2.1", "192.0.2.1")
    assert [each.open for each in (mine, other, more, third)] == [False, True, True, True]
    proxied = connections(most=8)
    assert all(each.open for each in add(proxied, *["10.0.0.1"] * 8))


def test_where_all_are_being_answered_the_new_one_is_refused() -> None:
    all_ = connections(most=2)
    for each in add(all_, "192.0.2.1", "192.0.2.2"):
        all_.works(each)
    (late,) = add(all_, "192.0.2.3")
    assert not late.open
    assert len(all_) == 2


@pytest.mark.parametrize("begun", [b"", b"POST /webhooks/stripe HTTP/1.1\r\nHost: x\r\n"])
async def test_a_head_that_does_not_come_is_not_waited_for(
    parts: Parts, clock: Time, monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    monkeypatch.setattr("webhooks.server.server.HEAD_SECONDS", 0.2)
    async with serve(parts, clock) as web:
        reader, writer = await opened(web, begun)
        await asyncio.wait_for(ended(reader), 10)
        writer.close()


async def test_the_head_of_the_next_request_has_no_more_time_than_the_first(
    parts: Parts, clock: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webhooks.server.server.HEAD_SECONDS", 0.2)
    async with serve(parts, clock) as web:
        reader, writer = await opened(web, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await reader.readline()).split()[1] == b"200"
        writer.write(b"GET /hea")
        await asyncio.wait_for(ended(reader), 10)
        writer.close()


async def test_a_head_without_end_is_not_kept(web: Web) -> None:
    line = b"X-More: " + b"x" * 4_000 + b"\r\n"
    reader, writer = await opened(web, b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + line * 10)
    writer.write(line * 10)
    await asyncio.wait_for(ended(reader), 10)
    writer.close()
    assert await web.post(event_body("invoice.paid")) == 200


async def test_a_body_right_behind_its_head_is_no_part_of_it(web: Web) -> None:
    body = event_body("invoice.paid", padding="x" * 200_000).encode()
    head = (
        "POST /webhooks/stripe HTTP/1.1\r\nHost: x\r\n"
        f"Stripe-Signature: {sign(body, web.clock)}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    reader, writer = await opened(web, head.encode() + body)
    assert (await asyncio.wait_for(reader.readline(), 10)).split()[1] == b"200"
    writer.close()


async def test_without_descriptors_some_that_wait_are_closed_and_one_line_says_so() -> None:
    """As the system says it: `accept` fails, and goes on failing for a while."""
    failing = True
    taken = asyncio.Event()

    class Sock(socket.socket):
        def accept(self) -> tuple[socket.socket, object]:
            if failing:
                raise OSError(24, "Too many open files")
            return super().accept()

    class Taking(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            taken.set()
            transport.close()

    with Sock() as sock, capture_logs() as lines:
        sock.bind(("127.0.0.1", 0))
        sock.listen()
        sock.setblocking(False)
        all_ = connections()
        (waiting,) = add(all_, "192.0.2.1")
        listener = Listener(sock, Taking, connections=all_, tally=Tally())
        _, writer = await asyncio.open_connection(*sock.getsockname())
        await asyncio.wait_for(waiting.closed.wait(), 10)
        failing = False
        await asyncio.wait_for(taken.wait(), 10)
        writer.close()
        await listener.close()
    assert [line["reason"] for line in lines] == ["no descriptors left"]


def test_what_happens_often_is_one_line_at_once_and_one_for_all_the_rest() -> None:
    tally = Tally()
    with capture_logs() as lines:
        for number in range(1_000):
            tally.note("web.refused", reason="malformed", address=f"192.0.2.{number % 3}")
        tally.note("web.refused", reason="slow head")
        assert [line["reason"] for line in lines] == ["malformed", "slow head"]
        tally.tell()
        assert (lines[2]["again"], lines[2]["addresses"]) == (999, 3)
        tally.note("web.refused", reason="malformed")
        assert len(lines) == 3, "not before the next minute is over"
        tally.tell()
        assert lines[3]["again"] == 1
        tally.tell()
        tally.note("web.refused", reason="malformed")
        assert len(lines) == 5, "after a quiet minute it is news again"
