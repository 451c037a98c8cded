"""Transfers in the database: what was moved, and what is to be undone."""

from collections import Counter
from collections.abc import Set as AbstractSet

from sqlalchemy import Connection, select

from payments.domain.books import PAST_TRANSFERS, PastTransfer
from payments.domain.values.ids import ActionId
from payments.store import rows, tables
from payments.store.books.loader import Loading, loads
from payments.store.books.writer import Writing
from payments.store.statements.bulk import insert


@loads(PAST_TRANSFERS)
def load_past_transfers(
    loading: Loading, wanted: AbstractSet[ActionId]
) -> dict[ActionId, PastTransfer | None]:
    """Transfers with what they did to lots; none where there is no such transfer."""
    return {each: _load_past(loading.connection, each) for each in sorted(wanted)}


def _load_past(connection: Connection, transfer: ActionId) -> PastTransfer | None:
    transfers, entries, lots = tables.transfers, tables.lot_entries, tables.lots
    query = select(transfers).where(transfers.c.transfer_id == transfer)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        return None
    guild = row["guild_id"]
    undoing = select(transfers.c.transfer_id).where(
        transfers.c.guild_id == guild, transfers.c.undoes == transfer
    )
    moved = (
        select(lots, entries.c.points.label("moved"))
        .select_from(entries.join(lots))
        .where(
            entries.c.guild_id == guild,
            entries.c.transfer_id == transfer,
            entries.c.debt.is_(None),
        )
        .order_by(entries.c.position)
    )
    return PastTransfer(
        transfer=rows.transfer_from(row),
        entries=tuple(
            (rows.lot_from(each), each["moved"]) for each in connection.execute(moved).mappings()
        ),
        undone=connection.execute(undoing).first() is not None,
    )


def write_transfers(writing: Writing) -> None:
    """Write transfers, and what each did to lots."""
    connection, changes = writing.connection, writing.books.changes
    insert(connection, tables.transfers, [rows.transfer_row(each) for each in changes.transfers])
    guilds = {transfer.id: transfer.source.guild for transfer in changes.transfers}
    positions: Counter[str] = Counter()
    entries = []
    for entry in changes.entries:
        entries.append(
            {
                "guild_id": guilds[entry.transfer],
                "transfer_id": entry.transfer,
                "position": positions[entry.transfer],
                "lot_id": entry.lot,
                "points": entry.points,
                "debt": entry.debt,
            }
        )
        positions[entry.transfer] += 1
    insert(connection, tables.lot_entries, entries)
