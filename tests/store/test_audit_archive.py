"""The audit log's beginning leaves for a file, and all of it can still be proven."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import OperationalError

from payments.commands.base import by_member
from payments.commands.points.move import GrantPoints
from payments.domain.values.time import DAY, Instant, later
from payments.infra.archive_file import ArchiveFile, Row, in_order
from payments.runner.runner import Runner
from payments.store import tables
from payments.store.audit import archive
from payments.store.audit.archive import ArchivedElsewhere, ChainBroken, archive_audit
from payments.store.audit.log import AuditLog, seal_of, start_of
from payments.store.engine.database import Database, open_database
from payments.store.verify.verify import verify
from tests.store.test_several_writers import Held
from tests.support.contents import count
from tests.support.counting import Counting
from tests.support.databases import only_on_postgres
from tests.support.make import ADA, BEN, GUILD, START, key

OLD = 8
"""So many of the rows below are old."""

NOW = later(START, 500 * DAY)
BEFORE = later(NOW, -400 * DAY)


def grant(at: Instant) -> GrantPoints:
    return GrantPoints(key=key(), guild=GUILD, actor=by_member(ADA), at=at, member=BEN, points=1)


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "ROWS_AT_ONCE", 3)


@pytest.fixture
async def log(runner: Runner, database: Database) -> AuditLog:
    """Eight old rows and four new ones, sealed."""
    opened = AuditLog(database)
    for day in range(OLD):
        await runner.run(grant(later(START, day * DAY)))
    for _ in range(4):
        await runner.run(grant(NOW))
    await opened.seal()
    return opened


@pytest.fixture
def file(tmp_path: Path) -> ArchiveFile:
    return ArchiveFile(tmp_path / "old.jsonl.gz")


async def move(database: Database, file: ArchiveFile, before: Instant = BEFORE) -> int:
    with file.adding() as add:
        return await archive_audit(database, before, lambda rows: add("audit", rows))


async def complaints(database: Database, archived: list[Row] | None = None) -> list[str]:
    return await database.snapshot(lambda c: list(verify(c, archived=archived)))


async def with_file(database: Database, *files: ArchiveFile) -> list[str]:
    """What `verify` says with the files that there are: one that nothing came into was not left."""
    rows = [row for file in files if file.path.exists() for row in file.rows("audit")]
    return await complaints(database, rows)


async def change(database: Database, sql: str, **values: object) -> None:
    await database.transact(lambda connection: connection.execute(text(sql), values))


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


def swapped(rows: list[Row]) -> list[Row]:
    return [rows[1], rows[0], *rows[2:]]


def changed(name: str, value: object) -> Callable[[list[Row]], list[Row]]:
    return lambda rows: [*rows[:4], rows[4] | {name: value}, *rows[5:]]


def reencrypted(rows: list[Row]) -> list[Row]:
    """Somebody who knows how seals are made changes a row, and makes all seals again."""
    stands_on, made = "0" * 64, []
    for row in changed("actor", "member:1")(rows):
        stands_on = seal_of(row, stands_on)
        made.append(row | {"seal": stands_on})
    return made


@pytest.mark.parametrize(
    ("tampering", "complaint"),
    [
        (changed("actor", "member:1"), "Archived audit row 5 was changed"),
        (changed("outcome", "x"), "Archived audit row 5 was changed"),
        (changed("at", START), "Archived audit row 5 was changed"),
        (changed("guild_id", None), "Archived audit row 5 was changed"),
        (changed("seal", "0" * 64), "Archived audit row 5 was changed"),
        (changed("actor", 1), "The archive holds a line that is no audit row."),
        (changed("more", 1), "The archive holds a line that is no audit row."),
        (lambda rows: rows[:4] + rows[5:], "comes before audit row 6: 1 rows."),
        (lambda rows: rows[3:], "comes before audit row 4: 3 rows."),
        (swapped, "comes before audit row 2: 1 rows."),
        (lambda rows: rows[:-1], "The archive ends after 7 audit rows, but 8 were moved."),
        (lambda _: [], "The archive ends after 0 audit rows, but 8 were moved."),
        (lambda rows: [*rows, rows[2] | {"actor": "x"}], "Audit row 3 stands in the archive twice"),
        (reencrypted, "The chain in the database does not go on from the archive."),
    ],
)
@pytest.mark.usefixtures("log")
async def test_an_archive_that_was_tampered_with_is_found_out(
    database: Database,
    file: ArchiveFile,
    tampering: Callable[[list[Row]], list[Row]],
    complaint: str,
) -> None:
    await move(database, file)
    rows = tampering(list(file.rows("audit")))
    (said,) = await complaints(database, rows)
    assert complaint in said


@pytest.mark.parametrize(
    ("tampering", "complaint"),
    [
        ("UPDATE audit_archived SET seal = 'x'", "Audit row 9 was changed"),
        ("UPDATE audit_archived SET position = 7", "A seal of the audit log was removed"),
        ("DELETE FROM audit_archived", "A seal of the audit log was removed"),
        ("DELETE FROM audit WHERE audit_id = 9", "Audit row 9 was removed"),
        ("DELETE FROM audit_seals WHERE audit_id = 9", "A seal of the audit log was removed"),
        ("UPDATE audit SET actor = 'x' WHERE audit_id = 12", "Audit row 12 was changed"),
    ],
)
@pytest.mark.usefixtures("log")
async def test_the_chain_that_stays_is_proven_without_the_archive(
    database: Database, file: ArchiveFile, tampering: str, complaint: str
) -> None:
    await move(database, file)
    await change(database, tampering)
    assert (await complaints(database))[0].startswith(complaint)


async def test_a_row_that_was_removed_after_the_archived_part_is_named_by_its_command(
    log: AuditLog, runner: Runner, database: Database, file: ArchiveFile
) -> None:
    await move(database, file)
    removed = grant(NOW)
    await runner.run(removed)
    await change(database, "DELETE FROM audit WHERE audit_id = 13")
    said = f"The audit row of the command {removed.key} was removed."
    assert await complaints(database) == [said]
    await log.seal()
    assert await complaints(database) == [said]


@pytest.mark.usefixtures("log")
async def test_a_removed_row_as_old_as_the_archived_ones_is_counted(
    runner: Runner, database: Database, file: ArchiveFile
) -> None:
    await move(database, file)
    await runner.run(grant(START))
    await change(database, "DELETE FROM audit WHERE audit_id = 13")
    assert (await complaints(database))[0].startswith(
        "The audit rows of 9 commands are gone, but 8"
    )


@pytest.mark.usefixtures("log")
async def test_a_command_that_was_removed_after_its_row_was_archived_is_noticed(
    database: Database, file: ArchiveFile
) -> None:
    await move(database, file)
    row = list(file.rows("audit"))[2]
    await change(database, "DELETE FROM commands WHERE command_key = :key", key=row["command_key"])
    count_, named = await with_file(database, file)
    assert count_.startswith("The audit rows of 7 commands are gone, but 8")
    assert named == "Archived audit row 3: there is no such command."


@pytest.mark.usefixtures("log")
async def test_rows_that_were_cut_off_and_called_archived_are_missed_in_the_archive(
    database: Database, file: ArchiveFile
) -> None:
    """Whoever may write to the database can say that rows were archived; the file knows better."""
    await move(database, file)

    def cut(connection: Connection) -> None:
        query = select(tables.audit_seals.c.seal).where(tables.audit_seals.c.position == 10)
        seal = connection.execute(query).scalar_one()
        for table in (tables.audit, tables.audit_seals):
            connection.execute(table.delete().where(table.c.audit_id <= 10))
        connection.execute(
            text("UPDATE audit_archived SET position = 10, seal = :seal, at = :at"),
            {"seal": seal, "at": NOW},
        )

    await database.transact(cut)
    assert await with_file(database, file) == [
        "The archive ends after 8 audit rows, but 10 were moved. Name all of its files."
    ]


@pytest.mark.usefixtures("log")
async def test_rows_that_are_in_the_archive_and_still_here_are_compared(database: Database) -> None:
    """They were written to the file, and the process ended before they were deleted."""
    some = await database.snapshot(lambda c: archive._oldest(c, BEFORE))
    assert await complaints(database, some.rows) == []
    await change(database, "UPDATE audit_seals SET seal = 'x' WHERE position = 3")
    said = await complaints(database, some.rows)
    assert said[-1] == "The chain in the database does not go on from the archive."


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
