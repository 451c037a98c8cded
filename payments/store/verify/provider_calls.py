"""Whether each call that waits is on its way."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, exists, select, text

from payments.store.tables import deliveries, provider_calls
from payments.store.verify.sums import rows_of


@cache
def _select_calls() -> Select[Any]:
    call = provider_calls.c
    makes_it = exists().where(
        deliveries.c.guild_id == call.guild_id,
        deliveries.c.channel == "provider",
        deliveries.c.target == call.provider + ":" + call.kind + ":" + call.object_id,
        deliveries.c.status.in_(["waiting", "dead"]),
    )
    return select(provider_calls).where(call.status == text("'waiting'"), ~makes_it)


def wrong_calls(connection: Connection) -> Iterator[str]:
    """Each call that waits has a delivery that makes it, or one that a person can try again."""
    for row in rows_of(connection, _select_calls()):
        yield (
            f"Payment {row['payment_id']}: the {row['kind']} of {row['object_id']} at "
            f"{row['provider']} waits, and nothing asks for it."
        )
