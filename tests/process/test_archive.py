"""`guildbank archive` as it is typed: what it says, and that it may be killed at any moment."""

import asyncio
import gzip
import json
import random
from pathlib import Path

import pytest
from sqlalchemy import Connection

from payments.domain.values.time import DAY, later
from payments.infra.clock import system_clock
from payments.store import tables
from payments.store.audit.log import AuditLog
from payments.store.engine.database import open_database
from tests.process.conftest import Process

ROWS = 3_000
SEED = 20261121


async def fill(url: str) -> None:
    """A log whose rows are old, but for the last one."""

    def write(connection: Connection) -> None:
        at = later(system_clock(), -500 * DAY)
        common = [
            {
                "command_key": f"c{n}",
                "actor": "system",
                "at": at + n if n < ROWS else system_clock(),
            }
            for n in range(ROWS + 1)
        ]
        connection.execute(
            tables.commands.insert(),
            [each | {"kind": "x", "content": "{}", "result": "null"} for each in common],
        )
        connection.execute(
            tables.audit.insert(), [each | {"action": "x", "outcome": "null"} for each in common]
        )

    database = open_database(url)
    await database.transact(write)
    while (await AuditLog(database).seal()).sealed:
        pass
    await database.close()


@pytest.fixture
async def filled(process: Process, database_url: str) -> Process:
    process.environment["DATABASE_URL"] = database_url
    await fill(database_url)
    return process


async def test_it_says_what_it_did_and_the_file_proves_itself(
    filled: Process, tmp_path: Path
) -> None:
    to = tmp_path / "old.jsonl.gz"
    done = await filled.typed("archive", "--to", str(to))
    assert (done.code, done.errors) == (0, "")
    assert done.output == f"Moved 0 messages and {ROWS:,} audit rows to {to}.\n"
    again = await filled.typed("archive", "--to", str(to))
    assert again.output == f"Nothing is older than 400 days, so nothing was moved to {to}.\n"
    alone = await filled.typed("verify")
    note = f"Not proven: {ROWS:,} archived audit rows; --archive FILE proves them too."
    assert (alone.code, alone.output) == (0, f"All books agree.\n{note}\n")
    whole = await filled.typed("verify", "--archive", str(to))
    assert (whole.code, whole.output) == (0, "All books agree.\n")
    lines = gzip.decompress(to.read_bytes()).decode().splitlines()
    first, second = (tmp_path / name for name in ("first.gz", "second.gz"))
    for path, some in ((first, lines[:1000]), (second, lines[1000:])):
        path.write_bytes(gzip.compress("".join(f"{line}\n" for line in some).encode()))
    both = ("--archive", str(second), "--archive", str(first))
    assert (await filled.typed("verify", *both)).code == 0
    half = await filled.typed("verify", "--json", "--archive", str(first))
    assert half.code == 1
    assert json.loads(half.output) == {
        "agree": False,
        "complaints": [
            f"The archive ends after 1000 audit rows, but {ROWS} were moved. Name all of its files."
        ],
        "unproven": 0,
    }


async def test_what_cannot_be_written_or_read_is_said_in_a_sentence(
    process: Process, tmp_path: Path
) -> None:
    assert (await process.typed("migrate")).code == 0
    nowhere = await process.typed("archive", "--to", "/nowhere/old.jsonl.gz")
    assert nowhere.code == 2
    assert "cannot be written: No such file or directory. What is not in it st" in nowhere.errors
    (tmp_path / "words").write_text("no archive at all")
    for asked in (("archive", "--to"), ("verify", "--archive")):
        other = await process.typed(*asked, str(tmp_path / "words"))
        assert other.code == 2
        assert "words is no archive" in other.errors
        assert "Traceback" not in nowhere.errors + other.errors
    missing = await process.typed("verify", "--archive", str(tmp_path / "missing"))
    assert missing.code == 2
    assert "missing cannot be read: No such file or directory." in missing.errors


async def test_killed_at_any_moment_it_loses_and_doubles_nothing(
    filled: Process, tmp_path: Path, *, thorough: bool
) -> None:
    """Killed again and again at a random moment while it writes, then run to its end."""
    to = tmp_path / "old.jsonl.gz"
    chance = random.Random(SEED)  # noqa: S311 - chooses moments
    sizes = [0]
    for _ in range(20 if thorough else 4):
        running = await filled.start("archive", "--to", str(to))
        while running.returncode is None:
            await asyncio.sleep(0.001)
            if to.exists() and to.stat().st_size > sizes[-1]:
                await asyncio.sleep(chance.random() * 0.01)
                running.kill()
                break
        await running.communicate()
        sizes.append(to.stat().st_size)
        whole = await filled.typed("verify", "--archive", str(to))
        assert whole.code == 0, whole.errors
    assert sizes[1] > 0
    assert (await filled.typed("archive", "--to", str(to))).code == 0
    whole = await filled.typed("verify", "--archive", str(to))
    assert (whole.code, whole.output) == (0, "All books agree.\n")
    lines = [json.loads(line) for line in gzip.decompress(to.read_bytes()).splitlines()]
    assert {row["position"] for row in lines} == set(range(1, ROWS + 1))
