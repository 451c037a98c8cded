"""The audit log's beginning leaves for a file, and all of it can still be proven."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import OperationalError

from payments.domain.values.time import DAY, later
from payments.infra.archive_file import ArchiveFile, Row, in_order
from payments.runner.runner import Runner
from payments.store import tables
from payments.store.audit.archive import archive_audit
from payments.store.audit.log import AuditLog, start_of
from payments.store.engine.database import Database, open_database
from payments.store.errors import ArchivedElsewhere, ChainBroken
from tests.support.archived import (
    BEFORE,
    NOW,
    OLD,
    change,
    complaints,
    few_at_once,
    file,
    grant,
    log,
    move,
    with_file,
)
from tests.support.contents import count
from tests.support.counting import Counting
from tests.support.databases import only_on_postgres
from tests.support.make import START
from tests.support.writers import Held

__all__ = ["few_at_once", "file", "log"]  # fixtures


"""So many of the rows below are old."""


async def test_what_is_old_and_sealed_moves_and_the_chain_stands_on_it(
    log: AuditLog, runner: Runner, database: Database, file: ArchiveFile
) -> None:
    assert await move(database, file) == OLD
    rows = list(file.rows("audit"))
    assert [row["position"] for row in rows] == list(range(1, OLD + 1))
    assert await count(database, tables.audit) == 4
    assert await count(database, tables.audit_seals) == 4
    assert await count(database, tables.commands) == OLD + 4
    start = await database.snapshot(start_of)
    assert (start.position, start.seal) == (OLD, rows[-1]["seal"])
    assert start.at == later(START, 7 * DAY)
    assert await complaints(database) == []
    assert await with_file(database, file) == []
    await runner.run(grant(NOW))
    assert (await log.seal()).row == OLD + 5
    assert await with_file(database, file) == []
    assert await move(database, file) == 0


async def test_the_newest_row_stays_however_old_so_that_its_number_is_not_given_again(
    log: AuditLog, runner: Runner, database: Database, file: ArchiveFile
) -> None:
    after_all = later(NOW, DAY)
    assert await move(database, file, after_all) == OLD + 3
    await runner.run(grant(NOW))
    assert (await log.seal()).row == OLD + 5
    assert await with_file(database, file) == []
    assert await move(database, file, after_all) == 1
    assert await with_file(database, file) == []


async def test_what_is_not_sealed_yet_stays(
    runner: Runner, database: Database, file: ArchiveFile
) -> None:
    for _ in range(5):
        await runner.run(grant(START))
    assert await move(database, file) == 0
    assert await count(database, tables.audit) == 5


async def test_the_same_command_again_has_no_second_effect(
    runner: Runner, database: Database, file: ArchiveFile
) -> None:
    again = grant(START)
    await runner.run(again)
    await runner.run(grant(NOW))
    await AuditLog(database).seal()
    assert await move(database, file) == 1
    await runner.run(again)
    assert await count(database, tables.transfers) == 2
    assert await count(database, tables.audit) == 1
    assert await with_file(database, file) == []


class CutOff(Exception):
    """The process ends here."""


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("batch", [1, 2, 3])
@pytest.mark.parametrize("when", ["before", "within", "after"])
async def test_an_interruption_loses_and_doubles_nothing(
    database: Database, file: ArchiveFile, batch: int, when: str
) -> None:
    """Cut off before the file was written, when half was, or before the rows were deleted."""
    batches = iter(range(1, 4))

    def keep(rows: list[Row]) -> None:
        last = next(batches) == batch
        if last and when == "before":
            raise CutOff
        add("audit", rows)
        if last:
            raise CutOff

    with file.adding() as add, pytest.raises(CutOff):
        await archive_audit(database, BEFORE, keep)
    if when == "within":
        file.path.write_bytes(file.path.read_bytes()[:-9])
    assert await count(database, tables.audit) == OLD + 4 - 3 * (batch - 1)
    assert await with_file(database, file) == []
    await move(database, file)
    assert {row["position"] for row in file.rows("audit")} == set(range(1, OLD + 1))
    assert await with_file(database, file) == []


@pytest.mark.usefixtures("log")
async def test_a_commit_whose_end_is_unknown_is_found_done(
    database: Database, file: ArchiveFile
) -> None:
    shaky = Counting(database)
    shaky.fail_after_commit = 1
    with pytest.raises(OperationalError):
        await move(shaky, file)
    assert await move(database, file) == OLD - 3
    assert await with_file(database, file) == []


class Overtaken:
    """A database in which another process archives just before each of our transactions."""

    def __init__(self, database: Database, other: ArchiveFile) -> None:
        self._database = database
        self._other = other
        self.snapshot = database.snapshot

    async def transact(self, work: Callable[[Connection], Any]) -> Any:
        await move(self._database, self._other)
        return await self._database.transact(work)


@pytest.mark.usefixtures("log")
async def test_of_two_at_once_one_deletes_and_the_other_says_so(
    database: Database, file: ArchiveFile
) -> None:
    other = ArchiveFile(file.path.with_name("other.jsonl.gz"))
    with pytest.raises(ArchivedElsewhere):
        await move(Overtaken(database, other), file)  # type: ignore[arg-type]  # all that is used
    assert await count(database, tables.audit) == 4
    assert await with_file(database, other) == []
    assert await with_file(database, file, other) == []


async def until_one_waits(database: Database) -> None:
    """Return once a transaction waits for another one."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    async with asyncio.timeout(10):
        while not await database.reader.read(lambda c: c.execute(waiting).scalar_one()):  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.01)


