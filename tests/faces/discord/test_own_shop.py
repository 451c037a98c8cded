"""Discord's own shop, as owners and members meet it in the local Discord."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from payments.commands.base import by_member
from payments.commands.guild.packages import AddPackage
from payments.commands.guild.skus import ConnectSku
from payments.domain.values.ids import GuildId, MemberId
from sandbox.base.faults import Fault
from sandbox.discord_shop import Kind
from sandbox.discord_wire import WireDiscord, default_world
from sandbox.discord_wire.payloads import Json
from sandbox.discord_wire.world import (
    ADA,
    BADGE_SKU,
    GENERAL,
    OWNER,
    REGULAR_SKU,
    RETIRED_SKU,
    STARTER_SKU,
)
from tests.support.make import GUILD, START, key, package
from tests.support.wired import PATIENCE_SECONDS, POINTS, TOKEN, Wired, buttons, open_wired, read

OTHER = GuildId(900_000_000_000_000_999)


@pytest.fixture
async def wired(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Wired]:
    async with (
        WireDiscord(default_world(), token=TOKEN) as wire,
        open_wired(wire, tmp_path, monkeypatch, payment_providers="stripe,discord_skus") as running,
    ):
        yield running


async def give(wired: Wired, **options: Any) -> str:
    """The owner says as what the package is sold."""
    asked = {"package": package().id} | options
    return read(await wired.slash(OWNER, GENERAL, "package sku", asked))


def premium(message: Json | None) -> list[str]:
    """The SKUs of the premium buttons of a message."""
    if message is None:
        return []
    own = [str(message["sku_id"])] if message.get("style") == 6 else []
    inner = [premium(each) for each in message.get("components") or []]
    return [*own, *(sku for each in inner for sku in each)]


async def settled(wired: Wired) -> int:
    """Ada's points, once what was told is taken in."""
    core = wired.guildbank.services
    while await core.inbox.retry_due():
        pass
    return (await core.queries.balance(GUILD, MemberId(ADA), core.clock())).points


async def test_only_consumable_skus_are_offered(wired: Wired) -> None:
    offered = await wired.wire.autocomplete(OWNER, GENERAL, "package sku", "sku")
    assert [each["value"] for each in offered][:2] == [str(STARTER_SKU), str(REGULAR_SKU)]
    assert str(BADGE_SKU) not in [each["value"] for each in offered]


async def test_a_package_is_connected_shown_and_let_go(wired: Wired) -> None:
    said = await give(wired, sku=str(STARTER_SKU))
    assert "is “500 points” there" in said
    assert "Discord does not tell the bot what it costs there." in said
    shown = read(await wired.slash(OWNER, GENERAL, "package list"))
    assert f"SKU `{STARTER_SKU}`" in shown
    assert "No longer sold in Discord's shop" in await give(wired)
    assert "SKU" not in read(await wired.slash(OWNER, GENERAL, "package list"))
    assert "is not connected with anything" in await give(wired)


async def test_what_cannot_stand_for_a_package_is_refused(wired: Wired) -> None:
    assert "“Badge” is no consumable SKU" in await give(wired, sku=str(BADGE_SKU))
    assert "There is no such SKU" in await give(wired, sku="Nothing")
    await give(wired, sku=str(STARTER_SKU))
    await wired.slash(
        OWNER, GENERAL, "package add", {"name": "Other", "points": 7, "price": "9.00"}
    )
    refused = await give(wired, package="Other", sku=str(STARTER_SKU))
    assert "This SKU stands for “500 for 499” already." in refused


async def test_a_higher_price_there_is_pointed_out(wired: Wired) -> None:
    """Discord asks that what an app sells costs no more in its shop than elsewhere."""
    in_euros = await give(wired, sku=str(STARTER_SKU), price="4.99")
    assert "It costs $4.99 in Discord's shop and €4.99 here." in in_euros
    await wired.slash(
        OWNER, GENERAL, "package edit", {"package": package().id, "price": "4", "currency": "USD"}
    )
    dearer = await give(wired, sku=str(STARTER_SKU), price="4.99")
    assert "It costs $4.99 in Discord's shop and only $4.00 here." in dearer
    shown = read(await wired.slash(OWNER, GENERAL, "package list"))
    assert "Cost more in Discord's shop than here" in shown
    assert "Discord asks" not in await give(wired, sku=str(STARTER_SKU), price="3.99")


async def test_while_discord_cannot_be_asked_an_owner_is_told(wired: Wired) -> None:
    wired.wire.shop.faults.add(Fault(kind="error", status=503, times=100))
    assert "Discord could not be asked" in await give(wired, sku=str(STARTER_SKU))


