"""What members are told that others did: moderators, their bank, and members who passed on."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from payments.commands.base import Undo, by_member
from payments.commands.payments.purchase_ban import LiftPurchaseBan
from payments.commands.points.move import GrantPoints, RevokePoints, TransferPoints
from payments.domain.values.ids import MemberId
from payments.domain.values.provider_updates import DisputeStatus
from payments.domain.values.time import HOUR
from payments.notifications.worker import Worker
from payments.runner.runner import Runner
from tests.conftest import Time
from tests.faces.discord.conftest import World, said
from tests.support.make import GUILD, checkout_update, dispute_update, event, initiate, key
from tests.support.sending import deliver_all, ends, worker

__all__ = ["ends", "worker"]

Read = Callable[[], Awaitable[list[str]]]
"""Delivers all that is due, and returns what Ada has read since the last time."""


def dms(member: Any) -> list[str]:
    return [said(each) for each in member.dm_channel.history()]


@pytest.fixture
def read(world: World, worker: Worker) -> Read:
    seen = 0

    async def work() -> list[str]:
        nonlocal seen
        await deliver_all(worker)
        all_of_them = dms(world.ada_user)
        new, seen = all_of_them[seen:], len(all_of_them)
        return new

    return work


def of_ada(world: World, clock: Time, by: MemberId) -> dict[str, Any]:
    return {
        "key": key(),
        "at": clock(),
        "actor": by_member(by),
        "guild": GUILD,
        "member": world.ada_id,
    }


async def test_a_grant_and_a_revocation_are_told_with_their_reason(
    world: World, runner: Runner, clock: Time, read: Read
) -> None:
    mira = MemberId(world.mira.id)
    await runner.run(GrantPoints(**of_ada(world, clock, mira), points=20, note="a prize"))
    assert await read() == [
        (
            "**+20 points** from a moderator on Harbour. Reason: “a prize”. "
            "Your balance is **20 points**."
        )
    ]
    await runner.run(RevokePoints(**of_ada(world, clock, mira), points=5, note="a *mistake*"))
    assert await read() == [
        (
            "**5 points removed** by a moderator on Harbour. Reason: “a \\*mistake\\*”. "
            "Your balance is **15 points**."
        )
    ]


async def test_nobody_is_told_what_they_did_themselves_or_what_was_undone(
    world: World, runner: Runner, clock: Time, read: Read
) -> None:
    own = of_ada(world, clock, world.ada_id)
    await runner.run(GrantPoints(**own, points=20, as_owner=True))
    await runner.run(RevokePoints(**of_ada(world, clock, world.ada_id), points=5))
    for kind in (GrantPoints, RevokePoints):
        command: Any = kind(**of_ada(world, clock, MemberId(world.mira.id)), points=3)
        done = await runner.run(command)
        await runner.run(Undo.of(command, done, at=clock()))
    assert await read() == []


async def pay(world: World, runner: Runner, clock: Time, read: Read) -> None:
    await runner.run(initiate("p1", member=world.ada_id, at=clock()))
    await runner.run(event(checkout_update("p1", member=world.ada_id), at=clock()))
    await read()


async def hear(runner: Runner, clock: Time, status: DisputeStatus, seen: int) -> None:
    await runner.run(event(dispute_update("p1", "dp_1", 499, status, seen=seen), at=clock()))


async def test_a_dispute_and_its_end_are_told_and_whether_its_buyer_may_buy(
    world: World, runner: Runner, clock: Time, read: Read
) -> None:
    await pay(world, runner, clock, read)
    await hear(runner, clock, DisputeStatus.OPEN, 0)
    assert await read() == [
        (
            "Your payment for “500 for 499” is disputed: your bank has taken €4.99 back. The "
            "points for it are on hold until the dispute is decided. Your balance is **0 points**."
        )
    ]
    await hear(runner, clock, DisputeStatus.LOST, 1)
    assert sorted(await read()) == [
        (
            "You can't buy points on Harbour right now. A payment of yours was charged back or "
            "refunded as fraud. A moderator can let you buy again."
        ),
        (
            "Your payment for “500 for 499” was charged back, and the points for it were taken "
            "back. Your balance is **0 points**."
        ),
    ]
    await hear(runner, clock, DisputeStatus.WON, 2)
    assert sorted(await read()) == [
        (
            "The dispute of your payment for “500 for 499” is over, and the points for it are "
            "yours again. Your balance is **500 points**."
        ),
        "You can buy points on Harbour again.",
    ]


async def test_who_is_let_in_again_by_a_moderator_is_told(
    world: World, runner: Runner, clock: Time, read: Read
) -> None:
    await pay(world, runner, clock, read)
    await hear(runner, clock, DisputeStatus.LOST, 0)
    await read()
    await runner.run(LiftPurchaseBan(**of_ada(world, clock, MemberId(world.mira.id))))
    assert await read() == ["You can buy points on Harbour again."]


async def test_what_has_ended_before_it_is_told_is_left_out(
    world: World, runner: Runner, clock: Time, read: Read
) -> None:
    """Only the end of the dispute is read, and nothing of a ban that was lifted."""
    await pay(world, runner, clock, read)
    for seen, status in enumerate((DisputeStatus.OPEN, DisputeStatus.LOST, DisputeStatus.WON)):
        await hear(runner, clock, status, seen)
    told = await read()
    assert [each.split(" of your payment")[0] for each in told if "dispute" in each] == [
        "The dispute"
    ]
    assert not [each for each in told if "can't buy" in each or "charged back" in each]


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (
            DisputeStatus.WON,
            (
                "**200 points back from hold.** They came from a payment that was disputed. "
                "Your balance is **200 points**."
            ),
        ),
        (
            DisputeStatus.LOST,
            (
                "**200 points taken back.** They came from a payment that was charged back or "
                "refunded as fraud. Your balance is **0 points**."
            ),
        ),
    ],
    ids=["won", "lost"],
)
async def test_whoever_was_sent_points_is_told_of_the_dispute_over_them(
    world: World,
    runner: Runner,
    clock: Time,
    read: Read,
    worker: Worker,
    end: DisputeStatus,
    words: str,
) -> None:
    await pass_on(world, runner, clock, read, points=200)
    await hear(runner, clock, DisputeStatus.OPEN, 0)
    await deliver_all(worker)
    ben = world.ben.user
    assert dms(ben)[-1] == ON_HOLD
    await hear(runner, clock, end, 1)
    await deliver_all(worker)
    assert dms(ben)[-1] == words


ON_HOLD = (
    "**200 points on hold.** They came from a payment that is disputed now. "
    "Your balance is **0 points**."
)


async def pass_on(world: World, runner: Runner, clock: Time, read: Read, points: int) -> None:
    """Ada has bought 500 points, and passes some on to Ben."""
    await pay(world, runner, clock, read)
    clock.pass_(73 * HOUR)
    ben = MemberId(world.ben.id)
    moving = of_ada(world, clock, world.ada_id)
    await runner.run(TransferPoints(**moving, points=points, recipient=ben))


async def test_whoever_was_sent_points_is_told_that_a_lost_dispute_is_open_again(
    world: World, runner: Runner, clock: Time, read: Read, worker: Worker
) -> None:
    await pass_on(world, runner, clock, read, points=200)
    for seen, status in enumerate((DisputeStatus.OPEN, DisputeStatus.LOST, DisputeStatus.OPEN)):
        await hear(runner, clock, status, seen)
        await deliver_all(worker)
    assert dms(world.ben.user)[-1] == ON_HOLD


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (
            DisputeStatus.OPEN,
            (
                "**150 points back from hold.** They came from a payment that was disputed. "
                "Your balance is **150 points**."
            ),
        ),
        (
            DisputeStatus.LOST,
            (
                "**150 points given back.** They came from a payment that was charged back or "
                "refunded as fraud. Your balance is **150 points**."
            ),
        ),
    ],
    ids=["open", "lost"],
)
async def test_whoever_was_sent_points_is_told_when_what_the_buyer_gets_gives_them_back(
    world: World,
    runner: Runner,
    clock: Time,
    read: Read,
    worker: Worker,
    status: DisputeStatus,
    words: str,
) -> None:
    await pass_on(world, runner, clock, read, points=200)
    for seen, each in enumerate(dict.fromkeys((DisputeStatus.OPEN, status))):
        await hear(runner, clock, each, seen)
    await deliver_all(worker)
    before = len(dms(world.ben.user))
    owner = MemberId(world.olga.id)
    await runner.run(GrantPoints(**of_ada(world, clock, owner), points=150, as_owner=True))
    await deliver_all(worker)
    assert dms(world.ben.user)[before:] == [words]
