"""A bank debit under way, and points on hold: what a member reads of them."""

from typing import Any

import pytest

from payments.commands.base import by_member
from payments.commands.points.move import TransferPoints
from payments.domain.values.ids import MemberId, PaymentId
from payments.domain.values.provider_updates import DisputeStatus, MoneyStatus, RefundStatus
from payments.domain.values.time import HOUR, to_seconds
from payments.runner.runner import Runner
from payments.store.queries import Queries
from tests.conftest import Time
from tests.faces.discord.conftest import World, said
from tests.support.commands import put_up_more
from tests.support.make import (
    GUILD,
    checkout_update,
    dispute_update,
    event,
    initiate,
    key,
    package,
    refund_update,
)


async def debit(world: World, runner: Runner, clock: Time, name: str = "p1") -> None:
    """Ada pays by a bank debit, which takes days."""
    await runner.run(initiate(name, member=world.ada_id, at=clock()))
    update = checkout_update(name, member=world.ada_id, money=MoneyStatus.PROCESSING)
    await runner.run(event(update, at=clock()))


async def arrived(world: World, runner: Runner, clock: Time, name: str = "p1") -> None:
    await runner.run(event(checkout_update(name, member=world.ada_id), at=clock()))


@pytest.mark.parametrize("command", ["balance", "history"])
async def test_what_is_on_its_way_is_shown_until_it_has_arrived(
    world: World, runner: Runner, clock: Time, command: str
) -> None:
    await debit(world, runner, clock)
    line = (
        "On its way: **500 points** from “500 for 499”. The payment of €4.99, started "
        f"<t:{to_seconds(clock())}:R>, has not arrived yet."
    )
    assert line in said((await world.ada.slash(world.general, command)).response)
    assert "On its way" not in said((await world.ben.slash(world.general, command)).response)
    await arrived(world, runner, clock)
    assert "On its way" not in said((await world.ada.slash(world.general, command)).response)


@pytest.mark.parametrize("command", ["balance", "history"])
async def test_what_is_on_hold_is_shown_with_its_cause(
    world: World, runner: Runner, clock: Time, command: str
) -> None:
    await debit(world, runner, clock)
    await arrived(world, runner, clock)
    pending = refund_update("p1", "re_1", 499, RefundStatus.PENDING)
    await runner.run(event(pending, at=clock()))
    words = said((await world.ada.slash(world.general, command)).response)
    assert "On hold: **500 points** from “500 for 499”. A refund is on its way." in words
    done = refund_update("p1", "re_1", 499, RefundStatus.SUCCEEDED, seen=1)
    await runner.run(event(done, at=clock()))
    assert "On hold" not in said((await world.ada.slash(world.general, command)).response)


async def test_whoever_was_given_disputed_points_reads_that_they_are_on_hold(
    world: World, runner: Runner, clock: Time
) -> None:
    await debit(world, runner, clock)
    await arrived(world, runner, clock)
    clock.pass_(73 * HOUR)
    given: dict[str, Any] = {"member": world.ada_id, "recipient": MemberId(world.ben.id)}
    await runner.run(
        TransferPoints(
            key=key(), at=clock(), actor=by_member(world.ada_id), guild=GUILD, points=200, **given
        )
    )
    opened = dispute_update("p1", "dp_1", 499, DisputeStatus.OPEN)
    await runner.run(event(opened, at=clock()))
    ben = said((await world.ben.slash(world.general, "balance")).response)
    assert (
        "On hold: **200 points** that another member bought as “500 for 499”. Their payment is "
        "disputed."
    ) in ben
    ada = said((await world.ada.slash(world.general, "balance")).response)
    assert "On hold: **300 points** from “500 for 499”. The payment is disputed." in ada
    won = dispute_update("p1", "dp_1", 499, DisputeStatus.WON, seen=1)
    await runner.run(event(won, at=clock()))
    for person in (world.ada, world.ben):
        assert "On hold" not in said((await person.slash(world.general, "balance")).response)


async def test_many_of_them_are_counted(world: World, runner: Runner, clock: Time) -> None:
    for number in range(8):
        await debit(world, runner, clock, f"p{number}")
    words = said((await world.ada.slash(world.general, "history")).response)
    assert words.count("On its way") == 5
    assert "And 3 more." in words


async def test_buying_the_same_again_while_a_debit_is_under_way_asks_first(
    world: World, runner: Runner, clock: Time, queries: Queries
) -> None:
    await debit(world, runner, clock)
    asked = await world.ada.slash(world.general, "buy", package=package().id)
    words = said(asked.response)
    assert "### Buy 500 points again?" in words
    assert "your payment of €4.99, started" in words
    assert "If you buy it again, you pay twice." in words
    assert len((await queries.payments(GUILD, world.ada_id)).payments) == 1
    assert asked.response is not None
    await world.ada.click(asked.response, label="Buy again")
    assert "Pay €4.99" in said(asked.response)
    assert len((await queries.payments(GUILD, world.ada_id)).payments) == 2
    kept = await queries.answer(PaymentId("id-1"), clock())
    assert kept is not None


async def test_whoever_cancels_has_bought_nothing(
    world: World, runner: Runner, clock: Time, queries: Queries
) -> None:
    await debit(world, runner, clock)
    asked = await world.ada.slash(world.general, "buy", package=package().id)
    assert asked.response is not None
    await world.ada.click(asked.response, label="Cancel")
    assert "### Nothing was bought" in said(asked.response)
    assert len((await queries.payments(GUILD, world.ada_id)).payments) == 1


async def test_other_packages_other_members_and_later_purchases_are_not_asked_about(
    world: World, runner: Runner, clock: Time
) -> None:
    await debit(world, runner, clock)
    await put_up_more(runner, "Tiny")
    other = await world.ada.slash(world.general, "buy", package="more-Tiny")
    assert "Pay €1.00" in said(other.response)
    ben = await world.ben.slash(world.general, "buy", package=package().id)
    assert "Pay €4.99" in said(ben.response)
    await arrived(world, runner, clock)
    later = await world.ada.slash(world.general, "buy", package=package().id)
    assert "Pay €4.99" in said(later.response)
