"""An outbox in memory and a channel that does as it is told, for the worker between them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from payments.commands.base import by_member
from payments.commands.points.move import GrantPoints
from payments.domain.values.events import PointsGranted
from payments.domain.values.ids import MemberId
from payments.domain.values.time import Instant
from payments.notifications.channel import Delivery, DeliveryChannel
from payments.notifications.worker import Worker
from payments.runner.runner import Runner
from payments.store import tables
from payments.store.engine.database import Database
from payments.store.outbox.claimed import ClaimedDelivery
from payments.store.outbox.deliveries import Deliveries
from payments.store.rows.codec import encode
from tests.conftest import Time
from tests.support.channels import Ends
from tests.support.examples import example
from tests.support.make import ADA, BEN, GUILD, START, key

GRANTED = encode(PointsGranted, example(PointsGranted))


def waiting(number: int, **changes: Any) -> ClaimedDelivery:
    """A delivery of a grant, as the worker claims it."""
    plain = ClaimedDelivery(
        id=number,
        nonce=f"nonce-{number}",
        name=PointsGranted.name,
        body=GRANTED,
        channel="recipient",
        target=None,
        attempts=0,
        postponements=0,
        created_at=START,
        lease="",
        guild=GUILD,
        lane=None,
    )
    return replace(plain, **changes)


@dataclass
class Outbox:
    """Gives out what it is told to; notes what it was asked for, and how each delivery ended."""

    due: list[ClaimedDelivery] = field(default_factory=list)
    claims: list[dict[str, Any]] = field(default_factory=list)
    ended: list[tuple[Any, ...]] = field(default_factory=list)
    lost: set[int] = field(default_factory=set)
    behind_it: list[ClaimedDelivery] = field(default_factory=list)
    goes_on: asyncio.Event = field(default_factory=asyncio.Event)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def together(self) -> "Outbox":
        return self

    async def claim(self, **wanted: Any) -> list[ClaimedDelivery]:
        self.claims.append(wanted)
        self.news.set()
        count = wanted["urgent"] + wanted["oldest"]
        found, self.due = self.due[:count], self.due[count:]
        return [replace(each, lease=wanted["lease"]) for each in found]

    async def renew(self, claimed: Collection[ClaimedDelivery], until: Instant) -> set[int]:
        ids = {each.id for each in claimed}
        self.ended.append(("renewed", ids, until))
        return ids - self.lost

    async def behind(self, first: ClaimedDelivery) -> list[ClaimedDelivery]:
        self.ended.append(("behind", first.id))
        return self.behind_it

    async def end(
        self, first: ClaimedDelivery, others: Sequence[ClaimedDelivery], now: Instant, **how: str
    ) -> None:
        self.ended.append(("together", first.id, [each.id for each in others], now, how))

    async def deliver(self, claimed: ClaimedDelivery, now: Instant) -> None:
        self.ended.append(("delivered", claimed.id, now))

    async def give_up(self, claimed: ClaimedDelivery, now: Instant, reason: str) -> None:
        self.ended.append(("given up", claimed.id, now, reason))

    async def bury(self, claimed: ClaimedDelivery, now: Instant, reason: str) -> None:
        self.ended.append(("dead", claimed.id, now, reason))

    async def retry(self, claimed: ClaimedDelivery, due: Instant, reason: str) -> None:
        self.ended.append(("failed", claimed.id, due, reason))

    async def postpone(self, claimed: ClaimedDelivery, due: Instant, reason: str) -> None:
        await self.goes_on.wait()
        self.ended.append(("postponed", claimed.id, due, reason))


@dataclass
class Doing:
    """A channel that does what it is told for each delivery, and counts how tries ended."""

    does: Callable[[Delivery], Exception | None] = lambda _: None
    taken: list[Delivery] = field(default_factory=list)
    goes_on: asyncio.Event = field(default_factory=asyncio.Event)
    ends: list[tuple[str, str]] = field(default_factory=list)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def deliver(self, delivery: Delivery) -> None:
        self.taken.append(delivery)
        await self.goes_on.wait()
        if (error := self.does(delivery)) is not None:
            raise error

    def delivery_ended(self, channel: str, end: str) -> None:
        self.ends.append((channel, end))
        self.ended.set()


LONG = 3600.0


class Troubled(Deliveries):
    """An outbox of which the next calls fail, by their name."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.failing: list[str] = []
        self.renewed: asyncio.Queue[set[int]] = asyncio.Queue()

    def _fail(self, name: str) -> None:
        if name in self.failing:
            self.failing.remove(name)
            raise ConnectionError("the database is away")

    async def claim(self, **wanted: Any) -> list[ClaimedDelivery]:
        self._fail("claim")
        return await super().claim(**wanted)

    async def renew(self, claimed: Collection[ClaimedDelivery], until: Instant) -> set[int]:
        self.renewed.put_nowait({each.id for each in claimed})
        self._fail("renew")
        return await super().renew(claimed, until)

    async def deliver(self, claimed: ClaimedDelivery, now: Instant) -> bool:
        self._fail("deliver")
        return await super().deliver(claimed, now)


@pytest.fixture
def outbox(database: Database) -> Troubled:
    return Troubled(database)


Start = Callable[..., Worker]


@pytest.fixture
async def start(outbox: Troubled, clock: Time, ends: Ends) -> AsyncIterator[Start]:
    """Start a worker that sleeps for an hour unless it is woken."""
    running: list[asyncio.Task[None]] = []

    def begin(channel: DeliveryChannel, **more: Any) -> Worker:
        settings = {"idle_seconds": LONG, "beat_seconds": LONG} | more
        worker = Worker(
            deliveries=outbox, channels={"recipient": channel}, clock=clock, ends=ends, **settings
        )
        running.append(asyncio.create_task(worker.run()))
        return worker

    yield begin
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


async def grant(runner: Runner, points: int, to: MemberId = ADA) -> None:
    """Points of which the member is told by a direct message."""
    await runner.run(
        GrantPoints(
            key=key(),
            at=Instant(0),
            actor=by_member(BEN),
            guild=GUILD,
            member=to,
            points=points,
            as_owner=True,
        )
    )


Row = tuple[str, int, int, str | None]


async def rows(database: Database) -> list[Row]:
    """Status, attempts, postponements and last error of each message, the first one first."""

    def work(connection: Connection) -> list[Row]:
        t = tables.deliveries.c
        query = select(t.status, t.attempts, t.postponements, t.last_error)
        found = query.where(t.channel == "recipient").order_by(t.delivery_id)
        return [tuple(row) for row in connection.execute(found)]

    return await database.transact(work)


async def due_at(database: Database) -> Instant:
    query = select(tables.deliveries.c.due_at).where(tables.deliveries.c.channel == "recipient")
    return Instant(await database.transact(lambda c: c.execute(query).scalar_one()))


async def change(database: Database, **values: Any) -> None:
    await database.transact(lambda c: c.execute(update(tables.deliveries).values(**values)))
