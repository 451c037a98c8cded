"""`/item panel` in a simulated Discord: posted once, kept up to date, pressed by members."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from simcord.builders import ChannelHandle

from bot.client import GuildbankBot
from bot.delivery.panels import PanelKeeper, PanelRefresh
from payments.commands.guild.packages import EditPackage, RetirePackage
from payments.commands.guild.settings import ChangeSettings
from payments.commands.shop.items import EditItem, RestockItem, RetireItem
from payments.domain.values.events import PackageChanged
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.items import Limits, Offer
from payments.domain.values.ledger import PointsKind
from payments.domain.values.points_names import PointsNames
from payments.domain.values.time import HOUR, SECOND, later
from payments.runner.runner import Runner
from payments.store.engine.database import Database
from payments.store.outbox.deliveries import Deliveries
from tests.conftest import Time
from tests.faces.discord.conftest import Deliver, World, said
from tests.support.make import GUILD, START, package
from tests.support.panels import DINNER, by_owner, item_changed, labels, last, post, shop
from tests.support.shopping import add_item, item_id, offer, place

__all__ = ["shop"]


async def test_a_member_orders_from_the_panel(world: World, shop: ChannelHandle) -> None:
    posted = await post(world, shop)
    assert posted.ephemeral
    assert f"It is in <#{shop.id}> and keeps itself up to date." in said(posted.response)
    panel = last(shop)
    words = said(panel)
    assert "What your points get you" in words
    assert "**Dinner** · 100 points\n" in words
    assert r"With the \*captain\*" in words
    asked = await world.ada.click(panel, label="Order")
    assert asked.ephemeral
    assert "Order “Dinner”?" in said(asked.response)
    assert asked.response is not None
    ordered = await world.ada.click(asked.response, label="Order")
    assert "Ordered: Dinner" in said(ordered.response)
    assert said(last(shop)) == words


async def test_the_panel_is_as_the_shop_is(
    world: World, shop: ChannelHandle, runner: Runner, clock: Time, deliver: Deliver
) -> None:
    await post(world, shop)

    async def shown(command: Any) -> str:
        await runner.run(command)
        await deliver("panel", item_changed())
        return said(last(shop))

    dearer: Offer = replace(DINNER, price=120)
    item = item_id("Dinner")
    edit = EditItem(**by_owner(clock), item=item, offer=dearer)
    assert "**Dinner** · 120 points\n" in await shown(edit)
    few = RestockItem(**by_owner(clock), item=item, available=3)
    assert "**Dinner** · 120 points · 3 left" in await shown(few)
    none = RestockItem(**by_owner(clock), item=item, available=0)
    assert "left" not in await shown(none)
    assert labels(last(shop)) == ["Sold out (off)"]
    later_on = replace(dearer, limits=Limits(opens_at=later(clock(), HOUR)))
    opens = EditItem(**by_owner(clock), item=item, offer=later_on)
    assert "For sale from <t:" in await shown(opens)
    retired = RetireItem(**by_owner(clock), item=item)
    assert "Nothing is for sale right now." in await shown(retired)
    assert len(shop.history()) == 1


async def test_the_panel_outlives_a_restart(
    world: World,
    shop: ChannelHandle,
    new_bot: Callable[[], GuildbankBot],
) -> None:
    await post(world, shop)
    await world.env.restart_bot(new_bot())
    asked = await world.ada.click(last(shop), label="Order")
    assert "Order “Dinner”?" in said(asked.response)


async def test_what_is_pressed_on_an_old_panel_is_looked_at_again(
    world: World, shop: ChannelHandle, runner: Runner, clock: Time
) -> None:
    await post(world, shop)
    panel = last(shop)
    dearer = replace(DINNER, price=130, paid_with=PointsKind.PAID)
    await runner.run(EditItem(**by_owner(clock), item=item_id("Dinner"), offer=dearer))
    answers = await world.ada.click(panel, label="Order")
    words = "".join(map(said, [*answers.followups, answers.response]))
    assert "This costs 130 points that were bought with money" in words
    await runner.run(RetireItem(**by_owner(clock), item=item_id("Dinner")))
    words = said((await world.ada.click(panel, label="Order")).response)
    assert words == "This is no longer for sale."


async def test_a_server_has_one_panel_of_each_kind(
    world: World, shop: ChannelHandle, deliver: Deliver, runner: Runner, clock: Time
) -> None:
    await post(world, shop)
    await post(world, shop, sells="packages")
    await post(world, world.mods)
    assert ["Get points" in said(each) for each in shop.history()] == [True]
    assert "What your points get you" in said(last(world.mods))
    dearer = replace(DINNER, price=120)
    await runner.run(EditItem(**by_owner(clock), item=item_id("Dinner"), offer=dearer))
    await deliver("panel", item_changed())
    assert "120 points" in said(last(world.mods))


async def test_a_member_buys_from_the_panel_of_packages(
    world: World, shop: ChannelHandle, runner: Runner, clock: Time, deliver: Deliver
) -> None:
    await post(world, shop, sells="packages")
    panel = last(shop)
    assert "**500 for 499** · 500 points · €4.99" in said(panel)
    begun = await world.ada.click(panel, label="Buy")
    assert begun.ephemeral
    assert "https://shop.example/pay/" in said(begun.response)
    changed = PackageChanged(guild=GUILD, at=START, package=package().id)
    await runner.run(EditPackage(**by_owner(clock), package=package().id, name="Chest"))
    await deliver("panel", changed)
    assert "**Chest** · 500 points" in said(last(shop))
    await runner.run(RetirePackage(**by_owner(clock), package=package().id))
    words = said((await world.ada.click(panel, label="Buy")).response)
    assert words == "This is no longer for sale."
    await deliver("panel", changed)
    assert "Nothing is for sale right now." in said(last(shop))


async def test_more_than_fit_are_read_on_pages_of_ones_own(
    world: World, shop: ChannelHandle, runner: Runner
) -> None:
    for number in range(24):
        picture = f"https://example.com/{number}.png"
        await runner.run(add_item(offer(f"Item {number:02}", price=200 + number, picture=picture)))
    await post(world, shop)
    panel = last(shop)
    assert "Item 08" in said(panel)
    assert "Item 09" not in said(panel)
    second = await world.ada.click(panel, label="15 more")
    assert second.ephemeral
    assert "Item 09" in said(second.response)
    assert second.response is not None
    third = await world.ada.click(second.response, label="Next")
    assert "Item 23" in said(third.response)
    assert third.response is not None
    back = await world.ada.click(third.response, label="Previous")
    assert "Item 09" in said(back.response)
    assert back.response is not None
    first = await world.ada.click(back.response, label="Previous")
    assert "**Dinner**" in said(first.response)
    assert said(last(shop)) == said(panel)


async def test_an_order_changes_the_panel_where_few_are_left(
    world: World, shop: ChannelHandle, runner: Runner, clock: Time, database: Database
) -> None:
    await post(world, shop)
    deliveries = Deliveries(database)

    async def waits() -> int:
        """How many changes of panels are due; they are taken."""
        claimed = await deliveries.claim(
            urgent=9,
            oldest=0,
            channels=("panel",),
            now=clock(),
            until=later(clock(), HOUR),
            lease=f"{clock()}",
        )
        for each in claimed:
            await deliveries.deliver(each, clock())
        return len(claimed)

    restock = RestockItem(**by_owner(clock), item=item_id("Dinner"), available=12)
    await runner.run(restock)
    clock.pass_(HOUR)
    while await waits():
        clock.pass_(HOUR)
    await runner.run(place(DINNER, member=world.ada_id, at=clock()))
    clock.pass_(HOUR)
    assert await waits() == 0
    await runner.run(place(DINNER, member=world.ada_id, at=clock()))
    assert await waits() == 0
    clock.pass_(3 * SECOND)
    assert await waits() == 1


async def test_what_no_event_tells_is_shown_within_minutes(
    world: World, shop: ChannelHandle, runner: Runner, clock: Time
) -> None:
    panels = world.bot.panels
    refresh = PanelRefresh(PanelKeeper(world.bot, panels=panels), panels=panels)
    ends = replace(DINNER, limits=Limits(closes_at=later(clock(), HOUR)))
    await runner.run(EditItem(**by_owner(clock), item=item_id("Dinner"), offer=ends))
    await post(world, shop)
    await post(world, shop, sells="packages")
    assert await refresh.refresh_all() == 2
    assert await refresh.refresh_all() == 0
    clock.pass_(HOUR)
    assert await refresh.refresh_all() == 1
    assert "Nothing is for sale right now." in said(shop.history()[0])
    names = GuildSettings(guild=GUILD, points=PointsNames(one="shell", many="shells"))
    await runner.run(ChangeSettings(**by_owner(clock), settings=names))
    assert await refresh.refresh_all() == 1
    assert "500 shells" in said(last(shop))
