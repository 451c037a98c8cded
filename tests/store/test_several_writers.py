"""Several processes write to one PostgreSQL: what one of them could not have seen is guarded."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from payments.commands.bar import LiftBar
from payments.commands.base import Command, by_member
from payments.commands.move import TransferPoints
from payments.commands.packages import AddPackage
from payments.commands.settings import ChangeSettings
from payments.domain.errors import NotEnoughPoints, Refused
from payments.domain.facts import DisputeStatus
from payments.domain.guilds import GuildSettings
from payments.domain.ids import MemberId, PackageId
from payments.domain.money import Money
from payments.domain.time import DAY, later
from payments.queue.routing import route
from payments.runner import Runner
from payments.store import tables
from payments.store.audit import AuditLog
from payments.store.engine import Database, open_database
from payments.store.queries import Queries
from payments.store.verify import verify
from tests.databases import only_on_postgres
from tests.make import (
    ADA,
    BEN,
    EVE,
    GUILD,
    START,
    checkout_told,
    dispute_told,
    event,
    initiate,
    key,
)
from tests.test_runner import grant, put_up

pytestmark = only_on_postgres

LATER = later(START, 4 * DAY)
"""When what was bought can be passed on."""


@pytest.fixture
async def two(database: Database, database_url: str) -> AsyncIterator[list[Runner]]:
    """Two processes' runners, each with connections of its own."""
    databases = [database, open_database(database_url)]
    runners = [Runner(each, route=route) for each in databases]
    for runner in runners:
        runner.start()
    await put_up(runners[0])
    yield runners
    for runner in runners:
        await runner.close()
    await databases[1].close()


@pytest.fixture
async def proven(database: Database) -> AsyncIterator[None]:
    """After each test the books must agree."""
    yield
    assert await database.snapshot(lambda connection: list(verify(connection))) == []


def passing_on(points: int, to: MemberId, of: MemberId = ADA) -> TransferPoints:
    return TransferPoints(
        key=key(),
        at=LATER,
        actor=by_member(of),
        guild=GUILD,
        member=of,
        recipient=to,
        points=points,
    )


async def outcomes(runners: list[Runner], commands: list[Command[Any]]) -> list[object]:
    """All at once, each by the next runner."""
    return await asyncio.gather(
        *(runners[n % len(runners)].run(command) for n, command in enumerate(commands)),
        return_exceptions=True,
    )


async def points(database: Database, member: MemberId) -> int:
    return (await Queries(database.reader).balance(GUILD, member, LATER)).points


@pytest.mark.usefixtures("proven")
async def test_the_same_points_are_passed_on_once(two: list[Runner], database: Database) -> None:
    await two[0].run(initiate("one"))
    await two[0].run(event(checkout_told("one")))
    found = await outcomes(two, [passing_on(500, (BEN, EVE)[n % 2]) for n in range(50)])
    assert sum(not isinstance(each, Exception) for each in found) == 1
    assert all(isinstance(each, NotEnoughPoints) for each in found if isinstance(each, Exception))
    assert await points(database, BEN) + await points(database, EVE) == 500


@pytest.mark.usefixtures("proven")
async def test_the_same_key_has_one_effect_and_one_answer(
    two: list[Runner], database: Database
) -> None:
    found = await outcomes(two, [grant(10, name="the same")] * 40)
    assert len(set(map(str, found))) == 1
    assert not isinstance(found[0], Exception)
    assert await points(database, ADA) == 10


@pytest.mark.usefixtures("proven")
async def test_the_same_message_of_the_provider_credits_once(
    two: list[Runner], database: Database
) -> None:
    for number in range(10):
        await two[0].run(initiate(f"p{number}"))
    told = [event(checkout_told(f"p{number}")) for number in range(10)]
    found = await outcomes(two, [each for each in told for _ in range(4)])
    assert not [each for each in found if isinstance(each, Exception)]
    assert await points(database, ADA) == 5000


@pytest.mark.usefixtures("proven")
async def test_members_who_give_to_one_another_do_not_lock_each_other_out(
    two: list[Runner], database: Database
) -> None:
    for member in (ADA, BEN):
        await two[0].run(grant(1000, member))
    there = [passing_on(1, BEN) for _ in range(60)]
    back = [passing_on(1, ADA, of=BEN) for _ in range(60)]
    found = await outcomes(two, [each for pair in zip(there, back, strict=True) for each in pair])
    assert not [each for each in found if isinstance(each, Exception)]
    assert await points(database, ADA) == await points(database, BEN) == 1000


