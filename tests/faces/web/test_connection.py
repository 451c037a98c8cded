"""One connection: how long and how large a head may be, and how an answer goes out."""

import asyncio
from typing import Any

import pytest
from aiohttp import web

from tests.support.connections import (
    HEAD,
    PEER,
    REQUEST,
    Begin,
    Timers,
    at_once,
    begin,
    lines,
    timers,
)
from webhooks.server.connection import (
    HEAD_SECONDS,
    MOST_OF_HEAD,
)

__all__ = ["begin", "lines", "timers"]  # fixtures

POST = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"


class Held:
    """Answers when the test says so."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.goes_on = asyncio.Event()

    async def __call__(self, request: web.BaseRequest) -> web.Response:
        self.begun.set()
        await self.goes_on.wait()
        return await at_once(request)


def test_a_head_has_ten_seconds_and_32_kib() -> None:
    assert (HEAD_SECONDS, MOST_OF_HEAD) == (10, 32 * 1024)


async def test_a_new_connection_waits_for_its_head_and_not_for_ever(
    begin: Begin, timers: Timers, lines: list[Any]
) -> None:
    line = begin()
    assert line.connections.added == [PEER]
    assert line.connections.state == "waits"
    assert timers.runs()
    timers.is_over()
    assert line.wire.cuts == 1
    assert not timers.runs()
    assert [(each["event"], each["reason"], each["address"]) for each in lines] == [
        ("web.refused", "slow head", PEER)
    ]


async def test_of_a_connection_without_an_address_none_is_told(begin: Begin) -> None:
    assert begin(peer=None).connections.added == [""]


async def test_a_connection_that_is_gone_is_forgotten_with_its_timer(
    begin: Begin, timers: Timers
) -> None:
    line = begin()
    await line.answered(0)
    assert line.server.connections == [line.connection]
    line.hang_up()
    assert not timers.runs()
    assert len(line.connections) == 0
    await line.answered(0)
    assert line.server.connections == []


async def test_a_head_in_pieces_has_the_time_of_one(begin: Begin, timers: Timers) -> None:
    line = begin()
    line.send(b"GET / HT", b"TP/1.1\r\nHo", b"st: x\r\n")
    assert len(timers.begun) == 1
    assert timers.runs()
    line.send(b"\r\n")
    await line.answered()
    assert len(timers.begun) == 1
    assert not timers.runs()


@pytest.mark.parametrize("cut", [1, 2, 3])
async def test_the_end_of_a_head_may_come_in_pieces(begin: Begin, cut: int) -> None:
    """What comes behind it is the body, and no part of the head however much it is."""
    size = MOST_OF_HEAD + 1

    async def read(request: web.BaseRequest) -> web.Response:
        return web.Response(text=str(len(await request.read())))

    line = begin(read)
    head = POST % size
    line.send(head[:-cut], head[-cut:] + b"x" * size)
    assert f"\r\n\r\n{size}".encode() in await line.answered()
    assert line.wire.cuts == 0


async def test_a_head_may_come_byte_by_byte(begin: Begin) -> None:
    line = begin()
    head = POST % (2 * MOST_OF_HEAD)
    line.send(*(bytes([each]) for each in head), *[b"x" * MOST_OF_HEAD] * 2)
    await line.answered()
    assert line.wire.cuts == 0


def of_size(size: int) -> list[bytes]:
    """A head without its end, of a number of bytes in all, in pieces of a kilobyte."""
    field = b"X-More: " + b"x" * 1_014 + b"\r\n"
    pieces = [HEAD, *[field] * ((size - len(HEAD)) // len(field) - 1)]
    rest = size - sum(map(len, pieces))
    return [*pieces, b"X-Last: " + b"x" * (rest - len(b"X-Last: "))]


async def test_a_head_without_an_end_is_kept_up_to_its_last_byte(
    begin: Begin, lines: list[Any]
) -> None:
    line = begin()
    line.send(*of_size(MOST_OF_HEAD))
    assert line.wire.cuts == 0
    line.send(b"x")
    assert line.wire.cuts == 1
    assert [(each["event"], each["reason"], each["address"]) for each in lines] == [
        ("web.refused", "large head", PEER)
    ]


async def test_each_head_is_counted_from_its_own_beginning(begin: Begin) -> None:
    line = begin()
    for number in range(1, 4):
        line.send(*of_size(MOST_OF_HEAD // 2), b"\r\n\r\n")
        await line.answered(number)
    assert line.wire.cuts == 0


async def test_while_it_is_answered_it_works_and_then_waits_for_the_next(
    begin: Begin, timers: Timers
) -> None:
    held = Held()
    line = begin(held)
    line.send(REQUEST)
    await held.begun.wait()
    assert line.connections.state == "works"
    assert not timers.runs()
    held.goes_on.set()
    await line.answered()
    assert line.connections.state == "waits"
    assert not timers.runs(), "between two requests it may be idle"
    line.send(b"GET")
    assert timers.runs(), "the next head has begun"
    assert len(timers.begun) == 2


async def test_what_came_of_the_next_head_meanwhile_has_its_time_from_the_answer_on(
    begin: Begin, timers: Timers, lines: list[Any]
) -> None:
    held = Held()
    line = begin(held)
    line.send(REQUEST)
    await held.begun.wait()
    line.send(b"GET / HTTP/1.1\r\n")
    assert not timers.runs()
    held.goes_on.set()
    await line.answered()
    assert timers.runs()
    timers.is_over()
    assert [each["reason"] for each in lines] == ["slow head"]


async def test_a_request_that_came_meanwhile_is_answered_too(begin: Begin, timers: Timers) -> None:
    held = Held()
    line = begin(held)
    line.send(REQUEST)
    await held.begun.wait()
    line.send(REQUEST)
    held.goes_on.set()
    await line.answered(2)
    assert not timers.runs()
    assert line.connections.state == "waits"


async def test_requests_ahead_have_the_room_of_one_head(begin: Begin, lines: list[Any]) -> None:
    held = Held()
    line = begin(held)
    line.send(REQUEST)
    await held.begun.wait()
    line.send(*of_size(MOST_OF_HEAD))
    assert line.wire.cuts == 0
    line.send(b"x")
    assert line.wire.cuts == 1
    assert [(each["event"], each["reason"], each["address"]) for each in lines] == [
        ("web.refused", "requests ahead", PEER)
    ]


async def test_a_body_that_arrives_while_it_is_answered_is_no_request_ahead(
    begin: Begin,
) -> None:
    size = 3 * MOST_OF_HEAD
    begun = asyncio.Event()

    async def read(request: web.BaseRequest) -> web.Response:
        begun.set()
        return web.Response(text=str(len(await request.read())))

    line = begin(read)
    line.send(POST % size)
    await begun.wait()
    line.send(*[b"x" * MOST_OF_HEAD] * 3)
    assert f"\r\n\r\n{size}".encode() in await line.answered()
    assert line.wire.cuts == 0


async def test_the_body_of_a_request_that_came_with_another_is_no_head(
    begin: Begin, timers: Timers
) -> None:
    size = 3 * MOST_OF_HEAD
    begun: list[web.BaseRequest] = []

    async def read(request: web.BaseRequest) -> web.Response:
        begun.append(request)
        return web.Response(text=str(len(await request.read())))

    line = begin(read)
    line.send(REQUEST + POST % size)
    await line.answered()
    assert len(begun) == 2
    line.send(*[b"x" * MOST_OF_HEAD] * 3)
    assert not timers.runs()
    assert f"\r\n\r\n{size}".encode() in await line.answered(2)
    assert line.wire.cuts == 0


async def test_nothing_is_the_beginning_of_no_head(begin: Begin, timers: Timers) -> None:
    """aiohttp gives itself no bytes at all, to read on in what it has."""
    line = begin()
    line.send(REQUEST)
    await line.answered()
    line.send(b"")
    assert not timers.runs()


async def test_one_that_is_closed_already_can_be_cut(begin: Begin) -> None:
    line = begin()
    line.connection.force_close()
    line.connection.cut()
    assert (line.wire.is_closed, line.wire.cuts) == (True, 0)


async def test_the_rest_of_a_body_that_was_not_read_is_no_head(
    begin: Begin, timers: Timers, lines: list[Any]
) -> None:
    line = begin()
    line.send(POST % (3 * MOST_OF_HEAD))
    await line.answered()
    line.send(*[b"x" * MOST_OF_HEAD] * 2)
    assert line.wire.cuts == 0
    assert not timers.runs()
    assert lines == []


async def test_what_the_server_asks_for_is_told_to_all_connections(begin: Begin) -> None:
    connection = begin().connection
    for step in (connection.works, connection.waits, connection.works):
        step()
        assert connection._connections.steps[-1] == step.__name__  # type: ignore[attr-defined]
