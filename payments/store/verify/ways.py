"""Whether each purchase with several ways to pay was paid by one of them alone."""

from collections.abc import Iterator

from sqlalchemy import Connection, and_, or_, select

from payments.domain.values.provider_updates import MoneyStatus
from payments.store.tables import payments
from payments.store.verify.sums import rows_of


def wrong_ways(connection: Connection) -> Iterator[str]:
    """One payment of each purchase counts, and all others name it; money of those is surplus."""
    counting = payments.alias("counting")
    query = (
        select(
            payments.c.payment_id,
            payments.c.paid_instead,
            payments.c.money,
            payments.c.surplus_at,
            counting.c.payment_id.label("counts"),
        )
        .select_from(
            payments.outerjoin(
                counting,
                and_(
                    counting.c.purchase_id == payments.c.purchase_id,
                    counting.c.guild_id == payments.c.guild_id,
                    counting.c.credited_at.is_not(None),
                ),
            )
        )
        .where(or_(payments.c.purchase_id.is_not(None), payments.c.paid_instead.is_not(None)))
        .order_by(payments.c.payment_id)
    )
    for row in rows_of(connection, query):
        other = None if row["counts"] == row["payment_id"] else row["counts"]
        if row["paid_instead"] != other:
            yield (
                f"Payment {row['payment_id']}: it says that {row['paid_instead'] or 'no other'} "
                f"was paid instead, but {other or 'no other'} of its purchase gave points."
            )
        is_surplus = row["money"] == MoneyStatus.PAID and row["paid_instead"] is not None
        if is_surplus != (row["surplus_at"] is not None):
            yield f"Payment {row['payment_id']}: what was paid twice is not marked so, or is."
