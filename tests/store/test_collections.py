"""Collections of the books: a new one takes one file, and one line for each order it stands in."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    MetaData,
    String,
    Table,
    event,
    select,
)

from payments import domain
from payments.commands.base import SYSTEM, Command
from payments.domain.books import (
    ACCOUNTS,
    INSTALLATION,
    PACES,
    PAYMENTS,
    PURCHASE_BANS,
    REACHES,
    TRAILS,
    Books,
    Collection,
    Needs,
    NeedsMore,
)
from payments.domain.errors import BooksBroken, Refused
from payments.domain.values.ids import AccountKey, GuildId, PaymentId
from payments.domain.values.quotas import PaceKey, PaceKind
from payments.notifications.routing import route
from payments.runner.batch import Batch, carry_out
from payments.runner.runner import Runner
from payments.store.books import load as loading_order
from payments.store.books import write as writing_order
from payments.store.books.load import LOADING, load
from payments.store.books.loader import Loading, loads
from payments.store.books.write import DERIVED, WRITING
from payments.store.books.writer import Writer, Writing, writes
from payments.store.engine.database import Database
from payments.store.statements.bulk import insert_or_update
from tests.support import make
from tests.support.commands import put_up
from tests.support.databases import only_on_postgres, writer_of
from tests.support.make import ADA, BEN, GUILD, START, key

# One file: the key, how it is loaded, how it is written.

COUPONS: Collection[tuple[GuildId, str], int] = Collection("coupons")
"""How often a coupon can still be used."""

table = Table(
    "coupons",
    MetaData(),
    Column("guild_id", BigInteger, primary_key=True),
    Column("code", String, primary_key=True),
    Column("uses", BigInteger, nullable=False),
)


@loads(COUPONS)
def load_coupons(
    loading: Loading, wanted: AbstractSet[tuple[GuildId, str]]
) -> dict[tuple[GuildId, str], int]:
    found = {
        (GuildId(guild), code): uses
        for guild, code, uses in loading.connection.execute(select(table))
    }
    return {each: found.get(each, 0) for each in wanted}


@writes(COUPONS)
def write_coupons(writing: Writing, changed: Mapping[tuple[GuildId, str], int]) -> None:
    rows = [
        {"guild_id": guild, "code": code, "uses": uses} for (guild, code), uses in changed.items()
    ]
    insert_or_update(writing.connection, table, rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCoupon(Command[int]):
    """Uses a coupon as often as asked, one at a time; refuses when none is left."""

    kind = "use_coupon"
    result = int

    code: str
    times: int = 1
    known_before: bool = True

    def needs(self) -> Needs:
        return COUPONS.of((GUILD, self.code)) if self.known_before else Needs()

    def execute(self, books: Books) -> int:
        for _ in range(self.times):
            left = books.see(COUPONS, (GUILD, self.code))
            if not left:
                raise Refused("This coupon is used up.")
            books[COUPONS][GUILD, self.code] = left - 1
        return books[COUPONS][GUILD, self.code]


def use(code: str, times: int = 1, *, known_before: bool = True) -> UseCoupon:
    return UseCoupon(
        key=key(),
        at=START,
        actor=SYSTEM,
        guild=GUILD,
        code=code,
        times=times,
        known_before=known_before,
    )


@pytest.fixture
async def coupons(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Coupons stand in both orders, one line each; there are five of `spring`."""
    monkeypatch.setattr(loading_order, "LOADING", (*LOADING, load_coupons))
    monkeypatch.setattr(writing_order, "WRITING", (*WRITING, write_coupons))

    def work(connection: Connection) -> None:
        table.create(connection)
        insert_or_update(connection, table, [{"guild_id": GUILD, "code": "spring", "uses": 5}])

    await database.transact(work)
    return database


def uses(connection: Connection) -> dict[str, int]:
    return {row.code: row.uses for row in connection.execute(select(table))}


async def run(database: Database, *commands: Command[Any]) -> Batch:
    """Carry commands out in one transaction."""
    needs = Needs.union(each.needs() for each in commands)
    return await database.transact(
        lambda connection: carry_out(connection, commands=commands, more=needs, route=route)
    )


async def test_commands_of_a_batch_see_each_other_and_one_that_refuses_leaves_nothing(
    coupons: Database,
) -> None:
    batch = await run(coupons, use("spring", 2), use("spring", 4), use("spring", 1))
    first, refused, last = batch.outcomes
    assert (first, last) == (3, 2)
    assert isinstance(refused, Refused)
    assert await coupons.transact(uses) == {"spring": 2}


