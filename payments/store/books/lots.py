"""Lots in the database: what commands put in, took out, and let lapse."""

from collections import Counter

from sqlalchemy import bindparam, update

from payments.domain.books import ACCOUNTS
from payments.domain.values.ids import LotId
from payments.domain.values.ledger import TransferKind
from payments.store import rows, tables
from payments.store.books.writer import Writing
from payments.store.statements.bulk import insert_or_add, update_by_key


def write_lots(writing: Writing) -> None:
    """Write what remains of each lot, and new lots."""
    connection, changes, before = (
        writing.connection,
        writing.books.changes,
        writing.loaded[ACCOUNTS],
    )
    moved: Counter[LotId] = Counter()
    for entry in changes.entries:
        moved[entry.lot] += entry.points
    open_before: dict[LotId, int] = {
        lot.id: lot.remaining
        for key in {lot.account for lot in changes.lots.values()}
        if key in before
        for lot in before[key].lots
    }
    known, others = [], []
    for lot_id, lot in changes.lots.items():
        if lot_id in open_before:
            remaining = open_before[lot_id] + moved[lot_id]
            known.append(
                {
                    "guild_id": lot.account.guild,
                    "lot_id": lot_id,
                    "remaining": remaining,
                    "opened_at": lot.opened_at,
                }
            )
        else:
            others.append(rows.lot_row(lot, moved[lot_id]))
    update_by_key(connection, tables.lots, known)
    insert_or_add(connection, tables.lots, others, "remaining", newest="opened_at")
    _add_lapsed(writing)


def _add_lapsed(writing: Writing) -> None:
    changes = writing.books.changes
    lapses = {each.id for each in changes.transfers if each.kind is TransferKind.LAPSE}
    lapsed = [
        {
            "key_guild": changes.lots[entry.lot].account.guild,
            "key_lot": entry.lot,
            "more": -entry.points,
        }
        for entry in changes.entries
        if entry.transfer in lapses
    ]
    if lapsed:
        lots = tables.lots
        statement = (
            update(lots)
            .where(lots.c.guild_id == bindparam("key_guild"), lots.c.lot_id == bindparam("key_lot"))
            .values(lapsed=lots.c.lapsed + bindparam("more"))
        )
        writing.connection.execute(statement, lapsed)
