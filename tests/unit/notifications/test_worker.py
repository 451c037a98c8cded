"""Deliveries: at least once, never lost, and only whoever holds the lease may end one."""

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, select, text, update

from payments.domain.values.events import PaymentSucceeded
from payments.domain.values.time import DAY, MINUTE, SECOND, later
from payments.notifications import worker as worker_module
from payments.notifications.channel import Delivery
from payments.notifications.errors import GiveUp, Postpone, WrongForm
from payments.notifications.worker import POSTPONEMENTS, Worker
from payments.runner.runner import Runner
from payments.store import tables
from payments.store.engine.database import Database
from payments.store.outbox.claimed import ClaimedDelivery
from payments.store.outbox.deliveries import Deliveries
from tests.conftest import Time
from tests.support.channels import Ends, FakeChannel
from tests.support.commands import put_up
from tests.support.make import checkout_update, event, initiate

Start = Callable[[FakeChannel], asyncio.Task[None]]


@pytest.fixture
async def start(deliveries: Deliveries, clock: Time, ends: Ends) -> object:
    """Start a worker that serves only DMs."""
    running: list[asyncio.Task[None]] = []

    def begin(channel: FakeChannel) -> asyncio.Task[None]:
        worker = Worker(
            deliveries=deliveries,
            channels={"dm": channel},
            clock=clock,
            ends=ends,
            idle_seconds=0.01,
        )
        running.append(asyncio.create_task(worker.run()))
        return running[-1]

    yield begin
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


async def rows(database: Database) -> list[tuple[str, int, int, str | None]]:
    """Status, attempts, postponements and last error of the DM."""

    def work(connection: Connection) -> list[tuple[str, int, int, str | None]]:
        table = tables.deliveries
        query = select(
            table.c.status, table.c.attempts, table.c.postponements, table.c.last_error
        ).where(table.c.channel == "dm")
        return [tuple(row) for row in connection.execute(query)]

    return await database.transact(work)


@pytest.mark.usefixtures("paid")
async def test_what_happened_is_delivered_to_each_channel_that_is_served(
    start: Start, ends: Ends, database: Database
) -> None:
    channel = FakeChannel()
    start(channel)
    assert await ends.ended.get() == ("dm", "delivered")
    (delivery,) = channel.taken
    assert isinstance(delivery.event, PaymentSucceeded)
    assert delivery.event.points == 500
    assert 0 < delivery.id < 2**63
    assert await rows(database) == [("delivered", 0, 0, None)]


@pytest.mark.usefixtures("paid")
async def test_after_three_failed_attempts_it_is_a_dead_letter(
    start: Start, ends: Ends, database: Database, clock: Time
) -> None:
    channel = FakeChannel(*(RuntimeError("no") for _ in range(3)))
    start(channel)
    for _ in range(2):
        assert await ends.ended.get() == ("dm", "failed")
        clock.pass_(MINUTE)
    assert await ends.ended.get() == ("dm", "dead")
    assert await rows(database) == [("dead", 3, 0, "RuntimeError: no")]


@pytest.mark.usefixtures("paid")
async def test_a_postponement_uses_up_no_attempt(
    start: Start, ends: Ends, database: Database, clock: Time
) -> None:
    channel = FakeChannel(*(Postpone("rate limit", seconds=30) for _ in range(5)))
    start(channel)
    for _ in range(5):
        assert await ends.ended.get() == ("dm", "postponed")
        clock.pass_(5 * MINUTE)
    assert await ends.ended.get() == ("dm", "delivered")
    assert await rows(database) == [("delivered", 0, 5, "rate limit")]


@pytest.mark.usefixtures("paid")
async def test_it_is_put_off_for_a_day_at_most(
    start: Start, ends: Ends, database: Database, clock: Time
) -> None:
    many = update(tables.deliveries).values(postponements=POSTPONEMENTS)
    await database.transact(lambda connection: connection.execute(many))
    clock.pass_(DAY)
    start(FakeChannel(Postpone("away")))
    assert await ends.ended.get() == ("dm", "dead")
    assert (await rows(database))[0][0] == "dead"


@pytest.mark.usefixtures("paid")
async def test_what_has_waited_for_us_for_a_day_is_still_put_off(
    start: Start, ends: Ends, clock: Time
) -> None:
    clock.pass_(DAY)
    start(FakeChannel(Postpone("away")))
    assert await ends.ended.get() == ("dm", "postponed")


