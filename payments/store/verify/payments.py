"""Whether payments have the points that their facts give them."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    func,
    select,
)

from payments.domain.values.ids import AccountKey, GuildId, PaymentId, house_or_member
from payments.domain.values.ledger import TransferKind
from payments.store.books.holds import load_payments_whole
from payments.store.books.unreached_debt import unreached
from payments.store.tables import (
    accounts,
    holds,
    payments,
    transfers,
)
from payments.store.verify.sums import rows_of

PAYMENTS_AT_ONCE = 500


@cache
def _select_payments() -> Select[Any]:
    purchases = (
        select(
            transfers.c.guild_id,
            transfers.c.payment_id,
            transfers.c.destination,
            transfers.c.points,
        )
        .where(transfers.c.kind == TransferKind.PURCHASE)
        .subquery()
    )
    return (
        select(
            payments.c.payment_id,
            payments.c.credited_at,
            payments.c.points,
            payments.c.member_id,
            purchases.c.points.label("given"),
            purchases.c.destination,
        )
        .select_from(
            payments.outerjoin(
                purchases,
                (purchases.c.guild_id == payments.c.guild_id)
                & (purchases.c.payment_id == payments.c.payment_id),
            )
        )
        .order_by(payments.c.payment_id)
    )


def wrong_payments(connection: Connection) -> Iterator[str]:
    """Each paid payment gave its points once, and as many are out as its facts ask for."""
    credited: list[PaymentId] = []
    for row in rows_of(connection, _select_payments()):
        given = None if row["given"] is None else (row["given"], row["destination"])
        due = None if row["credited_at"] is None else (row["points"], row["member_id"])
        if given != due:
            yield f"Payment {row['payment_id']}: gave {row['given'] or 0} points."
        if row["credited_at"] is not None:
            credited.append(PaymentId(row["payment_id"]))
    for start in range(0, len(credited), PAYMENTS_AT_ONCE):
        chunk = credited[start : start + PAYMENTS_AT_ONCE]
        for payment, pieces in load_payments_whole(connection, chunk):
            out = sum(piece.standing for piece in pieces)
            gone = sum(piece.burned for piece in pieces)
            if (out, gone) != (payment.target, payment.burn_target):
                yield (
                    f"Payment {payment.id}: {out} of its points are out and {gone} gone, "
                    f"but {payment.target} and {payment.burn_target} should be."
                )


def wrong_reach(connection: Connection) -> Iterator[str]:
    """While a dispute or refund because of fraud stands, its buyer owes nothing that others have.

    And each account counts how many points of others are kept for what its member bought.
    """
    for payment, points in unreached(connection):
        yield (
            f"Payment {payment.id}: its buyer owes points that others have, and its disputes and "
            f"refunds because of fraud may take {points} more of them."
        )
    for row in rows_of(connection, _select_reach()):
        account = AccountKey(GuildId(row["guild_id"]), house_or_member(row["member_id"]))
        yield (
            f"The {account}: {row['reached']} points of others are counted as kept, "
            f"but {row['kept']} are."
        )


@cache
def _select_reach() -> Select[Any]:
    kept = (
        select(
            payments.c.guild_id,
            payments.c.member_id,
            func.sum(holds.c.points - holds.c.released).label("kept"),
        )
        .select_from(
            payments.join(
                holds,
                (holds.c.guild_id == payments.c.guild_id)
                & (holds.c.payment_id == payments.c.payment_id)
                & (holds.c.member_id != payments.c.member_id),
            )
        )
        .group_by(payments.c.guild_id, payments.c.member_id)
        .subquery()
    )
    return (
        select(accounts, func.coalesce(kept.c.kept, 0).label("kept"))
        .select_from(
            accounts.outerjoin(
                kept,
                (kept.c.guild_id == accounts.c.guild_id)
                & (kept.c.member_id == accounts.c.member_id),
            )
        )
        .where(accounts.c.reached != func.coalesce(kept.c.kept, 0))
    )
