"""Deliveries: claimed under a lease, ended only by its holder."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    delete,
    exists,
    select,
    text,
    update,
)

from payments.domain.values.characters import cleaned
from payments.domain.values.time import MINUTE, Instant, later
from payments.store.engine.database import Database
from payments.store.outbox.claimed import ClaimedDelivery
from payments.store.outbox.claiming import (
    READ_OLDEST,
    READ_URGENT,
    RENEW,
    TAKE_OLDEST,
    TAKE_URGENT,
    claim_rows,
)
from payments.store.outbox.together import Together
from payments.store.tables import ENDED, deliveries, events

HOLD_UP = MINUTE
"""How long a message that waits for its retry holds up later ones to the same person, after its
event; then they overtake it. More urgent ones never wait for less urgent ones. Microseconds."""

PRUNED_AT_ONCE = 500
"""Number of rows that one transaction deletes, so that nobody waits for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A delivery that has failed for good.

    Attributes:
        id: The delivery's.
        event: The event's name.
        channel: Where it should have gone.
        attempts: How many it took.
        created_at: When the event happened.
        ended_at: When it was given up.
        error: Why the last attempt failed.
    """

    id: int
    event: str
    channel: str
    attempts: int
    created_at: Instant
    ended_at: Instant
    error: str


class Deliveries:
    """What is waiting to be delivered."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.together = Together(database)

    async def claim(
        self,
        *,
        urgent: int,
        oldest: int,
        queue: str = "discord",
        channels: Sequence[str],
        now: Instant,
        until: Instant,
        lease: str,
    ) -> list[ClaimedDelivery]:
        """Take deliveries that are due, until a lease ends: some by priority, some by age.

        Args:
            urgent: How many at most by priority.
            oldest: How many at most by age alone, so that nothing starves.
            queue: Of which queue.
            channels: The channels of it that can be served here.
            now: The time.
            until: When the lease ends.
            lease: A fresh token.
        """
        values = {
            "of_queue": queue,
            "channels": list(channels),
            "now": now,
            "overtaken": later(now, -HOLD_UP),
            "until": until,
            "token": lease,
        }

        def work(connection: Connection) -> list[ClaimedDelivery]:
            claimed = []
            for count, take, read in (
                (oldest, TAKE_OLDEST, READ_OLDEST),
                (urgent, TAKE_URGENT, READ_URGENT),
            ):
                if count:
                    claimed += claim_rows(connection, take, read, values | {"count": count})
            return claimed

        return await self._database.transact(work)

    async def renew(self, claimed: Collection[ClaimedDelivery], until: Instant) -> set[int]:
        """Prolong leases. Returns the ids of those deliveries that are still under ours."""
        values = {
            "ids": [each.id for each in claimed],
            "tokens": sorted({each.lease for each in claimed}),
            "until": until,
        }
        return await self._database.transact(
            lambda connection: set(connection.execute(RENEW, values).scalars())
        )

    async def deliver(self, claimed: ClaimedDelivery, now: Instant) -> bool:
        """Note that it arrived. Returns whether the lease still held; so do the others."""
        return await self._end(claimed, status="delivered", ended_at=now)

    async def give_up(self, claimed: ClaimedDelivery, now: Instant, reason: str) -> bool:
        """Note that it can never arrive."""
        return await self._end(claimed, status="given_up", ended_at=now, last_error=reason)

    async def bury(self, claimed: ClaimedDelivery, now: Instant, reason: str) -> bool:
        """Make it a dead letter: its attempts are used up."""
        return await self._end(
            claimed, status="dead", ended_at=now, last_error=reason, attempts=claimed.attempts + 1
        )

    async def retry(self, claimed: ClaimedDelivery, due: Instant, reason: str) -> bool:
        """Note a failed attempt, and when the next one is due."""
        return await self._end(
            claimed, due_at=due, last_error=reason, attempts=claimed.attempts + 1
        )

    async def postpone(self, claimed: ClaimedDelivery, due: Instant, reason: str) -> bool:
        """Put it off, without using up an attempt."""
        return await self._end(
            claimed, due_at=due, last_error=reason, postponements=claimed.postponements + 1
        )

    async def dead(self, limit: int) -> list[DeadLetter]:
        """The dead letters, newest first."""
        query = (
            select(deliveries, events.c.name)
            .select_from(deliveries.join(events))
            .where(deliveries.c.status == text("'dead'"))
            .order_by(deliveries.c.delivery_id.desc())
            .limit(limit)
        )
        found = await self._database.reader.read(
            lambda connection: connection.execute(query).mappings().all()
        )
        return [
            DeadLetter(
                id=row["delivery_id"],
                event=row["name"],
                channel=row["channel"],
                attempts=row["attempts"],
                created_at=Instant(row["created_at"]),
                ended_at=Instant(row["ended_at"]),
                error=row["last_error"] or "",
            )
            for row in found
        ]

    async def replay(self, delivery: int, now: Instant) -> bool:
        """Try a dead letter again from its first attempt; its history is kept as text.

        Returns whether there is such a dead letter.
        """

        def work(connection: Connection) -> bool:
            dead = deliveries.c.status == text("'dead'")
            found = connection.execute(
                select(deliveries.c.attempts, deliveries.c.last_error).where(
                    deliveries.c.delivery_id == delivery, dead
                )
            ).one_or_none()
            if found is None:
                return False
            history = f"replayed after {found.attempts} attempts: {found.last_error}"
            connection.execute(
                update(deliveries)
                .where(deliveries.c.delivery_id == delivery, dead)
                .values(
                    status="waiting",
                    attempts=0,
                    postponements=0,
                    due_at=now,
                    ended_at=None,
                    last_error=history,
                )
            )
            return True

        return await self._database.transact(work)

    async def prune(self, before: Instant) -> int:
        """Forget deliveries that ended before then, and events without any; some at once.

        Dead letters stay until a person has looked at them.

        Returns:
            How many rows were deleted; 0 when nothing is left.
        """

        def work(connection: Connection) -> int:
            over = deliveries.c.delivery_id.in_(
                select(deliveries.c.delivery_id)
                .where(ENDED, deliveries.c.ended_at < before)
                .limit(PRUNED_AT_ONCE)
            )
            pruned = connection.execute(delete(deliveries).where(over)).rowcount
            has_deliveries = exists().where(
                deliveries.c.guild_id == events.c.guild_id,
                deliveries.c.event_id == events.c.event_id,
            )
            old = (
                select(events.c.guild_id, events.c.event_id)
                .where(events.c.at < before, ~has_deliveries)
                .limit(PRUNED_AT_ONCE)
            )
            return pruned + _forget(connection, connection.execute(old).all())

        return await self._database.transact(work)

    async def _end(self, claimed: ClaimedDelivery, **values: Any) -> bool:  # noqa: ANN401 - column values
        if "last_error" in values:
            values["last_error"] = cleaned(values["last_error"])

        def work(connection: Connection) -> bool:
            statement = (
                update(deliveries)
                .where(
                    deliveries.c.delivery_id == claimed.id,
                    deliveries.c.lease == claimed.lease,
                    deliveries.c.status == "waiting",
                )
                .values(lease=None, leased_until=None, **values)
            )
            return connection.execute(statement).rowcount == 1

        return await self._database.transact(work)


def _forget(connection: Connection, old: Sequence[Row[int, str]]) -> int:
    """Delete events, guild by guild: for `(a, b) IN (...)` SQLite walks all events of a guild."""
    ids: defaultdict[int, list[str]] = defaultdict(list)
    for guild, event in old:
        ids[guild].append(event)
    return sum(
        connection.execute(
            delete(events).where(events.c.guild_id == guild, events.c.event_id.in_(theirs))
        ).rowcount
        for guild, theirs in ids.items()
    )
