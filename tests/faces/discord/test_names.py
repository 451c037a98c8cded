"""Points are called as the guild calls them, wherever a number of them is read."""

from dataclasses import replace
from typing import Any

import pytest

from payments.commands.base import by_member
from payments.commands.guild.packages import AddPackage
from payments.commands.guild.settings import ChangeSettings
from payments.domain.rules.payment_events import about
from payments.domain.values.events import (
    PaymentDisputed,
    PaymentRefunded,
    PaymentSucceeded,
    PointsTransferred,
)
from payments.domain.values.guilds import MAX_PACKAGES, MAX_POINTS, GuildSettings
from payments.domain.values.guilds import NAME_LENGTH as PACKAGE_LENGTH
from payments.domain.values.ids import MemberId, PackageId, PaymentId
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.domain.values.points_names import NAME_LENGTH, SYMBOL_LENGTH, PointsNames
from payments.domain.values.time import HOUR
from payments.providers.stripe.currencies import HIGHEST
from payments.runner.runner import Runner
from payments.store.queries import Queries
from tests.conftest import Time
from tests.faces.discord.conftest import Deliver, World, said
from tests.support.deliveries import last_dm, paid_by_command
from tests.support.make import BEN, GUILD, START, checkout_update, event, key, package
from tests.support.transfers import ask, give, press

SHELLS = PointsNames(one="shell", many="shells", symbol="🐚")


async def settle(runner: Runner, settings: GuildSettings) -> None:
    await runner.run(
        ChangeSettings(key=key(), at=START, actor=by_member(BEN), guild=GUILD, settings=settings)
    )


@pytest.fixture
async def beach(world: World, runner: Runner, clock: Time) -> World:
    """A guild that sells shells; Ada has 5,000 that can be passed on."""
    await settle(
        runner,
        GuildSettings(
            guild=GUILD,
            points=SHELLS,
            mod_channel=world.mods.id,
            announcement_channel=world.general.id,
            announced=(PaymentSucceeded.name, PointsTransferred.name),
        ),
    )
    await give(world, runner, clock, 5_000)
    return world


async def test_members_read_it_in_their_own_commands(beach: World) -> None:
    bought = await beach.ada.slash(beach.general, "buy", package=package().id)
    assert "**500 shells 🐚** for **€4.99**" in said(bought.response)
    (choice,) = await beach.ada.autocomplete(beach.general, "buy", "package", "")
    assert choice["name"] == "500 for 499 · 500 shells 🐚 · €4.99"
    balance = await beach.ada.slash(beach.general, "balance")
    assert "## 5,000 shells 🐚" in said(balance.response)
    history = await beach.ada.slash(beach.general, "history")
    assert "**+5,000 🐚** Granted by a moderator" in said(history.response)


async def test_both_sides_of_a_transfer_read_it(
    beach: World, clock: Time, deliver: Deliver
) -> None:
    sent = await ask(beach, 1)
    assert "### 1 shell 🐚 sent" in said(sent.response)
    assert "Your balance is **4,999 shells 🐚**." in said(sent.response)
    asked = await ask(beach, 1_001)
    assert "### Send 1,001 shells 🐚?" in said(asked.response)
    await press(beach, asked, "Cancel")
    gift = PointsTransferred(
        guild=GUILD,
        member=beach.ada_id,
        at=clock(),
        recipient=MemberId(beach.ben.id),
        points=1,
        note="",
    )
    await deliver("recipient", gift)
    message = beach.ben.user.dm_channel.last_message
    assert message is not None
    assert message.content == (
        f"**+1 shell 🐚** from <@{beach.ada.id}> on Harbour. Your balance is **1 shell 🐚**."
    )
    await deliver("announce", gift)
    assert f"gave <@{beach.ben.id}> 1 shell 🐚." in said(beach.general.last_message)


