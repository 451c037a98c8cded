"""Deliveries that waited when an older version stopped go out."""

from collections import Counter

from sqlalchemy import Connection, select

from payments.domain.values.time import MINUTE
from payments.notifications.channel import Delivery
from payments.notifications.routing import DISCORD_QUEUE, HTTP_QUEUE
from payments.notifications.worker import Worker
from payments.store import tables
from tests.store.upgrade.revival import Revived


class Hearing:
    """A channel that takes everything."""

    def __init__(self) -> None:
        self.heard: list[Delivery] = []

    async def deliver(self, delivery: Delivery) -> None:
        self.heard.append(delivery)


class NobodyCounts:
    """How deliveries ended is of no interest."""

    def delivery_ended(self, channel: str, end: str) -> None:
        """Nothing."""


async def test_all_waiting_deliveries_go_out_each_once(revived: Revived) -> None:
    """Also one that was under way when the old process died; the dead letter is replayed."""
    waiting = await _statuses(revived, "waiting")
    assert waiting
    ((dead, _),) = await _statuses(revived, "dead")
    assert await revived.core.deliveries.replay(dead, revived.clock())
    revived.clock.pass_(2 * MINUTE)
    hearing = Hearing()
    for queue in (DISCORD_QUEUE, HTTP_QUEUE):
        channels = dict.fromkeys(("dm", "answer", "mod", "recipient", "announce", "http"), hearing)
        worker = Worker(
            deliveries=revived.core.deliveries,
            queue=queue,
            channels=channels,
            clock=revived.clock,
            ends=NobodyCounts(),
        )
        while await worker._begin_some() or worker._under_way:
            await worker._finish()
    assert Counter(each.id for each in hearing.heard) == Counter(
        [dead, *(id_ for id_, _ in waiting)]
    )
    assert await _statuses(revived, "waiting") == await _statuses(revived, "dead") == []
    sent = {id_ for id_, queue in waiting if queue == HTTP_QUEUE}
    assert {each.id for each in hearing.heard if each.target == "subscriber-1"} == sent


async def _statuses(revived: Revived, status: str) -> list[tuple[int, str]]:
    """Number and queue of the deliveries that stand so."""
    table = tables.deliveries

    def work(connection: Connection) -> list[tuple[int, str]]:
        query = select(table.c.delivery_id, table.c.queue).where(table.c.status == status)
        return [(row.delivery_id, row.queue) for row in connection.execute(query)]

    return await revived.core.database.snapshot(work)
