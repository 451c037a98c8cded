"""What can be wrong with the database is named, with the way out."""

import shutil
import sqlite3
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.doctor import check_books as books
from app.doctor.check_books import MEGABYTE
from payments.commands.guild.second_copy import ReportSecondCopy
from payments.commands.guild.setup_problems import ReportChannel
from payments.domain.values.ids import GuildId
from payments.infra.clock import system_clock
from payments.infra.finding import FindingState
from payments.store.engine.mounts import why_unsafe
from sandbox.discord_wire.world import ADA, GUILD
from tests.faces.command_line.doctor.conftest import Installation
from tests.support.make import checkout_update, event, initiate, package
from tests.support.sold import sell


def write(well: Installation, statement: str) -> None:
    """Change the database behind the program's back."""
    file = sqlite3.connect(well.folder / "books.db")
    file.execute(statement)
    file.commit()
    file.close()


async def test_a_database_that_is_not_there_yet_is_no_error(well: Installation) -> None:
    found = await well.examine(database_url=f"sqlite:///{well.folder}/new.db")
    assert found.the("Database").state == FindingState.WARNING
    assert "guildbank run" in found.the("Database").remedy
    assert not (well.folder / "new.db").exists()


async def test_a_folder_that_is_not_there_is_named(well: Installation) -> None:
    found = (await well.examine(database_url="sqlite:////nowhere/books.db")).the("Database")
    assert found.state == FindingState.ERROR
    assert "no folder /nowhere" in found.words


async def test_a_file_that_is_no_database_is_named(well: Installation) -> None:
    (well.folder / "text.db").write_text("no database " * 100)
    found = (await well.examine(database_url=f"sqlite:///{well.folder}/text.db")).the("Database")
    assert found.state == FindingState.ERROR


async def test_a_server_that_is_away_is_named_without_its_password(well: Installation) -> None:
    found = await well.examine(database_url="postgresql://me:hush@127.0.0.1:9/books")
    assert found.the("Database").state == FindingState.ERROR
    assert "hush" not in repr(found)


@pytest.mark.parametrize(
    ("version", "words", "remedy"),
    [
        ("0005", "at version 0005, and this program needs", "guildbank migrate"),
        ("9999", "does not know", "newer Guildbank"),
    ],
)
async def test_a_database_of_another_version_is_named(
    well: Installation, version: str, words: str, remedy: str
) -> None:
    write(well, f"UPDATE alembic_version SET version_num = '{version}'")  # noqa: S608 - a test's own
    found = await well.examine()
    old = found.the("Database version")
    assert old.state == FindingState.ERROR
    assert words in old.words
    assert remedy in old.remedy
    assert not found.of("Books")


async def test_an_empty_database_is_named(well: Installation) -> None:
    sqlite3.connect(well.folder / "empty.db").close()
    found = await well.examine(database_url=f"sqlite:///{well.folder}/empty.db")
    assert "guildbank migrate" in found.the("Database version").remedy


async def test_books_that_do_not_agree_are_named(well: Installation) -> None:
    write(well, f"INSERT INTO accounts VALUES ({GUILD}, {ADA}, 5, 0, 0)")  # noqa: S608 - as above
    found = (await well.examine()).the("Books")
    assert found.state == FindingState.ERROR
    assert str(ADA) in found.words
    assert "guildbank verify" in found.remedy


async def test_what_waits_for_long_and_what_is_dead_is_named(well: Installation) -> None:
    guild = GuildId(GUILD)
    report = ReportChannel.of(guild, "mod_channel", None, "it is gone", at=system_clock())
    await well.running.runner.run(report)
    write(well, "UPDATE deliveries SET due_at = 0")
    waits = (await well.examine()).the("Queue")
    assert "minutes" in waits.words
    assert "guildbank run" in waits.remedy
    write(well, "UPDATE deliveries SET status = 'dead', ended_at = 1")
    dead = (await well.examine()).the("Queue")
    assert "guildbank events dead" in dead.remedy


@pytest.mark.parametrize(("free", "state"), [(50, FindingState.ERROR), (500, FindingState.WARNING)])
async def test_a_disk_that_is_nearly_full_is_named(
    well: Installation, monkeypatch: pytest.MonkeyPatch, free: int, state: FindingState
) -> None:
    def usage(_: Path) -> SimpleNamespace:
        return SimpleNamespace(free=free * MEGABYTE)

    monkeypatch.setattr(shutil, "disk_usage", usage)
    found = (await well.examine()).the("Disk")
    assert found.state == state
    assert f"{free} MB" in found.words


async def test_a_postgresql_is_looked_at_as_well(well: Installation, postgres_url: str) -> None:
    found = await well.examine(database_url=postgres_url)
    assert found.of("Database")[0].words.startswith("PostgreSQL")
    assert [each.state for each in found.of("Books")] == [FindingState.OK]
    assert not found.of("Disk"), "its server is another machine, for all we know"


async def test_test_points_are_named_once_a_live_key_is_in_use(well: Installation) -> None:
    sold = package(guild=GuildId(GUILD))
    await sell(well.running.runner, sold)
    await well.running.runner.run(initiate("p1", of=sold))
    await well.running.runner.run(event(checkout_update("p1", of=sold)))
    assert (await well.examine()).of("Test points") == []
    found = (await well.examine(stripe_secret_key="sk_live_1")).the("Test points")
    assert found.words.startswith("500 points in members' hands were bought in test mode")
    assert "`guildbank void`" in found.remedy


async def test_a_database_on_a_share_is_named(
    well: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsafe(file: Path) -> str | None:
        return why_unsafe(file, mounts=lambda: "nas:/ / nfs rw 0 0")

    monkeypatch.setattr(books, "why_unsafe", unsafe)
    for url in ("books.db", "not-yet.db"):
        found = await well.examine(database_url=f"sqlite:///{well.folder}/{url}")
        assert found.the("Database place").state == FindingState.ERROR
        assert "NFS" in found.the("Database place").words
        assert "named volume" in found.the("Database place").remedy


async def test_a_second_copy_that_was_noticed_is_told(well: Installation) -> None:
    await well.running.runner.run(ReportSecondCopy.of(system_clock()))
    found = (await well.examine()).the("Second copy")
    assert found.state == FindingState.WARNING
    assert "same bot token" in found.words
