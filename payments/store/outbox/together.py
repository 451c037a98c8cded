"""Deliveries that can go in one message with an earlier one to the same person."""

from collections.abc import Collection

from sqlalchemy import Connection, select, text, update

from payments.domain.values.time import Instant
from payments.store.engine.database import Database
from payments.store.outbox.claimed import ClaimedDelivery
from payments.store.tables import deliveries, events

AT_ONCE = 500
"""Highest number of deliveries in one message."""


class Together:
    """What waits behind a delivery in its lane, and is like it.

    The lane lets nobody else claim what comes behind a delivery while that one is under its lease:
    so nothing has to be leased here.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def behind(self, first: ClaimedDelivery) -> list[ClaimedDelivery]:
        """Those that come directly behind it, of the same kind, guild and channel, in their order.

        Args:
            first: Under our lease.
        """
        if first.lane is None:
            return []
        query = (
            select(deliveries, events.c.name, events.c.body)
            .select_from(deliveries.join(events))
            .where(
                deliveries.c.lane == first.lane,
                deliveries.c.delivery_id > first.id,
                deliveries.c.status == text("'waiting'"),
            )
            .order_by(deliveries.c.delivery_id)
            .limit(AT_ONCE)
        )
        rows = await self._database.reader.read(
            lambda connection: connection.execute(query).mappings().all()
        )
        alike = []
        for row in rows:
            each = ClaimedDelivery.from_row(row, lease=first.lease)
            if (each.name, each.channel, each.guild) != (first.name, first.channel, first.guild):
                break
            alike.append(each)
        return alike

    async def end(
        self,
        first: ClaimedDelivery,
        others: Collection[ClaimedDelivery],
        now: Instant,
        *,
        status: str,
        reason: str,
    ) -> bool:
        """End all as the first of them ends. Returns whether its lease still held.

        Args:
            first: Under our lease.
            others: What went in the same message.
            now: The time.
            status: `delivered` or `given_up`.
            reason: Why, if it was given up.
        """
        waiting = deliveries.c.status == text("'waiting'")
        ended = {"status": status, "ended_at": now, "lease": None, "leased_until": None}
        words = {"last_error": reason} if reason else {}

        def work(connection: Connection) -> bool:
            mine = (deliveries.c.delivery_id == first.id) & (deliveries.c.lease == first.lease)
            held = connection.execute(
                update(deliveries).where(mine, waiting).values(ended | words)
            ).rowcount
            if not held:
                return False
            ids = [each.id for each in others]
            connection.execute(
                update(deliveries)
                .where(deliveries.c.delivery_id.in_(ids), waiting)
                .values(ended | {"last_error": reason or f"told together with {first.id}"})
            )
            return True

        return await self._database.transact(work)
