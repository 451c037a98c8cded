"""What the program writes is readable by its owner alone, also what older versions have left."""

import os
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import structlog

from app.cli.main import main
from payments.infra import private_files
from payments.infra.archive_file import ArchiveFile
from payments.infra.errors import SettingsWrong
from payments.infra.private_files import UMASK, open_to_others, tighten, write_private
from payments.providers.settings import load_settings
from payments.store.engine import database as sqlite_files
from payments.store.engine.database import open_database


@pytest.fixture(autouse=True)
def wide() -> Iterator[None]:
    """As most systems have it: everybody may read what is made."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def _write(url: str) -> None:
    database = open_database(url)
    try:
        await database.transact(lambda connection: connection.exec_driver_sql("CREATE TABLE t (a)"))
        found = [*Path(url.removeprefix("sqlite:///")).parent.glob("books.db*")]
        assert {path.suffix for path in found} == {".db", ".db-wal", ".db-shm"}
        assert {rights(path) for path in found} == {0o600}
    finally:
        await database.close()


async def test_a_database_and_the_files_beside_it_are_the_owners_alone(tmp_path: Path) -> None:
    await _write(f"sqlite:///{tmp_path}/books.db")


async def test_a_database_of_an_older_version_is_tightened_and_named(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "books.db").close()
    (tmp_path / "books.db").touch()
    (tmp_path / "books.db").chmod(0o644)
    with structlog.testing.capture_logs() as lines:
        await _write(f"sqlite:///{tmp_path}/books.db")
    entries = [line for line in lines if line["event"] == "file.was_open_to_others"]
    assert [line["file"] for line in entries] == [str(tmp_path / "books.db")]


def test_an_archive_and_evidence_are_the_owners_alone_even_over_wider_files(tmp_path: Path) -> None:
    for name in ("new.jsonl.gz", "old.jsonl.gz"):
        path = tmp_path / name
        if name.startswith("old"):
            path.touch(mode=0o644)
        with ArchiveFile(path).adding() as add:
            add("audit", [{"row": 1}])
        assert rights(path) == 0o600
        page = tmp_path / f"{name}.html"
        if name.startswith("old"):
            page.write_text("something longer than what comes")
        write_private(page, "evidence")
        assert (rights(page), page.read_text()) == (0o600, "evidence")


def test_every_command_begins_with_the_narrow_mask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["guildbank", "--help"])
    with pytest.raises(SystemExit):
        main()
    assert os.umask(0o022) == UMASK


@pytest.mark.parametrize("mode", [0o640, 0o644])
def test_any_file_of_settings_is_looked_at(tmp_path: Path, mode: int) -> None:
    """Also the one that systemd reads for us, which the program itself never opens."""
    path = tmp_path / "guildbank.env"
    path.write_text("STRIPE_SECRET_KEY=sk_live_1\n")
    path.chmod(mode)
    with pytest.raises(SettingsWrong, match=f"Run: chmod 600 {path}"):
        load_settings(env_files=(tmp_path / "none", path))


def test_what_cannot_be_looked_at_is_not_open(tmp_path: Path) -> None:
    assert not open_to_others(tmp_path / "missing" / "file")
    assert not open_to_others(tmp_path)


def test_where_files_have_no_such_rights_none_is_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "books.db"
    path.touch(mode=0o666)
    assert open_to_others(path)
    monkeypatch.setattr(private_files, "os", SimpleNamespace(name="nt"))
    assert not open_to_others(path)


def test_what_is_not_ours_cannot_be_tightened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path / "mine"
    mine.touch(mode=0o644)
    assert tighten(mine)
    assert rights(mine) == 0o600
    assert not tighten(tmp_path / "gone")

    def refuse(path: Path, mode: int) -> None:
        raise PermissionError(mode, str(path))

    monkeypatch.setattr(Path, "chmod", refuse)
    assert not tighten(mine)


async def test_a_database_that_cannot_be_tightened_is_named_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else's file, say; the books are still opened."""
    file = tmp_path / "books.db"
    sqlite3.connect(file).close()
    file.touch()
    file.chmod(0o644)
    monkeypatch.setattr(sqlite_files, "tighten", lambda _path: False)
    with structlog.testing.capture_logs() as lines:
        database = open_database(f"sqlite:///{file}")
        await database.transact(lambda c: c.exec_driver_sql("CREATE TABLE t (a)"))
        await database.close()
    entries = [line for line in lines if line["event"] == "file.open_to_others"]
    assert {(line["file"], line["remedy"], line["log_level"]) for line in entries} == {
        (str(file), f"chmod 600 {file}", "error")
    }
