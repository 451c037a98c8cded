"""Statements that take deliveries under a lease."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    Update,
    bindparam,
    exists,
    or_,
    select,
    text,
    update,
)

from payments.store.outbox.claimed import ClaimedDelivery
from payments.store.tables import deliveries, events

_Order = tuple[ColumnElement[Any], ...]


def _taking(order: _Order) -> Update:
    """The statement that takes some, put together once: that takes longer than to run it."""
    now = bindparam("now", type_=BigInteger)
    free = or_(deliveries.c.leased_until.is_(None), deliveries.c.leased_until <= now)
    earlier = deliveries.alias("earlier")
    held_up = exists().where(
        earlier.c.lane == deliveries.c.lane,
        earlier.c.lane.is_not(None),
        earlier.c.status == text("'waiting'"),
        earlier.c.delivery_id < deliveries.c.delivery_id,
        earlier.c.priority <= deliveries.c.priority,
        or_(
            earlier.c.leased_until > now,
            earlier.c.due_at <= now,
            earlier.c.created_at > bindparam("overtaken"),
        ),
    )
    chosen = (
        select(deliveries.c.delivery_id)
        .where(
            deliveries.c.status == text("'waiting'"),  # a literal, so that the index is found
            deliveries.c.due_at <= now,
            deliveries.c.queue == bindparam("of_queue"),
            deliveries.c.channel.in_(bindparam("channels", expanding=True)),
            free,
            ~held_up,
        )
        .order_by(*order)
        .limit(bindparam("count"))
        .with_for_update(skip_locked=True)
        .cte("chosen")
    )
    return (
        update(deliveries)
        .where(deliveries.c.delivery_id.in_(select(chosen.c.delivery_id)))
        .values(lease=bindparam("token"), leased_until=bindparam("until"))
        .returning(deliveries.c.delivery_id)
    )


def _reading(order: _Order) -> Select[Any]:
    return (
        select(deliveries, events.c.name, events.c.body)
        .select_from(deliveries.join(events))
        .where(deliveries.c.delivery_id.in_(bindparam("ids", expanding=True)))
        .order_by(*order)
    )


_BY_AGE: _Order = (deliveries.c.created_at, deliveries.c.delivery_id)
_BY_PRIORITY: _Order = (deliveries.c.priority, deliveries.c.due_at, deliveries.c.delivery_id)
TAKE_OLDEST, READ_OLDEST = _taking(_BY_AGE), _reading(_BY_AGE)
TAKE_URGENT, READ_URGENT = _taking(_BY_PRIORITY), _reading(_BY_PRIORITY)

RENEW = (
    update(deliveries)
    .where(
        deliveries.c.delivery_id.in_(bindparam("ids", expanding=True)),
        deliveries.c.lease.in_(bindparam("tokens", expanding=True)),
        deliveries.c.status == text("'waiting'"),
    )
    .values(leased_until=bindparam("until"))
    .returning(deliveries.c.delivery_id)
)


def claim_rows(
    connection: Connection, take: Update, read: Select[Any], values: dict[str, Any]
) -> list[ClaimedDelivery]:
    """Take rows with one statement, and read what was taken with another."""
    ids = connection.execute(take, values).scalars().all()
    if not ids:
        return []
    return [
        ClaimedDelivery.from_row(row, lease=values["token"])
        for row in connection.execute(read, {"ids": ids}).mappings()
    ]
