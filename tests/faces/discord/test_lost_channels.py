"""A channel that cannot be used becomes one message to the owner, and nothing urgent is lost."""

import pytest

from bot.delivery.outcome import LostChannel
from payments.commands.base import by_member
from payments.commands.guild.settings import ChangeSettings
from payments.domain.rules.payment_events import about
from payments.domain.values.events import PaymentMismatch, PaymentSucceeded
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.payment import Payment
from payments.domain.values.time import DAY
from payments.notifications.errors import Postpone
from payments.runner.runner import Runner
from tests.conftest import Time
from tests.faces.discord.conftest import Deliver, World, said
from tests.support.deliveries import set_mod_channel
from tests.support.make import BEN, GUILD, checkout_update, event, key
from tests.support.owner_told import OwnerIsTold, owner_is_told

__all__ = ["owner_is_told"]


def mismatched(payment: Payment, clock: Time) -> PaymentMismatch:
    return PaymentMismatch(**about(payment, clock()), reason="It was paid in USD.")


async def test_without_a_moderators_channel_the_owner_is_told_and_the_card_waits(
    world: World,
    runner: Runner,
    clock: Time,
    payment: Payment,
    deliver: Deliver,
    owner_is_told: OwnerIsTold,
) -> None:
    with pytest.raises(Postpone, match="no channel is set") as raised:
        await deliver("mod", mismatched(payment, clock))
    assert raised.value.seconds == 600
    (words,) = await owner_is_told()
    assert "could not tell the moderators something that needs them: no channel is set." in words
    assert "`/setup set`, option `mod_channel`" in words
    await set_mod_channel(runner, clock, world.mods.id)
    await deliver("mod", mismatched(payment, clock))
    assert "It was paid in USD." in said(world.mods.last_message)


@pytest.mark.parametrize(
    ("error", "wrong"),
    [
        ((404, 10003), "the channel is gone"),
        ((403, 50001), "I may not see the channel"),
        ((403, 50013), "I may not write in the channel"),
    ],
)
async def test_a_moderators_channel_that_cannot_be_used_is_told_once_a_day(
    world: World,
    runner: Runner,
    clock: Time,
    payment: Payment,
    deliver: Deliver,
    owner_is_told: OwnerIsTold,
    error: tuple[int, int],
    wrong: str,
) -> None:
    await set_mod_channel(runner, clock, world.mods.id)
    for _ in range(3):
        world.env.inject_error("POST", "/channels/*/messages", status=error[0], code=error[1])
        with pytest.raises(Postpone, match=wrong):
            await deliver("mod", mismatched(payment, clock))
    (words,) = await owner_is_told()
    assert f"something that needs them: {wrong}." in words
    assert f"Let me view <#{world.mods.id}> and write there" in words
    await deliver("mod", mismatched(payment, clock))
    assert "It was paid in USD." in said(world.mods.last_message)
    clock.pass_(DAY)
    world.env.inject_error("POST", "/channels/*/messages", status=error[0], code=error[1])
    with pytest.raises(Postpone):
        await deliver("mod", mismatched(payment, clock))
    assert len(await owner_is_told()) == 1


async def test_an_announcement_that_cannot_be_made_is_given_up_and_the_owner_told(
    world: World,
    runner: Runner,
    clock: Time,
    payment: Payment,
    deliver: Deliver,
    owner_is_told: OwnerIsTold,
) -> None:
    settings = GuildSettings(
        guild=GUILD, announcement_channel=world.general.id, announced=("payment.success",)
    )
    await runner.run(
        ChangeSettings(key=key(), at=clock(), actor=by_member(BEN), guild=GUILD, settings=settings)
    )
    await runner.run(event(checkout_update("p1", member=world.ada_id), at=clock()))
    world.env.inject_error("POST", "/channels/*/messages", status=403, code=50013)
    with pytest.raises(LostChannel):
        await deliver("announce", PaymentSucceeded(**about(payment, clock())))
    (words,) = await owner_is_told()
    assert "could not announce something: I may not write in the channel." in words
