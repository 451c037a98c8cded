"""`guildbank installation` as it is typed."""

import uuid

from tests.process.conftest import Process


async def test_it_shows_its_id_and_changes_it_only_when_asked(process: Process) -> None:
    assert (await process.typed("migrate")).code == 0
    first = (await process.typed("installation")).output.strip()
    assert str(uuid.UUID(first)) == first
    assert (await process.typed("installation")).output.strip() == first
    fresh = (await process.typed("installation", "--new")).output.strip()
    assert fresh != first
    assert (await process.typed("installation")).output.strip() == fresh


async def test_a_database_that_cannot_be_opened_is_named(process: Process) -> None:
    ended = await process.typed("installation", DATABASE_URL="sqlite:////nowhere/at/all/books.db")
    assert ended.code == 1
    assert "There are no books in /nowhere/at/all/books.db yet" in ended.errors
