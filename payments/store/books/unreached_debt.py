"""Debt that a dispute or a refund because of fraud should not leave: others have its points."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, select

from payments.domain.values.ids import PaymentId
from payments.domain.values.ledger import HoldSource
from payments.domain.values.payment import Payment
from payments.store.books.holds import load_payments_whole
from payments.store.tables import holds, lots, payments


def unreached(connection: Connection) -> Iterator[tuple[Payment, int]]:
    """Payments whose buyer owes although others have their points within a standing claim's reach.

    Each with how many more points those claims may still take from others.
    """
    found = [PaymentId(each) for each in connection.execute(_select_owing()).scalars()]
    for payment, pieces in load_payments_whole(connection, found):
        reached = sum(
            piece.standing
            for piece in pieces
            if piece.source is HoldSource.LOT and piece.account != payment.buyer
        )
        if payment.reach_target > reached:
            yield payment, payment.reach_target - reached


@cache
def _select_owing() -> Select[Any]:
    return (
        select(payments.c.payment_id)
        .select_from(
            holds.join(
                payments,
                (payments.c.guild_id == holds.c.guild_id)
                & (payments.c.payment_id == holds.c.payment_id),
            )
        )
        .where(
            holds.c.owed > 0,
            select(lots.c.lot_id)
            .where(
                lots.c.guild_id == payments.c.guild_id,
                lots.c.payment_id == payments.c.payment_id,
                lots.c.remaining > 0,
                lots.c.member_id != payments.c.member_id,
            )
            .exists(),
        )
        .distinct()
        .order_by(payments.c.payment_id)
    )
