"""An empty SQLite database at the newest version, made once and copied."""

import functools
import os
import shutil
import tempfile
from pathlib import Path

from sqlalchemy import make_url

from payments.store.engine.database import create_sqlite_engine
from tests.support.databases import all_migrations


@functools.cache
def _template() -> bytes:
    """Made now, or read from the file that TEST_SQLITE_TEMPLATE names."""
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
    path.write_bytes(_template())
    return f"sqlite:///{path}"
