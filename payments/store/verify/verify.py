"""Recomputing all books from the transfers: do they prove themselves?"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Subquery,
    case,
    func,
    select,
    union_all,
)

from payments.domain.values.ids import AccountKey, GuildId, House, PaymentId, house_or_member
from payments.domain.values.ledger import HoldSource, TransferKind
from payments.store import tables
from payments.store.audit.check import check_archive, check_chain
from payments.store.books.holds import load_payments_whole
from payments.store.books.installation import wrong_references
from payments.store.books.unreached_debt import unreached
from payments.store.rows import Row
from payments.store.tables import (
    LAST_HOUSE,
    accounts,
    holds,
    lot_entries,
    lots,
    payments,
    transfers,
)

PAYMENTS_AT_ONCE = 500


def verify(
    connection: Connection,
    told: Callable[[int, int], None] = lambda _done, _of: None,
    archived: Iterable[Row] | None = None,
) -> Iterator[str]:
    """Recompute everything; yield one sentence for each thing that is not as it should be.

    Args:
        connection: In a transaction, so that everything is of one moment.
        told: Hears how many of how many parts are done.
        archived: Rows of the audit log that were archived, to be proven too.
    """
    parts: list[Callable[[Connection], Iterator[str]]] = [
        _wrong_balances,
        _wrong_sums,
        _wrong_lots,
        _wrong_debts,
        _wrong_holds,
        _wrong_payments,
        _wrong_reach,
        wrong_references,
        check_chain,
    ]
    if archived is not None:
        parts.append(partial(check_archive, archived=archived))
    for done, part in enumerate(parts):
        told(done, len(parts))
        yield from part(connection)


def _total(column: ColumnElement[int]) -> ColumnElement[int]:
    return func.coalesce(func.sum(column), 0)


def _movements() -> Subquery:
    """Each account's sum of transfers: what came in less what went out."""
    incoming = select(
        transfers.c.guild_id, transfers.c.destination.label("owner"), transfers.c.points
    )
    outgoing = select(
        transfers.c.guild_id,
        transfers.c.source.label("owner"),
        (-transfers.c.points).label("points"),
    )
    both = union_all(incoming, outgoing).subquery()
    return (
        select(both.c.guild_id, both.c.owner, func.sum(both.c.points).label("points"))
        .group_by(both.c.guild_id, both.c.owner)
        .subquery("movements")
    )


def _member_sums(
    table: FromClause, column: ColumnElement[int], label: str, *where: ColumnElement[bool]
) -> Subquery:
    query = select(table.c.guild_id, table.c.member_id, func.sum(column).label(label))
    return query.where(*where).group_by(table.c.guild_id, table.c.member_id).subquery(label)


def _wrong_balances(connection: Connection) -> Iterator[str]:
    """Each balance is what its transfers say, and its lots less its debt."""
    moved = _movements()
    in_lots = _member_sums(lots, lots.c.remaining, "in_lots")
    owed = _member_sums(holds, holds.c.owed, "owed")
    here = (accounts.c.guild_id, accounts.c.member_id)
    query = select(
        *here,
        accounts.c.balance,
        accounts.c.debt,
        func.coalesce(moved.c.points, 0).label("moved"),
        func.coalesce(in_lots.c.in_lots, 0).label("in_lots"),
        func.coalesce(owed.c.owed, 0).label("owed"),
    ).select_from(
        accounts.outerjoin(moved, (moved.c.guild_id == here[0]) & (moved.c.owner == here[1]))
        .outerjoin(in_lots, (in_lots.c.guild_id == here[0]) & (in_lots.c.member_id == here[1]))
        .outerjoin(owed, (owed.c.guild_id == here[0]) & (owed.c.member_id == here[1]))
    )
    for row in _rows(connection, query):
        account = AccountKey(GuildId(row["guild_id"]), house_or_member(row["member_id"]))
        if row["balance"] != row["moved"]:
            yield f"The {account}: balance {row['balance']}, but its transfers say {row['moved']}."
        if row["balance"] != row["in_lots"] - row["owed"]:
            yield (
                f"The {account}: balance {row['balance']}, but its lots hold {row['in_lots']} "
                f"and it owes {row['owed']}."
            )
        if row["debt"] != row["owed"]:
            yield f"The {account}: debt {row['debt']}, but it owes {row['owed']}."
    missing = select(moved).where(
        moved.c.owner > LAST_HOUSE,
        ~select(accounts)
        .where(accounts.c.guild_id == moved.c.guild_id, accounts.c.member_id == moved.c.owner)
        .exists(),
    )
    for row in _rows(connection, missing):
        account = AccountKey(GuildId(row["guild_id"]), house_or_member(row["owner"]))
        yield f"The {account} has transfers, but is not among the accounts."


