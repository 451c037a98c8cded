"""What became of one payment, step by step."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, select, text

from payments.domain.rules.whereabouts import Whereabouts
from payments.domain.values.ids import House, MemberId, house_or_member
from payments.domain.values.items import Offer
from payments.domain.values.ledger import TransferKind
from payments.domain.values.orders import OrderState
from payments.domain.values.payment import Payment
from payments.domain.values.time import Instant
from payments.store import rows, tables
from payments.store.queries.reader import Reader
from payments.store.rows.codec import decode
from payments.store.tables import LAST_HOUSE


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Points of a payment that came to a member, or left one.

    Attributes:
        member: Whose.
        points: Came (positive) or left (negative).
        other: The other member, where there is one.
        note: What a person wrote to it, unescaped.
    """

    at: Instant
    kind: TransferKind
    member: MemberId
    points: int
    other: MemberId | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A message about a payment.

    Attributes:
        at: When it was reported for the first time.
        ended_at: When its delivery ended, if it has.
        event: The name of its event.
        channel: Where to, by the queue's name for it.
        status: What became of it: `waiting`, `delivered`, `given_up` or `dead`.
        error: Why it was not delivered, if it was not.
    """

    at: Instant
    ended_at: Instant | None
    event: str
    channel: str
    status: str
    error: str | None


class TracingQueries(Reader):
    """What can be asked about the past of one payment."""

    async def steps(self, payment: Payment) -> list[Step]:
        """How the points of a payment moved, wherever they were, in the order of time."""
        if payment.credited_at is None:
            return []
        found = []
        for side, other in (("source", "destination"), ("destination", "source")):
            found += await self._mappings(_moved(payment, side, other))
        found.sort(key=lambda row: (row["at"], row["transfer_id"], row["position"]))
        return [_step_from(row) for row in found]

    async def revoked(self, payment: Payment) -> int:
        """How many points of a payment moderators have revoked, less what they gave back again."""
        if payment.credited_at is None:
            return 0
        kinds = tables.transfers.c.kind.in_([TransferKind.REVOKE, TransferKind.UNDO])
        found = [
            row
            for side, other in (("source", "destination"), ("destination", "source"))
            for row in await self._mappings(_moved(payment, side, other).where(kinds))
        ]
        return -sum(int(row["points"]) for row in found if row["other"] == House.ADJUSTED)

    async def told_apart(self, payment: Payment, now: Whereabouts) -> Whereabouts:
        """Where a payment's points are, with those told apart that nobody has spent."""
        if not now.spent:
            return now
        now = now.with_orders(*await self.ordered(payment))
        revoked, elsewhere = await self.revoked(payment), await self.kept_elsewhere(payment)
        return now.with_gone(revoked=revoked, elsewhere=elsewhere)

    async def ordered(self, payment: Payment) -> tuple[Counter[str], int]:
        """How many points of a payment bought what, by name; and how many are in open orders."""
        orders, pieces = tables.orders, tables.order_pieces
        query = (
            select(orders.c.offer, orders.c.state, pieces.c.points)
            .select_from(pieces.join(orders))
            .where(pieces.c.guild_id == payment.guild, pieces.c.payment_id == payment.id)
        )
        bought: Counter[str] = Counter()
        reserved = 0
        for row in await self._mappings(query):
            state = OrderState(row["state"])
            if state.is_open:
                reserved += row["points"]
            elif state is OrderState.FULFILLED:
                bought[decode(Offer, row["offer"]).name] += row["points"]
        return bought, reserved

    async def kept_elsewhere(self, payment: Payment) -> int:
        """How many points of a payment the refunds and disputes of other payments keep.

        Whether they were taken, or have paid the debt of whoever had them.
        """
        lots, holds, repayments = tables.lots, tables.holds, tables.repayments
        others = (
            lots.c.guild_id == payment.guild,
            lots.c.payment_id == payment.id,
            holds.c.payment_id != payment.id,
        )
        taken = and_(holds.c.guild_id == lots.c.guild_id, holds.c.lot_id == lots.c.lot_id)
        repaid = and_(
            repayments.c.guild_id == lots.c.guild_id, repayments.c.lot_id == lots.c.lot_id
        )
        debts = and_(
            holds.c.guild_id == repayments.c.guild_id, holds.c.hold_id == repayments.c.debt
        )
        by_taking = func.sum(holds.c.points - holds.c.released).label("points")
        by_paying = func.sum(repayments.c.points).label("points")
        found = [
            *await self._mappings(
                select(by_taking).select_from(lots.join(holds, taken)).where(*others)
            ),
            *await self._mappings(
                select(by_paying)
                .select_from(lots.join(repayments, repaid).join(holds, debts))
                .where(*others)
            ),
        ]
        return sum(int(row["points"] or 0) for row in found)

    async def messages(self, payment: Payment) -> list[Sent]:
        """All events of a payment, and what became of each message.

        Reads all events of the guild: for a person who asks from time to time, not for a page.
        """
        events, deliveries = tables.events, tables.deliveries
        query = (
            select(events.c.at, events.c.name, deliveries)
            .select_from(
                events.join(
                    deliveries,
                    and_(
                        deliveries.c.guild_id == events.c.guild_id,
                        deliveries.c.event_id == events.c.event_id,
                    ),
                )
            )
            .where(
                events.c.guild_id == payment.guild,
                events.c.at >= payment.created_at,
                events.c.body.contains(f'"payment":"{payment.id}"', autoescape=True),
            )
            .order_by(events.c.at, deliveries.c.delivery_id)
        )
        return [
            Sent(
                at=Instant(row["at"]),
                ended_at=row["ended_at"],
                event=row["name"],
                channel=row["channel"],
                status=row["status"],
                error=row["last_error"],
            )
            for row in await self._mappings(query)
        ]


def _moved(payment: Payment, side: str, other: str) -> Any:  # noqa: ANN401 - a select
    lots, transfers, entries = tables.lots, tables.transfers, tables.lot_entries
    mine = transfers.c[side]
    theirs = and_(
        transfers.c.guild_id == lots.c.guild_id,
        mine == lots.c.member_id,
        mine > text(str(LAST_HOUSE)),
        transfers.c.at >= payment.credited_at,
    )
    of_lot = and_(
        entries.c.guild_id == transfers.c.guild_id,
        entries.c.transfer_id == transfers.c.transfer_id,
        entries.c.lot_id == lots.c.lot_id,
    )
    return (
        select(
            transfers.c.transfer_id,
            transfers.c.at,
            transfers.c.kind,
            transfers.c.note,
            transfers.c[other].label("other"),
            lots.c.member_id,
            entries.c.position,
            entries.c.points,
        )
        .select_from(lots.join(transfers, theirs).join(entries, of_lot))
        .where(lots.c.guild_id == payment.guild, lots.c.payment_id == payment.id)
    )


def _step_from(row: rows.Row) -> Step:
    other = house_or_member(row["other"])
    return Step(
        at=Instant(row["at"]),
        kind=TransferKind(row["kind"]),
        member=MemberId(row["member_id"]),
        points=row["points"],
        other=MemberId(int(other)) if row["other"] > LAST_HOUSE else None,
        note=row["note"],
    )
