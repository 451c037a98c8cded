"""`/item edit` and `/item restock` in a simulated Discord."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import discord
import pytest
from simcord.results import InteractionResult

from payments.domain.values.items import Item, ItemKind, Limits, Offer, ReturnRule, RoleOffer
from payments.domain.values.ledger import PointsKind
from payments.domain.values.time import DAY, HOUR, from_seconds
from payments.runner.runner import Runner
from payments.store.queries import Queries
from tests.faces.discord.conftest import World, refusal, said
from tests.support.make import GUILD
from tests.support.shopping import HARBOUR_VIP, add_item, item_id, offer

DINNER = item_id("Dinner")
VIP = item_id("VIP")


@pytest.fixture(autouse=True)
async def _for_sale(runner: Runner) -> None:
    """A dinner and a role."""
    await runner.run(add_item(offer("Dinner", limits=Limits()), available=3))
    await runner.run(add_item(offer("VIP", ItemKind.ROLE, limits=Limits())))


async def found(queries: Queries, item: Any = DINNER) -> Item:
    one = await queries.item(GUILD, item)
    assert one is not None
    return one


async def send(world: World, shown: InteractionResult, **values: str) -> InteractionResult:
    """Send a form, with the lines that are not named as they stand there."""
    assert shown.modal is not None
    lines = [each["component"] for each in shown.modal["components"]]
    there = {line["custom_id"]: line.get("value", "") for line in lines}
    assert there.keys() >= values.keys()
    return await world.olga.submit_modal(shown, there | values)


async def typed(world: World, form: str, item: Any = DINNER, **values: str) -> InteractionResult:
    shown = await world.olga.slash(world.general, "item edit", item=item, form=form)
    return await send(world, shown, **values)


async def chosen(world: World, item: Any = DINNER, **options: Any) -> InteractionResult:
    return await world.olga.slash(world.general, "item edit", item=item, **options)


async def test_words_and_price_are_typed(world: World, queries: Queries) -> None:
    shown = await world.olga.slash(world.general, "item edit", item=DINNER)
    values = {
        "name": "Supper",
        "price": "1,250",
        "description": "Three courses",
        "picture": "https://example.com/supper.png",
        "question": "What do you eat?",
    }
    result = await send(world, shown, **values)
    assert result.ephemeral
    assert "**Supper** · 1,250 points · 3 left" in said(result.response)
    assert "This applies to orders from now on." in said(result.response)
    changed = (await found(queries)).offer
    assert (changed.name, changed.price) == ("Supper", 1_250)
    assert changed.description == "Three courses"
    assert changed.picture == "https://example.com/supper.png"
    assert changed.question == "What do you eat?"


async def test_limits_are_typed_and_taken_away_again(world: World, queries: Queries) -> None:
    await typed(world, "limits", per_order="2", per_member="5", period="1 week", cooldown="12h")
    assert (await found(queries)).offer.limits == Limits(
        per_order=2, per_member=5, period=7 * DAY, cooldown=12 * HOUR
    )
    await typed(world, "limits", per_member="", period="", cooldown="")
    assert (await found(queries)).offer.limits == Limits(per_order=2)


async def test_times_are_those_of_the_server(world: World, queries: Queries) -> None:
    await world.olga.slash(world.general, "setup set", time_zone="Europe/Vienna")
    result = await typed(
        world,
        "times",
        VIP,
        opens="2030-07-01 08:30",
        closes="2030-12-24",
        wait="2d",
        role_time="",
    )
    assert "Changed" in said(result.response)
    of = (await found(queries, VIP)).offer
    vienna = ZoneInfo("Europe/Vienna")
    begin, end = datetime(2030, 7, 1, 8, 30, tzinfo=vienna), datetime(2030, 12, 24, tzinfo=vienna)
    assert of.limits.opens_at == from_seconds(round(begin.timestamp()))
    assert of.limits.closes_at == from_seconds(round(end.timestamp()))
    assert of.wait == 2 * DAY
    assert of.role == RoleOffer(id=HARBOUR_VIP)
    shown = await world.olga.slash(world.general, "item edit", item=VIP, form="times")
    assert shown.modal is not None
    assert '"2030-07-01 08:30"' in str(shown.modal).replace("'", '"')


@pytest.mark.parametrize(
    ("form", "values", "words"),
    [
        ("words", {"price": "cheap"}, "“cheap” is no whole number."),
        ("words", {"name": "VIP"}, "There is already an item named “VIP”."),
        ("words", {"picture": "ftp://x"}, "must begin with https://"),
        ("limits", {"per_order": "101"}, "One order can have 1 to 100 pieces."),
        ("limits", {"period": "7d"}, "Say how many pieces a member can have in that time."),
        ("limits", {"cooldown": "soon"}, "“soon” is no length of time."),
        ("times", {"opens": "2030-02-30"}, "“2030-02-30” is no moment."),
        ("times", {"closes": "tomorrow"}, "is no moment. Write it as `2026-12-24 18:00`"),
        ("times", {"closes": "2020-01-01"}, "The sale can't end before it begins."),
        ("times", {"wait": "91d"}, "An order can wait for 1 hour to 90 days."),
        ("times", {}, "Nothing is otherwise than it was."),
    ],
)
async def test_what_is_refused_can_be_mended_in_the_same_form(
    world: World, queries: Queries, form: str, values: dict[str, str], words: str
) -> None:
    before = await found(queries)
    refused = await typed(world, form, **values)
    assert "Nothing was changed" in said(refused.response)
    assert words in said(refused.response)
    assert await found(queries) == before
    assert refused.response is not None
    again = await world.olga.click(refused.response, label="Open the form again")
    assert again.modal is not None
    for value in values.values():
        assert value in str(again.modal)
    right = {"price": "7"} if form == "words" else {"wait": "3d"}
    if form == "limits":
        right = {"per_order": "9", "period": "", "cooldown": ""}
    if form == "times":
        right |= {"opens": "", "closes": ""}
    if "name" in values:
        right["name"] = "Lunch"
    if "picture" in values:
        right["picture"] = ""
    mended = await send(world, again, **right)
    assert "This applies to orders from now on." in said(mended.response)
    assert await found(queries) != before


async def test_what_somebody_else_changed_meanwhile_stays(world: World, queries: Queries) -> None:
    shown = await world.olga.slash(world.general, "item edit", item=DINNER)
    await chosen(world, by_person=True, returned="never")
    await send(world, shown, price="7")
    of = (await found(queries)).offer
    assert (of.price, of.returned) == (7, ReturnRule.NEVER)


async def test_what_discord_lists_is_chosen(world: World, queries: Queries) -> None:
    await chosen(
        world,
        needed_role=world.moderators,
        paid_with="bought",
        returned="opened",
    )
    of = (await found(queries)).offer
    assert of.limits.role == world.moderators.id
    assert (of.paid_with, of.returned) == (PointsKind.PAID, ReturnRule.OPENED)
    cleared = await chosen(
        world, needed_role=world.guild.default_role, paid_with="any", returned="never"
    )
    assert "Only those with" not in said(cleared.response)
    of = (await found(queries)).offer
    assert (of.limits.role, of.paid_with, of.returned) == (None, None, ReturnRule.NEVER)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"by_person": False}, "What a person does needs a person."),
        ({"form": "limits", "by_person": True}, "Choose a form or other options, not both"),
        ({"by_person": True}, "Nothing is otherwise than it was."),
    ],
)
async def test_a_choice_that_cannot_be_is_refused(
    world: World, queries: Queries, options: dict[str, Any], words: str
) -> None:
    before = await found(queries)
    assert words in refusal(world, await chosen(world, **options))
    assert await found(queries) == before


async def test_another_role_is_looked_at_as_the_first_one(world: World, queries: Queries) -> None:
    plain = world.guild.create_role("Plain")
    strong = world.guild.create_role("Strong", permissions=discord.Permissions(ban_members=True))
    high = world.guild.create_role("High", position=9)
    await world.env.settle()
    assert "stands above my highest role" in refusal(world, await chosen(world, VIP, role=high))
    assert "This item gives no role." in refusal(world, await chosen(world, role=plain))
    await chosen(world, VIP, role=plain)
    assert (await found(queries, VIP)).offer.role == RoleOffer(id=plain.id, lasts=30 * DAY)
    asked = await chosen(world, VIP, role=strong)
    assert "also gets: Ban Members." in said(asked.response)
    assert asked.response is not None
    await world.olga.click(asked.response, label="Sell it")
    expected: Offer = (await found(queries, VIP)).offer
    assert expected.role == RoleOffer(id=strong.id, lasts=30 * DAY, dangerous=True)


async def test_an_item_is_restocked(world: World, queries: Queries, runner: Runner) -> None:
    await runner.run(add_item(offer("Key", ItemKind.CODE)))

    async def restock(item: Any = DINNER, **options: Any) -> InteractionResult:
        return await world.olga.slash(world.general, "item restock", item=item, **options)

    assert "**Dinner** · 100 points · 50 left" in said((await restock(pieces=50)).response)
    assert (await found(queries)).stock.available == 50
    assert "sold out" in said((await restock(pieces=0)).response)
    assert "no limit" in said((await restock(no_limit=True)).response)
    assert (await found(queries)).stock.available is None
    for wrong in ({}, {"pieces": 3, "no_limit": True}):
        words = refusal(world, await restock(**wrong))
        assert words == "Say how many pieces there are, or that there is no limit."
    words = refusal(world, await restock(item_id("Key"), pieces=3))
    assert words.startswith("The stock of this item is the number of its codes.")
