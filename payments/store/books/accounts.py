"""Members' accounts in the database, with their open lots."""

from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from sqlalchemy import Connection, Select, literal_column, or_, select

from payments.domain.books import ACCOUNTS, HOLDS
from payments.domain.values.ids import AccountKey, GuildId, MemberId
from payments.domain.values.ledger import Account, Lot
from payments.store import rows, tables
from payments.store.books.loader import Loading, loads
from payments.store.books.writer import Writing, writes
from payments.store.statements.bulk import insert_or_leave, update_by_key
from payments.store.statements.compiled import read
from payments.store.statements.key_filter import KeyPairs, among


@loads(ACCOUNTS)
def load_accounts(loading: Loading, wanted: AbstractSet[AccountKey]) -> dict[AccountKey, Account]:
    """Lock accounts in key order, after making those that are not there yet; debts are added later.

    The lock also guards lots, debts, bars, paces and what is unpaid.
    """
    found = _lock_accounts(loading.connection, wanted, changing=loading.changing)
    lots = _load_open_lots(loading.connection, wanted)
    return {key: _account(key, found.get(key), lots[key]) for key in wanted}


def _lock_accounts(
    connection: Connection, keys: AbstractSet[AccountKey], *, changing: bool
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
    connection: Connection, keys: AbstractSet[AccountKey], *, changing: bool
) -> dict[AccountKey, rows.Row]:
    if not keys:
        return {}
    wanted = KeyPairs("owner", keys)
    return {
        AccountKey(GuildId(row["guild_id"]), MemberId(row["member_id"])): row
        for row in read(connection, _accounts_query, wanted.guilds, changing, **wanted.values)
    }


def _accounts_query(guilds: int, changing: bool) -> Select[Any]:  # noqa: FBT001 - a detail of a statement
    accounts = tables.accounts
    query = (
        select(accounts)
        .where(or_(*among("owner", guilds, accounts.c.guild_id, accounts.c.member_id)))
        .order_by(accounts.c.guild_id, accounts.c.member_id)
    )
    return query.with_for_update() if changing else query


def _load_open_lots(
    connection: Connection, keys: AbstractSet[AccountKey]
) -> defaultdict[AccountKey, list[Lot]]:
    grouped: defaultdict[AccountKey, list[Lot]] = defaultdict(list)
    if keys:
        wanted = KeyPairs("owner", keys)
        for row in read(connection, _open_lots_query, wanted.guilds, **wanted.values):
            lot = rows.lot_from(row)
            grouped[lot.account].append(lot)
    return grouped


def _open_lots_query(guilds: int) -> Select[Any]:
    lots = tables.lots
    theirs = among("owner", guilds, lots.c.guild_id, lots.c.member_id)
    return select(lots).where(or_(*theirs), lots.c.remaining > literal_column("0"))


def _account(key: AccountKey, row: rows.Row | None, lots: list[Lot]) -> Account:
    return Account(
        key=key,
        balance=row["balance"] if row else 0,
        lots=tuple(sorted(lots, key=lambda lot: lot.spending_order)),
        reached=row["reached"] if row else 0,
    )


@writes(ACCOUNTS)
def write_accounts(writing: Writing, changed: Mapping[AccountKey, Account]) -> None:
    """Write balances and sums of debt."""
    holds = writing.books[HOLDS]
    update_by_key(
        writing.connection,
        tables.accounts,
        [
            {
                "guild_id": account.key.guild,
                "member_id": account.key.owner,
                "balance": account.balance,
                "debt": sum(holds[debt].owed for debt in account.debts),
                "reached": account.reached,
            }
            for account in changed.values()
        ],
    )
