"""A closed direct message is not a loss: it waits for the member's next command."""

import pytest

from bot.delivery.outcome import ClosedDM
from bot.features.notices.commands import SHOWN
from payments.domain.rules.payment_events import about
from payments.domain.values.events import PaymentSucceeded, PointsTransferred
from payments.domain.values.ids import MemberId
from payments.domain.values.payment import Payment
from payments.domain.values.time import MINUTE
from payments.notifications.channel import Delivery, DeliveryChannel
from payments.runner.runner import Runner
from payments.store.records.notices import MOST
from tests.conftest import Time
from tests.faces.discord.conftest import World, said
from tests.support.deliveries import last_dm
from tests.support.make import GUILD, checkout_update, event

Channels = dict[str, DeliveryChannel]


@pytest.fixture
async def closed(world: World, runner: Runner, clock: Time, payment: Payment) -> World:
    """Ada has paid, and takes no direct messages."""
    assert payment.member == world.ada_id
    await runner.run(event(checkout_update("p1", member=world.ada_id), at=clock()))
    world.env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
    return world


def succeeded(payment: Payment, clock: Time, number: int = 1) -> Delivery:
    happened = PaymentSucceeded(**about(payment, clock()))
    return Delivery(id=number, nonce=str(number), event=happened, channel="dm", attempt=1)


async def test_it_is_kept_not_tried_again_and_shown_at_the_next_command(
    closed: World, channels: Channels, clock: Time, payment: Payment
) -> None:
    with pytest.raises(ClosedDM, match="50007"):
        await channels["dm"].deliver(succeeded(payment, clock))
    asked = len(closed.env.http_requests)
    gift = PointsTransferred(
        guild=GUILD,
        member=MemberId(closed.ben.id),
        at=clock(),
        recipient=closed.ada_id,
        points=5,
        note="",
    )
    clock.pass_(MINUTE)
    with pytest.raises(ClosedDM, match="next command"):
        await channels["recipient"].deliver(
            Delivery(id=2, nonce="2", event=gift, channel="recipient", attempt=1)
        )
    assert len(closed.env.http_requests) == asked, "Discord counts each refusal"

    result = await closed.ada.slash(closed.general, "balance")
    assert "500 points" in said(result.response)
    (shown,) = result.followups
    assert shown.ephemeral
    words = said(shown)
    assert "### 2 unread notices" in words
    assert words.index("**500 points added** on Harbour.") < words.index("**+5 points** from")
    assert not (await closed.ada.slash(closed.general, "balance")).followups


async def test_after_that_direct_messages_are_tried_again(
    closed: World, channels: Channels, clock: Time, payment: Payment
) -> None:
    with pytest.raises(ClosedDM):
        await channels["dm"].deliver(succeeded(payment, clock))
    await closed.ada.slash(closed.general, "balance")
    await channels["dm"].deliver(succeeded(payment, clock, 2))
    assert "500 points added" in last_dm(closed)


async def test_the_same_delivery_twice_is_one_notice_and_others_see_none(
    closed: World, channels: Channels, clock: Time, payment: Payment
) -> None:
    for _ in range(2):
        with pytest.raises(ClosedDM):
            await channels["dm"].deliver(succeeded(payment, clock))
    assert not (await closed.ben.slash(closed.general, "balance")).followups
    result = await closed.ada.slash(closed.general, "balance")
    assert "### 1 unread notice\n" in said(result.followups[0])


async def test_many_notices_come_a_few_at_a_time(
    closed: World, channels: Channels, clock: Time, payment: Payment
) -> None:
    for number in range(1, MOST + 3):
        clock.pass_(MINUTE)
        with pytest.raises(ClosedDM):
            await channels["dm"].deliver(succeeded(payment, clock, number))
    assert len(await closed.bot.notices.waiting(GUILD, closed.ada_id)) == MOST
    counts = []
    while await closed.bot.notices.waiting(GUILD, closed.ada_id):
        result = await closed.ada.slash(closed.general, "balance")
        counts.append(said(result.followups[0]).count("for “500 for 499”"))
    assert counts == [SHOWN] * (MOST // SHOWN)


async def test_what_could_not_be_shown_stays(
    closed: World, channels: Channels, clock: Time, payment: Payment
) -> None:
    with pytest.raises(ClosedDM):
        await channels["dm"].deliver(succeeded(payment, clock))
    closed.env.inject_error("POST", "/webhooks/*", status=404, code=10015)
    await closed.ada.slash(closed.general, "balance")
    assert len(await closed.bot.notices.waiting(GUILD, closed.ada_id)) == 1
