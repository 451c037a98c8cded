"""Subscribers that hang, are away for long, or were changed behind the back of a delivery."""

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from payments.commands.base import by_member
from payments.commands.guild.subscribers import DisableSubscriber, RemoveSubscriber
from payments.domain.values.ids import SubscriberId
from payments.domain.values.time import DAY
from payments.infra.outbound import Outbound
from payments.notifications.errors import GiveUp, NotTaken, Postpone
from payments.notifications.subscribers.channel import AT_ONCE, DISABLED_AFTER, POLICY
from payments.runner.errors import BooksUnavailable
from payments.store.outbox.claimed import ClaimedDelivery
from tests.conftest import Time
from tests.support.make import BEN, GUILD, START, key
from tests.support.sqlite import empty_sqlite
from tests.support.subscribed import Fixture


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """SQLite alone: what the store does on either database, its own tests say."""
    return empty_sqlite(tmp_path)


async def bought(there: Fixture, *names: str) -> list[ClaimedDelivery]:
    """One message for each of these purchases."""
    await there.add()
    for name in names or ("p1",):
        await there.buy(name)
    return await there.waiting()


class Hanging:
    """A program that takes requests and answers when it is told to."""

    def __init__(self) -> None:
        self.asked: asyncio.Queue[asyncio.Event] = asyncio.Queue()
        self.url = ""

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            answers = asyncio.Event()
            self.asked.put_nowait(answers)
            await answers.wait()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            await writer.drain()
        writer.close()


@pytest.fixture
async def hanging(there: Fixture) -> AsyncIterator[Hanging]:
    """The subscriber lives there."""
    program = Hanging()
    server = await asyncio.start_server(program.take, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    there.address = dataclasses.replace(there.address, url=f"http://127.0.0.1:{port}/hook")
    yield program
    while not program.asked.empty():
        program.asked.get_nowait().set()
    server.close()


@pytest.mark.parametrize("whose", ["of the call", "of the connection"])
async def test_one_that_does_not_answer_in_time_is_tried_later(
    there: Fixture, hanging: Hanging, monkeypatch: pytest.MonkeyPatch, whose: str
) -> None:
    if whose == "of the call":
        quick = dataclasses.replace(POLICY, timeout_seconds=0.2)
        monkeypatch.setattr(there.channel, "_outbound", Outbound(quick))
    else:
        monkeypatch.setattr("payments.notifications.subscribers.post.TIMEOUT_SECONDS", 0.2)
    (waiting,) = await bought(there)
    with pytest.raises(Postpone, match=r"^it did not answer in time$"):
        await there.deliver(waiting)
    assert hanging.asked.qsize() == 1
    assert there.channel._busy == {}


async def test_so_many_go_to_one_at_once_and_the_next_as_soon_as_one_is_over(
    there: Fixture, hanging: Hanging
) -> None:
    first, *others = await bought(there, *(f"p{number}" for number in range(AT_ONCE + 1)))
    under_way = [asyncio.create_task(there.deliver(each)) for each in others]
    answers = [await hanging.asked.get() for _ in others]
    with pytest.raises(Postpone, match="busy with earlier ones") as busy:
        await there.deliver(first)
    assert busy.value.seconds == 1
    answers[0].set()
    await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
    late = asyncio.create_task(there.deliver(first))
    (await hanging.asked.get()).set()
    await late
    for each in answers:
        each.set()
    await asyncio.gather(*under_way)
    assert there.channel._busy == {}


async def test_one_that_is_away_is_left_alone_for_a_minute(there: Fixture) -> None:
    (waiting,) = await bought(there)
    there.program.answer = lambda: web.Response(status=503)
    for _ in range(POLICY.failures_to_open):
        with pytest.raises(Postpone, match="it answered 503"):
            await there.deliver(waiting)
    with pytest.raises(Postpone, match="the subscriber could not be reached lately") as later_on:
        await there.deliver(waiting)
    assert later_on.value.seconds == 60
    assert len(there.program.taken) == POLICY.failures_to_open


async def test_what_one_refuses_does_not_make_it_away(there: Fixture) -> None:
    (waiting,) = await bought(there)
    there.program.answer = lambda: web.Response(status=404)
    for _ in range(POLICY.failures_to_open + 1):
        with pytest.raises(NotTaken, match="it answered 404"):
            await there.deliver(waiting)


async def test_an_address_that_may_not_be_used_any_more_is_not_called(there: Fixture) -> None:
    """The setting for private networks was taken back."""
    (waiting,) = await bought(there)
    there.post._private_allowed = False
    with pytest.raises(NotTaken) as refused:
        await there.deliver(waiting)
    assert not refused.value.later
    assert there.program.taken == []


@pytest.mark.parametrize(("passed", "off"), [(DISABLED_AFTER - 1, False), (DISABLED_AFTER, True)])
async def test_it_is_switched_off_after_three_days_and_not_before(
    there: Fixture, clock: Time, passed: int, *, off: bool
) -> None:
    assert DISABLED_AFTER == 3 * DAY
    (waiting,) = await bought(there)
    there.program.answer = lambda: web.Response(status=404)
    with pytest.raises(NotTaken):
        await there.deliver(waiting)
    clock.pass_(passed)
    with pytest.raises(GiveUp if off else NotTaken):
        await there.deliver(waiting)
    found = await there.queries.subscriber(GUILD, SubscriberId("s1"))
    assert found is not None
    assert found.active is not off


class Meddling:
    """The runner, before which somebody else does something; or which is away."""

    def __init__(self, there: Fixture, before: Callable[[], Any] | None) -> None:
        self._runner, self._before = there.runner, before
        self.given: list[object] = []

    async def run(self, command: Any) -> Any:
        self.given.append(command)
        if self._before is None:
            raise BooksUnavailable("The database is away.")
        await self._before()
        return await self._runner.run(command)


async def test_one_that_was_removed_while_it_failed_is_given_up_all_the_same(
    there: Fixture,
) -> None:
    (waiting,) = await bought(there)

    async def removed() -> None:
        await there.runner.run(
            RemoveSubscriber(
                key=key(),
                at=START,
                actor=by_member(BEN),
                guild=GUILD,
                subscriber=SubscriberId("s1"),
            )
        )

    meddling: Any = Meddling(there, removed)
    there.channel._runner = meddling
    there.program.answer = lambda: web.Response(status=410)
    with pytest.raises(GiveUp, match=r"switched off: it wants nothing any more \(410\)"):
        await there.deliver(waiting)
    (command,) = meddling.given
    assert isinstance(command, DisableSubscriber)
    assert (command.subscriber, command.reason) == ("s1", "it wants nothing any more (410)")


async def test_while_the_database_is_away_nobody_is_switched_off_and_it_waits(
    there: Fixture,
) -> None:
    (waiting,) = await bought(there)
    away: Any = Meddling(there, None)
    there.channel._runner = away
    there.program.answer = lambda: web.Response(status=410)
    with pytest.raises(Postpone, match="The database is away"):
        await there.deliver(waiting)
    found = await there.queries.subscriber(GUILD, SubscriberId("s1"))
    assert found is not None
    assert found.active
