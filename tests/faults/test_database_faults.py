"""The database goes away, fills up, or becomes read-only in the middle; clocks jump.

A whole life is lived, with the fault at random places. Whoever is told that the database is away
asks again, as people and providers do; in the end the books are those of an unharmed life.
"""

import asyncio
import functools
import itertools
import random
import threading
import time
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import Connection, Engine, event

from payments.domain.errors import Refused
from payments.domain.values.time import HOUR
from payments.notifications.routing import route
from payments.runner.errors import BooksUnavailable
from payments.runner.runner import Runner
from payments.store.engine.database import Database, SqliteDatabase, open_database
from tests.faults.life import Life, live
from tests.faults.looking import Whole, look
from tests.faults.report import Report, Tried
from tests.support.databases import only_on_sqlite, writer_of
from tests.support.outages import give
from tests.support.sqlite import empty_books

SEED = 20261121


class Fault:
    """Something that happens to the writer's connection, once in a number of times."""

    words: str

    def __init__(self, engine: Engine, chance: random.Random, one_in: int) -> None:
        self.engine = engine
        self.chance = chance
        self.one_in = one_in
        self.happened = 0

    def begin(self, url: str) -> None:
        """From now on it may happen."""
        raise NotImplementedError

    def end(self) -> None:
        """It happens no more."""
        raise NotImplementedError

    def due(self) -> bool:
        """Whether it is to happen now."""
        if self.chance.randrange(self.one_in):
            return False
        self.happened += 1
        return True


class GoneInTheMiddle(Fault):
    """The connection is lost at a statement."""

    words = "lost at a statement"

    def begin(self, url: str) -> None:
        self.url = url
        event.listen(self.engine, "before_cursor_execute", self._meet)

    def end(self) -> None:
        event.remove(self.engine, "before_cursor_execute", self._meet)

    def _meet(self, connection: Any, *_: Any) -> None:
        if self.due():
            lose(self.engine, connection, self.url)


def lose(engine: Engine, connection: Any, url: str) -> None:
    """Let the server end the connection; SQLite has no server, so that its error is raised."""
    if engine.dialect.name == "sqlite":
        raise engine.dialect.loaded_dbapi.OperationalError("disk I/O error")
    driver = connection.connection.driver_connection
    server = driver.get_server_pid()

    async def terminate() -> None:
        other = await asyncpg.connect(url)
        await other.execute("SELECT pg_terminate_backend($1)", server)
        await other.close()

    thread = threading.Thread(target=lambda: asyncio.run(terminate()))
    thread.start()
    thread.join()


class AtTheCommit(Fault):
    """The commit is not made, and its error is seen."""

    words = "lost before a commit"
    made = False

    def begin(self, url: str) -> None:
        del url
        self._commit = self.engine.dialect.do_commit
        self.engine.dialect.do_commit = self._committing  # type: ignore[method-assign,assignment]

    def end(self) -> None:
        self.engine.dialect.do_commit = self._commit  # type: ignore[method-assign]

    def _committing(self, connection: Any) -> None:
        if not self.due():
            self._commit(connection)
            return
        if self.made:
            self._commit(connection)
        else:
            connection.rollback()
        raise self.engine.dialect.loaded_dbapi.OperationalError("the connection was lost")


class AnswerLost(AtTheCommit):
    """The commit is made, but nobody is notified of it."""

    words = "lost after a commit"
    made = True


class ReadOnly(Fault):
    """The database takes no changes for the length of a transaction."""

    words = "read-only for a transaction"

    def begin(self, url: str) -> None:
        del url
        event.listen(self.engine, "begin", self._meet)
        event.listen(self.engine, "rollback", self._over)

    def end(self) -> None:
        event.remove(self.engine, "begin", self._meet)
        event.remove(self.engine, "rollback", self._over)

    def _meet(self, connection: Any) -> None:
        if self.due():
            sqlite = self.engine.dialect.name == "sqlite"
            connection.exec_driver_sql(
                "PRAGMA query_only = ON" if sqlite else "SET TRANSACTION READ ONLY"
            )

    def _over(self, connection: Any) -> None:
        if self.engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA query_only = OFF")


