"""A session that was left open in the middle of a transaction stops only whom it holds up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import asyncpg
import pytest
from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import DBAPIError

from payments.commands.base import SYSTEM
from payments.commands.points.move import GrantPoints
from payments.domain.values.ids import GuildId, MemberId
from payments.infra.errors import DatabaseUnusable
from payments.notifications.routing import route
from payments.runner.errors import BooksUnavailable
from payments.runner.lanes import group_of
from payments.runner.runner import Runner
from payments.services.health import STUCK_SECONDS, runner_checks
from payments.store.engine import error_kinds as trouble
from payments.store.engine.dialect import unhurried
from payments.store.engine.migrate import explained
from payments.store.engine.postgres import LockLimits, PostgresDatabase
from payments.store.queries import Queries
from tests.support.commands import put_up
from tests.support.make import ADA, BEN, EVE, GUILD, START, event, initiate, key, refund_update

ELSEWHERE = GuildId(GUILD + 1)
QUICK = LockLimits(lock=150, statement=20_000, idle=20_000)


@pytest.fixture
async def database(postgres_url: str) -> AsyncIterator[PostgresDatabase]:
    opened = PostgresDatabase(make_url(postgres_url), QUICK)
    yield opened
    await opened.close()


@pytest.fixture
async def runner(database: PostgresDatabase) -> AsyncIterator[Runner]:
    running = Runner(database, route=route)
    running.start()
    yield running
    await running.close()


def grant(member: MemberId = ADA, guild: GuildId = GUILD) -> GrantPoints:
    return GrantPoints(
        key=key(), at=START, actor=SYSTEM, guild=guild, member=member, points=5, note=""
    )


@asynccontextmanager
async def left_open(url: str, statement: str) -> AsyncIterator[None]:
    """A session in which somebody typed BEGIN and this statement, and went home."""
    session = await asyncpg.connect(url)
    try:
        await session.execute("BEGIN")
        await session.execute(statement)
        yield
    finally:
        await session.close()


def row_of(member: MemberId) -> str:
    return f"SELECT * FROM accounts WHERE member_id = {member} FOR UPDATE"  # noqa: S608 - a number of ours


async def test_a_row_that_is_locked_stops_no_other_guild_and_no_other_member(
    runner: Runner, database: PostgresDatabase, postgres_url: str
) -> None:
    for member in (ADA, BEN):
        await runner.run(grant(member))
    held_up = grant()
    async with left_open(postgres_url, row_of(ADA)):
        done = await asyncio.gather(
            runner.run(held_up),
            runner.run(grant(BEN)),
            *(runner.run(grant(guild=ELSEWHERE)) for _ in range(5)),
            return_exceptions=True,
        )
        assert isinstance(done[0], BooksUnavailable)
        assert [each for each in done[1:] if isinstance(each, BaseException)] == []
        await runner.run(grant(guild=ELSEWHERE))
        await runner.run(grant(EVE))
    await runner.run(held_up)
    queries = Queries(database.reader)
    assert (await queries.balance(GUILD, ADA, START)).points == 10
    assert (await queries.balance(GUILD, BEN, START)).points == 10


async def test_while_some_wait_in_their_lane_others_do_not(
    runner: Runner, postgres_url: str
) -> None:
    """What comes for a guild that is held up goes to its lane at once."""
    await runner.run(grant())
    async with left_open(postgres_url, row_of(ADA)):
        first = asyncio.create_task(runner.run(grant()))
        while not runner.held_up(0.0):  # noqa: ASYNC110 - nobody says when
            await asyncio.sleep(0)
        second = asyncio.create_task(runner.run(grant()))
        await runner.run(grant(guild=ELSEWHERE))
        for each in (first, second):
            with pytest.raises(BooksUnavailable):
                await each
    await runner.run(grant())
    assert runner.held_up(0.0) == 0


async def test_a_payment_that_is_locked_holds_up_only_its_own_messages(
    runner: Runner, postgres_url: str
) -> None:
    """A provider's message does not say of which guild it is."""
    await put_up(runner)
    for name in ("one", "two"):
        await runner.run(initiate(name))
    row = "SELECT * FROM payments WHERE payment_id = 'one' FOR UPDATE"
    async with left_open(postgres_url, row):
        done = await asyncio.gather(
            runner.run(event(refund_update("one", "re_1", 100))),
            runner.run(event(refund_update("two", "re_2", 100))),
            return_exceptions=True,
        )
    assert isinstance(done[0], BooksUnavailable)
    assert not isinstance(done[1], BaseException)


