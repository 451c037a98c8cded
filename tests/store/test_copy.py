"""An installation is moved to another database whole, or it is said what is missing."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select, text

from payments.domain.errors import GuildbankError
from payments.domain.values.time import DAY, later
from payments.notifications.routing import route
from payments.runner.runner import Runner
from payments.store import copy as copying
from payments.store.audit.archive import Rows, archive_audit, archive_provider_events
from payments.store.audit.log import AuditLog
from payments.store.books.installation import load_installation, renew_installation
from payments.store.copy import Copied, copy, prepare
from payments.store.engine.database import Database, open_database
from payments.store.errors import NotTheSame
from payments.store.outbox.deliveries import Deliveries
from payments.store.queries import Queries
from payments.store.tables import commands, metadata
from payments.store.verify.verify import verify
from tests.support.commands import grant, put_up
from tests.support.copied import books, whole_books
from tests.support.databases import all_migrations, only_on_sqlite
from tests.support.make import (
    ADA,
    BEN,
    GUILD,
    START,
    checkout_update,
    event,
    initiate,
    refund_update,
)
from tests.support.migrated import at, empty

__all__ = ["books", "whole_books"]  # fixtures

pytestmark = only_on_sqlite


@pytest.fixture(params=["sqlite", "postgresql"])
def target_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/copy.db"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
async def target(target_url: str) -> AsyncIterator[Database]:
    opened = open_database(target_url)
    await all_migrations().apply(opened)
    yield opened
    await opened.close()


async def points(database: Database) -> list[int]:
    queries = Queries(database.reader)
    return [(await queries.balance(GUILD, each, START)).points for each in (ADA, BEN)]


async def test_all_is_there_and_goes_on(whole_books: Database, target: Database) -> None:
    books = whole_books
    copied: list[Copied] = []
    await copy(books, target, copied.append)
    assert {each.table: each.rows for each in copied}["payments"] == 9
    assert [each.table for each in copied if not each.rows] == []
    await copy(books, target, lambda _: None)
    assert await points(target) == await points(books)
    assert await target.snapshot(lambda connection: list(verify(connection))) == []
    on = Runner(target, route=route)
    on.start()
    await on.run(initiate("later", member=BEN))
    await on.run(event(checkout_update("later", member=BEN)))
    assert (await points(target))[1] == (await points(books))[1] + 500
    assert await target.snapshot(lambda connection: list(verify(connection))) == []
    await on.close()


async def test_the_copy_is_the_same_installation_until_it_gets_an_id_of_its_own(
    books: Database, target: Database
) -> None:
    original = await books.transact(load_installation)
    assert await target.transact(load_installation) != original
    await copy(books, target, lambda _: None)
    assert await target.transact(load_installation) == original
    await target.transact(partial(renew_installation, fresh="staging"))
    assert await target.transact(load_installation) == "staging"
    assert await books.transact(load_installation) == original


async def test_it_can_be_run_again_after_an_interruption_and_after_more_was_written(
    books: Database, target: Database, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "ROWS_AT_ONCE", 2)
    seen = 0

    def stop(_: Copied) -> None:
        nonlocal seen
        seen += 1
        if seen == 9:
            raise KeyboardInterrupt

    with pytest.raises((KeyboardInterrupt, asyncio.CancelledError)):
        await copy(books, target, stop)
    await runner.run(event(refund_update("p2", "re_2", 499)))
    await copy(books, target, lambda _: None)
    assert await points(target) == await points(books)
    assert await target.snapshot(lambda connection: list(verify(connection))) == []


async def whole(database: Database, archived: Rows) -> list[str]:
    return await database.snapshot(lambda connection: list(verify(connection, archived=archived)))


async def test_an_audit_log_whose_beginning_was_archived_is_copied_and_goes_on(
    books: Database, target: Database
) -> None:
    newest = (await AuditLog(books).seal()).row
    kept: Rows = []
    assert await archive_audit(books, later(START, DAY), kept.extend) == newest - 1
    await copy(books, target, lambda _: None)
    assert await whole(target, kept) == []
    on = Runner(target, route=route)
    on.start()
    await on.run(grant(7, BEN))
    await on.close()
    assert (await AuditLog(target).seal()).row == newest + 1
    assert await whole(target, kept) == []


async def test_what_left_between_two_copies_leaves_the_copy_too(
    books: Database, target: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Audit rows and messages were archived, and deliveries forgotten, while the program ran on."""
    monkeypatch.setattr(copying, "ROWS_AT_ONCE", 2)
    await AuditLog(books).seal()
    await copy(books, target, lambda _: None)
    kept: Rows = []
    assert await archive_audit(books, later(START, DAY), kept.extend) > 0
    assert await archive_provider_events(books, later(START, DAY), lambda _: None) > 0
    await books.transact(
        lambda c: c.execute(text("UPDATE deliveries SET status = 'delivered', ended_at = 1"))
    )
    assert await Deliveries(books).prune(later(START, DAY)) > 0
    copied: list[Copied] = []
    await copy(books, target, copied.append)
    rows = {each.table: each.rows for each in copied}
    assert (rows["provider_events"], rows["deliveries"], rows["audit_archived"]) == (0, 0, 1)
    assert await whole(target, kept) == []