@pytest.mark.usefixtures("proven")
@pytest.mark.parametrize("round_", range(5))
async def test_a_dispute_finds_points_that_are_passed_on_at_that_moment(
    two: list[Runner], database: Database, round_: int
) -> None:
    """Whoever has them, all are held, and nobody is left with debt for points that are there."""
    del round_
    await two[0].run(initiate("one"))
    await two[0].run(event(checkout_told("one")))
    lost = event(dispute_told("one", "dp_1", 499, DisputeStatus.OPEN), at=LATER)
    moves: list[Command[Any]] = [passing_on(1, (BEN, EVE)[n % 2]) for n in range(40)]
    found = await outcomes(two, [*moves[:20], lost, *moves[20:]])
    assert not [e for e in found if isinstance(e, Exception) and not isinstance(e, Refused)]

    def read(connection: Connection) -> tuple[int, int]:
        holds = tables.holds
        lots = select(func.sum(tables.lots.c.remaining)).where(tables.lots.c.payment_id == "one")
        return (
            connection.execute(select(func.sum(holds.c.owed))).scalar_one(),
            connection.execute(lots).scalar_one(),
        )

    owed, remaining = await database.transact(read)
    assert (owed, remaining) == (0, 0)


@pytest.mark.usefixtures("proven")
async def test_two_owners_who_change_other_settings_do_not_undo_each_other(
    two: list[Runner], database: Database
) -> None:
    before = GuildSettings(guild=GUILD)
    common = {"at": START, "actor": by_member(BEN), "guild": GUILD, "before": before}
    changes = [
        ChangeSettings(key=key(), settings=replace(before, **wish), **common)  # type: ignore[arg-type]  # common fields
        for wish in ({"mod_channel": 1}, {"moderator_role": 2}, {"approval_limit": 3})
    ]
    await outcomes(two, [*changes])
    after = await Queries(database.reader).settings(GUILD)
    assert (after.mod_channel, after.moderator_role, after.approval_limit) == (1, 2, 3)


async def test_one_name_is_for_sale_once(two: list[Runner], database: Database) -> None:
    adds: list[Command[Any]] = [
        AddPackage(
            key=key(),
            at=START,
            actor=by_member(BEN),
            guild=GUILD,
            name="Gold",
            points=1,
            price=Money(minor=100, currency="EUR"),
            package=PackageId(f"gold-{number}"),
        )
        for number in range(10)
    ]
    found = await outcomes(two, adds)
    assert sum(isinstance(each, Refused) for each in found) == 9
    assert len(await Queries(database.reader).packages(GUILD)) == 2


@pytest.mark.usefixtures("proven")
async def test_a_bar_is_not_lost_while_another_is_lifted(
    two: list[Runner], database: Database
) -> None:
    for number in range(6):
        await two[0].run(initiate(f"p{number}"))
        await two[0].run(event(checkout_told(f"p{number}")))
    lost = DisputeStatus.LOST
    await two[0].run(event(dispute_told("p0", "dp_0", 499, lost)))
    lift = LiftBar(key=key(), at=START, actor=by_member(BEN), guild=GUILD, member=ADA)
    disputes = [event(dispute_told(f"p{n}", f"dp_{n}", 499, lost)) for n in range(1, 6)]
    found = await outcomes(two, [*disputes[:2], lift, *disputes[2:]])
    assert not [each for each in found if isinstance(each, Exception)]
    assert "p5" in await Queries(database.reader).barred_by(GUILD, ADA)


async def test_two_sealers_make_one_chain(
    two: list[Runner], database: Database, database_url: str
) -> None:
    other = open_database(database_url)
    logs = [AuditLog(database), AuditLog(other)]
    for _ in range(5):
        await asyncio.gather(
            *(outcomes(two, [grant(1) for _ in range(10)]) for _ in range(2)),
            *(log.seal() for log in logs * 3),
        )
    await logs[0].seal()
    await other.close()
    assert await database.snapshot(lambda connection: list(verify(connection))) == []


async def test_only_one_does_a_chore_at_a_time(database: Database, database_url: str) -> None:
    other = open_database(database_url)
    async with (
        database.alone("chore") as first,
        other.alone("chore") as second,
        other.alone("another") as third,
    ):
        assert (first, second, third) == (True, False, True)
    async with other.alone("chore") as again:
        assert again
    await other.close()


async def test_workers_hear_of_what_others_wrote_also_after_the_connection_was_lost(
    two: list[Runner], database: Database, database_url: str
) -> None:
    other = open_database(database_url)
    heard = asyncio.Queue[None]()
    listening = asyncio.create_task(
        other.listen("guildbank_deliveries", lambda: heard.put_nowait(None))
    )
    async with asyncio.timeout(10):
        await heard.get()  # it listens
        await two[0].run(initiate("one"))
        await two[0].run(event(checkout_told("one")))
        await heard.get()

        def cut(connection: Connection) -> None:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE query LIKE 'LISTEN%' AND pid <> pg_backend_pid()"
            )

        await database.transact(cut)
        await heard.get()  # it listens again
        await two[0].run(initiate("two"))
        await two[0].run(event(checkout_told("two")))
        await heard.get()
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    await other.close()
