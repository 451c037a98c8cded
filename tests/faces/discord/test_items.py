"""`/item …` in a simulated Discord: what owners put up for sale for points."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import discord
import pytest
from simcord.builders import RoleHandle
from simcord.results import InteractionResult

from payments.commands.shop.end import DenyOrder
from payments.domain.values.ids import ItemId
from payments.domain.values.items import Item, ItemKind, Limits, Offer, RoleOffer
from payments.domain.values.time import DAY
from payments.runner.runner import Runner
from payments.store.queries import Queries
from tests.faces.discord.conftest import World, refusal, said
from tests.support.commands import grant
from tests.support.make import GUILD
from tests.support.shopping import about, add_item, item_id, offer, place

VIP: dict[str, Any] = {"name": "Harbour VIP", "price": 500, "kind": "role"}
DINNER: dict[str, Any] = {"name": "Dinner", "price": 900, "kind": "person"}

Add = Callable[..., Awaitable[InteractionResult]]


@pytest.fixture
def add(world: World) -> Add:
    """Olga adds an item."""

    async def slash(**options: Any) -> InteractionResult:
        return await world.olga.slash(world.general, "item add", **options)

    return slash


@pytest.fixture
async def vip(world: World) -> RoleHandle:
    """A role that harms nobody, below the bot's."""
    return await below_the_bot(world, "VIP")


async def below_the_bot(world: World, name: str, **permissions: bool) -> RoleHandle:
    """A new role; it stands below the bot's."""
    made = world.guild.create_role(name, permissions=discord.Permissions(**permissions))
    await world.env.settle()
    return made


async def press(world: World, shown: InteractionResult, label: str) -> InteractionResult:
    assert shown.response is not None
    return await world.olga.click(shown.response, label=label)


async def only(queries: Queries) -> Item:
    (found,) = await queries.items(GUILD)
    return found


async def test_an_owner_puts_a_role_up_for_sale(
    add: Add, queries: Queries, vip: RoleHandle
) -> None:
    result = await add(**VIP, role=vip, role_time="30d", stock=10, description="Sails *first*")
    assert result.ephemeral
    words = said(result.response)
    assert "**Harbour VIP** · 500 points · 10 left" in words
    assert f"Gives <@&{vip.id}> for 30 days, at once." in words
    assert r"Sails \*first\*" in words
    item = await only(queries)
    assert item.offer == Offer(
        name="Harbour VIP",
        price=500,
        kind=ItemKind.ROLE,
        description="Sails *first*",
        role=RoleOffer(id=vip.id, lasts=30 * DAY),
    )
    assert item.stock.available == 10


async def test_all_that_is_said_of_an_item_is_kept_and_shown(
    world: World, add: Add, queries: Queries
) -> None:
    options = DINNER | {
        "picture": "https://example.com/dinner.png",
        "question": "What do you eat?",
        "per_order": 2,
        "per_member": 4,
        "needed_role": world.moderators,
    }
    await add(**options)
    item = await only(queries)
    assert item.offer.by_person
    assert item.offer.limits == Limits(per_order=2, per_member=4, role=world.moderators.id)
    shown = await world.olga.slash(world.general, "item list", item="dinner")
    words = said(shown.response)
    for line in (
        "**Dinner** · 900 points · no limit",
        "A person does it. An order waits for up to 14 days.",
        "Buyers are asked: “What do you eat?”",
        "2 pieces an order at most.",
        "4 pieces a member at most.",
        f"Only those with <@&{world.moderators.id}> can buy it.",
    ):
        assert line in words


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (VIP, "Choose the role that this item gives."),
        (DINNER | {"role_time": "30d"}, "Only an item of the kind “role” gives a role."),
        (DINNER | {"by_person": False}, "What a person does needs a person."),
        (DINNER | {"name": "\u200b"}, "Item name: leave out `U+200B zero width space`."),
        (DINNER | {"picture": "http://example.com/a.png"}, "must begin with https://"),
        (DINNER | {"picture": "https://example.com/a b.png"}, "must begin with https://"),
        (DINNER | {"picture": "https://localhost/a.png"}, "must begin with https://"),
        (DINNER | {"price": 10**12, "per_order": 2}, "from 1 to 1,000,000,000,000"),
        (
            {"name": "Key", "price": 5, "kind": "code", "stock": 3},
            "The stock of this item is the number of its codes.",
        ),
    ],
)
async def test_what_cannot_be_sold_is_refused(
    world: World, add: Add, queries: Queries, options: dict[str, Any], words: str
) -> None:
    assert words in refusal(world, await add(**options))
    assert await queries.items(GUILD) == []


