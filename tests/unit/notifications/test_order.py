"""Messages to one person keep their order, hold nobody else up, and dead ones can be replayed."""

from typing import Any

import pytest

from payments.commands.base import by_member
from payments.commands.points.move import GrantPoints, TransferPoints
from payments.domain.values.ids import MemberId
from payments.domain.values.provider_updates import MoneyStatus
from payments.domain.values.time import HOUR, MINUTE, SECOND, later
from payments.runner.runner import Runner
from payments.store.engine.database import Database
from payments.store.outbox.claimed import ClaimedDelivery
from payments.store.outbox.deliveries import HOLD_UP, Deliveries
from tests.conftest import Time
from tests.support.commands import put_up
from tests.support.make import ADA, BEN, GUILD, checkout_update, event, initiate, key


@pytest.fixture
def deliveries(database: Database) -> Deliveries:
    return Deliveries(database)


@pytest.fixture(autouse=True)
async def selling(runner: Runner) -> None:
    await put_up(runner)


async def pay(
    runner: Runner,
    clock: Time,
    payment: str,
    member: MemberId = ADA,
    money: MoneyStatus = MoneyStatus.PAID,
) -> None:
    """A payment whose end is told by a direct message."""
    await runner.run(initiate(payment, member=member, at=clock()))
    await runner.run(event(checkout_update(payment, member=member, money=money), at=clock()))


async def claim(
    deliveries: Deliveries, clock: Time, *, count: int = 10, channels: tuple[str, ...] = ("dm",)
) -> list[ClaimedDelivery]:
    return await deliveries.claim(
        urgent=count,
        oldest=0,
        channels=channels,
        now=clock(),
        until=later(clock(), MINUTE),
        lease=f"lease at {clock()}",
    )


def payments(claimed: list[ClaimedDelivery]) -> list[str]:
    return [each.body.split('"payment":"')[1].split('"')[0] for each in claimed]


async def test_one_at_a_time_to_one_person_and_others_beside(
    runner: Runner, deliveries: Deliveries, clock: Time
) -> None:
    await pay(runner, clock, "one")
    await pay(runner, clock, "two")
    await pay(runner, clock, "bens", BEN)
    first = await claim(deliveries, clock)
    assert payments(first) == ["one", "bens"]
    assert await claim(deliveries, clock) == []
    for each in first:
        assert await deliveries.deliver(each, clock())
    assert payments(await claim(deliveries, clock)) == ["two"]


async def test_one_that_waits_for_its_retry_holds_up_only_for_a_while(
    runner: Runner, deliveries: Deliveries, clock: Time
) -> None:
    await pay(runner, clock, "one")
    await pay(runner, clock, "two")
    (first,) = await claim(deliveries, clock)
    await deliveries.postpone(first, later(clock(), 10 * MINUTE), "rate limit")
    clock.pass_(HOLD_UP - SECOND)
    assert await claim(deliveries, clock) == []
    clock.pass_(2 * SECOND)
    (second,) = await claim(deliveries, clock)
    assert payments([second]) == ["two"]
    await deliveries.deliver(second, clock())
    clock.pass_(10 * MINUTE)
    assert payments(await claim(deliveries, clock)) == ["one"]


async def test_what_is_urgent_never_waits_for_what_is_not(
    runner: Runner, deliveries: Deliveries, clock: Time
) -> None:
    await pay(runner, clock, "pending", money=MoneyStatus.PROCESSING)
    await pay(runner, clock, "failed", money=MoneyStatus.FAILED)
    (urgent,) = await claim(deliveries, clock, count=1)
    assert payments([urgent]) == ["failed"]
    assert payments(await claim(deliveries, clock)) == ["pending"]


async def test_a_dead_letter_is_listed_and_tried_again(
    runner: Runner, deliveries: Deliveries, clock: Time
) -> None:
    await pay(runner, clock, "one")
    (claimed,) = await claim(deliveries, clock)
    await deliveries.bury(claimed, clock(), "RuntimeError: no")
    (letter,) = await deliveries.dead(10)
    assert (letter.id, letter.event, letter.channel) == (claimed.id, "payment.success", "dm")
    assert (letter.attempts, letter.error) == (1, "RuntimeError: no")
    assert await claim(deliveries, clock) == []
    assert await deliveries.replay(letter.id, clock())
    assert await deliveries.dead(10) == []
    (again,) = await claim(deliveries, clock)
    assert (again.id, again.attempts) == (claimed.id, 0)
    await deliveries.bury(again, clock(), "RuntimeError: again")
    assert not await deliveries.replay(letter.id + 1, clock())


async def test_what_is_not_dead_is_not_replayed(
    runner: Runner, deliveries: Deliveries, clock: Time
) -> None:
    await pay(runner, clock, "one")
    (claimed,) = await claim(deliveries, clock)
    assert not await deliveries.replay(claimed.id, clock())
    await deliveries.deliver(claimed, clock())
    assert not await deliveries.replay(claimed.id, clock())


async def test_what_a_recipient_is_told_comes_in_its_order_and_not_beside_their_own(
    runner: Runner, deliveries: Deliveries, clock: Time
) -> None:
    """Three transfers to Ben; to him also goes what concerns his own payment."""
    clock.pass_(100 * HOUR)
    for number, points in enumerate((1, 2, 3)):
        await runner.run(
            GrantPoints(**_by(BEN, clock), member=ADA, points=points, note=f"prize {number}")
        )
    while adas := await claim(deliveries, clock, channels=("dm", "recipient")):
        for each in adas:
            await deliveries.deliver(each, clock())
    for points in (3, 2, 1):
        await runner.run(
            TransferPoints(**_by(ADA, clock), member=ADA, recipient=BEN, points=points)
        )
    await pay(runner, clock, "bens", BEN)
    messages: list[str] = []
    for _ in range(4):
        claimed = await claim(deliveries, clock, channels=("dm", "recipient"))
        (one,) = claimed
        messages.append(one.name)
        assert await claim(deliveries, clock, channels=("dm", "recipient")) == []
        if one.name == "points.transferred":
            messages[-1] += one.body.split('"points":')[1][0]
        await deliveries.deliver(one, clock())
    transfers = [each for each in messages if each.startswith("points")]
    assert transfers == ["points.transferred3", "points.transferred2", "points.transferred1"]
    assert "payment.success" in messages


def _by(member: MemberId, clock: Time) -> dict[str, Any]:
    return {"key": key(), "at": clock(), "actor": by_member(member), "guild": GUILD}