async def test_what_holds_the_whole_table_is_answered_not_waited_for(
    runner: Runner, postgres_url: str
) -> None:
    async with left_open(postgres_url, "LOCK TABLE accounts"):
        done = await asyncio.gather(
            *(runner.run(grant(guild=GuildId(GUILD + n))) for n in range(4)),
            return_exceptions=True,
        )
        assert {type(each) for each in done} == {BooksUnavailable}
    await runner.run(grant())


async def test_every_connection_of_ours_has_limits(database: PostgresDatabase) -> None:
    def shown(connection: Connection) -> list[str]:
        return [
            str(connection.execute(text(f"SHOW {name}")).scalar_one()) for name in QUICK.settings()
        ]

    def with_pauses(connection: Connection) -> list[str]:
        unhurried(connection)
        return shown(connection)

    limits, patient = ["150ms", "20s", "20s"], ["1min", "0", "10min"]
    assert await database.transact(shown) == limits
    assert await database.snapshot(shown) == limits
    assert await database.reader.read(shown) == limits
    async with database.reader.at_one_moment() as moment:
        assert await moment.read(shown) == patient
    assert await database.transact(with_pauses) == patient
    assert await database.transact(shown) == limits, "only until the transaction ends"


async def test_a_statement_that_takes_too_long_is_ended(postgres_url: str) -> None:
    database = PostgresDatabase(make_url(postgres_url), replace(QUICK, statement=50))
    with pytest.raises(DBAPIError) as error:
        await database.transact(lambda c: c.execute(text("SELECT pg_sleep(60)")))
    assert trouble.sqlstate_of(error.value) == "57014"
    await database.close()


async def test_an_update_of_the_tables_says_who_is_in_its_way(
    database: PostgresDatabase, postgres_url: str
) -> None:
    async with left_open(postgres_url, "LOCK TABLE accounts"):
        with pytest.raises(DatabaseUnusable, match="holds a lock"), explained():
            await database.transact(lambda c: c.execute(text("SELECT * FROM accounts")))


class _Fault(Exception):
    """As one of the driver's errors, which SQLAlchemy wraps."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("state", "splits"),
    [
        ("08006", False),
        ("53300", False),
        ("57014", False),
        ("57P01", False),
        ("22021", True),
        ("23514", True),
        ("25P03", True),
        ("40001", True),
        ("55P03", True),
        ("XX000", True),
    ],
)
def test_the_sqlstate_says_whether_a_batch_is_split(state: str, *, splits: bool) -> None:
    error = DBAPIError("SELECT 1", None, _Fault(state))
    assert trouble.is_about_the_content(error) is splits
    assert trouble.is_lock_wait(error) is (state == "55P03")


def test_without_a_sqlstate_a_lost_connection_is_about_nothing_that_was_asked() -> None:
    lost = DBAPIError("SELECT 1", None, Exception("gone"), connection_invalidated=True)
    assert not trouble.is_about_the_content(lost)
    assert not trouble.is_about_the_content(TimeoutError())
    assert trouble.is_about_the_content(OverflowError("an integer that is too large"))


def test_commands_of_one_guild_are_held_up_together() -> None:
    assert group_of(grant(ADA)) == group_of(grant(BEN)) != group_of(grant(guild=ELSEWHERE))
    one, again, two = (event(refund_update(payment, "re", 1)) for payment in ("one", "one", "two"))
    assert group_of(one) == group_of(again) != group_of(two)
    unknown = replace(one, found=())
    assert group_of(unknown) == ("command", unknown.key)


class Standing(Runner):
    """A runner that says how it stands."""

    def __init__(self, *, busy: float, locked: int) -> None:
        self._busy, self._locked = busy, locked

    def busy_seconds(self) -> float:
        return self._busy

    def held_up(self, seconds: float) -> int:
        assert seconds == STUCK_SECONDS
        return self._locked


@pytest.mark.parametrize(
    ("busy", "locked", "found"),
    [(0.0, 0, ("ok", "ok")), (10.1, 0, ("stuck", "ok")), (9.9, 1, ("ok", "locked"))],
)
async def test_health_sees_a_batch_that_is_stuck_and_a_lock_that_stands(
    busy: float, locked: int, found: tuple[str, str]
) -> None:
    checks = runner_checks(Standing(busy=busy, locked=locked))
    assert (await checks["books"].look(), await checks["locks"].look()) == found
    assert checks["books"].needed
    assert not checks["locks"].needed
