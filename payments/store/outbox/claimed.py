"""A delivery, as the worker that claimed it has it."""

from dataclasses import dataclass

from sqlalchemy import RowMapping

from payments.domain.values.time import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedDelivery:
    """A delivery that is ours for the time of a lease, not yet decoded.

    Attributes:
        id: The delivery's.
        nonce: Its nonce.
        name: The event's name.
        body: The event as JSON.
        channel: Where it goes.
        target: To whom, if the channel leads to several.
        attempts: How many were used up before.
        postponements: How often it was put off.
        created_at: When the event happened.
        lease: The lease's token.
        guild: Whose event.
        lane: Deliveries of one lane go one at a time, if it is in one.
    """

    id: int
    nonce: str
    name: str
    body: str
    channel: str
    target: str | None
    attempts: int
    postponements: int
    created_at: Instant
    lease: str
    guild: int
    lane: str | None

    @classmethod
    def from_row(cls, row: RowMapping, *, lease: str) -> "ClaimedDelivery":
        """A row of `deliveries` with its event's name and body."""
        return cls(
            id=row["delivery_id"],
            nonce=row["nonce"] or str(row["delivery_id"]),  # written before there were nonces
            name=row["name"],
            body=row["body"],
            channel=row["channel"],
            target=row["target"],
            attempts=row["attempts"],
            postponements=row["postponements"],
            created_at=Instant(row["created_at"]),
            lease=lease,
            guild=row["guild_id"],
            lane=row["lane"],
        )
