"""Messages that nobody could read, and the cards about them."""

from sqlalchemy import select

from payments.commands.base import by_provider
from payments.commands.payments.inbox import KeepFailedEvent
from payments.domain.values.inbox import InboxEvent, InboxStatus
from payments.store import tables
from payments.store.engine.database import Database
from tests.conftest import Time
from tests.support.make import GUILD


async def stuck(database: Database) -> int:
    """How often moderators were told of a message that is left to a person."""
    query = select(tables.events.c.event_id).where(tables.events.c.name == "provider_event.stuck")
    return await database.transact(lambda c: len(c.execute(query).all()))


def unreadable(clock: Time, number: int, reason: str = "It makes no sense.") -> KeepFailedEvent:
    """A message that is left to a person."""
    return KeepFailedEvent(
        key=KeepFailedEvent.key_of("stripe", f"evt_{number}", 1),
        at=clock(),
        actor=by_provider("stripe"),
        guild=None,
        home=GUILD,
        inbox_event=InboxEvent(
            provider="stripe",
            id=f"evt_{number}",
            kind="test",
            body="{}",
            received_at=clock(),
            status=InboxStatus.QUARANTINED,
            reason=reason,
        ),
    )
