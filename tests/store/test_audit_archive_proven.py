"""An audit log whose beginning was archived, and somebody who tampers with either part."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, select, text

from payments.infra.archive_file import ArchiveFile, Row
from payments.runner.runner import Runner
from payments.store import tables
from payments.store.audit import archive
from payments.store.audit.log import AuditLog, seal_of
from payments.store.engine.database import Database
from tests.support.archived import (
    BEFORE,
    NOW,
    change,
    complaints,
    few_at_once,
    file,
    grant,
    log,
    move,
    with_file,
)
from tests.support.make import START
from tests.support.tampered import not_named_first, said_of

__all__ = ["few_at_once", "file", "log"]  # fixtures


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


ARCHIVES: list[tuple[Callable[[list[Row]], list[Row]], str]] = [
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
]


@pytest.mark.usefixtures("log")
async def test_an_archive_that_was_tampered_with_is_found_out(
    database: Database, file: ArchiveFile
) -> None:
    await move(database, file)
    rows = list(file.rows("audit"))
    assert await complaints(database, rows) == []
    said = [await complaints(database, tampering(rows)) for tampering, _ in ARCHIVES]
    assert [len(each) for each in said] == [1] * len(ARCHIVES)
    wanted = [complaint for _, complaint in ARCHIVES]
    assert [words for words, (found,) in zip(wanted, said, strict=True) if words not in found] == []


TAMPERED = [
    ("UPDATE audit_archived SET seal = 'x'", "Audit row 9 was changed"),
    ("UPDATE audit_archived SET position = 7", "A seal of the audit log was removed"),
    ("DELETE FROM audit_archived", "A seal of the audit log was removed"),
    ("DELETE FROM audit WHERE audit_id = 9", "Audit row 9 was removed"),
    ("DELETE FROM audit_seals WHERE audit_id = 9", "A seal of the audit log was removed"),
    ("UPDATE audit SET actor = 'x' WHERE audit_id = 12", "Audit row 12 was changed"),
]


@pytest.mark.usefixtures("log")
async def test_the_chain_that_stays_is_proven_without_the_archive(
    database: Database, file: ArchiveFile
) -> None:
    await move(database, file)
    said = await said_of(database, dict(TAMPERED))
    assert not_named_first(said, TAMPERED) == {}
    assert await complaints(database) == []


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
