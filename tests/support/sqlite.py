"""An empty SQLite database at the newest version, made once and copied; commits are quick."""

import functools
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, Engine, event, make_url

from payments.store.engine import database
from payments.store.engine.database import create_sqlite_engine
from tests.support.databases import all_migrations


@functools.cache
def empty_books() -> bytes:
    """The content of an empty database at the newest version.

    Made now, or read from the file that TEST_SQLITE_TEMPLATE names.
    """
    made = os.environ.get("TEST_SQLITE_TEMPLATE")
    return Path(made).read_bytes() if made else make_template()


def make_template() -> bytes:
    """The content of an empty database at the newest version."""
    folder = Path(tempfile.mkdtemp(prefix="guildbank-test-"))
    engine = create_sqlite_engine(make_url(f"sqlite:///{folder}/books.db"))
    with engine.begin() as connection:
        all_migrations()._upgrade(connection)
    engine.dispose()
    content = (folder / "books.db").read_bytes()
    shutil.rmtree(folder)
    return content


def empty_sqlite(folder: Path) -> str:
    """Put one into a folder; its address."""
    path = folder / "books.db"
    path.touch(mode=0o600)
    path.write_bytes(empty_books())
    return f"sqlite:///{path}"


_waits_for_the_disk = False


def do_not_wait_for_the_disk() -> None:
    """Let commits of this process return before they are on the disk.

    What a test looks at is in the files all the same. Only a machine that loses its power would
    lose it, which no test brings about; processes that are killed are processes of their own.
    """

    def create(url: URL) -> Engine:
        engine = create_sqlite_engine(url)
        if not _waits_for_the_disk:
            event.listen(engine, "connect", _do_not_wait)
        return engine

    database.create_sqlite_engine = create


def _do_not_wait(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous = OFF").close()


@pytest.fixture
def waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Databases that are opened in this test are as durable as the program makes them."""
    monkeypatch.setattr("tests.support.sqlite._waits_for_the_disk", True)
