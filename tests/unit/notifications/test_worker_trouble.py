"""A worker in trouble: its database fails it, its hands are full, or it cannot read a message."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy import Connection, update
from structlog.testing import capture_logs

from payments.domain.values.events import PointsGranted
from payments.domain.values.time import MINUTE
from payments.notifications.channel import Delivery
from payments.notifications.errors import GiveUp
from payments.notifications.worker import LEASE
from payments.runner.runner import Runner
from payments.store import tables
from payments.store.engine.database import Database
from tests.conftest import Time
from tests.support.channels import Ends, FakeChannel, Waiting
from tests.support.databases import only_on_sqlite
from tests.support.make import ADA, BEN, EVE
from tests.support.outbox import Start, Troubled, grant, outbox, rows, start

__all__ = ["outbox", "start"]  # fixtures

pytestmark = only_on_sqlite


async def test_what_comes_next_to_the_same_person_is_begun_as_soon_as_the_first_is_over(
    start: Start, runner: Runner, ends: Ends
) -> None:
    """The worker would sleep for an hour: the end of a delivery itself wakes it."""
    for points in (1, 2, 3):
        await grant(runner, points)
    channel = FakeChannel()
    start(channel)
    async with asyncio.timeout(30):
        for _ in range(3):
            assert await ends.ended.get() == ("recipient", "delivered")
    assert [each.event.points for each in channel.taken] == [1, 2, 3]  # type: ignore[attr-defined]


async def test_while_its_hands_are_full_it_takes_no_more_and_goes_on_as_soon_as_one_is_free(
    start: Start, runner: Runner, ends: Ends
) -> None:
    for member in (ADA, BEN, EVE):
        await grant(runner, 1, member)
    channel = Waiting()
    worker = start(channel, slots=2)
    async with asyncio.timeout(30):
        begun = {(await channel.taken.get()).id for _ in range(2)}
        worker.wake()
        assert channel.taken.empty()
        channel.goes_on.set()
        begun.add((await channel.taken.get()).id)
        for _ in range(3):
            assert await ends.ended.get() == ("recipient", "delivered")
    assert len(begun) == 3


async def test_a_claim_that_fails_is_logged_and_made_again(
    start: Start, runner: Runner, outbox: Troubled, ends: Ends
) -> None:
    await grant(runner, 1)
    outbox.failing = ["claim"]
    with capture_logs() as lines:
        start(FakeChannel(), idle_seconds=0.001)
        assert await ends.ended.get() == ("recipient", "delivered")
    assert [line["event"] for line in lines if line["log_level"] == "error"] == [
        "worker.claim_failed"
    ]


async def test_a_renewal_that_fails_is_logged_and_made_again(
    start: Start, runner: Runner, outbox: Troubled, ends: Ends
) -> None:
    await grant(runner, 1)
    outbox.failing = ["renew"]
    channel = Waiting()
    with capture_logs() as lines:
        start(channel, beat_seconds=0.001)
        delivery = await channel.taken.get()
        assert [await outbox.renewed.get() for _ in range(3)] == [{delivery.id}] * 3
        channel.goes_on.set()
        assert await ends.ended.get() == ("recipient", "delivered")
    failed = [line for line in lines if line["event"] == "worker.leases_not_renewed"]
    assert [(line["queue"], line["log_level"]) for line in failed] == [("discord", "error")]


async def test_with_nothing_under_way_there_is_nothing_to_renew(
    start: Start, outbox: Troubled
) -> None:
    await start(FakeChannel()).renew()
    assert outbox.renewed.empty()


async def test_what_arrived_and_could_not_be_noted_is_logged_and_comes_again_after_its_lease(
    start: Start, runner: Runner, outbox: Troubled, ends: Ends, clock: Time, database: Database
) -> None:
    await grant(runner, 1)
    outbox.failing = ["deliver"]
    channel = FakeChannel()
    with capture_logs() as lines:
        worker = start(channel, idle_seconds=0.001)
        while not lines:  # noqa: ASYNC110 - only the log says when it is over
            await asyncio.sleep(0.001)
        assert await rows(database) == [("waiting", 0, 0, None)]
        clock.pass_(LEASE)
        worker.wake()
        assert await ends.ended.get() == ("recipient", "delivered")
    (line,) = [each for each in lines if each["event"] == "worker.end_not_noted"]
    assert line["delivery"] == f"delivery {channel.taken[0].id}"
    assert isinstance(line["exc_info"], ConnectionError)
    assert [each.nonce for each in channel.taken] == [channel.taken[0].nonce] * 2


class Summing:
    """Takes grants together; raises what it is told to, the first one first."""

    summed = frozenset({PointsGranted.name})

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.taken: list[list[int]] = []

    async def deliver(self, delivery: Delivery) -> None:
        await self.deliver_all([delivery])

    async def deliver_all(self, together: Sequence[Delivery]) -> None:
        if self.failures:
            raise self.failures.pop(0)
        assert all(isinstance(each.event, PointsGranted) for each in together)
        self.taken.append([each.event.points for each in together])  # type: ignore[attr-defined]


async def test_of_several_told_together_each_ends_and_is_counted(
    start: Start, runner: Runner, ends: Ends, database: Database
) -> None:
    for points in (1, 2, 3):
        await grant(runner, points)
    await grant(runner, 4, EVE)
    channel = Summing()
    start(channel)
    assert [await ends.ended.get() for _ in range(4)] == [("recipient", "delivered")] * 4
    assert sorted(channel.taken) == [[1, 2, 3], [4]]
    first, *others = await rows(database)
    assert first == ("delivered", 0, 0, None)
    assert {each[0] for each in others} == {"delivered"}
    assert [str(each[3])[:13] for each in others] == ["told together", "told together", "None"]


async def test_several_that_can_never_arrive_are_given_up_together(
    start: Start, runner: Runner, ends: Ends, database: Database
) -> None:
    for points in (1, 2):
        await grant(runner, points)
    start(Summing(GiveUp("The member's DMs are closed.")))
    assert [await ends.ended.get() for _ in range(2)] == [("recipient", "given_up")] * 2
    assert await rows(database) == [("given_up", 0, 0, "The member's DMs are closed.")] * 2


@pytest.mark.parametrize("spoilt", [{"body": "{}"}, {"body": "no JSON"}])
async def test_one_that_nobody_can_read_is_told_with_no_other_and_fails_alone(
    start: Start,
    runner: Runner,
    ends: Ends,
    database: Database,
    clock: Time,
    spoilt: dict[str, str],
) -> None:
    for points in (1, 2, 3, 4):
        await grant(runner, points)

    def spoil(connection: Connection) -> None:
        third = tables.events.c.body.contains('"points":3')
        connection.execute(update(tables.events).where(third).values(**spoilt))

    await database.transact(spoil)
    channel = Summing()
    worker = start(channel)
    assert [await ends.ended.get() for _ in range(3)] == [("recipient", "delivered")] * 2 + [
        ("recipient", "failed")
    ]
    assert channel.taken == [[1, 2]]
    for end in ("failed", "dead"):
        clock.pass_(MINUTE)
        worker.wake()
        assert await ends.ended.get() == ("recipient", end)
    assert await ends.ended.get() == ("recipient", "delivered")
    assert channel.taken == [[1, 2], [4]]
    assert [each[0] for each in await rows(database)] == [
        "delivered", "delivered", "dead", "delivered",
    ]  # fmt: skip
