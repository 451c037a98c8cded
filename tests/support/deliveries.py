"""What the tests of deliveries do again and again."""

from dataclasses import replace
from typing import Any

from payments.commands.base import by_member
from payments.commands.guild.settings import ChangeSettings
from payments.domain.rules.payment_events import about
from payments.domain.values.events import PaymentSucceeded
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import PaymentId
from payments.runner.runner import Runner
from payments.store.queries import Queries
from tests.conftest import Time
from tests.faces.discord.conftest import World, said
from tests.support.make import BEN, GUILD, checkout_update, event, key, package


async def tell(world: World, runner: Runner, clock: Time, **more: Any) -> None:
    """The provider tells of the checkout; by default that it was paid, in our currency."""
    currency = more.pop("currency", "EUR")
    update = replace(checkout_update("p1", member=world.ada_id, **more), currency=currency)
    await runner.run(event(update, at=clock()))


async def set_mod_channel(runner: Runner, clock: Time, channel: int) -> None:
    settings = GuildSettings(guild=GUILD, mod_channel=channel)
    await runner.run(
        ChangeSettings(key=key(), at=clock(), actor=by_member(BEN), guild=GUILD, settings=settings)
    )


async def paid_by_command(
    world: World, runner: Runner, queries: Queries, clock: Time, **more: Any
) -> PaymentSucceeded:
    """Ada has bought with the command, and the provider has told of it; the event of it."""
    await world.ada.slash(world.general, "buy", package=package().id)
    await runner.run(event(checkout_update("id-1", member=world.ada_id, **more), at=clock()))
    bought = await queries.payment(PaymentId("id-1"))
    assert bought is not None
    return PaymentSucceeded(**about(bought, clock()))


def last_dm(world: World) -> str:
    message = world.ada_user.dm_channel.last_message
    return "" if message is None else said(message)