@only_on_postgres
@pytest.mark.parametrize("already", [0, 2])
@pytest.mark.usefixtures("log")
async def test_the_archived_part_never_becomes_shorter_while_another_one_is_committed(
    database: Database, database_url: str, file: ArchiveFile, already: int
) -> None:
    """The second archives fewer rows, and looks where the chain begins before the first commits."""
    await move(database, file, later(START, already * DAY))
    other = open_database(database_url)
    held = Held(database)
    elsewhere = ArchiveFile(file.path.with_name("other.jsonl.gz"))
    first = asyncio.create_task(move(held, file))
    await held.there.wait()
    second = asyncio.create_task(move(other, elsewhere, later(START, (already + 1) * DAY)))
    await until_one_waits(database)
    held.go.set()
    moved, refused = await asyncio.gather(first, second, return_exceptions=True)
    await other.close()
    assert (await database.snapshot(start_of)).position == OLD
    assert (moved, type(refused)) == (OLD - already, ArchivedElsewhere)
    assert await with_file(database, file) == []


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("turned", [False, True])
async def test_several_files_may_be_added_to_in_turn(
    database: Database, file: ArchiveFile, *, turned: bool
) -> None:
    files = [file, ArchiveFile(file.path.with_name("other.jsonl.gz"))]
    for number, days in enumerate((2, 4, 7)):
        assert await move(database, files[number % 2], later(START, days * DAY)) > 0
    archived = list(in_order(reversed(files) if turned else files, "audit", by="position"))
    assert await complaints(database, archived) == []


@pytest.mark.parametrize(
    ("tampering", "number"),
    [
        ("UPDATE audit SET actor = 'member:1' WHERE audit_id = 5", 5),
        ("DELETE FROM audit WHERE audit_id = 5", 5),
        ("DELETE FROM audit_seals WHERE audit_id = 5", 6),
    ],
)
@pytest.mark.usefixtures("log")
async def test_a_broken_chain_is_not_archived_from_there_on(
    database: Database, file: ArchiveFile, tampering: str, number: int
) -> None:
    await change(database, tampering)
    with pytest.raises(ChainBroken, match=f"row {number} does not fit"):
        await move(database, file)
    assert [row["audit_id"] for row in file.rows("audit")] == [1, 2, 3]
    assert (await complaints(database))[0].startswith(("Audit row", "A seal"))


@pytest.mark.usefixtures("log")
async def test_after_a_restore_from_before_it_goes_on_in_the_same_file(
    database: Database, file: ArchiveFile
) -> None:
    """The backup still has the rows: they are moved again, and stand in the file twice."""

    def backup(connection: Connection) -> dict[str, list[dict[str, Any]]]:
        kept = (tables.audit, tables.audit_seals)
        return {t.name: [dict(r) for r in connection.execute(select(t)).mappings()] for t in kept}

    def restore(connection: Connection) -> None:
        for table in (tables.audit, tables.audit_seals, tables.audit_archived):
            connection.execute(table.delete())
        for table in (tables.audit, tables.audit_seals):
            connection.execute(table.insert(), before[table.name])

    before = await database.transact(backup)
    await move(database, file)
    await database.transact(restore)
    assert await with_file(database, file) == []
    assert await move(database, file) == OLD
    assert len(list(file.rows("audit"))) == 2 * OLD
    assert await with_file(database, file) == []


@only_on_postgres
async def test_rows_that_were_seen_late_move_in_the_order_of_the_chain(
    runner: Runner, database: Database, file: ArchiveFile
) -> None:
    """Where several processes write, that is not the order of their numbers."""
    log = AuditLog(database)
    for _ in range(6):
        await runner.run(grant(START))
    await change(database, "CREATE TABLE late AS SELECT * FROM audit WHERE audit_id = 2")
    await change(database, "DELETE FROM audit WHERE audit_id = 2")
    assert (await log.seal()).sealed == 5
    await change(database, "INSERT INTO audit SELECT * FROM late")
    await change(database, "DROP TABLE late")
    assert (await log.seal()).row == 2
    assert await move(database, file) == 4  # the one with the highest number stays
    assert await with_file(database, file) == []
    await runner.run(grant(NOW))
    await log.seal()
    assert await move(database, file) == 2
    assert [row["audit_id"] for row in file.rows("audit")] == [1, 3, 4, 5, 6, 2]
    assert await with_file(database, file) == []
