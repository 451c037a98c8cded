"""Several processes write to one PostgreSQL: what one of them could not have seen is guarded."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.util import await_only

from payments.commands.base import Command, by_member
from payments.commands.guild.packages import AddPackage
from payments.commands.guild.settings import ChangeSettings
from payments.commands.payments.purchase_ban import LiftPurchaseBan
from payments.commands.points.move import TransferPoints
from payments.domain.values.errors import NotEnoughPoints, Refused
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import MemberId, PackageId, PaymentId
from payments.domain.values.money import Money
from payments.domain.values.provider_updates import DisputeStatus
from payments.domain.values.time import DAY, later
from payments.notifications.routing import route
from payments.runner.runner import Runner
from payments.store import tables
from payments.store.audit.log import AuditLog
from payments.store.engine.database import Database, open_database
from payments.store.engine.postgres import CONFLICTS
from payments.store.engine.readers import BooksReader
from payments.store.queries import Queries
from payments.store.verify.verify import verify
from tests.support.commands import grant, put_up
from tests.support.databases import only_on_postgres
from tests.support.make import (
    ADA,
    BEN,
    EVE,
    GUILD,
    START,
    checkout_update,
    dispute_update,
    event,
    initiate,
    key,
    refund_update,
)

pytestmark = only_on_postgres

T = TypeVar("T")

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


async def outcomes(runners: list[Runner], commands: list[Command[Any]]) -> list[Any]:
    """All at once, each by the next runner."""
    running = (runners[n % len(runners)].run(command) for n, command in enumerate(commands))
    found: list[Any] = await asyncio.gather(*running, return_exceptions=True)
    return found


class Held:
    """A database whose transactions stop right before their commit, until they are let go.

    Args:
        database: The real one.
        before_second: If given, nothing stops, but this happens before the second transaction.
    """

    def __init__(
        self,
        database: Database,
        before_second: Callable[[], Coroutine[Any, Any, None]] | None = None,
    ) -> None:
        self._database = database
        self._before_second = before_second
        self._transactions = 0
        self.there = asyncio.Event()
        self.go = asyncio.Event()

    @property
    def reader(self) -> BooksReader:
        return self._database.reader

    async def transact(self, work: Callable[[Connection], T]) -> T:
        self._transactions += 1
        if self._before_second is not None:
            if self._transactions == 2:
                await self._before_second()
            return await self._database.transact(work)

        def stopping(connection: Connection) -> T:
            result = work(connection)
            self.there.set()
            await_only(self.go.wait())
            return result

        return await self._database.transact(stopping)

    async def snapshot(self, work: Callable[[Connection], T]) -> T:
        return await self._database.snapshot(work)

    async def listen(self, channel: str, notify: Callable[[], None]) -> None:
        await self._database.listen(channel, notify)

    def alone(self, what: str) -> AbstractAsyncContextManager[bool]:
        return self._database.alone(what)

    async def close(self) -> None:
        await self._database.close()


async def overlapping(
    runners: list[Runner], database: Database, first: Command[Any], second: Command[Any]
) -> list[Any]:
    """The second command comes while the first is written and not yet committed."""
    held = Held(database)
    slow = Runner(held, route=route)
    slow.start()
    begun = asyncio.create_task(slow.run(first))
    await held.there.wait()
    after = asyncio.create_task(runners[1].run(second))
    await asyncio.sleep(0.2)  # it reads what it can read, and waits for the rest
    held.go.set()
    found = list(await asyncio.gather(begun, after, return_exceptions=True))
    await slow.close()
    assert not [each for each in found if isinstance(each, Exception)]
    return found


async def points(database: Database, member: MemberId) -> int:
    return (await Queries(database.reader).balance(GUILD, member, LATER)).points


@pytest.mark.usefixtures("proven")
async def test_the_same_points_are_passed_on_once(two: list[Runner], database: Database) -> None:
    await two[0].run(initiate("one"))
    await two[0].run(event(checkout_update("one")))
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
    events = [event(checkout_update(f"p{number}")) for number in range(10)]
    found = await outcomes(two, [each for each in events for _ in range(4)])
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
async def test_a_dispute_finds_points_that_are_passed_on_at_that_moment(
    two: list[Runner], database: Database
) -> None:
    """Whoever has them, all are held, and nobody is left with debt for points that are there.

    The gift is written, and not committed, when the dispute begins to look where the points are.
    """
    await two[0].run(initiate("one"))
    await two[0].run(event(checkout_update("one")))
    held = Held(database)
    giving = Runner(held, route=route)
    giving.start()
    gifts: list[asyncio.Task[Any]] = []

    async def give() -> None:
        gifts.append(asyncio.create_task(giving.run(passing_on(300, BEN))))
        await held.there.wait()
        asyncio.get_running_loop().call_later(0.2, held.go.set)

    disputing = Runner(Held(database, before_second=give), route=route)
    disputing.start()
    await disputing.run(event(dispute_update("one", "dp_1", 499, DisputeStatus.OPEN), at=LATER))
    await asyncio.gather(*gifts)
    for runner in (giving, disputing):
        await runner.close()

    def read(connection: Connection) -> tuple[int, int]:
        lots = select(func.sum(tables.lots.c.remaining)).where(tables.lots.c.payment_id == "one")
        return (
            connection.execute(select(func.sum(tables.holds.c.owed))).scalar_one(),
            connection.execute(lots).scalar_one(),
        )

    assert gifts, "the dispute looked twice"
    assert await database.transact(read) == (0, 0)
    assert await points(database, BEN) == 0


@pytest.mark.usefixtures("proven")
async def test_a_refund_does_not_overwrite_a_credit_that_is_being_committed(
    two: list[Runner], database: Database
) -> None:
    await two[0].run(initiate("one"))
    paid, refunded = event(checkout_update("one")), event(refund_update("one", "re_1", 499))
    await overlapping(two, database, paid, refunded)
    payment = await Queries(database.reader).payment(PaymentId("one"))
    assert payment is not None
    assert payment.credited_at is not None
    assert payment.refunded == 499
    assert await points(database, ADA) == 0


@pytest.mark.usefixtures("proven")
async def test_a_command_that_is_given_again_before_its_commit_returns_the_same(
    two: list[Runner], database: Database
) -> None:
    one, other = await overlapping(
        two, database, grant(10, name="the same"), grant(10, name="the same")
    )
    assert one == other
    assert await points(database, ADA) == 10


@pytest.mark.usefixtures("proven")
async def test_two_owners_who_change_other_settings_do_not_undo_each_other(
    two: list[Runner], database: Database
) -> None:
    before = GuildSettings(guild=GUILD)

    def change(**wish: Any) -> ChangeSettings:
        return ChangeSettings(
            key=key(),
            at=START,
            actor=by_member(BEN),
            guild=GUILD,
            settings=replace(before, **wish),
            before=before,
        )

    await overlapping(two, database, change(mod_channel=1), change(moderator_role=2))
    after = await Queries(database.reader).settings(GUILD)
    assert (after.mod_channel, after.moderator_role) == (1, 2)


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
async def test_a_bar_that_is_being_lifted_does_not_come_back_with_another(
    two: list[Runner], database: Database
) -> None:
    for name in ("p0", "p1"):
        await two[0].run(initiate(name))
        await two[0].run(event(checkout_update(name)))
    await two[0].run(event(dispute_update("p0", "dp_0", 499, DisputeStatus.LOST)))
    lift = LiftPurchaseBan(key=key(), at=START, actor=by_member(BEN), guild=GUILD, member=ADA)
    lost = event(dispute_update("p1", "dp_1", 499, DisputeStatus.LOST))
    await overlapping(two, database, lift, lost)
    assert await Queries(database.reader).purchase_banned_by(GUILD, ADA) == ("p1",)


@pytest.mark.parametrize("state", sorted(CONFLICTS))
async def test_a_transaction_that_met_another_is_run_again(database: Database, state: str) -> None:
    class Conflict(Exception):
        sqlstate = state

    tries = 0

    def work(connection: Connection) -> int:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise OperationalError("UPDATE", None, Conflict())
        return int(
            connection.execute(select(func.count()).select_from(tables.payments)).scalar_one()
        )

    assert await database.transact(work) == 0
    assert tries == 3


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
    notify = asyncio.Queue[None]()
    listening = asyncio.create_task(
        other.listen("guildbank_deliveries", lambda: notify.put_nowait(None))
    )
    async with asyncio.timeout(10):
        await notify.get()  # it listens
        await two[0].run(initiate("one"))
        await two[0].run(event(checkout_update("one")))
        await notify.get()

        def cut(connection: Connection) -> None:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE query LIKE 'LISTEN%' AND datname = current_database()"
            )

        await database.transact(cut)
        await notify.get()  # it listens again
        await two[0].run(initiate("two"))
        await two[0].run(event(checkout_update("two")))
        await notify.get()
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    await other.close()
