"""An audit log with old rows, and the file to which they move."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text

from payments.commands.base import by_member
from payments.commands.points.move import GrantPoints
from payments.domain.values.time import DAY, Instant, later
from payments.infra.archive_file import ArchiveFile, Row
from payments.runner.runner import Runner
from payments.store.audit import archive
from payments.store.audit.archive import archive_audit
from payments.store.audit.log import AuditLog
from payments.store.engine.database import Database
from payments.store.verify.verify import verify
from tests.support.make import ADA, BEN, GUILD, START, key

OLD = 8
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
    moments = [*(later(START, day * DAY) for day in range(OLD)), *[NOW] * 4]
    await asyncio.gather(*(runner.run(grant(each)) for each in moments))
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
