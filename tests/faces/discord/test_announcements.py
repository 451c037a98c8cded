"""What all read: only what the owner chose, and only as long as it is true."""

import pytest

from payments.domain.rules.payment_events import about
from payments.domain.values.events import PaymentSucceeded, PointsTransferred
from payments.domain.values.ids import MemberId
from payments.domain.values.payment import Payment
from payments.domain.values.time import SECOND
from payments.notifications.channel import Delivery, DeliveryChannel, SumsUp
from payments.notifications.routing import GIFTS_WAIT
from payments.notifications.worker import Worker
from payments.runner.runner import Runner
from payments.store.engine.database import Database
from payments.store.outbox.deliveries import Deliveries
from payments.store.queries import Queries
from tests.conftest import Time
from tests.faces.discord.conftest import Deliver, World, refusal, said
from tests.support.make import BEN, GUILD, NONCE, START, checkout_update, event, refund_update
from tests.support.sending import Counted, deliver_all, ends, pass_on, rich, worker

__all__ = ["ends", "worker"]  # fixtures


async def waiting_for(database: Database, channel: str, clock: Time) -> int:
    found = await Deliveries(database).claim(
        urgent=9, oldest=0, channels=(channel,), now=clock(), until=clock(), lease="x"
    )
    return len(found)


async def test_nothing_is_announced_unless_the_owner_wants_it(
    world: World, runner: Runner, database: Database, clock: Time, payment: Payment
) -> None:
    del payment
    changed = await world.olga.slash(world.general, "setup set", announcement_channel=world.general)
    assert "Announced there: **nothing yet: `/setup announce`**" in said(changed.response)
    await runner.run(event(checkout_update("p1", member=world.ada_id), at=clock()))
    assert await waiting_for(database, "announce", clock) == 0


async def test_purchases_are_announced_where_the_owner_wants_it(
    world: World,
    runner: Runner,
    database: Database,
    clock: Time,
    payment: Payment,
    deliver: Deliver,
) -> None:
    refused = await world.olga.slash(world.general, "setup announce", purchases=True)
    assert "First choose a channel for announcements" in refusal(world, refused)
    await world.olga.slash(world.general, "setup set", announcement_channel=world.general)
    changed = await world.olga.slash(world.general, "setup announce", purchases=True)
    assert "Announced there: **purchases**" in said(changed.response)

    await runner.run(event(checkout_update("p1", member=world.ada_id), at=clock()))
    assert await waiting_for(database, "announce", clock) == 1
    bought = PaymentSucceeded(**about(payment, clock()))
    await deliver("announce", bought)
    words = said(world.general.last_message)
    assert f"<@{world.ada_id}> bought “500 for 499”: 500 points." in words
    assert (world.env.http_requests[-1].json or {})["allowed_mentions"] == {"parse": []}

    before = world.general.last_message
    await runner.run(event(refund_update("p1", "re_1", 499), at=clock()))
    await deliver("announce", bought)
    assert world.general.last_message == before, "it is not true any more"


async def test_gifts_are_announced_without_what_was_written(
    world: World, queries: Queries, clock: Time, deliver: Deliver
) -> None:
    await world.olga.slash(world.general, "setup set", announcement_channel=world.general)
    await world.olga.slash(world.general, "setup announce", gifts=True, purchases=True)
    gift = PointsTransferred(
        guild=GUILD,
        member=MemberId(world.ben.id),
        at=clock(),
        recipient=world.ada_id,
        points=5,
        note="a secret",
    )
    await deliver("announce", gift)
    words = said(world.general.last_message)
    assert f"<@{world.ben.id}> gave <@{world.ada_id}> 5 points." in words
    assert "secret" not in words

    before = world.general.last_message
    await world.olga.slash(world.general, "setup announce", gifts=False)
    assert (await queries.settings(GUILD)).announced == ("payment.success",)
    await deliver("announce", gift)
    assert world.general.last_message == before, "the owner has changed their mind"