class Slow(Fault):
    """Statements take their time."""

    words = "slow"

    def begin(self, url: str) -> None:
        del url
        event.listen(self.engine, "before_cursor_execute", self._meet)

    def end(self) -> None:
        event.remove(self.engine, "before_cursor_execute", self._meet)

    def _meet(self, *_: Any) -> None:
        if self.due():
            time.sleep(0.05)


async def live_through(database: Database, life: Life) -> int:
    """Live a whole life; how often the database was away."""
    runner = Runner(database, route=route)
    runner.start()
    away = 0
    for step in life.steps:
        away += sum(await asyncio.gather(*(give(runner, each) for each in step)))
    await runner.close()
    return away


async def unharmed(life: Life, folder: Path) -> Whole:
    """The books of the same life without any fault."""
    (folder / "unharmed.db").write_bytes(empty_books())
    database = open_database(f"sqlite:///{folder}/unharmed.db")
    await live_through(database, life)
    found, broken = await look(database, life)
    await database.close()
    assert broken == []
    return found


@pytest.mark.parametrize(
    ("kind", "one_in"),
    [(GoneInTheMiddle, 40), (AtTheCommit, 4), (AnswerLost, 4), (ReadOnly, 4), (Slow, 60)],
)
async def test_whoever_asks_again_finds_the_books_of_an_unharmed_life(
    database: Database,
    database_url: str,
    tmp_path: Path,
    report: Report,
    kind: type[Fault],
    one_in: int,
    *,
    thorough: bool,
) -> None:
    life = live(SEED, 60 if thorough else 6)
    fault = kind(writer_of(database), random.Random(SEED), one_in)  # noqa: S311 - repeats itself
    fault.begin(database_url)
    away = await live_through(database, life)
    fault.end()
    assert fault.happened
    assert bool(away) is (kind is not Slow)
    found, broken = await look(database, life)
    assert broken == []
    assert found == await unharmed(life, tmp_path)
    name = writer_of(database).dialect.name
    report.add(Tried(fault=f"database {kind.words}, {name}", tries=fault.happened))


@only_on_sqlite
async def test_a_full_disk_is_an_outage_and_over_once_there_is_room(
    database: Database, tmp_path: Path, report: Report, *, thorough: bool
) -> None:
    assert isinstance(database, SqliteDatabase)
    life = live(SEED, 40 if thorough else 8)
    runner = Runner(database, route=route)
    runner.start()
    full = 0

    def room(connection: Connection, pages: int) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    def used(connection: Connection) -> int:
        return int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())

    for number, step in enumerate(life.steps):
        if number % 5 == 1:
            pages = await database.transact(used)
            await database.transact(functools.partial(room, pages=pages))
        for command in step:
            try:
                await runner.run(command)
            except Refused:
                continue
            except BooksUnavailable:
                full += 1
                await database.transact(functools.partial(room, pages=2**30))
                await give(runner, command)
    await runner.close()
    assert full
    found, broken = await look(database, life)
    assert broken == []
    assert found == await unharmed(life, tmp_path)
    report.add(Tried(fault="database full, sqlite", tries=full))


async def test_a_clock_that_jumps_by_an_hour_breaks_no_promise(
    database: Database, report: Report, *, thorough: bool
) -> None:
    payments = 80 if thorough else 8
    life = live(SEED, payments, jumps=(-HOUR, HOUR))
    await live_through(database, life)
    _, broken = await look(database, life)
    assert broken == []
    times = [step[0].at for step in life.steps]
    jumps = sum(abs(after - before) == HOUR for before, after in itertools.pairwise(times))
    assert jumps
    report.add(
        Tried(fault=f"the clock jumps by an hour, {writer_of(database).dialect.name}", tries=jumps)
    )
