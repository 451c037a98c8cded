"""Who gets points often reads few messages that sum them up, or none; nothing is lost of it."""

import pytest
from sqlalchemy import func, select

from bot.delivery.received import received_together
from bot.delivery.recipients import QUIET
from bot.wording import text
from payments.domain.values.events import PointsTransferred
from payments.domain.values.ids import MemberId
from payments.domain.values.time import SECOND
from payments.notifications.worker import Worker
from payments.runner.runner import Runner
from payments.store import tables
from payments.store.engine.database import Database
from payments.store.queries import Queries
from tests.conftest import Time
from tests.faces.discord.conftest import World, said
from tests.support.make import GUILD, START
from tests.support.sending import Counted, deliver_all, ends, pass_on, rich, worker

__all__ = ["ends", "worker"]  # fixtures


def dms(world: World) -> list[str]:
    """What Ada got, without what moderators gave her."""
    return [said(each) for each in world.ada_user.dm_channel.history()]


async def waiting(database: Database) -> int:
    """How many notices are not over."""
    table = tables.deliveries
    query = select(func.count()).where(table.c.channel == "recipient", table.c.status == "waiting")
    return await database.transact(lambda connection: connection.execute(query).scalar_one())


@pytest.fixture
async def ben(world: World, runner: Runner, worker: Worker) -> MemberId:
    """Ben can give, and so can Mira; what they are told themselves is out of the way."""
    ben, mira = MemberId(world.ben.id), MemberId(world.mira.id)
    await rich(runner, ben, mira)
    await deliver_all(worker)
    return ben


async def test_eighty_transfers_are_two_messages_with_all_points_in_their_order(
    world: World, runner: Runner, worker: Worker, clock: Time, ben: MemberId, database: Database
) -> None:
    mira = MemberId(world.mira.id)
    await pass_on(runner, clock, ben, world.ada_id, 1, "first")
    await deliver_all(worker)
    assert len(dms(world)) == 1
    for number in range(79):
        sender = mira if number % 4 == 0 else ben
        await pass_on(runner, clock, sender, world.ada_id, 2, f"note *{number}*")
        await deliver_all(worker)
    assert len(dms(world)) == 1
    clock.pass_(2 * QUIET)
    await deliver_all(worker)
    (first, summary) = dms(world)
    assert "first" in first
    assert summary == (
        "**+158 points** in 79 transfers on Harbour:\n"
        f"- +40 points from <@{mira}> in 20 transfers: “note \\*76\\*”\n"
        f"- +118 points from <@{ben}> in 59 transfers: “note \\*78\\*”\n"
        "Your balance is **159 points**. `/notices` turns these messages off."
    )
    assert await waiting(database) == 0


async def test_what_comes_later_is_told_alone_again(
    world: World, runner: Runner, worker: Worker, clock: Time, ben: MemberId
) -> None:
    for _ in range(2):
        await pass_on(runner, clock, ben, world.ada_id, 5)
        await deliver_all(worker)
        clock.pass_(2 * QUIET)
    assert [each.split(" from ")[0] for each in dms(world)] == ["**+5 points**"] * 2


async def test_what_stands_between_keeps_its_place(
    world: World, runner: Runner, worker: Worker, clock: Time, ben: MemberId
) -> None:
    """A moderator's gift between two transfers is told between them."""
    await pass_on(runner, clock, ben, world.ada_id, 1)
    await pass_on(runner, clock, ben, world.ada_id, 2)
    await rich(runner, world.ada_id)
    await pass_on(runner, clock, ben, world.ada_id, 3)
    await deliver_all(worker)
    clock.pass_(2 * QUIET)
    await deliver_all(worker)
    assert [each.split("**")[1] for each in dms(world)] == [
        "+3 points",
        "+500 points",
        "+3 points",
    ]


async def test_of_many_senders_only_some_are_named_and_all_are_counted(world: World) -> None:
    events = [
        PointsTransferred(
            guild=GUILD,
            member=MemberId(1_000 + number),
            at=START,
            recipient=world.ada_id,
            points=number + 1,
            note="n" * 200,
        )
        for number in range(40)
    ]
    words = "\n".join(map(text.PLAIN.say, received_together(events, 820, "Harbour")))
    assert words.startswith("**+820 points** in 40 transfers")
    assert words.count("<@") == 10
    assert "- +765 points from 30 others" in words
    assert len(words) <= text.MESSAGE_LENGTH


async def test_who_turns_them_off_is_not_told_and_has_the_points_all_the_same(
    world: World, runner: Runner, worker: Worker, clock: Time, ben: MemberId, queries: Queries
) -> None:
    answered = await world.ada.slash(world.general, "notices", transfers=False)
    assert answered.ephemeral
    assert "no direct messages when members send you points" in said(answered.response)
    await pass_on(runner, clock, ben, world.ada_id, 5)
    await deliver_all(worker)
    assert dms(world) == []
    assert (await queries.balance(GUILD, world.ada_id, clock())).points == 5
    await world.ada.slash(world.general, "notices", transfers=True)
    await pass_on(runner, clock, ben, world.ada_id, 6)
    await deliver_all(worker)
    assert len(dms(world)) == 1


async def test_who_takes_no_direct_messages_finds_the_sum_at_their_next_command(
    world: World, runner: Runner, worker: Worker, clock: Time, ben: MemberId, database: Database
) -> None:
    world.env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
    for points in (1, 2, 3):
        await pass_on(runner, clock, ben, world.ada_id, points)
    await deliver_all(worker)
    (kept,) = await world.bot.notices.waiting(GUILD, world.ada_id)
    assert kept.words.startswith("**+6 points** in 3 transfers")
    assert await waiting(database) == 0


async def test_what_fails_is_tried_again_whole(
    world: World, runner: Runner, worker: Worker, clock: Time, ben: MemberId, ends: Counted
) -> None:
    """Nothing is lost, and nothing is told twice."""
    ends.ends.clear()
    for points in (1, 2, 3):
        await pass_on(runner, clock, ben, world.ada_id, points)
    world.env.inject_error(method="POST", path="/channels/*/messages", status=500)
    await deliver_all(worker)
    clock.pass_(10 * SECOND)
    await deliver_all(worker)
    assert [each.split(" in ")[0] for each in dms(world)] == ["**+6 points**"]
    assert ends.ends.count("delivered") == 3
