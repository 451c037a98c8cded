"""Old messages of providers leave for a file, and nothing is credited twice for it."""

from typing import Any

import pytest
from sqlalchemy import Connection, func, select, text

from payments.domain.values.time import DAY, later
from payments.runner.runner import Runner
from payments.store import tables
from payments.store.audit import archive
from payments.store.audit.archive import archive_provider_events
from payments.store.engine.database import Database
from payments.store.queries import Queries
from payments.store.verify.verify import verify
from tests.support.commands import put_up
from tests.support.make import ADA, GUILD, START, checkout_update, event, initiate

Rows = list[dict[str, Any]]


async def left(database: Database) -> int:
    def read(connection: Connection) -> int:
        query = select(func.count()).select_from(tables.provider_events)
        return int(connection.execute(query).scalar_one())

    return await database.transact(read)


async def test_what_is_old_and_handled_goes_and_has_no_second_effect(
    runner: Runner, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "ROWS_AT_ONCE", 2)
    await put_up(runner)
    events = []
    for number in range(5):
        await runner.run(initiate(f"p{number}"))
        events.append(event(checkout_update(f"p{number}")))
        await runner.run(events[-1])
    kept: Rows = []
    assert await archive_provider_events(database, START, kept.extend) == 0
    assert await archive_provider_events(database, later(START, DAY), kept.extend) == 5
    assert len({row["event_id"] for row in kept}) == 5
    assert await left(database) == 0
    for each in events:
        await runner.run(each)
    assert (await Queries(database.reader).balance(GUILD, ADA, START)).points == 2500
    assert await database.transact(lambda connection: list(verify(connection))) == []


@pytest.mark.parametrize("status", ["failed", "quarantined", "pending"])
async def test_what_needs_a_person_stays(runner: Runner, database: Database, status: str) -> None:
    await put_up(runner)
    await runner.run(initiate("p1"))
    await runner.run(event(checkout_update("p1")))
    await database.transact(
        lambda connection: connection.execute(
            text("UPDATE provider_events SET status = :status"), {"status": status}
        )
    )
    assert await archive_provider_events(database, later(START, DAY), lambda _: None) == 0
    assert await left(database) == 1


async def test_what_cannot_be_kept_is_not_deleted(runner: Runner, database: Database) -> None:
    def full(_: Rows) -> None:
        raise OSError("no space left on device")

    await put_up(runner)
    await runner.run(initiate("p1"))
    await runner.run(event(checkout_update("p1")))
    with pytest.raises(OSError, match="no space"):
        await archive_provider_events(database, later(START, DAY), full)
    assert await left(database) == 1


async def test_what_is_tried_again_meanwhile_stays(
    runner: Runner, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put_up(runner)
    await runner.run(initiate("p1"))
    await runner.run(event(checkout_update("p1")))
    transact = database.transact

    async def a_moment_later(work: Any) -> Any:
        tried_again = text("UPDATE provider_events SET status = 'failed'")
        await transact(lambda connection: connection.execute(tried_again))
        return await transact(work)

    monkeypatch.setattr(database, "transact", a_moment_later)
    await archive_provider_events(database, later(START, DAY), lambda _: None)
    monkeypatch.undo()
    assert await left(database) == 1
