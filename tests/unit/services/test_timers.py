"""What comes to its end by itself: once, in small batches, and only by a clock that is right."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from sqlalchemy import select

from payments.commands.base import SYSTEM
from payments.commands.points.lapse import LapsePoints
from payments.commands.points.move import GrantPoints, SpendPoints
from payments.commands.timer import Due
from payments.domain.values.guilds import MAX_POINTS
from payments.domain.values.ids import MemberId
from payments.domain.values.time import DAY, HOUR, Instant, later
from payments.infra.trusted_clock import TrustedClock
from payments.runner.errors import BooksUnavailable
from payments.runner.runner import Runner
from payments.services.timers import AT_ONCE, Timers
from payments.store import tables
from payments.store.engine.database import Database
from payments.store.queries import Queries
from payments.store.records.timers import EndingLots, RefusedTimers
from payments.store.verify.verify import verify
from tests.conftest import Time
from tests.support.expiring import END, grant
from tests.support.make import ADA, BEN, GUILD, START, key


def timers(runner: Runner, database: Database, clock: Time) -> Timers:
    """Timers whose clock is right."""

    async def same() -> Instant:
        return clock()

    return Timers(
        runner=runner,
        sources=[EndingLots(database)],
        refusals=RefusedTimers(database),
        clock=clock,
        trusted=TrustedClock(clock, steady=lambda: 0.0, second=same),
    )


async def proven(database: Database) -> None:
    assert await database.transact(lambda connection: list(verify(connection))) == []


async def test_points_lapse_though_nobody_looks(
    runner: Runner, database: Database, queries: Queries, clock: Time
) -> None:
    for member in (ADA, BEN):
        await grant(runner, member)
    await grant(runner, ADA, 7, later(START, DAY // 2))
    await grant(runner, ADA, 5, None)
    running = timers(runner, database, clock)
    clock.now = Instant(END - 1)
    assert await running.run_due() == 1
    clock.now = END
    assert await running.run_due() == 2
    assert await running.run_due() == 0
    for member, left in ((ADA, 5), (BEN, 0)):
        assert (await queries.balance(GUILD, member, START)).points == left
    lines = (await queries.history(GUILD, ADA)).lines
    assert [(line.kind, line.points) for line in lines][:2] == [("lapse", -40), ("lapse", -7)]
    await proven(database)


async def test_two_grants_that_no_transfer_can_move_at_once_lapse(
    runner: Runner, database: Database, queries: Queries, clock: Time
) -> None:
    for _ in range(2):
        await grant(runner, points=MAX_POINTS)
    clock.now = END
    assert await timers(runner, database, clock).run_due() == 1
    assert (await queries.balance(GUILD, ADA, START)).points == 0
    await proven(database)


async def test_many_that_are_due_go_in_batches(
    runner: Runner, database: Database, clock: Time
) -> None:
    members = [MemberId(ADA + number) for number in range(2 * AT_ONCE + 1)]
    await asyncio.gather(*(grant(runner, member) for member in members))
    clock.now = END
    assert await timers(runner, database, clock).run_due() == len(members)


async def test_what_a_member_is_shown_never_contains_points_whose_time_is_over(
    runner: Runner, queries: Queries
) -> None:
    await grant(runner, points=40)
    await grant(runner, points=7, end=later(END, HOUR))
    await grant(runner, points=5, end=None)
    before = await queries.balance(GUILD, ADA, Instant(END - 1))
    assert (before.points, before.lapsing, before.next_lapse) == (52, 40, END)
    after = await queries.balance(GUILD, ADA, END)
    assert (after.points, after.lapsing, after.next_lapse) == (12, 7, later(END, HOUR))
    last = await queries.balance(GUILD, ADA, later(END, DAY))
    assert (last.points, last.lapsing, last.next_lapse) == (5, 0, None)


@pytest.mark.parametrize("swept", [False, True])
async def test_the_standing_of_a_moment_has_no_points_whose_time_was_over_then(
    runner: Runner, database: Database, queries: Queries, clock: Time, *, swept: bool
) -> None:
    await grant(runner, points=40)
    await grant(runner, points=5, end=None)
    clock.now = later(END, HOUR)
    if swept:
        assert await timers(runner, database, clock).run_due() == 1
    spend = SpendPoints(
        key=key(), at=clock(), actor=SYSTEM, guild=GUILD, member=ADA, points=2, note=""
    )
    await runner.run(spend)
    for moment, points in ((Instant(END - 1), 45), (END, 5), (later(END, DAY), 3)):
        standing = await queries.standing(GUILD, moment, livemode=False)
        assert (standing.balance, standing.given, standing.owed) == (points, points, 0)


@dataclass(slots=True)
class Always:
    """A source that finds the same thing again and again, as long as it is not refused."""

    dues: list[Due]
    refused: set[str] = field(default_factory=set)

    async def due(self, now: Instant, limit: int) -> Sequence[Due]:
        del now
        return [each for each in self.dues if each.object not in self.refused][:limit]

    async def note(self, due: Due, reason: str, now: Instant) -> None:
        del now
        assert "expire in the past" in reason
        self.refused.add(due.object)


def due(name: str, *, good: bool) -> Due:
    command = GrantPoints(
        key=key(name),
        at=END,
        actor=SYSTEM,
        guild=GUILD,
        member=ADA,
        points=1,
        note="",
        expires_at=None if good else START,
    )
    return Due(kind="test", guild=GUILD, object=name, at=END, command=command)


async def test_a_refusal_ends_a_timer_and_holds_up_no_other(
    runner: Runner, queries: Queries, clock: Time
) -> None:
    source = Always([due("bad", good=False), due("good", good=True)])

    async def same() -> Instant:
        return clock()

    running = Timers(
        runner=runner,
        sources=[source],
        refusals=source,
        clock=clock,
        trusted=TrustedClock(clock, steady=lambda: 0.0, second=same),
    )
    await running.run_due()
    assert source.refused == {"bad"}
    assert (await queries.balance(GUILD, ADA, END)).points == 1


async def test_what_was_refused_is_remembered(
    runner: Runner, database: Database, clock: Time
) -> None:
    await grant(runner)
    clock.now = END
    lots, refused = EndingLots(database), RefusedTimers(database)
    (found,) = await lots.due(END, 10)
    for _ in range(2):
        await refused.note(found, "Refused: no", END)
    assert await lots.due(END, 10) == []
    rows = await database.transact(
        lambda connection: connection.execute(select(tables.refused_timers)).mappings().all()
    )
    assert [(row["kind"], row["reason"]) for row in rows] == [("lot", "Refused: no")]


async def test_points_that_come_to_an_ended_lot_late_have_an_end_of_their_own(
    runner: Runner, database: Database, queries: Queries, clock: Time
) -> None:
    """A process whose clock is behind may still put points into it."""
    await grant(runner)
    clock.now = END
    running = timers(runner, database, clock)
    assert await running.run_due() == 1
    await grant(runner, points=3)
    assert await running.run_due() == 1
    assert (await queries.balance(GUILD, ADA, START)).points == 0
    await proven(database)


class Away(Runner):
    """A runner whose database is away."""

    def __init__(self) -> None:
        pass

    async def run(self, command: object) -> None:  # type: ignore[override]  # it returns nothing
        del command
        raise BooksUnavailable("The database is away.")


async def test_while_the_database_is_away_nothing_counts_as_refused(clock: Time) -> None:
    source = Always([due("one", good=False)])

    async def same() -> Instant:
        return clock()

    running = Timers(
        runner=Away(),
        sources=[source],
        refusals=source,
        clock=clock,
        trusted=TrustedClock(clock, steady=lambda: 0.0, second=same),
    )
    assert await running.run_due() == 0
    assert source.refused == set()


async def test_the_same_end_is_one_command_under_one_key(runner: Runner) -> None:
    await grant(runner)
    command = LapsePoints(key=key("lapse"), at=END, actor=SYSTEM, guild=GUILD, member=ADA, due=END)
    assert await runner.run(command) == 40
    assert await runner.run(replace(command, at=later(END, DAY))) == 40
