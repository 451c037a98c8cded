"""The audit log is one chain: whoever changes, adds or removes a row is found out."""

import asyncio

import pytest
from sqlalchemy import Connection, select

from payments.runner.runner import Runner
from payments.store import tables
from payments.store.audit.check import check_chain
from payments.store.audit.log import AT_ONCE, AuditLog
from payments.store.engine.database import Database
from payments.store.tables import audit_seals
from tests.support.commands import grant
from tests.support.contents import count
from tests.support.tampered import not_named_first, said_of


@pytest.fixture
async def log(runner: Runner, database: Database) -> AuditLog:
    """Ten grants, sealed in two goes."""
    opened = AuditLog(database)
    for _ in range(2):
        await asyncio.gather(*(runner.run(grant(1)) for _ in range(5)))
        assert (await opened.seal()).sealed == 5
    return opened


async def complaints(database: Database) -> list[str]:
    return await database.transact(lambda connection: list(check_chain(connection)))


async def test_rows_are_sealed_once_and_in_order(
    log: AuditLog, runner: Runner, database: Database
) -> None:
    assert (await log.seal()).sealed == 0
    assert await complaints(database) == []
    await runner.run(grant(1))
    assert await complaints(database) == []  # not sealed yet, and nothing is wrong with that
    head = await log.seal()
    assert (head.row, head.sealed, len(head.seal)) == (11, 1, 64)
    assert await complaints(database) == []


async def test_a_row_that_is_sealed_stays_so_whatever_comes_after(
    log: AuditLog, runner: Runner, database: Database
) -> None:
    def seals(connection: Connection) -> list[str]:
        query = select(audit_seals.c.seal).order_by(audit_seals.c.audit_id)
        return list(connection.execute(query).scalars())

    before = await database.transact(seals)
    await runner.run(grant(1))
    await log.seal()
    assert (await database.transact(seals))[:10] == before
    assert len(set(before)) == 10


TAMPERED = [
    ("UPDATE audit SET actor = 'member:1' WHERE audit_id = 4", "Audit row 4 was changed"),
    ("UPDATE audit SET outcome = 'x' WHERE audit_id = 10", "Audit row 10 was changed"),
    ("UPDATE audit SET at = at + 1 WHERE audit_id = 1", "Audit row 1 was changed"),
    ("UPDATE audit_seals SET seal = 'x' WHERE audit_id = 7", "Audit row 7 was changed"),
    (
        "DELETE FROM audit WHERE audit_id = 3",
        "Audit row 3 was removed: its seal is still there.",
    ),
    ("DELETE FROM audit WHERE audit_id = 10", "Audit row 10 was removed: its seal"),
    (
        "DELETE FROM audit_seals WHERE audit_id = 5",
        "A seal of the audit log was removed: the one before that of row 6.",
    ),
    (
        """INSERT INTO audit (audit_id, at, actor, action, command_key, outcome)
        VALUES (11, 1, 'member:1', 'points.grant', 'mine', 'null')""",
        "Audit row 11 was added: there is no such command.",
    ),
]


@pytest.mark.usefixtures("log")
async def test_the_first_row_that_does_not_fit_is_named(database: Database) -> None:
    said = await said_of(database, dict(TAMPERED), check_chain)
    assert not_named_first(said, TAMPERED) == {}
    assert await complaints(database) == []


@pytest.mark.usefixtures("log")
async def test_the_end_of_the_chain_cannot_be_cut_off_unseen(database: Database) -> None:
    def cut(connection: Connection) -> None:
        for table in (tables.audit, tables.audit_seals):
            connection.execute(table.delete().where(table.c.audit_id > 8))

    await database.transact(cut)
    assert "The audit row of the command" in (await complaints(database))[0]


async def test_a_long_log_is_sealed_in_several_goes(database: Database, runner: Runner) -> None:
    await runner.run(grant(1))

    def fill(connection: Connection) -> None:
        rows = [
            {"at": 1, "actor": "system", "action": "x", "command_key": f"c{n}", "outcome": "null"}
            for n in range(AT_ONCE)
        ]
        connection.execute(tables.audit.insert(), rows)

    await database.transact(fill)
    log = AuditLog(database)
    assert [(await log.seal()).sealed for _ in range(3)] == [AT_ONCE, 1, 0]
    assert await count(database, audit_seals) == AT_ONCE + 1
