"""Reading the slice of state that a batch needs: one query for each table, locks in key order."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    Table,
    literal_column,
    or_,
    select,
)

from payments.domain.books import Needs, PastTransfer, Slice
from payments.domain.ids import (
    AccountKey,
    ActionId,
    CommandKey,
    GuildId,
    LotId,
    MemberId,
    PaymentId,
)
from payments.domain.ledger import Account, Hold, HoldSource, Lot, Repayment
from payments.domain.payment import Payment
from payments.store import rows, tables
from payments.store.among import Keys, among
from payments.store.dialect import lock
from payments.store.guilds import load_guilds
from payments.store.paces import load_paces, load_unpaid
from payments.store.references import load_installation, load_references
from payments.store.rowwise import insert_or_leave
from payments.store.statements import one_of, read
from payments.store.trails import load_reaches, load_trails
from payments.store.troubles import load_troubles

PaymentKey = tuple[int, str]


def load(connection: Connection, needs: Needs, *, changing: bool = True) -> Slice:
    """Read what commands need, under locks where the database has them.

    Where several processes write, the order is: guilds whose settings are read, payments, the ways
    of points through a guild (shared by all who move some, alone for who follows them), accounts.
    Each is locked in key order. Lots, debts, bars and paces are guarded by their account; refunds,
    disputes and holds by their payment.

    Args:
        connection: In a transaction.
        needs: What to read.
        changing: Whether it is read to be changed: accounts that are not there yet are made.
    """
    if changing:
        lock(connection, "guild", needs.guilds)
    references = load_references(connection, needs.references)
    wanted = {*needs.payments, *needs.trails, *(each for each in references.values() if each)}
    payments = _load_payments(connection, wanted, changing=changing)
    keys = {*needs.accounts, *needs.bars, *needs.reaches, *needs.unpaid}
    keys.update(pace.account for pace in needs.paces)
    keys.update(payment.buyer for payment in payments.values() if payment)
    if changing:
        _lock_trails(connection, needs, payments, keys)
    trails = load_trails(connection, {each: payments[each] for each in needs.trails})
    for trail in trails.values():
        keys.update(trail.holders)
    found = _lock_accounts(connection, keys, changing=changing)
    lots = _load_open_lots(connection, keys)
    holds = _load_holds(connection, payments.values(), keys)
    return Slice(
        guilds=load_guilds(connection, needs.guilds),
        payments=_with_holds(payments, holds),
        accounts={key: _account(key, found.get(key), lots[key], holds) for key in keys},
        holds={hold.id: hold for hold in holds},
        repayments=_load_repayments(connection, holds),
        trails=trails,
        past={each: _load_past(connection, each) for each in sorted(needs.transfers)},
        bars=_load_bars(connection, needs.bars),
        references=references,
        installation=load_installation(connection) if references else None,
        troubles=load_troubles(connection, needs.troubles),
        reaches=load_reaches(connection, needs.reaches),
        unpaid=load_unpaid(connection, needs.unpaid),
        paces=load_paces(connection, needs.paces),
    )


def load_payments_whole(
    connection: Connection, wanted: Iterable[PaymentId]
) -> Iterator[tuple[Payment, list[Hold]]]:
    """Payments with refunds, disputes and the pieces that their reversals took."""
    payments = _load_payments(connection, wanted, changing=False)
    holds = _load_holds(connection, payments.values(), set())
    pieces: defaultdict[PaymentId, list[Hold]] = defaultdict(list)
    for hold in holds:
        pieces[hold.payment].append(hold)
    for payment in payments.values():
        if payment is not None:
            yield payment, pieces[payment.id]


def load_commands(connection: Connection, keys: Iterable[CommandKey]) -> dict[CommandKey, rows.Row]:
    """The commands under these keys that have had their effect."""
    found = read(connection, _commands_query, keys=sorted(keys))
    return {CommandKey(row["command_key"]): row for row in found}


def _commands_query() -> Select[Any]:
    return select(tables.commands).where(one_of(tables.commands.c.command_key, "keys"))


def _owners(keys: Iterable[AccountKey]) -> list[tuple[int, int]]:
    return [(key.guild, key.owner) for key in keys]


def _load_payments(
    connection: Connection, wanted: Iterable[PaymentId], *, changing: bool
) -> dict[PaymentId, Payment | None]:
    ids = sorted(wanted)
    if not ids:
        return {}
    found = {
        row["payment_id"]: row for row in read(connection, _payments_query, changing, payments=ids)
    }
    keys = [(row["guild_id"], row["payment_id"]) for row in found.values()]
    refunds, disputes = (
        _of_payments(connection, table, keys) for table in (tables.refunds, tables.disputes)
    )
    return {
        each: rows.payment_from(
            found[each],
            refunds=tuple(rows.refund_from(row) for row in refunds[each]),
            disputes=tuple(rows.dispute_from(row) for row in disputes[each]),
        )
        if each in found
        else None
        for each in ids
    }


def _payments_query(changing: bool) -> Select[Any]:  # noqa: FBT001 - a detail of a statement
    payments = tables.payments
    query = select(payments).where(one_of(payments.c.payment_id, "payments"))
    ordered = query.order_by(payments.c.payment_id)
    return ordered.with_for_update() if changing else ordered


def _of_payments(
    connection: Connection, table: Table, keys: list[PaymentKey]
) -> defaultdict[str, list[rows.Row]]:
    grouped: defaultdict[str, list[rows.Row]] = defaultdict(list)
    if keys:
        wanted = Keys("payment", keys)
        for row in read(connection, _of_payments_query, table, wanted.guilds, **wanted.values):
            grouped[row["payment_id"]].append(row)
    return grouped


def _of_payments_query(table: Table, guilds: int) -> Select[Any]:
    theirs = among("payment", guilds, table.c.guild_id, table.c.payment_id)
    return select(table).where(or_(*theirs)).order_by(*table.primary_key.columns)


def _lock_trails(
    connection: Connection,
    needs: Needs,
    payments: dict[PaymentId, Payment | None],
    keys: Iterable[AccountKey],
) -> None:
    """Let nobody pass points on where somebody else follows them at this moment."""
    followed = {payments[each].guild for each in needs.trails if payments[each]}  # type: ignore[union-attr]  # just asked
    moved = {key.guild for key in keys} - followed
    for shared, guilds in groupby(sorted(followed | moved), key=lambda guild: guild in moved):
        lock(connection, "trails", list(guilds), shared=shared)


def _lock_accounts(
    connection: Connection, keys: set[AccountKey], *, changing: bool
) -> dict[AccountKey, rows.Row]:
    found = _select_accounts(connection, keys, changing=changing)
    if changing and (missing := keys - found.keys()):
        fresh = [
            {"guild_id": key.guild, "member_id": key.owner, "balance": 0, "debt": 0, "reached": 0}
            for key in sorted(missing)
        ]
        insert_or_leave(connection, tables.accounts, fresh)
        found |= _select_accounts(connection, missing, changing=True)
    return found


def _select_accounts(
    connection: Connection, keys: set[AccountKey], *, changing: bool
) -> dict[AccountKey, rows.Row]:
    if not keys:
        return {}
    wanted = Keys("owner", _owners(keys))
    return {
        AccountKey(GuildId(row["guild_id"]), MemberId(row["member_id"])): row
        for row in read(connection, _accounts_query, wanted.guilds, changing, **wanted.values)
    }


def _accounts_query(guilds: int, changing: bool) -> Select[Any]:  # noqa: FBT001 - as above
    accounts = tables.accounts
    query = (
        select(accounts)
        .where(or_(*among("owner", guilds, accounts.c.guild_id, accounts.c.member_id)))
        .order_by(accounts.c.guild_id, accounts.c.member_id)
    )
    return query.with_for_update() if changing else query


def _load_open_lots(
    connection: Connection, keys: set[AccountKey]
) -> defaultdict[AccountKey, list[Lot]]:
    grouped: defaultdict[AccountKey, list[Lot]] = defaultdict(list)
    if keys:
        wanted = Keys("owner", _owners(keys))
        for row in read(connection, _open_lots_query, wanted.guilds, **wanted.values):
            lot = rows.lot_from(row)
            grouped[lot.account].append(lot)
    return grouped


def _open_lots_query(guilds: int) -> Select[Any]:
    lots = tables.lots
    theirs = among("owner", guilds, lots.c.guild_id, lots.c.member_id)
    return select(lots).where(or_(*theirs), lots.c.remaining > literal_column("0"))


def _load_holds(
    connection: Connection, payments: Iterable[Payment | None], keys: set[AccountKey]
) -> list[Hold]:
    """Holds of payments and open debts of accounts, in the order in which they were taken."""
    of_payments = Keys("payment", ((each.guild, each.id) for each in payments if each))
    owners = Keys("owner", _owners(keys))
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
        rows.hold_from(row, _joined_lot(row) if row["source"] == HoldSource.LOT else None)
        for row in found
    ]


def _holds_query(guilds_of_payments: int, guilds_of_owners: int) -> Select[Any]:
    holds, lots = tables.holds, tables.lots
    owed = holds.c.owed > literal_column("0")
    theirs = among("payment", guilds_of_payments, holds.c.guild_id, holds.c.payment_id)
    debts = among("owner", guilds_of_owners, holds.c.guild_id, holds.c.member_id, owed)
    return (
        select(holds, *(lots.c[name].label(f"lot_{name}") for name in _LOT_COLUMNS))
        .select_from(holds.outerjoin(lots))
        .where(or_(*theirs, *debts))
        .order_by(holds.c.taken_at, holds.c.payment_id, holds.c.position)
    )


_LOT_COLUMNS = (
    "guild_id",
    "member_id",
    "kind",
    "payment_id",
    "matures_at",
    "expires_at",
    "opened_at",
    "remaining",
)


def _joined_lot(row: rows.Row) -> Lot:
    return rows.lot_from({name: row[f"lot_{name}"] for name in _LOT_COLUMNS})


def _with_holds(
    payments: dict[PaymentId, Payment | None], holds: Iterable[Hold]
) -> dict[PaymentId, Payment | None]:
    ids: defaultdict[PaymentId, list[ActionId]] = defaultdict(list)
    for hold in sorted(holds, key=lambda each: each.position):
        ids[hold.payment].append(hold.id)
    return {
        each: payment and rows.with_holds(payment, tuple(ids[each]))
        for each, payment in payments.items()
    }


def _account(
    key: AccountKey, row: rows.Row | None, lots: list[Lot], holds: Iterable[Hold]
) -> Account:
    debts = [hold for hold in holds if hold.owed and hold.account == key]
    return Account(
        key=key,
        balance=row["balance"] if row else 0,
        lots=tuple(sorted(lots, key=lambda lot: lot.spending_order)),
        debts=tuple(hold.id for hold in sorted(debts, key=lambda hold: hold.debt_order)),
        reached=row["reached"] if row else 0,
    )


def _load_repayments(
    connection: Connection, holds: Iterable[Hold]
) -> dict[ActionId, dict[LotId, Repayment]]:
    repaid = Keys(
        "debt", ((hold.account.guild, hold.id) for hold in holds if hold.source is HoldSource.DEBT)
    )
    grouped: defaultdict[ActionId, dict[LotId, Repayment]] = defaultdict(dict)
    if repaid.guilds:
        for row in read(connection, _repayments_query, repaid.guilds, **repaid.values):
            debt, lot = ActionId(row["debt"]), _joined_lot(row)
            grouped[debt][lot.id] = Repayment(debt=debt, lot=lot, points=row["points"])
    return dict(grouped)


def _repayments_query(guilds: int) -> Select[Any]:
    repayments, lots = tables.repayments, tables.lots
    columns = (lots.c[name].label(f"lot_{name}") for name in _LOT_COLUMNS)
    return (
        select(repayments.c.debt, repayments.c.points, *columns)
        .select_from(repayments.join(lots))
        .where(or_(*among("debt", guilds, repayments.c.guild_id, repayments.c.debt)))
    )


def _load_bars(
    connection: Connection, members: Iterable[AccountKey]
) -> dict[AccountKey, tuple[PaymentId, ...]]:
    barred: dict[AccountKey, tuple[PaymentId, ...]] = dict.fromkeys(members, ())
    if barred:
        wanted = Keys("owner", _owners(barred))
        for row in read(connection, _bars_query, wanted.guilds, **wanted.values):
            key = AccountKey(GuildId(row["guild_id"]), MemberId(row["member_id"]))
            barred[key] = (*barred[key], PaymentId(row["payment_id"]))
    return barred


def _bars_query(guilds: int) -> Select[Any]:
    bars = tables.bars
    theirs = among("owner", guilds, bars.c.guild_id, bars.c.member_id)
    return select(bars).where(or_(*theirs)).order_by(*bars.primary_key.columns)


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