@pytest.fixture
async def announced(world: World, runner: Runner) -> World:
    """Gifts are announced; Ben and Mira have points to give."""
    await world.olga.slash(world.general, "setup set", announcement_channel=world.general)
    await world.olga.slash(world.general, "setup announce", gifts=True, purchases=True)
    await rich(runner, MemberId(world.ben.id), MemberId(world.mira.id))
    return world


def news(world: World) -> list[str]:
    """What stands in the channel, from old to new."""
    return [said(each) for each in world.general.history()]


async def test_ten_gifts_within_a_minute_are_one_message_that_sums_up(
    announced: World, runner: Runner, worker: Worker, clock: Time, ends: Counted
) -> None:
    ben, mira, ada = (
        MemberId(announced.ben.id),
        MemberId(announced.mira.id),
        MemberId(announced.ada.id),
    )
    for number in range(10):
        sender, recipient = (ben, ada) if number % 3 else (mira, ben)
        await pass_on(runner, clock, sender, recipient, number + 1, "a secret")
        await deliver_all(worker)
        clock.pass_(5 * SECOND)
    assert news(announced) == []
    clock.pass_(GIFTS_WAIT)
    ends.ends.clear()
    await deliver_all(worker)
    (words,) = news(announced)
    assert words.splitlines() == [
        "### 10 gifts: 55 points",
        f"<@{mira}> gave <@{ben}> 22 points in 4 gifts.",
        f"<@{ben}> gave <@{ada}> 33 points in 6 gifts.",
    ]
    assert ends.ends.count("delivered") >= 10
    clock.pass_(GIFTS_WAIT)
    await deliver_all(worker)
    assert len(news(announced)) == 1, "each is told once"


async def test_a_gift_alone_is_told_alone_and_a_purchase_waits_for_none(
    announced: World,
    runner: Runner,
    worker: Worker,
    clock: Time,
    payment: Payment,
) -> None:
    del payment
    ben = MemberId(announced.ben.id)
    await pass_on(runner, clock, ben, announced.ada_id, 5)
    await runner.run(event(checkout_update("p1", member=announced.ada_id), at=clock()))
    await deliver_all(worker)
    assert [each.splitlines()[0] for each in news(announced)] == ["### Thank you!"]
    clock.pass_(GIFTS_WAIT)
    await deliver_all(worker)
    assert news(announced)[1] == f"### A gift\n<@{ben}> gave <@{announced.ada_id}> 5 points."


async def test_of_many_givers_some_are_named_and_all_are_counted(
    world: World, channels: dict[str, DeliveryChannel]
) -> None:
    await world.olga.slash(world.general, "setup set", announcement_channel=world.general)
    await world.olga.slash(world.general, "setup announce", gifts=True)
    gifts = [
        Delivery(
            id=number,
            nonce=NONCE,
            event=PointsTransferred(
                guild=GUILD, member=MemberId(number), at=START, recipient=BEN, points=2, note=""
            ),
            channel="announce",
            attempt=1,
        )
        for number in range(1_000, 1_500)
    ]
    channel = channels["announce"]
    assert isinstance(channel, SumsUp)
    await channel.deliver_all(gifts)
    (words,) = news(world)
    assert words.startswith("### 500 gifts: 1,000 points\n<@1000> gave")
    assert words.endswith("\nAnd 490 more: 980 points.")
    assert words.count(" gave ") == 10


async def test_a_gift_that_is_not_wanted_any_more_is_over(
    announced: World, runner: Runner, worker: Worker, clock: Time, ends: Counted
) -> None:
    for points in (1, 2):
        await pass_on(runner, clock, MemberId(announced.ben.id), announced.ada_id, points)
    await deliver_all(worker)
    await announced.olga.slash(announced.general, "setup announce", gifts=False)
    clock.pass_(GIFTS_WAIT)
    ends.ends.clear()
    await deliver_all(worker)
    assert (news(announced), ends.ends.count("delivered")) == ([], 2)