async def test_a_database_with_other_books_is_not_overwritten(
    books: Database, target: Database
) -> None:
    other = Runner(target, route=route)
    other.start()
    await put_up(other)
    await other.run(initiate("another"))
    await other.close()
    with pytest.raises(NotTheSame, match="no copy of this installation"):
        await copy(books, target, lambda _: None)


async def test_nothing_is_changed_in_a_database_with_other_books(
    books: Database, target: Database
) -> None:
    other = Runner(target, route=route)
    other.start()
    await put_up(other)
    await other.run(initiate("another"))
    await other.close()

    def read(connection: Connection) -> dict[str, list[Any]]:
        return {t.name: list(connection.execute(select(t))) for t in metadata.sorted_tables}

    before = await target.transact(read)
    with pytest.raises(NotTheSame, match="no copy of this installation"):
        await copy(books, target, lambda _: None)
    assert await target.transact(read) == before


@pytest.fixture
async def older(target_url: str) -> AsyncIterator[Database]:
    """A target at an older version, with nothing in it."""
    opened = open_database(target_url)
    await opened.transact(empty)
    await opened.transact(partial(at, "0006"))
    yield opened
    await opened.close()


async def test_a_database_with_other_books_stays_at_its_version(
    books: Database, older: Database
) -> None:
    """An older program may be working on it."""
    done = {"command_key": "another", "guild_id": GUILD, "at": START, "actor": "system"}
    done |= {"kind": "x", "content": "{}", "result": "null"}
    await older.transact(lambda connection: connection.execute(commands.insert(), done))
    migrations = all_migrations()
    with pytest.raises(NotTheSame, match="no copy of this installation"):
        await prepare(books, older, migrations)
    assert await older.transact(migrations.current) == "0006"


async def test_an_older_copy_is_brought_to_the_newest_version(
    books: Database, older: Database
) -> None:
    migrations = all_migrations()
    await prepare(books, older, migrations)
    assert await older.transact(migrations.current) == migrations.head
    await copy(books, older, lambda _: None)
    await prepare(books, older, migrations)
    assert await points(older) == await points(books)


async def test_a_sum_that_differs_is_named(
    books: Database, target: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await copy(books, target, lambda _: None)

    def tamper(connection: Connection) -> None:
        connection.execute(text("UPDATE transfers SET points = points + 1"))

    await target.transact(tamper)
    monkeypatch.setattr(copying, "insert_or_update", lambda *_, **__: None)
    with pytest.raises(GuildbankError, match="transfers differs in points"):
        await copy(books, target, lambda _: None)