def _wrong_sums(connection: Connection) -> Iterator[str]:
    """Each guild's accounts add up to zero, the members' as stored, its own as transferred."""
    moved = _movements()
    house = select(moved.c.guild_id, moved.c.points).where(moved.c.owner <= LAST_HOUSE)
    members = select(accounts.c.guild_id, accounts.c.balance.label("points"))
    both = union_all(house, members).subquery()
    query = (
        select(both.c.guild_id, func.sum(both.c.points).label("points"))
        .group_by(both.c.guild_id)
        .having(func.sum(both.c.points) != 0)
    )
    for row in _rows(connection, query):
        yield f"Guild {row['guild_id']}: its accounts add up to {row['points']}, not to zero."


def _wrong_lots(connection: Connection) -> Iterator[str]:
    """Each lot holds what transfers brought to it less what they took."""
    entered = (
        select(
            lot_entries.c.guild_id,
            lot_entries.c.lot_id,
            func.sum(lot_entries.c.points).label("points"),
        )
        .group_by(lot_entries.c.guild_id, lot_entries.c.lot_id)
        .subquery()
    )
    query = (
        select(lots, func.coalesce(entered.c.points, 0).label("entered"))
        .select_from(
            lots.outerjoin(
                entered,
                (entered.c.guild_id == lots.c.guild_id) & (entered.c.lot_id == lots.c.lot_id),
            )
        )
        .where(lots.c.remaining != func.coalesce(entered.c.points, 0))
    )
    for row in _rows(connection, query):
        account = AccountKey(GuildId(row["guild_id"]), house_or_member(row["member_id"]))
        yield (
            f"The {account}: lot {row['lot_id']} holds {row['remaining']}, "
            f"but its entries say {row['entered']}."
        )


def _wrong_debts(connection: Connection) -> Iterator[str]:
    """Each piece of debt is what was taken on less what was given back and repaid."""
    repaid = (
        select(
            tables.repayments.c.guild_id,
            tables.repayments.c.debt,
            func.sum(tables.repayments.c.points).label("points"),
        )
        .group_by(tables.repayments.c.guild_id, tables.repayments.c.debt)
        .subquery()
    )
    query = (
        select(holds, func.coalesce(repaid.c.points, 0).label("repaid"))
        .select_from(
            holds.outerjoin(
                repaid,
                (repaid.c.guild_id == holds.c.guild_id) & (repaid.c.debt == holds.c.hold_id),
            )
        )
        .where(holds.c.source == HoldSource.DEBT)
    )
    for row in _rows(connection, query):
        if row["owed"] + row["repaid"] != row["points"] - row["released"]:
            yield (
                f"Debt {row['hold_id']} of member {row['member_id']} of guild {row['guild_id']}: "
                f"{row['owed']} owed and {row['repaid']} repaid, "
                f"of {row['points'] - row['released']}."
            )


def _wrong_holds(connection: Connection) -> Iterator[str]:
    """What each guild holds is what its reversals keep and have not burned."""
    moved = _movements()
    kept = case(
        (holds.c.source == HoldSource.LAPSED, 0),
        else_=holds.c.points - holds.c.released - holds.c.burned,
    )
    of_guild = (
        select(holds.c.guild_id, func.sum(kept).label("kept")).group_by(holds.c.guild_id).subquery()
    )
    query = (
        select(moved.c.guild_id, moved.c.points, func.coalesce(of_guild.c.kept, 0).label("kept"))
        .select_from(moved.outerjoin(of_guild, of_guild.c.guild_id == moved.c.guild_id))
        .where(moved.c.owner == House.HELD.value)
    )
    for row in _rows(connection, query):
        if row["points"] != row["kept"]:
            yield (
                f"Guild {row['guild_id']}: {row['points']} points are held, "
                f"but its reversals keep {row['kept']}."
            )


def _wrong_payments(connection: Connection) -> Iterator[str]:
    """Each paid payment gave its points once, and as many are out as its facts ask for."""
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
    query = (
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
    credited: list[PaymentId] = []
    for row in _rows(connection, query):
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


def _wrong_reach(connection: Connection) -> Iterator[str]:
    """While a dispute or refund because of fraud stands, its buyer owes nothing that others have.

    And each account counts how many points of others are kept for what its member bought.
    """
    for payment, points in unreached(connection):
        yield (
            f"Payment {payment.id}: its buyer owes points that others have, and its disputes and "
            f"refunds because of fraud may take {points} more of them."
        )
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
    query = (
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
    for row in _rows(connection, query):
        account = AccountKey(GuildId(row["guild_id"]), house_or_member(row["member_id"]))
        yield (
            f"The {account}: {row['reached']} points of others are counted as kept, "
            f"but {row['kept']} are."
        )


def _rows(connection: Connection, query: Any) -> Iterator[Any]:  # noqa: ANN401 - any select
    yield from connection.execution_options(yield_per=1000).execute(query).mappings()
