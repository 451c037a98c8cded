"""An outbox in memory and a channel that does as it is told, for the worker between them."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from payments.domain.values.events import PointsGranted
from payments.domain.values.time import Instant
from payments.notifications.channel import Delivery
from payments.store.outbox.claimed import ClaimedDelivery
from payments.store.rows.codec import encode
from tests.support.make import GUILD, START
from tests.unit.notifications.test_routing import example

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