@pytest.mark.parametrize("typed", ["0d", "soon", "30 minutes", "99999d", "1 month"])
async def test_a_time_that_is_none_is_refused(
    world: World, add: Add, vip: RoleHandle, typed: str
) -> None:
    refused = refusal(world, await add(**VIP, role=vip, role_time=typed))
    assert refused == (
        f"“{typed}” is no length of time. Write it as `30d` or `12h`, up to 3,650 days."
    )


async def test_a_role_that_the_bot_cannot_give_is_refused(
    world: World, add: Add, queries: Queries
) -> None:
    low = await below_the_bot(world, "Low")
    high = world.guild.create_role("High", position=9)
    await world.env.settle()
    guild = world.bot.get_guild(GUILD)
    assert guild is not None
    mine = guild.me.top_role
    its_own = RoleHandle(world.env, world.guild, world.env.backend.get_role(GUILD, mine.id))
    for role, words in (
        (high, f"<@&{high.id}> stands above my highest role, <@&{mine.id}>. Move mine above it"),
        (its_own, f"<@&{mine.id}> is given by Discord or by a program alone."),
        (world.guild.default_role, "Everybody has @everyone already. Choose another role."),
    ):
        assert words in refusal(world, await add(**VIP, role=role))
    world.env.backend.edit_role(GUILD, mine.id, {"permissions": 0})
    await world.env.settle()
    assert refusal(world, await add(**VIP, role=low)) == (
        "I can't give roles. Let me manage roles in the server's settings first."
    )
    assert await queries.items(GUILD) == []


async def test_a_role_that_can_harm_others_is_asked_about_once_more(
    world: World, add: Add, queries: Queries
) -> None:
    strong = await below_the_bot(world, "Strong", kick_members=True, manage_messages=True)
    asked = await add(**VIP, role=strong)
    assert "also gets: Manage Messages and Kick Members." in said(asked.response)
    assert await queries.items(GUILD) == []
    cancelled = await press(world, asked, "Cancel")
    assert "Nothing was added" in said(cancelled.response)
    again = await add(**VIP, role=strong)
    sold = await press(world, again, "Sell it")
    assert "For sale now" in said(sold.response)
    assert (await only(queries)).offer.role == RoleOffer(id=strong.id, dangerous=True)


async def test_two_items_of_one_name_are_refused(world: World, add: Add) -> None:
    await add(**DINNER)
    words = refusal(world, await add(**DINNER | {"name": "DINNER"}))
    assert words == "There is already an item named “Dinner”."


async def test_an_item_is_retired_and_put_on_sale_again(
    world: World, add: Add, queries: Queries
) -> None:
    await world.olga.slash(world.general, "setup set", mod_channel=world.mods)
    await add(**DINNER)
    retired = await world.olga.slash(world.general, "item retire", item="Dinner")
    assert "Orders that were placed go on." in said(retired.response)
    action = said(retired.response).rpartition("\n-# Action ")[2].strip("`")
    assert await queries.items(GUILD) == []
    refused = refusal(world, await world.olga.slash(world.general, "item retire", item="Dinner"))
    assert refused.startswith("Nothing is for sale for points yet.")
    asked = await world.olga.slash(world.mods, "undo", action=action)
    assert "Put “Dinner” on sale again? It was retired by" in said(asked.response)
    done = await press(world, asked, "Put on sale")
    assert "On sale again: “Dinner”" in said(done.response)
    assert (await only(queries)).offer.name == "Dinner"


async def test_what_else_was_done_about_items_is_never_undone(world: World, add: Add) -> None:
    await world.olga.slash(world.general, "setup set", mod_channel=world.mods)
    await add(**DINNER)
    stocked = await world.olga.slash(world.general, "item restock", item="Dinner", pieces=3)
    action = said(stocked.response).rpartition("\n-# Action ")[2].strip("`")
    words = refusal(world, await world.olga.slash(world.mods, "undo", action=action))
    assert words == "A number of pieces can't be undone. `/item restock` changes it back."


