"""What is refused, or has nothing to write, leaves no file; one that was there stays whole."""

import asyncio
import errno
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import init as init_cli
from app.cli.archive import CannotKeep
from app.cli.main import app
from payments.domain.errors import GuildbankError
from payments.infra.errors import DatabaseUnusable
from payments.infra.settings import Settings
from payments.notifications.routing import route
from payments.runner.runner import Runner
from payments.store.engine.database import open_database
from tests.support.commands import put_up
from tests.support.make import initiate
from tests.support.sqlite import empty_sqlite

EVERY_COMMAND = [
    "verify",
    "audit",
    "report --from 2026-01-01",
    "report --from 2026-01-01 --format csv --guild 5",
    "evidence p1",
    "archive --to old.jsonl.gz",
    "copy --to sqlite:///copy.db",
    "reencrypt",
    "events list",
    "events show evt_1",
    "events dead",
    "events replay evt_1",
    "events replay 5",
]


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder, and settings of which only the database's address is of use."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("ENCRYPTION_KEYS", "6Jg9Yx0mQ1b8QJ3c1mVbq0tqk2cQw3mHc1cH5t1yq3o=")
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def books(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """Books with one payment, elsewhere."""
    url = empty_sqlite(tmp_path)

    async def begin() -> None:
        database = open_database(url)
        runner = Runner(database, route=route)
        runner.start()
        await put_up(runner)
        await runner.run(initiate("p1"))
        await runner.close()
        await database.close()

    asyncio.run(begin())
    monkeypatch.setenv("DATABASE_URL", url)
    return url


def typed(line: str) -> Result:
    return CliRunner().invoke(app, line.split())


def files(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


@pytest.mark.parametrize("line", EVERY_COMMAND)
def test_where_there_is_no_database_none_is_made(
    here: Path, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:///books.db")
    refused = typed(line)
    assert isinstance(refused.exception, DatabaseUnusable)
    assert str(refused.exception).startswith("There is no database books.db. Set DATABASE_URL")
    assert (refused.stdout, files(here)) == ("", [])


@pytest.mark.usefixtures("books")
def test_with_nothing_to_archive_there_is_no_file_and_that_is_said(here: Path) -> None:
    done = typed("archive --to old.jsonl.gz")
    words = "Nothing is older than 400 days, so nothing went to old.jsonl.gz.\n"
    assert (done.exit_code, done.stdout, files(here)) == (0, words, [])


@pytest.mark.usefixtures("books")
@pytest.mark.parametrize(
    "line",
    [
        "evidence nothing",
        "report --from 2026-01-01 --guild 5 --format csv",
        "copy --to mysql://x",
        "verify --archive old.jsonl.gz",
        "events show evt_1",
    ],
)
def test_what_is_refused_writes_nothing(here: Path, line: str) -> None:
    refused = typed(line)
    assert isinstance(refused.exception, GuildbankError)
    assert (refused.stdout, files(here)) == ("", [])


def full(_handle: int) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.usefixtures("books")
def test_evidence_is_written_whole_or_what_was_there_stays(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", full)
    for line in ("evidence p1", "evidence p1 --output before.html --force"):
        (here / "before.html").write_text("as it was")
        refused = typed(line)
        assert isinstance(refused.exception, CannotKeep)
        assert str(refused.exception).endswith(".html cannot be written: No space left on device.")
        assert files(here) == ["before.html"]
        assert (here / "before.html").read_text() == "as it was"


@pytest.mark.usefixtures("books")
def test_evidence_for_a_folder_that_is_not_there_is_refused_in_a_sentence() -> None:
    refused = typed("evidence p1 --output nowhere/case.html")
    assert isinstance(refused.exception, CannotKeep)
    assert str(refused.exception) == (
        "nowhere/case.html cannot be written: No such file or directory."
    )


def test_a_template_that_cannot_be_written_leaves_no_empty_file(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", full)
    refused = typed("init --template")
    assert (refused.exit_code, files(here)) == (init_cli.UNUSABLE, [])
    monkeypatch.undo()
    monkeypatch.chdir(here)
    assert typed("init --template").exit_code == 0
    assert files(here) == [".env"]
