"""Reading the slice of state that a batch needs: one query for each table, locks in key order."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, false, func, or_, select

from payments.domain.books import Needs, PastTransfer, Slice, Trail
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
from payments.store.dialect import insert_or_leave, lock
from payments.store.guilds import load_guilds

PaymentKey = tuple[int, str]


def load(connection: Connection, needs: Needs, *, changing: bool = True) -> Slice:
    """Read what commands need, under locks where the database has them.

    Where several processes write, the order is: guilds whose settings are read, payments, the ways
    of points through a guild (shared by all who move some, alone for who follows them), accounts.
    Each is locked in key order. Lots, debts and bars are guarded by their account; refunds,
    disputes and holds by their payment.

    Args:
        connection: In a transaction.
        needs: What to read.
        changing: Whether it is read to be changed: accounts that are not there yet are made.
    """
    if changing:
        lock(connection, "guild", needs.guilds)
    payments = _load_payments(connection, needs.payments | needs.trails, changing=changing)
    keys = {*needs.accounts, *needs.bars}
    keys.update(payment.buyer for payment in payments.values() if payment)
    if changing:
        _lock_trails(connection, needs, payments, keys)
    trails = {each: _load_trail(connection, payments[each]) for each in sorted(needs.trails)}
    for trail in trails.values():
        keys.update(trail.holders)
    balances = _lock_accounts(connection, keys, changing=changing)
    lots = _load_open_lots(connection, keys)
    holds = _load_holds(connection, payments.values(), keys)
    return Slice(
        guilds=load_guilds(connection, needs.guilds),
        payments=_with_holds(payments, holds),
        accounts={key: _account(key, balances.get(key, 0), lots[key], holds) for key in keys},
        holds={hold.id: hold for hold in holds},
        repayments=_load_repayments(connection, holds),
        trails=trails,
        transfers={each: _load_past(connection, each) for each in sorted(needs.transfers)},
        bars=_load_bars(connection, needs.bars),
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
    query = select(tables.commands).where(tables.commands.c.command_key.in_(sorted(keys)))
    return {CommandKey(row["command_key"]): row for row in _mappings(connection, query)}


def _mappings(connection: Connection, query: Select[Any]) -> Sequence[rows.Row]:
    return connection.execute(query).mappings().all()


def _among(
    guild: ColumnElement[int],
    column: ColumnElement[Any],
    keys: Iterable[tuple[int, Any]],
    *also: ColumnElement[bool],
) -> ColumnElement[bool]:
    """Whether a row has one of these keys, each a guild and something in it.

    Written guild by guild, because SQLite uses no index for `(a, b) IN (...)`.
    """
    grouped: defaultdict[int, list[Any]] = defaultdict(list)
    for key in keys:
        grouped[key[0]].append(key[1])
    return or_(
        false(),
        *(
            and_(guild == each, column.in_(sorted(grouped[each])), *also)
            for each in sorted(grouped)
        ),
    )


def _owners(keys: Iterable[AccountKey]) -> list[tuple[int, int]]:
    return [(key.guild, key.owner) for key in keys]


def _load_payments(
    connection: Connection, wanted: Iterable[PaymentId], *, changing: bool
) -> dict[PaymentId, Payment | None]:
    ids = sorted(wanted)
    if not ids:
        return {}
    payments = tables.payments
    query = select(payments).where(payments.c.payment_id.in_(ids))
    ordered = query.order_by(payments.c.payment_id)
    if changing:
        ordered = ordered.with_for_update()
    found = {row["payment_id"]: row for row in _mappings(connection, ordered)}
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


def _of_payments(
    connection: Connection, table: Table, keys: list[PaymentKey]
) -> defaultdict[str, list[rows.Row]]:
    grouped: defaultdict[str, list[rows.Row]] = defaultdict(list)
    if keys:
        query = select(table).where(_among(table.c.guild_id, table.c.payment_id, keys))
        for row in _mappings(connection, query.order_by(*table.primary_key.columns)):
            grouped[row["payment_id"]].append(row)
    return grouped


def _lock_trails(
    connection: Connection,
    needs: Needs,
    payments: dict[PaymentId, Payment | None],
    keys: Iterable[AccountKey],
) -> None:
    """Let nobody pass points on where somebody else follows them at this moment."""
    followed = {payments[each].guild for each in needs.trails if payments[each]}  # type: ignore[union-attr]  # just asked
    moved = {key.guild for key in keys} - followed
    for guild in sorted(followed | moved):
        lock(connection, "trails", [guild], shared=guild in moved)


def _load_trail(connection: Connection, payment: Payment | None) -> Trail:
    if payment is None:
        return Trail()
    lots = tables.lots
    of_payment = (lots.c.guild_id == payment.guild) & (lots.c.payment_id == payment.id)
    lapsed = select(func.coalesce(func.sum(lots.c.lapsed), 0)).where(of_payment)
    # Plus nothing, lest SQLite take the index of all open lots, which knows no payments.
    still_there = lots.c.remaining + 0 > 0
    holders = (
        select(lots.c.member_id)
        .where(of_payment, still_there, lots.c.member_id != payment.member)
        .distinct()
        .order_by(lots.c.member_id)
    )
    return Trail(
        lapsed=int(connection.execute(lapsed).scalar_one()),
        holders=tuple(
            AccountKey(payment.guild, MemberId(member))
            for member in connection.execute(holders).scalars()
        ),
    )


def _lock_accounts(
    connection: Connection, keys: set[AccountKey], *, changing: bool
) -> dict[AccountKey, int]:
    balances = _select_accounts(connection, keys, changing=changing)
    if changing and (missing := keys - balances.keys()):
        fresh = [
            {"guild_id": key.guild, "member_id": key.owner, "balance": 0, "debt": 0}
            for key in sorted(missing)
        ]
        insert_or_leave(connection, tables.accounts, fresh)
        balances |= _select_accounts(connection, missing, changing=True)
    return balances


def _select_accounts(
    connection: Connection, keys: set[AccountKey], *, changing: bool
) -> dict[AccountKey, int]:
    if not keys:
        return {}
    accounts = tables.accounts
    query = (
        select(accounts)
        .where(_among(accounts.c.guild_id, accounts.c.member_id, _owners(keys)))
        .order_by(accounts.c.guild_id, accounts.c.member_id)
    )
    if changing:
        query = query.with_for_update()
    return {
        AccountKey(GuildId(row["guild_id"]), MemberId(row["member_id"])): row["balance"]
        for row in _mappings(connection, query)
    }


def _load_open_lots(
    connection: Connection, keys: set[AccountKey]
) -> defaultdict[AccountKey, list[Lot]]:
    grouped: defaultdict[AccountKey, list[Lot]] = defaultdict(list)
    if keys:
        lots = tables.lots
        theirs = _among(lots.c.guild_id, lots.c.member_id, _owners(keys))
        for row in _mappings(connection, select(lots).where(theirs, lots.c.remaining > 0)):
            lot = rows.lot_from(row)
            grouped[lot.account].append(lot)
    return grouped


def _load_holds(
    connection: Connection, payments: Iterable[Payment | None], keys: set[AccountKey]
) -> list[Hold]:
    """Holds of payments and open debts of accounts, in the order in which they were taken."""
    holds, lots = tables.holds, tables.lots
    of_payments = [(each.guild, each.id) for each in payments if each]
    if not (of_payments or keys):
        return []
    theirs = _among(holds.c.guild_id, holds.c.payment_id, of_payments)
    debts = _among(holds.c.guild_id, holds.c.member_id, _owners(keys), holds.c.owed > 0)
    query = (
        select(holds, *(lots.c[name].label(f"lot_{name}") for name in _LOT_COLUMNS))
        .select_from(holds.outerjoin(lots))
        .where(or_(theirs, debts))
        .order_by(holds.c.taken_at, holds.c.payment_id, holds.c.position)
    )
    return [
        rows.hold_from(row, _joined_lot(row) if row["source"] == HoldSource.LOT else None)
        for row in _mappings(connection, query)
    ]


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


def _account(key: AccountKey, balance: int, lots: list[Lot], holds: Iterable[Hold]) -> Account:
    return Account(
        key=key,
        balance=balance,
        lots=tuple(sorted(lots, key=lambda lot: lot.spending_order)),
        debts=tuple(hold.id for hold in holds if hold.owed and hold.account == key),
    )


def _load_repayments(
    connection: Connection, holds: Iterable[Hold]
) -> dict[ActionId, dict[LotId, Repayment]]:
    repaid = [(hold.account.guild, hold.id) for hold in holds if hold.source is HoldSource.DEBT]
    grouped: defaultdict[ActionId, dict[LotId, Repayment]] = defaultdict(dict)
    if repaid:
        repayments, lots = tables.repayments, tables.lots
        columns = (lots.c[name].label(f"lot_{name}") for name in _LOT_COLUMNS)
        query = (
            select(repayments.c.debt, repayments.c.points, *columns)
            .select_from(repayments.join(lots))
            .where(_among(repayments.c.guild_id, repayments.c.debt, repaid))
        )
        for row in _mappings(connection, query):
            debt, lot = ActionId(row["debt"]), _joined_lot(row)
            grouped[debt][lot.id] = Repayment(debt=debt, lot=lot, points=row["points"])
    return dict(grouped)


def _load_bars(
    connection: Connection, members: Iterable[AccountKey]
) -> dict[AccountKey, tuple[PaymentId, ...]]:
    barred: dict[AccountKey, tuple[PaymentId, ...]] = dict.fromkeys(members, ())
    if barred:
        bars = tables.bars
        theirs = _among(bars.c.guild_id, bars.c.member_id, _owners(barred))
        query = select(bars).where(theirs).order_by(*bars.primary_key.columns)
        for row in _mappings(connection, query):
            key = AccountKey(GuildId(row["guild_id"]), MemberId(row["member_id"]))
            barred[key] = (*barred[key], PaymentId(row["payment_id"]))
    return barred


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
            (rows.lot_from(each), each["moved"]) for each in _mappings(connection, moved)
        ),
        undone=connection.execute(undoing).first() is not None,
    )