async def test_a_new_item_is_taken_off_sale_as_long_as_nobody_has_ordered_it(
    world: World, add: Add, runner: Runner, queries: Queries
) -> None:
    await world.olga.slash(world.general, "setup set", mod_channel=world.mods)
    added = await add(**DINNER)
    action = said(added.response).rpartition("\n-# Action ")[2].strip("`")
    choices = await world.olga.autocomplete(world.mods, "undo", "action", "")
    assert any("Put “Dinner” up for sale by" in str(each) for each in choices), choices
    item = await only(queries)
    await runner.run(grant(1_000))
    order = replace(place(item.offer, "o1"), item=item.id)
    await runner.run(order)
    words = refusal(world, await world.olga.slash(world.mods, "undo", action=action))
    assert words == "Members have ordered it. `/item retire` takes it off sale."
    await runner.run(DenyOrder(**about("o1")))
    asked = await world.olga.slash(world.mods, "undo", action=action)
    assert "Take “Dinner” off sale? It was put up by" in said(asked.response)
    done = await press(world, asked, "Take off sale")
    assert "Off sale: “Dinner”" in said(done.response)
    assert not await queries.items(GUILD)


async def test_moderators_do_not_decide_what_is_for_sale(world: World, add: Add) -> None:
    await world.olga.slash(
        world.general, "setup set", mod_channel=world.mods, moderator_role=world.moderators
    )
    await add(**DINNER)
    retired = await world.olga.slash(world.general, "item retire", item="Dinner")
    action = said(retired.response).rpartition("\n-# Action ")[2].strip("`")
    for command in ("item", "undo"):
        await world.let(world.mira, command)
    for result in (
        await world.mira.slash(world.general, "item retire", item="Dinner"),
        await world.mira.slash(world.mods, "undo", action=action),
    ):
        assert "manage the server" in refusal(world, result)


async def test_many_items_are_read_page_by_page(world: World, runner: Runner) -> None:
    empty = await world.olga.slash(world.general, "item list")
    assert "Nothing yet. `/item add` puts something up." in said(empty.response)
    for number in range(31):
        await runner.run(add_item(offer(f"Item {number:02}", price=100 + number)))
    first = await world.olga.slash(world.general, "item list")
    assert "**Item 00** · 100 points · no limit" in said(first.response)
    assert "1-15 of 31" in said(first.response)
    second = await press(world, first, "Next")
    third = await press(world, second, "Next")
    assert "**Item 30**" in said(third.response)
    assert "31-31 of 31" in said(third.response)
    back = await press(world, third, "Previous")
    assert "16-30 of 31" in said(back.response)


async def test_an_item_of_the_store_is_offered_by_name_and_price(
    world: World, runner: Runner
) -> None:
    await runner.run(add_item(offer("Dinner", price=900)))
    await runner.run(add_item(offer("Key", ItemKind.CODE)))
    choices = await world.olga.autocomplete(world.general, "item retire", "item", "din")
    assert choices == [{"name": "Dinner · 900 points", "value": item_id("Dinner")}]
    with_codes = await world.olga.autocomplete(world.general, "item codes", "item", "")
    assert [each["value"] for each in with_codes] == [ItemId("item-Key")]


async def test_a_program_has_a_day_and_a_person_two_weeks(
    add: Add, world: World, queries: Queries
) -> None:
    """A program that is away must not keep points for long: nobody can cancel what it was told."""
    added = await add(name="Sword", price=100, kind="program")
    assert "Another program does it. An order waits for up to 24 hours." in said(added.response)
    assert (await only(queries)).offer.wait == DAY
    both = await add(name="Sword", price=100, kind="program", by_person=True)
    assert "waits for that program, not for a person" in refusal(world, both)
    await add(**DINNER)
    waits = {item.offer.name: item.offer.wait for item in await queries.items(GUILD)}
    assert waits == {"Sword": DAY, "Dinner": 14 * DAY}
