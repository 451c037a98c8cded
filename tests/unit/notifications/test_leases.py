"""Leases: renewed for as long as somebody is doing it, soon given up after a kill."""

import asyncio
import re
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select, text

from payments.domain.values.time import SECOND, later
from payments.notifications.worker import BEAT_SECONDS, LEASE, Worker
from payments.store import tables
from payments.store.engine.database import Database
from payments.store.outbox.claimed import ClaimedDelivery
from payments.store.outbox.deliveries import Deliveries
from tests.conftest import Time
from tests.support.channels import Ends, Waiting

Begin = Callable[[Waiting], Awaitable[Worker]]


@pytest.fixture
async def begin(deliveries: Deliveries, clock: Time, ends: Ends) -> object:
    """Start a worker that looks for more, and renews its leases, only when the test says so."""
    running: list[asyncio.Task[None]] = []

    async def start(channel: Waiting) -> Worker:
        worker = Worker(
            deliveries=deliveries,
            channels={"dm": channel},
            clock=clock,
            ends=ends,
            idle_seconds=3600,
            beat_seconds=3600,
        )
        running.append(asyncio.create_task(worker.run()))
        await channel.taken.get()
        return worker

    yield start
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


async def claim(deliveries: Deliveries, clock: Time) -> list[ClaimedDelivery]:
    """What another worker gets."""
    return await deliveries.claim(
        urgent=5,
        oldest=0,
        channels=["dm"],
        now=clock(),
        until=later(clock(), LEASE),
        lease="another",
    )


def test_three_renewals_may_fail_before_a_lease_runs_out() -> None:
    assert (BEAT_SECONDS * SECOND * 3, LEASE) == (LEASE, 15 * SECOND)


@pytest.mark.usefixtures("paid")
async def test_a_delivery_that_takes_long_stays_ours(
    begin: Begin, deliveries: Deliveries, clock: Time, ends: Ends
) -> None:
    channel = Waiting()
    worker = await begin(channel)
    for _ in range(12):
        clock.pass_(int(BEAT_SECONDS * SECOND))
        await worker.renew()
        assert await claim(deliveries, clock) == []
    channel.goes_on.set()
    assert await ends.ended.get() == ("dm", "delivered")
    assert len(channel.arrived) == 1


@pytest.mark.usefixtures("paid")
async def test_what_nobody_renews_is_anothers_after_fifteen_seconds(
    begin: Begin, deliveries: Deliveries, clock: Time
) -> None:
    await begin(Waiting())
    clock.pass_(LEASE - 1)
    assert await claim(deliveries, clock) == []
    clock.pass_(1)
    assert len(await claim(deliveries, clock)) == 1


@pytest.mark.usefixtures("paid")
async def test_what_another_has_taken_over_is_stopped_and_not_ended_by_us(
    begin: Begin, deliveries: Deliveries, clock: Time, database: Database, ends: Ends
) -> None:
    channel = Waiting()
    worker = await begin(channel)
    clock.pass_(LEASE)
    (theirs,) = await claim(deliveries, clock)
    await worker.renew()
    await channel.stopped.wait()
    query = select(tables.deliveries.c.lease).where(tables.deliveries.c.delivery_id == theirs.id)
    assert await database.transact(lambda c: c.execute(query).scalar_one()) == "another"
    assert await deliveries.deliver(theirs, clock())
    assert ends.ended.empty()
    assert channel.arrived == []


@pytest.mark.usefixtures("paid")
async def test_a_worker_that_was_held_up_itself_never_does_the_same_twice_at_once(
    begin: Begin, clock: Time, ends: Ends
) -> None:
    channel = Waiting()
    worker = await begin(channel)
    clock.pass_(LEASE)
    worker.wake()
    await channel.taken.get()
    await channel.stopped.wait()
    channel.goes_on.set()
    assert await ends.ended.get() == ("dm", "delivered")
    assert len(channel.arrived) == 1


@pytest.mark.usefixtures("paid")
async def test_each_delivery_has_a_nonce_of_its_own_that_stays_with_it(
    deliveries: Deliveries, clock: Time, database: Database
) -> None:
    """After a restore from a backup ids repeat; a nonce that repeats would swallow a message."""
    query = select(tables.deliveries.c.nonce)
    nonces = await database.transact(lambda c: c.execute(query).scalars().all())
    assert len(set(nonces)) == len(nonces) > 1
    assert all(re.fullmatch("[0-9a-f]{24}", nonce) for nonce in nonces)
    (first,) = await claim(deliveries, clock)
    clock.pass_(LEASE)
    (again,) = await claim(deliveries, clock)
    assert first.nonce == again.nonce in nonces


@pytest.mark.usefixtures("paid")
async def test_a_delivery_from_before_there_were_nonces_goes_under_its_id(
    deliveries: Deliveries, clock: Time, database: Database
) -> None:
    await database.transact(lambda c: c.execute(text("UPDATE deliveries SET nonce = ''")))
    (claimed,) = await claim(deliveries, clock)
    assert claimed.nonce == str(claimed.id)
