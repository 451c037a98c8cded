"""What is refused, or has nothing to write, leaves no file; one that was there stays whole."""

import asyncio
import errno
import os
import sqlite3
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import init as init_cli
from app.cli.archive import CannotKeep
from app.cli.main import app, main
from app.cli.options import INCOMPLETE
from payments.domain.errors import GuildbankError
from payments.infra.errors import DatabaseUnusable, NoBooksYet
from payments.notifications.routing import route
from payments.providers.settings import settings_model
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
    "installation",
    "installation --new",
    "admit",
    "admit 5",
    "void --yes",
    "reconcile",
]


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder, and settings of which only the database's address is of use."""
    for name in settings_model().model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("ENCRYPTION_KEYS", "6Jg9Yx0mQ1b8QJ3c1mVbq0tqk2cQw3mHc1cH5t1yq3o=")
    monkeypatch.setenv("STRIPE_SECRET_KEY", "sk_live_unused")
    monkeypatch.setenv("GUILD_IDS", "*")
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
    assert isinstance(refused.exception, NoBooksYet)
    assert str(refused.exception) == (
        "There are no books in books.db yet: start `guildbank run` once, or set DATABASE_URL to "
        "where yours are."
    )
    assert (refused.stdout, files(here)) == ("", [])


@pytest.mark.parametrize("line", EVERY_COMMAND)
def test_an_empty_database_has_no_books_and_gets_none(
    here: Path, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a server of PostgreSQL makes one, or whoever touches the file."""
    monkeypatch.setenv("DATABASE_URL", "sqlite:///books.db")
    (here / "books.db").touch(mode=0o600)
    refused = typed(line)
    assert isinstance(refused.exception, NoBooksYet)
    assert (refused.stdout, (here / "books.db").stat().st_size) == ("", 0)


@pytest.mark.parametrize("name", ["verify", "installation"])
def test_before_the_first_run_is_said_in_a_line_and_ends_with_one(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["guildbank", name])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == INCOMPLETE
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("guildbank: There are no books in guildbank.db yet: start ")
    assert shown.err.count("\n") == 1


@pytest.mark.parametrize(
    ("version", "words"),
    [
        ("0005", "at version 0005, and this program needs"),
        ("9999", "written by a newer Guildbank"),
    ],
)
@pytest.mark.parametrize("line", ["verify", "report --from 2026-01-01", "events dead"])
def test_books_of_another_version_are_named_before_they_are_read(
    books: str, line: str, version: str, words: str
) -> None:
    with sqlite3.connect(books.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
    connection.close()
    refused = typed(line)
    assert isinstance(refused.exception, DatabaseUnusable)
    assert words in str(refused.exception)


@pytest.mark.usefixtures("books")
def test_with_nothing_to_archive_there_is_no_file_and_that_is_said(here: Path) -> None:
    done = typed("archive --to old.jsonl.gz")
    words = "Nothing is older than 400 days, so nothing was moved to old.jsonl.gz.\n"
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
    for line, end in (("evidence p1", "pdf"), ("evidence p1 --output before.html --force", "html")):
        (here / "before.html").write_text("as it was")
        refused = typed(line)
        assert isinstance(refused.exception, CannotKeep)
        assert str(refused.exception).endswith(
            f".{end} cannot be written: No space left on device."
        )
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