async def test_what_comes_through_the_queue_says_it(
    beach: World, runner: Runner, queries: Queries, clock: Time, deliver: Deliver
) -> None:
    bought = await beach.ada.slash(beach.general, "buy", package=package().id)
    await runner.run(event(checkout_update("id-1", member=beach.ada_id), at=clock()))
    payment = await queries.payment(PaymentId("id-1"))
    assert payment is not None
    success = PaymentSucceeded(**about(payment, clock()))
    await deliver("answer", success)
    assert "### 500 shells 🐚 added" in said(bought.response)
    await deliver("dm", success)
    assert last_dm(beach).startswith("**500 shells 🐚 added** on")
    assert "Your balance is **5,500 shells 🐚**." in last_dm(beach)
    await deliver("announce", success)
    assert ": 500 shells 🐚." in said(beach.general.last_message)
    money = Money(minor=499, currency="EUR")
    common: Any = about(payment, clock())
    back = PaymentRefunded(**common, amount=money, refunded=money)
    await deliver("dm", back)
    assert "500 shells 🐚 were taken back" in last_dm(beach)
    claim: dict[str, Any] = {
        "dispute": "dp",
        "disputed": money,
        "reason": "fraudulent",
        "due_by": None,
    }
    await deliver("mod", PaymentDisputed(**common, **claim))
    card = said(beach.mods.last_message)
    assert "500 shells 🐚 for €4.99" in card
    assert "The 500 shells 🐚 of this payment: 500 unspent." in card


async def test_moderators_read_it(
    beach: World, runner: Runner, queries: Queries, clock: Time
) -> None:
    await paid_by_command(beach, runner, queries, clock)
    quoted = await beach.olga.slash(beach.mods, "refund", payment="id-1")
    assert "**500 shells 🐚** would be taken" in said(quoted.response)
    granted = await beach.olga.slash(beach.mods, "grant", member=beach.ben, points=1, reason="x")
    assert "### Granted: 1 shell 🐚" in said(granted.response)
    (newest, *_) = await beach.olga.autocomplete(beach.mods, "undo", "action", "")
    assert newest["name"].startswith("Granted 1 shell 🐚")
    undone = await beach.olga.slash(beach.mods, "undo", action=newest["value"])
    assert "### Undo the grant of 1 shell 🐚 to" in said(undone.response)
    assert undone.response is not None
    await beach.olga.click(undone.response, label="Undo")
    assert "### Undone: grant of 1 shell 🐚" in said(undone.response)


async def test_a_payment_of_before_is_told_in_the_names_of_now(
    world: World, runner: Runner, clock: Time, payment: Payment, deliver: Deliver
) -> None:
    await settle(runner, GuildSettings(guild=GUILD, points=replace(SHELLS, symbol="")))
    await runner.run(event(checkout_update("p1", member=world.ada_id), at=clock()))
    clock.pass_(HOUR)
    await deliver("dm", PaymentSucceeded(**about(payment, clock())))
    assert "Your balance is **500 shells**." in last_dm(world)


async def test_a_full_shop_with_all_the_longest_names_fits_one_card(
    world: World, runner: Runner
) -> None:
    name = "w" * NAME_LENGTH
    longest = PointsNames(one=name, many=name, symbol="W" * SYMBOL_LENGTH)
    await settle(runner, GuildSettings(guild=GUILD, points=longest))
    for number in range(MAX_PACKAGES - 1):
        await runner.run(
            AddPackage(
                key=key(),
                at=START,
                actor=by_member(BEN),
                guild=GUILD,
                name=f"{number:02}" + "*" * (PACKAGE_LENGTH - 2),
                points=MAX_POINTS,
                price=Money(minor=HIGHEST, currency="CHF"),
                package=PackageId(f"long-{number}"),
            )
        )
    listed = await world.olga.slash(world.general, "package list")
    assert said(listed.response).count(name) == MAX_PACKAGES


async def test_what_is_put_up_costs_the_guilds_own_currency(
    world: World, runner: Runner, queries: Queries
) -> None:
    """Whatever the other packages cost; another one may still be said."""
    await settle(runner, GuildSettings(guild=GUILD, currency="JPY"))
    added = await world.olga.slash(
        world.general, "package add", name="Large", points=5000, price="700"
    )
    assert "for ¥700" in said(added.response)
    await world.olga.slash(
        world.general, "package add", name="Huge", points=9000, price="7.50", currency="usd"
    )
    prices = {each.name: each.price for each in await queries.packages(GUILD)}
    assert prices["Large"] == Money(minor=700, currency="JPY")
    assert prices["Huge"] == Money(minor=750, currency="USD")
