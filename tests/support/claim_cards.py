"""A buyer who has spent and passed on points before the money goes back."""

from typing import Any

import discord
import pytest

from payments.commands.base import by_member
from payments.commands.points.move import SpendPoints, TransferPoints
from payments.domain.rules.payment_events import about
from payments.domain.values.events import DisputeEvent
from payments.domain.values.ids import MemberId
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import DisputeStatus, RefundStatus
from payments.domain.values.time import DAY, HOUR, Instant, later
from payments.runner.runner import Runner
from tests.conftest import Time
from tests.faces.discord.conftest import World
from tests.support.make import GUILD, checkout_update, dispute_update, event, key, refund_update
from tests.support.moderating import decide


@pytest.fixture
async def court(world: World, runner: Runner, clock: Time, payment: Payment) -> World:
    """Ada has bought 500 points, spent 120 of them, and passed 80 on to Ben."""
    assert payment.id == "p1"
    await decide(world, runner, clock)
    for known in await world.bot.tree.fetch_commands(guild=discord.Object(GUILD)):
        if known.name == "payments":
            world.guild.set_command_permissions(known, {world.mira: True})
    await runner.run(event(checkout_update("p1", member=world.ada_id), at=clock()))
    clock.pass_(73 * HOUR)
    common: dict[str, Any] = {
        "at": clock(),
        "actor": by_member(world.ada_id),
        "guild": GUILD,
        "member": world.ada_id,
    }
    await runner.run(SpendPoints(key=key(), points=120, **common))
    ben = MemberId(world.ben.id)
    await runner.run(TransferPoints(key=key(), points=80, recipient=ben, **common))
    return world


def dispute_event(kind: type[DisputeEvent], payment: Payment, at: Instant) -> DisputeEvent:
    return kind(
        **about(payment, at),
        dispute="dp_1",
        disputed=payment.price,
        reason="product_not_received",
        due_by=later(at, 7 * DAY),
    )


async def lose(runner: Runner, clock: Time) -> None:
    await runner.run(event(dispute_update("p1", "dp_1", 499, DisputeStatus.LOST), at=clock()))


GONE = [
    pytest.param(
        [refund_update("p1", "re_1", 499)],
        "€4.99 of this payment has gone back already.\nIt was refunded at the provider.\n"
        "The points for it were taken back.",
        id="refunded elsewhere",
    ),
    pytest.param(
        [refund_update("p1", "re_1", 200, RefundStatus.PENDING)],
        "€2.00 of this payment is on its way back.\nIt was refunded at the provider.\n"
        "The points for it are on hold.\nAt most €2.99 more can be refunded.",
        id="on its way elsewhere",
    ),
    pytest.param(
        [
            refund_update("p1", "re_1", 200),
            refund_update("p1", "re_2", 100, RefundStatus.PENDING),
        ],
        "€3.00 of this payment has gone back already or is on its way.\n"
        "It was refunded at the provider.\n"
        "The points for it were taken back or are on hold.\n"
        "At most €1.99 more can be refunded.",
        id="both",
    ),
    pytest.param(
        [dispute_update("p1", "dp_1", 499, DisputeStatus.OPEN)],
        "The payment is disputed: the buyer's bank decides where its money goes. Its points are "
        "on hold.",
        id="disputed",
    ),
    pytest.param(
        [dispute_update("p1", "dp_1", 499, DisputeStatus.LOST)],
        "The payment is disputed: the buyer's bank has taken its money back, and its points are "
        "gone.",
        id="lost",
    ),
]
