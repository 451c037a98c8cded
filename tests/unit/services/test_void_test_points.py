"""Going live with test points in the books: they are found and removed, and make no debt."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Connection, select, text
from structlog.testing import capture_logs

from payments.commands.base import by_member
from payments.commands.payments.void_test_points import VoidTestPayment
from payments.commands.points.move import SpendPoints, TransferPoints
from payments.domain.errors import CannotUndo, Refused
from payments.domain.values.ids import GuildId, MemberId, PaymentId
from payments.domain.values.left_test_points import TestPoints
from payments.domain.values.provider_updates import DisputeStatus
from payments.domain.values.time import HOUR, Instant, later
from payments.runner.runner import Runner
from payments.services.void_test_points import Voiding
from payments.store import tables
from payments.store.engine.database import Database
from payments.store.queries import Queries
from tests.conftest import Time
from tests.support.commands import put_up
from tests.support.contents import check
from tests.support.databases import only_on_sqlite
from tests.support.fakes import FakeProvider
from tests.support.make import (
    ADA,
    BEN,
    EVE,
    GUILD,
    START,
    SYSTEM,
    checkout_update,
    dispute_update,
    event,
    initiate,
    key,
    package,
)
from tests.support.shopping import add_item, offer, place
from tests.support.sold import sell

ELSEWHERE = GuildId(900_000_000_000_000_002)
LATER = later(START, 100 * HOUR)


@pytest.fixture
def provider() -> FakeProvider:
    return FakeProvider(livemode=True)


@pytest.fixture
def new_id() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"id-{next(numbers)}"


@pytest.fixture
def voiding(
    runner: Runner,
    queries: Queries,
    provider: FakeProvider,
    clock: Time,
    new_id: Callable[[], str],
) -> Voiding:
    clock.now = LATER
    return Voiding(
        runner=runner,
        queries=queries,
        providers={"stripe": provider},
        clock=clock,
        new_id=new_id,
    )


async def bought(
    runner: Runner, name: str, member: MemberId, *, live: bool, guild: GuildId = GUILD
) -> None:
    of = package(guild=guild)
    if guild == ELSEWHERE:
        await sell(runner, of)
    await runner.run(replace(initiate(name, member=member, of=of), livemode=live))
    await runner.run(event(checkout_update(name, member=member, of=of)))


@pytest.fixture
async def books(runner: Runner, database: Database) -> Database:
    """Ada tried the shop, passed 200 on to Ben and spent 100; Eve and Ben bought for real."""
    await put_up(runner)
    await bought(runner, "test", ADA, live=False)
    await bought(runner, "real", EVE, live=True)
    await bought(runner, "bens", BEN, live=True)
    done: dict[str, Any] = {"at": LATER, "actor": by_member(ADA), "guild": GUILD, "member": ADA}
    await runner.run(TransferPoints(key=key(), recipient=BEN, points=200, **done))
    await runner.run(SpendPoints(key=key(), points=100, **done))
    return database


async def balances(queries: Queries, now: Instant = LATER) -> tuple[int, int, int]:
    ada, ben, eve = [(await queries.balance(GUILD, each, now)).points for each in (ADA, BEN, EVE)]
    return ada, ben, eve


async def event_names(database: Database) -> list[str]:
    def work(connection: Connection) -> list[str]:
        query = select(tables.events.c.body).where(tables.events.c.name == "points.voided")
        return sorted(connection.execute(query).scalars())

    return await database.transact(work)


async def test_what_is_left_of_test_points_goes_whoever_has_it_and_nothing_else(
    books: Database, voiding: Voiding, queries: Queries
) -> None:
    quote = TestPoints(guild=GUILD, payments=1, members=2, points=400)
    assert await voiding.quote() == [quote]
    assert await balances(queries) == (200, 700, 500)
    assert await voiding.void() == 400
    assert await balances(queries) == (0, 500, 500)
    assert (await queries.balance(GUILD, ADA, LATER)).debt == 0
    assert len(await event_names(books)) == 2
    await check(books)


async def test_done_again_it_finds_nothing(
    books: Database, voiding: Voiding, queries: Queries
) -> None:
    await voiding.void()
    assert await voiding.quote() == []
    assert await voiding.void() == 0
    assert await balances(queries) == (0, 500, 500)
    assert len(await event_names(books)) == 2


async def test_an_open_order_is_cancelled_for_it(
    books: Database, runner: Runner, voiding: Voiding, queries: Queries
) -> None:
    dinner = offer(price=200)
    await runner.run(add_item(dinner, 5))
    await runner.run(place(dinner, at=LATER))
    assert await balances(queries) == (0, 700, 500)
    assert await voiding.quote() == [TestPoints(guild=GUILD, payments=1, members=2, points=400)]
    assert await voiding.void() == 400
    assert await balances(queries) == (0, 500, 500)
    await check(books)


@only_on_sqlite
async def test_it_stands_in_history_and_in_the_audit_log(
    books: Database, voiding: Voiding, queries: Queries
) -> None:
    await voiding.void()
    lines = (await queries.history(GUILD, BEN)).lines
    assert [each.points for each in lines if each.note == "Bought in test mode"] == [-200]

    def audited(connection: Connection) -> int:
        query = text("SELECT count(*) FROM audit WHERE action = 'payment.void_test'")
        return int(connection.execute(query).scalar_one())

    assert await books.transact(audited) == 1


async def test_one_server_can_be_done_alone(
    books: Database, voiding: Voiding, runner: Runner, queries: Queries
) -> None:
    await bought(runner, "there", ADA, live=False, guild=ELSEWHERE)
    assert [each.guild for each in await voiding.quote()] == [GUILD, ELSEWHERE]
    assert await voiding.void(ELSEWHERE) == 500
    assert [each.guild for each in await voiding.quote()] == [GUILD]
    assert await balances(queries) == (200, 700, 500)
    await check(books)


async def test_what_a_dispute_holds_stays_held_and_makes_no_debt(
    books: Database, voiding: Voiding, runner: Runner, queries: Queries
) -> None:
    await bought(runner, "held", ADA, live=False)
    opened = dispute_update("held", "dp_1", 499, DisputeStatus.OPEN)
    await runner.run(event(opened, at=LATER))
    before = await queries.balance(GUILD, ADA, LATER)
    left = await voiding.void()
    after = await queries.balance(GUILD, ADA, LATER)
    assert after.debt == before.debt
    assert left == 400
    await check(books)


@only_on_sqlite
async def test_a_test_shop_keeps_its_points(
    books: Database, voiding: Voiding, provider: FakeProvider, queries: Queries
) -> None:
    provider.livemode = False
    assert await voiding.quote() == []
    with pytest.raises(Refused, match="A test key is in use"):
        await voiding.void()
    assert await balances(queries) == (200, 700, 500)
    await check(books)


@only_on_sqlite
async def test_points_of_real_money_are_refused_and_nothing_of_it_can_be_undone(
    books: Database, runner: Runner
) -> None:
    def command(payment: str, guild: GuildId = GUILD) -> VoidTestPayment:
        return VoidTestPayment(
            key=key(), at=LATER, actor=SYSTEM, guild=guild, payment=PaymentId(payment)
        )

    with pytest.raises(Refused, match="made with real money"):
        await runner.run(command("real"))
    with pytest.raises(Refused, match="no such payment here"):
        await runner.run(command("test", ELSEWHERE))
    assert await runner.run(command("test")) == 400
    with pytest.raises(CannotUndo):
        command("test").undo(None, 400)  # type: ignore[arg-type]  # it looks at no books
    await check(books)


@only_on_sqlite
async def test_it_is_said_at_the_start(
    books: Database, voiding: Voiding, provider: FakeProvider
) -> None:
    with capture_logs() as logs:
        await voiding.warn()
    (line,) = logs
    assert (line["event"], line["log_level"], line["points"]) == (
        "books.test_points",
        "warning",
        400,
    )
    provider.livemode = False
    with capture_logs() as logs:
        await voiding.warn()
    assert logs == []
    await check(books)
