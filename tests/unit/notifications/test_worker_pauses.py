"""How long a worker waits before it tries again, and when it ends."""

import pytest

from payments.domain.values.time import DAY, SECOND, later
from payments.notifications.errors import Postpone
from payments.notifications.worker import POSTPONEMENTS
from payments.runner.runner import Runner
from payments.store.engine.database import Database
from tests.conftest import Time
from tests.support.channels import Ends, FakeChannel
from tests.support.databases import only_on_sqlite
from tests.support.outbox import Start, change, due_at, grant, outbox, rows, start

__all__ = ["outbox", "start"]  # fixtures

pytestmark = only_on_sqlite


@pytest.mark.parametrize(("attempts", "seconds"), [(0, 1), (1, 2)])
async def test_the_pause_after_a_failure_doubles_and_is_a_quarter_longer_at_most(
    start: Start,
    runner: Runner,
    ends: Ends,
    database: Database,
    clock: Time,
    attempts: int,
    seconds: int,
) -> None:
    await grant(runner, 1)
    await change(database, attempts=attempts)
    start(FakeChannel(RuntimeError("no")))
    assert await ends.ended.get() == ("recipient", "failed")
    pause = await due_at(database) - clock()
    assert seconds * SECOND <= pause <= seconds * SECOND * 5 // 4


@pytest.mark.parametrize(
    ("postponements", "asked", "least"),
    [(0, 0, 1), (3, 0, 8), (8, 0, 256), (9, 0, 300), (60, 0, 300), (0, 45.5, 45.5), (9, 900, 900)],
)
async def test_the_pause_of_what_is_put_off_doubles_up_to_five_minutes_unless_more_is_asked(
    start: Start,
    runner: Runner,
    ends: Ends,
    database: Database,
    clock: Time,
    postponements: int,
    asked: float,
    least: float,
) -> None:
    await grant(runner, 1)
    await change(database, postponements=postponements)
    start(FakeChannel(Postpone("away", seconds=asked)))
    assert await ends.ended.get() == ("recipient", "postponed")
    pause = await due_at(database) - clock()
    most = least if asked else least * 5 / 4
    assert least * SECOND <= pause <= most * SECOND


@pytest.mark.parametrize(
    ("age", "postponements", "end"),
    [
        (DAY - 1, POSTPONEMENTS, "postponed"),
        (DAY, POSTPONEMENTS - 1, "postponed"),
        (DAY, POSTPONEMENTS, "dead"),
    ],
)
async def test_what_is_put_off_ends_after_a_day_and_enough_tries(
    start: Start,
    runner: Runner,
    ends: Ends,
    database: Database,
    clock: Time,
    age: int,
    postponements: int,
    end: str,
) -> None:
    await grant(runner, 1)
    await change(database, postponements=postponements, created_at=later(clock(), -age))
    start(FakeChannel(Postpone("away")))
    assert await ends.ended.get() == ("recipient", end)
    status, _, times, error = (await rows(database))[0]
    waits = end == "postponed"
    assert (status, error) == ("waiting" if waits else "dead", "away")
    assert times == postponements + waits


async def test_what_lasts_is_put_off_for_as_long_as_its_channel_says(
    start: Start, runner: Runner, ends: Ends, database: Database, clock: Time
) -> None:
    await grant(runner, 1)
    age, tries = 300 * DAY, 80_000
    await change(database, postponements=tries, created_at=later(clock(), -age))
    start(FakeChannel(Postpone("away", lasting=True)))
    assert await ends.ended.get() == ("recipient", "postponed")
    assert await rows(database) == [("waiting", 0, tries + 1, "away")]
    pause = await due_at(database) - clock()
    assert 300 * SECOND <= pause <= 375 * SECOND
