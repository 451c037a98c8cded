"""What every store must do, whichever database it stands on; all else relies on it."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import Connection, Select, select
from sqlalchemy.exc import DBAPIError

from payments.store import tables
from payments.store.engine.database import Database
from payments.store.statements import bulk
from payments.store.statements.compiled import compiled, one_of, read
from tests.support.make import ADA, BEN, GUILD

accounts, lots = tables.accounts, tables.lots
MAX = 2**63 - 1
"""The largest number that a column takes."""


def account(member: int, balance: int = 0) -> dict[str, Any]:
    return {"guild_id": GUILD, "member_id": member, "balance": balance, "debt": 0}


def balances(connection: Connection) -> dict[int, int]:
    rows = connection.execute(select(accounts.c.member_id, accounts.c.balance))
    return {row.member_id: row.balance for row in rows}


def lot(**changed: object) -> dict[str, Any]:
    return {
        "guild_id": GUILD,
        "lot_id": "one",
        "member_id": ADA,
        "kind": "promotional",
        "matures_at": 0,
        "opened_at": 1,
        "remaining": 5,
        "lapsed": 0,
    } | changed


def message(name: str, attempts: int, reason: str = "") -> dict[str, Any]:
    return {
        "provider": "stripe",
        "event_id": name,
        "kind": "checkout.session.completed",
        "body": "{}",
        "received_at": 0,
        "status": "failed",
        "reason": reason,
        "attempts": attempts,
    }


async def test_work_is_kept_whole_and_its_result_returned(database: Database) -> None:
    def work(connection: Connection) -> str:
        bulk.insert(connection, accounts, [account(ADA, 1)])
        bulk.insert(connection, accounts, [account(BEN, 2)])
        return "done"

    assert await database.transact(work) == "done"
    assert await database.snapshot(balances) == {ADA: 1, BEN: 2}


async def test_work_that_raises_leaves_nothing(database: Database) -> None:
    def work(connection: Connection) -> None:
        bulk.insert(connection, accounts, [account(ADA, 1)])
        raise LookupError("on purpose")

    with pytest.raises(LookupError, match="on purpose"):
        await database.transact(work)
    assert await database.snapshot(balances) == {}


async def test_a_statement_that_fails_leaves_nothing_of_the_whole_transaction(
    database: Database,
) -> None:
    def work(connection: Connection) -> None:
        bulk.insert(connection, accounts, [account(BEN)])
        bulk.insert(connection, accounts, [account(ADA), account(ADA)])

    with pytest.raises(DBAPIError):
        await database.transact(work)
    assert await database.snapshot(balances) == {}


async def test_who_reads_changes_nothing(database: Database) -> None:
    def write(connection: Connection) -> None:
        bulk.insert(connection, accounts, [account(ADA)])

    with pytest.raises(DBAPIError):
        await database.snapshot(write)
    with pytest.raises(DBAPIError):
        await database.reader.read(write)
    assert await database.snapshot(balances) == {}


async def test_a_moment_stays_as_it_was(database: Database) -> None:
    def change(connection: Connection) -> None:
        bulk.insert(connection, accounts, [account(ADA)])

    async with database.reader.at_one_moment() as moment:
        before = await moment.read(balances)
        await database.transact(change)
        after = await moment.read(balances)
    assert (before, after) == ({}, {})
    assert await database.snapshot(balances) == {ADA: 0}


async def test_transactions_at_the_same_time_lose_nothing(database: Database) -> None:
    def add(connection: Connection) -> None:
        row = lot(remaining=1)
        bulk.insert_or_leave(connection, accounts, [account(ADA)])
        bulk.insert_or_add(connection, lots, [row], "remaining", newest="opened_at")

    await asyncio.gather(*(database.transact(add) for _ in range(20)))
    total = await database.snapshot(lambda c: c.execute(select(lots.c.remaining)).scalars().all())
    assert total == [20]


async def test_one_does_a_chore_while_it_is_ours(database: Database) -> None:
    async with database.alone("chore") as mine:
        assert mine


async def test_rows_are_added_once_and_left_alone_afterwards(database: Database) -> None:
    def work(connection: Connection) -> dict[int, int]:
        bulk.insert(connection, accounts, [account(ADA, 1)])
        bulk.insert_or_leave(connection, accounts, [account(ADA, 9), account(BEN, MAX)])
        return balances(connection)

    assert await database.transact(work) == {ADA: 1, BEN: MAX}


async def test_an_update_touches_its_rows_and_columns_alone(database: Database) -> None:
    def work(connection: Connection) -> list[Any]:
        bulk.insert(connection, accounts, [account(ADA, 1), account(BEN, 1)])
        row = {"guild_id": GUILD, "member_id": BEN, "balance": -3, "debt": 3}
        bulk.update_by_key(connection, accounts, [row])
        query = select(accounts.c.member_id, accounts.c.balance, accounts.c.debt)
        return [tuple(row) for row in connection.execute(query.order_by(accounts.c.debt))]

    assert await database.transact(work) == [(ADA, 1, 0), (BEN, -3, 3)]


async def test_what_is_there_is_overwritten_but_for_what_only_grows(database: Database) -> None:
    table = tables.provider_events

    def work(connection: Connection) -> list[Any]:
        bulk.insert(connection, table, [message("a", 3), message("b", 3)])
        again = [message("a", 2, "older"), message("b", 4, "newer")]
        bulk.insert_or_update(connection, table, again, never_less="attempts")
        query = select(table.c.event_id, table.c.attempts, table.c.reason)
        return [tuple(row) for row in connection.execute(query.order_by(table.c.event_id))]

    assert await database.transact(work) == [("a", 3, "older"), ("b", 4, "newer")]


async def test_what_comes_to_a_lot_is_added_and_the_newest_age_counts(database: Database) -> None:
    def work(connection: Connection) -> list[Any]:
        bulk.insert(connection, accounts, [account(ADA)])
        for opened_at, remaining in ((1, 5), (7, 2), (3, 4)):
            row = lot(opened_at=opened_at, remaining=remaining)
            bulk.insert_or_add(connection, lots, [row], "remaining", newest="opened_at")
        return [tuple(r) for r in connection.execute(select(lots.c.opened_at, lots.c.remaining))]

    assert await database.transact(work) == [(3, 11)]


def _of_members() -> Select[Any]:
    return select(accounts).where(one_of(accounts.c.member_id, "members"))


def _messages() -> Select[Any]:
    table = tables.provider_events
    return select(table).where(one_of(table.c.event_id, "names"))


async def test_a_list_is_one_value_however_long_it_is(database: Database) -> None:
    def work(connection: Connection) -> list[set[int]]:
        bulk.insert(connection, accounts, [account(each) for each in (ADA, BEN, MAX)])
        return [
            {row["member_id"] for row in read(connection, _of_members, members=members)}
            for members in ([], [ADA], [ADA, MAX, 5], [ADA, BEN, MAX, *range(10, 2000)])
        ]

    assert await database.transact(work) == [set(), {ADA}, {ADA, MAX}, {ADA, BEN, MAX}]


async def test_any_text_can_be_in_a_list(database: Database) -> None:
    names = ["'", '"', "\\", "a,b", "{x}", "[1]", "NULL", "ü€🙂", "%s $1 ?", ""]

    def work(connection: Connection) -> list[set[str]]:
        bulk.insert(connection, tables.provider_events, [message(each, 1) for each in names])
        return [
            {row["event_id"] for row in read(connection, _messages, names=wanted)}
            for wanted in (names, *([each] for each in names))
        ]

    found, *alone = await database.transact(work)
    assert found == set(names)
    assert alone == [{each} for each in names]


async def test_a_statement_is_worded_once(database: Database) -> None:
    def work(connection: Connection) -> bool:
        return compiled(connection, _of_members) is compiled(connection, _of_members)

    assert await database.transact(work)
