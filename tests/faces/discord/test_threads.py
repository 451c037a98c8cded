"""Where a guild wants it, members who take no direct messages get a private thread."""

import discord
import pytest

from bot.delivery.outcome import ClosedDM
from payments.domain.rules.payment_events import about
from payments.domain.values.events import PaymentSucceeded
from payments.domain.values.payment import Payment
from payments.notifications.channel import Delivery, DeliveryChannel
from payments.runner.runner import Runner
from payments.store.records.notices import Notices
from tests.conftest import Time
from tests.faces.discord.conftest import World, refusal, said
from tests.support.make import GUILD, checkout_update, event

Channels = dict[str, DeliveryChannel]


@pytest.fixture
async def paid(world: World, runner: Runner, clock: Time, payment: Payment) -> Payment:
    await runner.run(event(checkout_update("p1", member=world.ada_id), at=clock()))
    return payment


def bought(payment: Payment, clock: Time, number: int) -> Delivery:
    happened = PaymentSucceeded(**about(payment, clock()))
    return Delivery(id=number, nonce=str(number), event=happened, channel="dm", attempt=1)


def sent(world: World, method: str, ending: str) -> list[str]:
    return [
        each.path
        for each in world.env.http_requests
        if each.method == method and each.path.endswith(ending)
    ]


async def last_words(world: World, thread: int) -> str:
    channel = await world.bot.fetch_channel(thread)
    assert isinstance(channel, discord.Thread)
    (last,) = [message async for message in channel.history(limit=1)]
    return said(last)


async def test_the_thread_is_made_once_and_used_from_then_on(
    world: World, channels: Channels, clock: Time, paid: Payment
) -> None:
    await world.olga.slash(world.general, "setup set", notice_channel=world.general)
    world.env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
    await channels["dm"].deliver(bought(paid, clock, 1))
    thread = await Notices(world.bot.notices._database).thread(
        GUILD, world.ada_id, world.general.id
    )
    assert thread is not None
    words = await last_words(world, thread)
    assert words.startswith(f"<@{world.ada_id}> **500 points added**")
    asked = len(sent(world, "POST", "/users/@me/channels"))
    await channels["dm"].deliver(bought(paid, clock, 2))
    assert len(sent(world, "POST", "/threads")) == 1
    assert len(sent(world, "POST", "/users/@me/channels")) == asked, "no direct message is tried"
    assert not await world.bot.notices.waiting(GUILD, world.ada_id)


async def test_a_thread_that_somebody_deleted_is_made_again(
    world: World, channels: Channels, clock: Time, paid: Payment
) -> None:
    await world.olga.slash(world.general, "setup set", notice_channel=world.general)
    await world.bot.notices.keep_thread(GUILD, world.ada_id, world.general.id, 77)
    await channels["dm"].deliver(bought(paid, clock, 1))
    thread = await world.bot.notices.thread(GUILD, world.ada_id, world.general.id)
    assert thread not in {None, 77}


async def test_without_the_permission_the_words_wait_for_the_next_command(
    world: World, channels: Channels, clock: Time, paid: Payment
) -> None:
    await world.olga.slash(world.general, "setup set", notice_channel=world.general)
    world.env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
    world.env.inject_error("POST", "/channels/*/threads", status=403, code=50013)
    with pytest.raises(ClosedDM, match="kept for their next command"):
        await channels["dm"].deliver(bought(paid, clock, 1))
    assert len(await world.bot.notices.waiting(GUILD, world.ada_id)) == 1


async def test_when_the_owner_wants_no_threads_any_more_the_words_wait(
    world: World, channels: Channels, clock: Time, paid: Payment
) -> None:
    await world.bot.notices.keep_thread(GUILD, world.ada_id, world.general.id, 77)
    with pytest.raises(ClosedDM):
        await channels["dm"].deliver(bought(paid, clock, 1))
    assert not await world.bot.notices.has_thread(GUILD, world.ada_id)
    assert len(await world.bot.notices.waiting(GUILD, world.ada_id)) == 1


async def test_a_channel_without_the_permissions_is_refused(world: World) -> None:
    everyone = discord.PermissionOverwrite(create_private_threads=False)
    without = world.guild.create_text_channel(
        "without", overwrites={world.guild.default_role: everyone}
    )
    await world.env.settle()
    refused = await world.olga.slash(world.general, "setup set", notice_channel=without)
    assert "I cannot make private threads in" in refusal(world, refused)
