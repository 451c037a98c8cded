"""Nothing comes to its end by a clock that is wrong."""

from dataclasses import dataclass

from payments.domain.values.time import DAY, HOUR, SECOND, Instant, later
from payments.infra.trusted_clock import ASK_AGAIN_SECONDS, TrustedClock, first_of
from payments.runner.runner import Runner
from payments.services.timers import Timers
from payments.store.engine.database import Database
from payments.store.engine.server_time import server_time
from payments.store.queries import Queries
from payments.store.records.timers import EndingLots, RefusedTimers
from tests.conftest import Time
from tests.support.expiring import END, grant
from tests.support.make import ADA, GUILD, START


@dataclass(slots=True)
class Second:
    """Another clock."""

    now: Instant | None = START
    asked: int = 0

    async def __call__(self) -> Instant | None:
        self.asked += 1
        return self.now


async def test_at_the_start_and_after_a_jump_a_second_clock_has_to_agree() -> None:
    clock, steady, second = Time(), [0.0], Second(None)
    trusted = TrustedClock(clock, steady=lambda: steady[0], second=second)
    assert not await trusted.is_sure()
    steady[0] += ASK_AGAIN_SECONDS
    second.now = later(START, -HOUR)
    assert await trusted.is_sure()

    clock.pass_(DAY)
    steady[0] += DAY / SECOND
    assert await trusted.is_sure()
    assert second.asked == 2, "time that passes is no jump"

    clock.pass_(HOUR + 1)
    assert not await trusted.is_sure()
    assert not await trusted.is_sure()
    assert second.asked == 3, "it is not asked at each look"
    steady[0] += ASK_AGAIN_SECONDS
    second.now = clock()
    assert await trusted.is_sure()


async def test_a_clock_that_is_put_right_again_is_believed() -> None:
    clock, second = Time(), Second(START)
    trusted = TrustedClock(clock, steady=lambda: 0.0, second=second)
    assert await trusted.is_sure()
    clock.pass_(-2 * HOUR)
    assert not await trusted.is_sure()
    clock.now = START
    assert await trusted.is_sure()


async def test_no_points_lapse_by_a_clock_that_jumped(
    runner: Runner, database: Database, queries: Queries, clock: Time
) -> None:
    await grant(runner)
    second = Second(START)
    running = Timers(
        runner=runner,
        sources=[EndingLots(database)],
        refusals=RefusedTimers(database),
        clock=clock,
        trusted=TrustedClock(clock, steady=lambda: 0.0, second=second),
    )
    assert await running.run_due() == 0
    clock.now = later(END, 365 * DAY)
    assert await running.run_due() == 0
    assert (await queries.balance(GUILD, ADA, START)).points == 40
    assert second.asked == 2


async def test_the_next_clock_is_asked_where_one_cannot_be_reached() -> None:
    async def broken() -> Instant | None:
        raise OSError("no route")

    assert await first_of(broken, Second(None), Second(END), Second(START))() == END
    assert await first_of(broken)() is None


async def test_a_servers_database_has_a_clock_of_its_own(database: Database) -> None:
    time = await server_time(database.reader)
    is_server = database.reader.engine.dialect.name == "postgresql"
    assert (time is not None) == is_server
    if time is not None:
        assert time > START - 365 * DAY
