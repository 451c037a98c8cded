"""Buying while in debt: what a member reads before they pay, and after."""

from typing import Any

import pytest

from payments.commands.base import by_member
from payments.commands.points.move import SpendPoints, TransferPoints
from payments.domain.rules.payment_events import about
from payments.domain.values.events import PaymentSucceeded
from payments.domain.values.guilds import Package
from payments.domain.values.ids import PaymentId
from payments.domain.values.provider_updates import DisputeStatus
from payments.domain.values.time import DAY
from payments.runner.runner import Runner
from payments.store.queries import PaidBack, Queries
from tests.conftest import Time
from tests.faces.discord.conftest import Deliver, World, said
from tests.support.commands import put_up
from tests.support.deliveries import last_dm
from tests.support.make import (
    BEN,
    GUILD,
    checkout_update,
    dispute_update,
    event,
    initiate,
    key,
    package,
)

SMALL, EQUAL, LARGE = package(100, 100), package(200, 200), package(700, 700)


@pytest.fixture
async def in_debt(world: World, runner: Runner, clock: Time) -> World:
    """Ada has spent 200 of 500 points, whose payment her bank then disputes."""
    for each in (SMALL, EQUAL, LARGE):
        await put_up(runner, each)
    await runner.run(initiate("old", member=world.ada_id, at=clock()))
    await runner.run(event(checkout_update("old", member=world.ada_id), at=clock()))
    await runner.run(
        SpendPoints(
            key=key(),
            at=clock(),
            actor=by_member(world.ada_id),
            guild=GUILD,
            member=world.ada_id,
            points=200,
        )
    )
    await runner.run(event(dispute_update("old", "dp_1", 499, DisputeStatus.OPEN), at=clock()))
    return world


@pytest.mark.parametrize(
    ("bought", "before", "after"),
    [
        (
            SMALL,
            (
                "You owe 200 points. This purchase pays 100 points of it, and you will still owe "
                "100 points."
            ),
            (
                "Your balance is **-100 points**.{}100 points went towards what you owed, and you "
                "still owe 100 points."
            ),
        ),
        (
            EQUAL,
            "You owe 200 points. This purchase pays all of it.",
            "Your balance is **0 points**.{}200 points went towards what you owed.",
        ),
        (
            LARGE,
            "You owe 200 points. This purchase pays that first, and leaves you 500 points.",
            "Your balance is **500 points**.{}200 points went towards what you owed.",
        ),
    ],
    ids=["less than the debt", "as much", "more"],
)
async def test_whoever_owes_points_reads_what_becomes_of_those_they_buy(
    in_debt: World,
    runner: Runner,
    queries: Queries,
    clock: Time,
    deliver: Deliver,
    bought: Package,
    before: str,
    after: str,
) -> None:
    result = await in_debt.ada.slash(in_debt.general, "buy", package=bought.id)
    assert f"\n{before}\n" in said(result.response)
    paid = checkout_update("id-1", member=in_debt.ada_id, of=bought)
    await runner.run(event(paid, at=clock()))
    payment = await queries.payment(PaymentId("id-1"))
    assert payment is not None
    success = PaymentSucceeded(**about(payment, clock()))
    await deliver("answer", success)
    assert f"Payment received. {after.format(chr(10))}\n" in said(result.response)
    await deliver("dm", success)
    assert last_dm(in_debt).endswith(after.format(" "))


async def test_whoever_owes_nothing_reads_nothing_of_it(world: World, queries: Queries) -> None:
    result = await world.ada.slash(world.general, "buy", package=package().id)
    assert "owe" not in said(result.response)
    payment = await queries.payment(PaymentId("id-1"))
    assert payment is not None
    assert await queries.paid_back(payment) == PaidBack()


LACKED = "were taken from their new owners, because of a payment of"
GIVEN = "went back to members who lacked them because of a payment of yours."


@pytest.mark.parametrize(
    ("bought", "before", "after"),
    [
        (
            LARGE,
            "This purchase gives back what is missing first, and leaves you 500 points.",
            f"Your balance is **500 points**.{{}}200 points {GIVEN}",
        ),
        (
            EQUAL,
            "All of this purchase goes towards what is missing.",
            f"Your balance is **0 points**.{{}}200 points {GIVEN}",
        ),
        (
            SMALL,
            "All of this purchase goes towards what is missing.",
            f"Your balance is **0 points**.{{}}100 points {GIVEN}",
        ),
    ],
    ids=["more than is missing", "as much", "less"],
)
async def test_whoever_passed_disputed_points_on_reads_that_they_go_back_first(
    world: World,
    runner: Runner,
    clock: Time,
    deliver: Deliver,
    queries: Queries,
    bought: Package,
    before: str,
    after: str,
) -> None:
    """Ada has passed 200 of 500 points on to Ben, and her bank disputes their payment."""
    await put_up(runner, bought)
    ada: dict[str, Any] = {"actor": by_member(world.ada_id), "guild": GUILD}
    await runner.run(initiate("old", member=world.ada_id, at=clock()))
    await runner.run(event(checkout_update("old", member=world.ada_id), at=clock()))
    clock.pass_(4 * DAY)
    await runner.run(
        TransferPoints(key=key(), at=clock(), member=world.ada_id, recipient=BEN, points=200, **ada)
    )
    await runner.run(event(dispute_update("old", "dp_1", 499, DisputeStatus.OPEN), at=clock()))
    mine = said((await world.ada.slash(world.general, "balance")).response)
    assert f"200 points that you passed on {LACKED} yours. The next points" in mine
    result = await world.ada.slash(world.general, "buy", package=bought.id)
    assert f"\n200 points that you passed on {LACKED} yours.\n{before}\n" in said(result.response)
    paid = checkout_update("id-1", member=world.ada_id, of=bought)
    await runner.run(event(paid, at=clock()))
    payment = await queries.payment(PaymentId("id-1"))
    assert payment is not None
    success = PaymentSucceeded(**about(payment, clock()))
    await deliver("answer", success)
    assert f"Payment received. {after.format(chr(10))}\n" in said(result.response)
    await deliver("dm", success)
    assert last_dm(world).endswith(after.format(" "))