@pytest.mark.usefixtures("paid")
async def test_what_can_never_arrive_is_given_up_at_once(
    start: Start, ends: Ends, database: Database
) -> None:
    start(FakeChannel(GiveUp("The member's DMs are closed.")))
    assert await ends.ended.get() == ("dm", "given_up")
    assert await rows(database) == [("given_up", 0, 0, "The member's DMs are closed.")]


@pytest.mark.usefixtures("paid")
async def test_what_is_refused_for_its_form_is_a_dead_letter_at_once(
    start: Start, ends: Ends, database: Database
) -> None:
    """The same would be refused again; so it counts as one attempt, and says what is wrong."""
    channel = FakeChannel(WrongForm("In content: it is too long"))
    start(channel)
    assert await ends.ended.get() == ("dm", "dead")
    assert await rows(database) == [("dead", 1, 0, "In content: it is too long")]


@pytest.mark.usefixtures("paid")
async def test_what_cannot_be_decoded_ends_as_a_dead_letter(
    start: Start, ends: Ends, database: Database, clock: Time
) -> None:
    def spoil(connection: Connection) -> None:
        connection.execute(update(tables.events).values(body='{"points": "many"}'))

    await database.transact(spoil)
    channel = FakeChannel()
    start(channel)
    for _ in range(2):
        assert await ends.ended.get() == ("dm", "failed")
        clock.pass_(MINUTE)
    assert await ends.ended.get() == ("dm", "dead")
    assert channel.taken == []


async def claim(deliveries: Deliveries, clock: Time, lease: str) -> list[ClaimedDelivery]:
    return await deliveries.claim(
        urgent=5,
        oldest=0,
        channels=("dm",),
        now=clock(),
        until=later(clock(), MINUTE),
        lease=lease,
    )


@pytest.mark.usefixtures("paid")
async def test_a_worker_that_was_thought_dead_cannot_end_its_successors_delivery(
    deliveries: Deliveries, clock: Time, database: Database
) -> None:
    (old,) = await claim(deliveries, clock, "old")
    assert await claim(deliveries, clock, "new") == []
    clock.pass_(MINUTE + SECOND)
    (new,) = await claim(deliveries, clock, "new")
    assert new.id == old.id
    assert not await deliveries.deliver(old, clock())
    assert (await rows(database))[0][0] == "waiting"
    assert await deliveries.deliver(new, clock())
    assert not await deliveries.deliver(new, clock())


async def test_urgent_ones_overtake_and_the_oldest_does_not_starve(
    runner: Runner, deliveries: Deliveries, clock: Time, database: Database
) -> None:
    await put_up(runner)
    for number in range(4):
        await runner.run(initiate(f"p{number}"))
        await runner.run(event(checkout_update(f"p{number}")))

    def rank(connection: Connection) -> None:
        connection.execute(text("DELETE FROM deliveries WHERE channel <> 'dm'"))
        connection.execute(text("UPDATE deliveries SET created_at = created_at + delivery_id"))
        oldest = text(
            "UPDATE deliveries SET priority = 2 WHERE delivery_id = "
            "(SELECT min(delivery_id) FROM deliveries)"
        )
        connection.execute(oldest)
        newest = text(
            "UPDATE deliveries SET priority = 0 WHERE delivery_id = "
            "(SELECT max(delivery_id) FROM deliveries)"
        )
        connection.execute(newest)

    await database.transact(rank)
    claimed = await deliveries.claim(
        urgent=1,
        oldest=1,
        channels=("dm",),
        now=clock(),
        until=later(clock(), MINUTE),
        lease="mine",
    )
    ids = sorted(each.id for each in claimed)
    every = await database.transact(
        lambda c: sorted(c.execute(select(tables.deliveries.c.delivery_id)).scalars())
    )
    assert ids == [every[0], every[-1]]


@pytest.mark.usefixtures("paid")
async def test_when_stopped_it_ends_what_is_quick_and_gives_back_what_is_not(
    start: Start, deliveries: Deliveries, clock: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Hanging(FakeChannel):
        async def deliver(self, delivery: Delivery) -> None:
            self.taken.append(delivery)
            begun.set()
            await asyncio.Event().wait()

    begun = asyncio.Event()
    monkeypatch.setattr(worker_module, "STOP_SECONDS", 0.05)
    running = start(Hanging())
    await begun.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    (again,) = await deliveries.claim(
        urgent=1, oldest=0, channels=("dm",), now=clock(), until=clock(), lease="next"
    )
    assert (again.attempts, again.postponements) == (0, 1), "at once, not after the lease"
