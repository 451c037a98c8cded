"""What a worker stops: itself, and what another has taken over; the outbox lies in memory here."""

import asyncio

import pytest
from structlog.testing import capture_logs

from payments.domain.values.time import SECOND, later
from payments.notifications import worker as module
from payments.notifications.worker import LEASE
from tests.conftest import Time
from tests.support.make import START
from tests.support.outbox import Doing, Outbox, waiting
from tests.support.rounds import Begin, begin, channel, outbox, turns

__all__ = ["begin", "channel", "outbox"]  # fixtures


async def test_whoever_stops_waits_until_what_is_given_back_is_noted(
    begin: Begin, outbox: Outbox, channel: Doing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STOP_SECONDS", 0)
    outbox.due = [waiting(1)]
    outbox.goes_on.clear()
    channel.goes_on.clear()
    begin()
    await turns()
    (running,) = [each for each in asyncio.all_tasks() if "run" in repr(each.get_coro())]
    running.cancel()
    await turns()
    assert not running.done()
    outbox.goes_on.set()
    await asyncio.gather(running, return_exceptions=True)
    assert outbox.ended == [("postponed", 1, START, "the process was stopped")]
    assert channel.ends == []


async def test_what_ends_in_time_when_it_stops_is_not_given_back(
    begin: Begin, outbox: Outbox, channel: Doing
) -> None:
    outbox.due = [waiting(1)]
    channel.goes_on.clear()
    begin()
    await turns()
    (running,) = [each for each in asyncio.all_tasks() if "run" in repr(each.get_coro())]
    running.cancel()
    await turns()
    channel.goes_on.set()
    await asyncio.gather(running, return_exceptions=True)
    assert outbox.ended == [("delivered", 1, START)]


async def test_only_what_another_has_taken_over_is_stopped(
    begin: Begin, outbox: Outbox, channel: Doing, clock: Time
) -> None:
    outbox.due = [waiting(1), waiting(2)]
    channel.goes_on.clear()
    worker = begin()
    await turns()
    outbox.lost = {2}
    clock.pass_(SECOND)
    with capture_logs() as lines:
        await worker.renew()
    assert outbox.ended == [("renewed", {1, 2}, later(clock(), LEASE))]
    assert [(line["event"], line["delivery"]) for line in lines] == [("worker.lease_lost", 2)]
    await turns()
    channel.goes_on.set()
    await turns()
    assert [each[:2] for each in outbox.ended[1:]] == [("postponed", 2), ("delivered", 1)]


async def test_of_what_comes_again_the_earlier_try_alone_is_stopped(
    begin: Begin, outbox: Outbox, channel: Doing
) -> None:
    outbox.due = [waiting(1), waiting(2)]
    channel.goes_on.clear()
    worker = begin()
    await turns()
    outbox.due = [waiting(2)]
    with capture_logs() as lines:
        worker.wake()
        await turns()
    assert [line["delivery"] for line in lines if line["event"] == "worker.lease_lost"] == [2]
    channel.goes_on.set()
    await turns()
    ended = sorted(each[:2] for each in outbox.ended)
    assert ended == [("delivered", 1), ("delivered", 2), ("postponed", 2)]


async def test_between_renewals_it_waits_and_then_renews(
    begin: Begin, outbox: Outbox, channel: Doing
) -> None:
    outbox.due = [waiting(1)]
    channel.goes_on.clear()
    begin(beat_seconds=0.0)
    await turns()
    assert ("renewed", {1}, later(START, LEASE)) in outbox.ended
    assert len(outbox.claims) <= 2
