"""The process is killed with -9 before and after each commit, and in the middle of transactions.

After each, it is started again and everything is given again, as providers and people do. What is
in the books then must be what is in those of a life in which nothing happened.
"""

import asyncio
import contextlib
import itertools
import json
import random
import shutil
import signal
import sqlite3
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from payments.store.engine.database import open_database
from tests.faults.life import Life, live
from tests.faults.looking import Whole, look, lost
from tests.faults.report import Report, Tried
from tests.support.forked import Forking
from tests.support.postgres import Postgres
from tests.support.sqlite import empty_books
from tests.support.typed import kept_environment

SEED = 20261121
RECOVERY_SECONDS = 30

Fresh = Callable[[], Coroutine[Any, Any, str]]


class Victims:
    """Processes that live a life, each in books of its own."""

    def __init__(self, forking: Forking, folder: Path, seed: int, payments: int) -> None:
        self._forking = forking
        self._folder = folder
        self._of = {"seed": seed, "payments": payments}
        self._numbers = itertools.count()

    async def live(self, url: str, point: str | None = None) -> tuple[dict[str, Any], Path]:
        """Let one live until its point; how it ended, and what was acknowledged."""
        acked = self._folder / f"acked-{next(self._numbers)}"
        order = {"url": url, "point": point, "acked": str(acked), **self._of}
        life = await self._forking.begin(
            "tests.faults.victim", [json.dumps(order)], self._folder, kept_environment()
        )
        async with asyncio.timeout(RECOVERY_SECONDS):
            said, errors = await life.communicate()
        assert errors == b""
        return {"ended": life.returncode, **json.loads(said or "{}")}, acked


@pytest.fixture
def fresh(request: pytest.FixtureRequest, kind: str, tmp_path: Path) -> Fresh:
    """Makes empty books of one kind."""
    numbers = itertools.count()
    if kind == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres")
        return lambda: _copy_postgres(postgres, f"{postgres.mark}_crash_{next(numbers)}")
    return lambda: _copy_sqlite(tmp_path, next(numbers))


async def _copy_postgres(postgres: Postgres, name: str) -> str:
    await postgres.do(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    return await postgres.copy(name)


async def _copy_sqlite(folder: Path, number: int) -> str:
    (folder / f"{number}.db").write_bytes(empty_books())
    return f"sqlite:///{folder}/{number}.db"


async def seen(url: str, life: Life | None = None) -> tuple[Whole, list[str]]:
    database = open_database(url)
    try:
        return await look(database, life)
    finally:
        await database.close()


def points_of(lived: dict[str, Any], statements: int, seed: int) -> list[str]:
    """Before and after each commit, and a sample of the statements."""
    commits = range(1, lived["commits"] + 1)
    chosen = random.Random(seed).sample(range(1, lived["statements"] + 1), statements)  # noqa: S311 - as above
    return [f"{when} commit {each}" for each in commits for when in ("before", "after")] + [
        f"statement {each}" for each in sorted(chosen)
    ]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_killed_anywhere_nothing_is_lost_and_nothing_doubled(
    kind: str, fresh: Fresh, forking: Forking, tmp_path: Path, report: Report, *, thorough: bool
) -> None:
    payments = 20 if thorough else 4
    life = live(SEED, payments)
    each_life = Victims(forking, tmp_path, SEED, payments)
    url = await fresh()
    lived, _ = await each_life.live(url)
    assert lived["ended"] == 0
    unharmed, broken = await seen(url, life)
    assert broken == []
    points = points_of(lived, 100 if thorough else 4, SEED)
    if not thorough:
        points = points[:: len(points) // 6]
    longest, gone = 0.0, 0
    for point in points:
        url = await fresh()
        killed, acked = await each_life.live(url, point)
        assert killed["ended"] == -signal.SIGKILL, point
        found, broken = await seen(url)
        assert broken == [], point
        gone += len(lost(acked, found))
        again, _ = await each_life.live(url)
        assert again["ended"] == 0, point
        longest = max(longest, again["ready"])
        after, broken = await seen(url, life)
        assert broken == [], point
        assert after == unharmed, point
    report.add(
        Tried(
            fault=f"kill -9 at a commit or statement, {kind}",
            tries=len(points),
            lost=gone,
            seconds=longest,
        )
    )
    assert gone == 0
    assert longest < RECOVERY_SECONDS


def _wal(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///") + "-wal")


async def test_a_torn_tail_of_the_wal_loses_nothing_that_was_acknowledged_before_it(
    forking: Forking, tmp_path: Path, report: Report, *, thorough: bool
) -> None:
    """The machine loses its power: the file ends in the middle of a page, or in rubbish."""
    payments, tries = (20, 150) if thorough else (6, 6)
    life = live(SEED, payments)
    chance = random.Random(SEED)  # noqa: S311 - it must be the same again
    database = await _copy_sqlite(tmp_path, 0)
    each_life = Victims(forking, tmp_path, SEED, payments)
    whole_life = await _copy_sqlite(tmp_path, 1)
    lived, _ = await each_life.live(whole_life)
    unharmed, _ = await seen(whole_life)
    killed, _ = await each_life.live(database, f"after commit {lived['commits']}")
    assert killed["ended"] == -signal.SIGKILL
    wal = _wal(database).read_bytes()
    assert len(wal) > 100_000, "nothing was checkpointed yet"
    for number in range(2, 2 + tries):
        torn = await _copy_sqlite(tmp_path, number)
        shutil.copy(database.removeprefix("sqlite:///"), torn.removeprefix("sqlite:///"))
        end = chance.randrange(32, len(wal))
        rubbish = chance.randbytes(chance.choice((0, 100, 5_000)))
        _wal(torn).write_bytes(wal[:end] + rubbish)
        commits_before = _commits_within(wal, end)
        found, broken = await seen(torn)
        assert broken == []
        assert len(found["commands"]) >= commits_before, f"cut at {end}"
        again, _ = await each_life.live(torn)
        assert again["ended"] == 0
        after, broken = await seen(torn, life)
        assert (after, broken) == (unharmed, [])
        _remove(torn)
    report.add(Tried(fault="torn or rubbish tail of the WAL, sqlite", tries=tries))


def _remove(url: str) -> None:
    for end in ("", "-wal", "-shm"):
        Path(url.removeprefix("sqlite:///") + end).unlink(missing_ok=True)


def _commits_within(wal: bytes, end: int) -> int:
    """How many transactions lie wholly before a place: frames whose header names a size."""
    page = int.from_bytes(wal[8:12], "big")
    frame = 24 + page
    salt = wal[16:24]
    commits = 0
    for at in range(32, end - frame + 1, frame):
        header = wal[at : at + 24]
        if header[8:16] != salt:
            break
        commits += header[4:8] != b"\0\0\0\0"
    return commits


def test_the_count_of_commits_in_a_wal_is_right(tmp_path: Path) -> None:
    """Or the test above would ask for nothing."""
    connection = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
    with contextlib.closing(connection):
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE t (x)")
        for number in range(5):
            connection.execute("INSERT INTO t VALUES (?)", (number,))
        wal = (tmp_path / "x.db-wal").read_bytes()
    assert _commits_within(wal, len(wal)) == 6
    assert _commits_within(wal, len(wal) - 1) == 5
