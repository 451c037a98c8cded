"""The one place that commits."""

import asyncio
import time

import pytest
from sqlalchemy import Connection, select

from payments.commands.base import by_member
from payments.commands.points.grant_proposals import ProposeGrant
from payments.commands.points.move import GrantPoints, TransferPoints
from payments.domain.errors import KeyReused, NotEnoughPoints
from payments.domain.values.ids import MemberId
from payments.domain.values.provider_updates import DisputeStatus
from payments.domain.values.time import HOUR, later
from payments.notifications.routing import route
from payments.runner import runner as runner_module
from payments.runner.runner import MAX_BATCH, Runner
from payments.store import tables
from payments.store.engine.database import Database
from payments.store.queries import Queries
from tests.support.commands import grant, put_up, spend
from tests.support.contents import check, count
from tests.support.counting import Counting, at_once
from tests.support.make import (
    ADA,
    BEN,
    GUILD,
    START,
    checkout_update,
    dispute_update,
    event,
    initiate,
    key,
)


async def test_commands_that_arrive_during_a_commit_go_together(database: Database) -> None:
    counting = Counting(database)
    runner = Runner(counting, route=route)
    runner.start()
    await asyncio.gather(*(runner.run(grant(1)) for _ in range(200)))
    await runner.close()
    assert counting.transactions < 5
    await check(database)


