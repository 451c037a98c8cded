"""What reversals took, in the database, and what has paid the debt that they left."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Select, literal_column, or_, select

from payments.domain.books import ACCOUNTS, HOLDS, PAYMENTS, REPAYMENTS
from payments.domain.values.ids import AccountKey, ActionId, LotId, PaymentId
from payments.domain.values.ledger import Account, Hold, HoldSource, Lot, Repayment
from payments.domain.values.payment import Payment
from payments.store import rows, tables
from payments.store.books.loader import Loading, loads
from payments.store.books.payments import read_payments
from payments.store.books.writer import Writing, writes
from payments.store.statements.bulk import insert, insert_or_update, update_by_key
from payments.store.statements.compiled import read
from payments.store.statements.key_filter import KeyPairs, among


@loads(HOLDS)
def load_holds(loading: Loading, _wanted: AbstractSet[ActionId]) -> dict[ActionId, Hold]:
    """What reversals of the payments took, and what the accounts owe. Both then name them."""
    payments, accounts = loading[PAYMENTS], loading[ACCOUNTS]
    holds = _read_holds(loading.connection, payments.values(), accounts.keys())
    if holds:
        loading.loaded.put(PAYMENTS, {**payments, **_with_pieces(payments, holds)})
        loading.loaded.put(ACCOUNTS, {**accounts, **_with_debts(accounts, holds)})
    return {hold.id: hold for hold in holds}


@loads(REPAYMENTS)
def load_repayments(
    loading: Loading, _wanted: AbstractSet[ActionId]
) -> dict[ActionId, Mapping[LotId, Repayment]]:
    """What has paid the debts that are among the holds."""
    debts = [hold for hold in loading[HOLDS].values() if hold.source is HoldSource.DEBT]
    repaid = KeyPairs("debt", ((hold.account.guild, hold.id) for hold in debts))
    grouped: defaultdict[ActionId, dict[LotId, Repayment]] = defaultdict(dict)
    if repaid.guilds:
        for row in read(loading.connection, _repayments_query, repaid.guilds, **repaid.values):
            debt, lot = ActionId(row["debt"]), joined_lot(row)
            grouped[debt][lot.id] = Repayment(debt=debt, lot=lot, points=row["points"])
    return dict(grouped)


def load_payments_whole(
    connection: Connection, wanted: Iterable[PaymentId]
) -> Iterator[tuple[Payment, list[Hold]]]:
    """Payments with refunds, disputes and the pieces that their reversals took."""
    payments = read_payments(connection, wanted, changing=False)
    holds = _read_holds(connection, payments.values(), set())
    pieces: defaultdict[PaymentId, list[Hold]] = defaultdict(list)
    for hold in holds:
        pieces[hold.payment].append(hold)
    for payment in payments.values():
        if payment is not None:
            yield payment, pieces[payment.id]


def _read_holds(
    connection: Connection, payments: Iterable[Payment | None], keys: AbstractSet[AccountKey]
) -> list[Hold]:
    """Holds of payments and open debts of accounts, in the order in which they were taken."""
    of_payments = KeyPairs("payment", ((each.guild, each.id) for each in payments if each))
    owners = KeyPairs("owner", keys)
    if not (of_payments.guilds or owners.guilds):
        return []
    found = read(
        connection,
        _holds_query,
        of_payments.guilds,
        owners.guilds,
        **of_payments.values,
        **owners.values,
    )
    return [
        rows.hold_from(row, joined_lot(row) if row["source"] == HoldSource.LOT else None)
        for row in found
    ]


def _holds_query(guilds_of_payments: int, guilds_of_owners: int) -> Select[Any]:
    holds, lots = tables.holds, tables.lots
    owed = holds.c.owed > literal_column("0")
    theirs = among("payment", guilds_of_payments, holds.c.guild_id, holds.c.payment_id)
    debts = among("owner", guilds_of_owners, holds.c.guild_id, holds.c.member_id, owed)
    return (
        select(holds, *(lots.c[name].label(f"lot_{name}") for name in LOT_COLUMNS))
        .select_from(holds.outerjoin(lots))
        .where(or_(*theirs, *debts))
        .order_by(holds.c.taken_at, holds.c.payment_id, holds.c.position)
    )


def _with_pieces(
    payments: Mapping[PaymentId, Payment | None], holds: Iterable[Hold]
) -> dict[PaymentId, Payment]:
    pieces: defaultdict[PaymentId, list[ActionId]] = defaultdict(list)
    for hold in sorted(holds, key=lambda each: each.position):
        pieces[hold.payment].append(hold.id)
    return {
        payment.id: replace(payment, holds=tuple(pieces[payment.id]))
        for payment in payments.values()
        if payment and payment.id in pieces
    }


def _with_debts(
    accounts: Mapping[AccountKey, Account], holds: Iterable[Hold]
) -> dict[AccountKey, Account]:
    debts: defaultdict[AccountKey, list[ActionId]] = defaultdict(list)
    for hold in sorted((each for each in holds if each.owed), key=lambda each: each.debt_order):
        debts[hold.account].append(hold.id)
    return {
        key: replace(accounts[key], debts=tuple(owed))
        for key, owed in debts.items()
        if key in accounts
    }


LOT_COLUMNS = (
    "guild_id",
    "member_id",
    "kind",
    "payment_id",
    "matures_at",
    "expires_at",
    "opened_at",
    "remaining",
)
"""The columns of a lot, as they are joined to others under `lot_…`."""


def joined_lot(row: rows.Row) -> Lot:
    """The lot in a row that was joined with it, its columns under `lot_…`."""
    return rows.lot_from({name: row[f"lot_{name}"] for name in LOT_COLUMNS})


def _repayments_query(guilds: int) -> Select[Any]:
    repayments, lots = tables.repayments, tables.lots
    columns = (lots.c[name].label(f"lot_{name}") for name in LOT_COLUMNS)
    return (
        select(repayments.c.debt, repayments.c.points, *columns)
        .select_from(repayments.join(lots))
        .where(or_(*among("debt", guilds, repayments.c.guild_id, repayments.c.debt)))
    )


@writes(HOLDS)
def write_holds(writing: Writing, changes: Mapping[ActionId, Hold]) -> None:
    """Write new holds, and what became of known ones."""
    known = writing.loaded[HOLDS]
    new, changed = [], []
    for hold in changes.values():
        row = rows.hold_row(hold)
        if hold.id not in known:
            new.append(row)
        elif hold != known[hold.id]:
            changed.append(
                {name: row[name] for name in ("guild_id", "hold_id", "released", "burned", "owed")}
            )
    insert(writing.connection, tables.holds, new)
    update_by_key(writing.connection, tables.holds, changed)


@writes(REPAYMENTS)
def write_repayments(
    writing: Writing, changed: Mapping[ActionId, Mapping[LotId, Repayment]]
) -> None:
    """Write which lots have paid how much of debts."""
    insert_or_update(
        writing.connection,
        tables.repayments,
        [
            {
                "guild_id": repayment.lot.account.guild,
                "debt": repayment.debt,
                "lot_id": lot,
                "points": repayment.points,
            }
            for repaid in changed.values()
            for lot, repayment in repaid.items()
        ],
    )