async def test_buying_offers_both_and_the_purchase_arrives(wired: Wired) -> None:
    """The gateway tells of it; nobody says in which server, and only this one sells it."""
    before = await wired.slash(ADA, GENERAL, "buy", {"package": package().id})
    assert premium(before.message) == []
    await give(wired, sku=str(STARTER_SKU))
    offer = await wired.slash(ADA, GENERAL, "buy", {"package": package().id})
    assert premium(offer.message) == [str(STARTER_SKU)]
    assert "Discord's own shop" in read(offer)
    await wired.wire.shop.buy(ADA, STARTER_SKU)
    assert await arrived(wired) == POINTS + 500


async def test_what_a_moderator_must_check_is_not_offered_there(wired: Wired) -> None:
    """Discord charges at once: whoever is to be checked first would go round that."""
    await give(wired, sku=str(STARTER_SKU))
    await wired.slash(OWNER, GENERAL, "setup set", {"mod_channel": str(GENERAL)})
    said = read(await wired.slash(OWNER, GENERAL, "setup checks", {"above": "3"}))
    assert "Settings changed" in said
    offer = await wired.slash(ADA, GENERAL, "buy", {"package": package().id})
    assert premium(offer.message) == []
    assert "Discord's own shop" not in read(offer)


async def arrived(wired: Wired) -> int:
    """Ada's points, once the gateway has told of something."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await nothing_heard(wired):
            pass
    return await settled(wired)


async def nothing_heard(wired: Wired) -> bool:
    """Whether nothing of the shop has come yet."""
    found = await wired.guildbank.queries.inbox_events_by_status(None, 10)
    return all(each.provider != "discord_skus" for each in found)


async def test_what_discord_cannot_sell_has_no_button_and_stops_no_purchase(wired: Wired) -> None:
    """A button for it would load for ever, or be refused with all of the card."""
    assert "It is not published yet" in await give(wired, sku=str(RETIRED_SKU))
    offer = await wired.slash(ADA, GENERAL, "buy", {"package": package().id})
    assert (premium(offer.message), "Pay €4.99" in read(offer)) == ([], True)
    await give(wired, sku=str(STARTER_SKU))
    del wired.wire.shop.state.skus[STARTER_SKU]
    front = wired.guildbank.services.shop_front
    assert front is not None
    front.forget()
    offer = await wired.slash(ADA, GENERAL, "buy", {"package": package().id})
    assert (premium(offer.message), "Pay €4.99" in read(offer)) == ([], True)


async def test_a_purchase_in_test_mode_brings_nothing(wired: Wired) -> None:
    await give(wired, sku=str(STARTER_SKU))
    await wired.wire.shop.buy(ADA, STARTER_SKU, kind=Kind.TEST_MODE_PURCHASE)
    assert await arrived(wired) == POINTS
    shown = read(await wired.slash(OWNER, GENERAL, "status"))
    assert "1 purchase in Discord's shop brought no points in the last 30 days." in shown
    assert "It was bought in test mode" in shown


async def test_who_has_bought_what_counts_nowhere_yet_is_asked(wired: Wired) -> None:
    """Two servers sell it, and the buyer has not been in the shop of either."""
    await give(wired, sku=str(STARTER_SKU))
    await wired.run(added(OTHER))
    await wired.run(connected(OTHER))
    await wired.wire.shop.buy(ADA, STARTER_SKU)
    assert await arrived(wired) == POINTS
    shown = read(await wired.slash(OWNER, GENERAL, "status"))
    assert "1 purchase in Discord's shop waits" in shown
    asked = await wired.slash(ADA, GENERAL, "buy", {"package": package().id})
    assert "its points are on no server yet" in read(asked)
    assert asked.message is not None
    press = buttons(asked.message)["Add 500 points here"]
    done = await wired.press(ADA, int(asked.message["id"]), press)
    assert "What you bought in Discord's shop counts here." in read(done)
    assert await settled(wired) == POINTS + 500
    again = await wired.slash(ADA, GENERAL, "buy", {"package": package().id})
    assert premium(again.message) == [str(STARTER_SKU)]


def connected(guild: GuildId) -> ConnectSku:
    """Its owner sells it there, too."""
    return ConnectSku(
        key=key(),
        at=START,
        actor=by_member(MemberId(OWNER)),
        guild=guild,
        package=package().id,
        sku=str(STARTER_SKU),
    )


def added(guild: GuildId) -> AddPackage:
    """The same package elsewhere."""
    return AddPackage(
        key=key(),
        at=START,
        actor=by_member(MemberId(OWNER)),
        guild=guild,
        name=package().name,
        points=package().points,
        price=package().price,
        package=package().id,
    )