async def test_commands_that_are_about_to_arrive_go_along(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request takes some turns of the loop from its first byte to its command."""
    monkeypatch.setattr(
        runner_module, "GATHERING_SECONDS", 60
    )  # only turns count, not this machine
    counting = Counting(database)
    runner = Runner(counting, route=route)
    runner.start()

    async def later_on(turns: int) -> None:
        for _ in range(turns):
            await asyncio.sleep(0)
        await runner.run(grant(1))

    for _ in range(10):
        await asyncio.gather(*(later_on(3 * number) for number in range(20)))
    await runner.close()
    assert counting.transactions == 10  # 20 with the first one alone


async def test_somebody_else_always_coming_does_not_hold_the_first_up(runner: Runner) -> None:
    first = asyncio.ensure_future(runner.run(grant(1)))
    others = []
    while not first.done():
        others.append(asyncio.ensure_future(runner.run(grant(1))))
        for _ in range(2):
            time.sleep(0.005)  # noqa: ASYNC251 - the loop is busy with something else
            await asyncio.sleep(0)
        assert len(others) < MAX_BATCH - 1
    await asyncio.gather(*others)


async def test_fifty_times_the_same_key_at_once_has_one_effect(
    runner: Runner, database: Database, queries: Queries
) -> None:
    same = [grant(10, name="grant:1") for _ in range(50)]
    results = await asyncio.gather(*(runner.run(each) for each in same))
    assert len(set(results)) == 1
    assert (await queries.balance(GUILD, ADA, START)).points == 10
    assert await count(database, tables.transfers) == 1
    assert await count(database, tables.audit) == 1


async def test_a_dispute_finds_points_that_were_passed_on_in_the_same_batch(
    runner: Runner, database: Database, queries: Queries
) -> None:
    await put_up(runner)
    await runner.run(initiate("p1"))
    await runner.run(event(checkout_update("p1")))
    later_on = later(START, 100 * HOUR)
    gift = TransferPoints(
        key=key(),
        at=later_on,
        actor=by_member(ADA),
        guild=GUILD,
        member=ADA,
        recipient=BEN,
        points=500,
    )
    disputed = event(dispute_update("p1", "dp_1", 499, DisputeStatus.OPEN), at=later_on)
    await at_once(database, gift, disputed)
    for member in (ADA, BEN):
        assert (await queries.balance(GUILD, member, later_on)).points == 0
    await check(database)


async def test_a_rehearsal_keeps_nothing(
    runner: Runner, database: Database, queries: Queries
) -> None:
    assert await runner.rehearse(grant(10))
    with pytest.raises(NotEnoughPoints):
        await runner.rehearse(spend(10))
    assert (await queries.balance(GUILD, ADA, START)).points == 0
    for table in (tables.accounts, tables.commands, tables.audit):
        assert await count(database, table) == 0


async def test_sending_the_same_points_fifty_times_at_once_sends_them_once(
    runner: Runner, database: Database, queries: Queries
) -> None:
    """Each time by a command of its own, as from fifty devices."""
    await runner.run(grant(100))
    gifts = [
        TransferPoints(
            key=key(),
            at=START,
            actor=by_member(ADA),
            guild=GUILD,
            member=ADA,
            recipient=BEN,
            points=100,
        )
        for _ in range(50)
    ]
    outcomes = await asyncio.gather(*map(runner.run, gifts), return_exceptions=True)
    assert sum(isinstance(each, str) for each in outcomes) == 1
    assert sum(isinstance(each, NotEnoughPoints) for each in outcomes) == 49
    assert (await queries.balance(GUILD, ADA, START)).points == 0
    assert (await queries.balance(GUILD, BEN, START)).points == 100
    await check(database)


async def test_a_key_with_other_content_is_an_error(runner: Runner) -> None:
    await runner.run(grant(10, name="grant:1"))
    with pytest.raises(KeyReused):
        await runner.run(grant(11, name="grant:1"))
    both = [runner.run(grant(1, name="grant:2")), runner.run(grant(2, name="grant:2"))]
    first, second = await asyncio.gather(*both, return_exceptions=True)
    assert isinstance(first, str)
    assert isinstance(second, KeyReused)


async def test_one_member_who_sends_all_their_points_at_once_sends_them_once(
    runner: Runner, database: Database, queries: Queries
) -> None:
    await runner.run(grant(100))
    sends = [
        TransferPoints(
            key=key(),
            at=START,
            actor=by_member(ADA),
            guild=GUILD,
            member=ADA,
            recipient=BEN,
            points=100,
        )
        for _ in range(50)
    ]
    outcomes = await asyncio.gather(*map(runner.run, sends), return_exceptions=True)
    assert sum(isinstance(each, NotEnoughPoints) for each in outcomes) == 49
    assert (await queries.balance(GUILD, BEN, START)).points == 100
    await check(database)


async def test_a_purchase_leaves_one_set_of_outbox_rows(runner: Runner, database: Database) -> None:
    await put_up(runner)
    await runner.run(initiate("one"))
    for _ in range(2):
        await runner.run(event(checkout_update("one")))
    names = select(tables.events.c.name).order_by(tables.events.c.name)
    channels = select(tables.deliveries.c.channel).order_by(tables.deliveries.c.channel)

    def delivered(connection: Connection) -> tuple[list[str], list[str]]:
        return (
            list(connection.execute(names).scalars()),
            list(connection.execute(channels).scalars()),
        )

    assert await database.transact(delivered) == (
        ["package.changed", "payment.initiated", "payment.success", "points.awarded"],
        ["answer", "dm"],
    )


async def test_points_that_come_to_a_lot_again_are_as_new_as_in_the_books_in_memory(
    runner: Runner, database: Database
) -> None:
    """So that what is spent first does not depend on which commands go together."""

    async def give(source: MemberId, recipient: MemberId, hours: int) -> None:
        await runner.run(
            TransferPoints(
                key=key(),
                at=later(START, hours * HOUR),
                actor=by_member(source),
                guild=GUILD,
                member=source,
                recipient=recipient,
                points=100,
            )
        )

    await put_up(runner)
    name = "01a1fca5-0000-7000-8000-000000000001"
    await runner.run(initiate(name))
    await runner.run(event(checkout_update(name)))
    await give(ADA, BEN, 80)
    await give(BEN, ADA, 81)
    await give(ADA, BEN, 82)
    theirs = select(tables.lots.c.opened_at).where(tables.lots.c.member_id == BEN)
    opened = await database.transact(lambda connection: connection.execute(theirs).scalars().all())
    assert opened == [later(START, 82 * HOUR)]


async def test_a_key_that_another_kind_of_command_used_is_refused_by_name(
    runner: Runner,
) -> None:
    """Whatever that one returned: a number is no package."""
    used = key()
    proposal = ProposeGrant(
        key=used,
        at=START,
        actor=by_member(BEN),
        guild=GUILD,
        member=ADA,
        points=1,
        note="x",
        moderator=BEN,
    )
    await runner.run(proposal)
    granted = GrantPoints(
        key=used, at=START, actor=by_member(BEN), guild=GUILD, member=ADA, points=1, note="x"
    )
    with pytest.raises(KeyReused):
        await runner.run(granted)