async def test_a_batch_that_refuses_all_writes_nothing(coupons: Database) -> None:
    (refused,) = (await run(coupons, use("spring", 6))).outcomes
    assert isinstance(refused, Refused)
    assert await coupons.transact(uses) == {"spring": 5}


async def test_what_is_missing_is_asked_for_and_then_loaded(coupons: Database) -> None:
    command = use("spring", known_before=False)
    with pytest.raises(NeedsMore) as more:
        await run(coupons, command, use("autumn", known_before=False))
    assert more.value.needs == COUPONS.of((GUILD, "spring"), (GUILD, "autumn"))
    runner = Runner(coupons, route=route)
    runner.start()
    assert await runner.run(command) == 4
    await runner.close()
    assert await coupons.transact(uses) == {"spring": 4}


async def test_changes_without_a_writer_fail_the_batch(
    coupons: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing_order, "WRITING", WRITING)
    with pytest.raises(BooksBroken, match=r"changes of \[coupons\]"):
        await run(coupons, use("spring"))
    assert await coupons.transact(uses) == {"spring": 5}


async def test_needs_without_a_loader_fail_the_batch(database: Database) -> None:
    with pytest.raises(BooksBroken, match="of coupons nothing was loaded"):
        await run(database, use("spring"))


async def test_a_loader_that_wants_what_was_loaded_before_fails_the_batch(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be loaded outside of the order of locks."""

    @loads(COUPONS)
    def too_late(
        loading: Loading, wanted: AbstractSet[tuple[GuildId, str]]
    ) -> dict[tuple[GuildId, str], int]:
        loading.want(PAYMENTS.of(PaymentId("one")))
        return dict.fromkeys(wanted, 1)

    monkeypatch.setattr(loading_order, "LOADING", (*LOADING, too_late))
    with pytest.raises(BooksBroken, match="of payments nothing was loaded"):
        await run(database, use("spring"))


def all_collections() -> set[Collection[Any, Any]]:
    """Those that any module of the domain makes."""
    modules = pkgutil.walk_packages(domain.__path__, f"{domain.__name__}.")
    return {
        each
        for module in modules
        for each in vars(importlib.import_module(module.name)).values()
        if isinstance(each, Collection)
    }


def test_every_collection_has_its_place_in_the_order_of_loading() -> None:
    loaded = [each.collection for each in LOADING]
    assert set(loaded) == all_collections()
    assert len(set(loaded)) == len(loaded)


def test_every_collection_that_commands_change_is_written() -> None:
    """Or it is derived, and what it is derived from is written."""
    written = [each.collection for each in WRITING if isinstance(each, Writer)]
    assert len(set(written)) == len(written)
    assert not DERIVED & set(written)
    never_changed = {INSTALLATION, REACHES}
    assert {*written, *DERIVED} == all_collections() - never_changed


@contextmanager
def locks_of(engine: Engine) -> Iterator[list[str]]:
    """Note what is locked: tables, or what an advisory lock stands for."""
    statements: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, values: Any, _context: Any, _m: Any) -> None:
        if "FOR UPDATE" in statement:
            statements.append(statement.split("FROM ")[1].split(maxsplit=1)[0])
        elif "pg_advisory_xact_lock" in statement:
            statements.append("shared" if "shared" in statement else "alone")
            assert len(values) == 1

    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


NEEDS = (
    PACES.of(PaceKey(AccountKey(GUILD, BEN), PaceKind.TRANSFER))
    | PURCHASE_BANS.of(AccountKey(GuildId(1), ADA))
    | TRAILS.of(PaymentId("one"))
    | make.initiate("two").needs()
)


@only_on_postgres
async def test_locks_are_taken_in_one_order(runner: Runner, database: Database) -> None:
    """Guilds, payments, ways (of this guild alone, of the other shared), accounts."""
    await put_up(runner)
    await runner.run(make.initiate("one"))

    def work(connection: Connection) -> list[str]:
        for _ in range(2):  # the second time no account has to be made
            with locks_of(writer_of(database)) as taken:
                load(connection, NEEDS)
        return taken

    assert await database.transact(work) == [
        "alone",
        "payments",
        "shared",
        "alone",
        "accounts",
    ]


async def test_what_guards_a_key_comes_with_it(runner: Runner, database: Database) -> None:
    await put_up(runner)
    await runner.run(make.initiate("one"))
    loaded = await database.transact(lambda connection: load(connection, NEEDS))
    assert loaded[ACCOUNTS].keys() == {
        AccountKey(GUILD, ADA),
        AccountKey(GUILD, BEN),
        AccountKey(GuildId(1), ADA),
    }
    assert loaded[PAYMENTS].keys() == {PaymentId("one"), PaymentId("two")}
    assert loaded[PAYMENTS][PaymentId("two")] is None
