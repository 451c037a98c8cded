"""`/shop` in a simulated Discord: what can be had, in which order, and with one press."""

from dataclasses import replace
from typing import Any

import discord
import pytest
from simcord.results import InteractionResult

from payments.commands.base import by_member
from payments.commands.shop.items import RetireItem
from payments.domain.values.ids import GuildId, MemberId
from payments.domain.values.items import DESCRIPTION_LENGTH, Item, ItemKind, Limits
from payments.domain.values.ledger import PointsKind
from payments.domain.values.time import DAY, HOUR, later, to_seconds
from payments.runner.runner import Runner
from payments.store.queries import Queries
from tests.conftest import Time
from tests.faces.discord.conftest import World, refusal, said
from tests.support.counter import button_ids, press_first, put_up_item
from tests.support.make import GUILD, key
from tests.support.presses import press
from tests.support.redeeming import orders, points, rich
from tests.support.shopping import item_id, offer

__all__ = ["rich"]

DINNER = offer("Dinner")
ANSWER = "/webhooks/*/*/messages/@original"


async def shop(world: World, by: Any = None) -> InteractionResult:
    shown: InteractionResult = await (by or world.ada).slash(world.general, "shop")
    assert shown.ephemeral
    return shown


def names(shown: InteractionResult) -> list[str]:
    """The items of a page, as they stand."""
    lines = said(shown.response).splitlines()
    return [line.split("**")[1] for line in lines if line.startswith("**")]


async def test_an_empty_shop_says_so(world: World) -> None:
    assert said((await shop(world)).response) == (
        "### Shop\nNothing can be had for points on this server yet."
    )


async def test_what_one_can_afford_is_first_and_what_cannot_be_had_last(
    rich: World, runner: Runner, clock: Time
) -> None:
    for of, available in (
        (offer("Gone", price=1), 0),
        (offer("Dear", price=701), None),
        (offer("Later", price=2, limits=Limits(opens_at=later(clock(), HOUR))), None),
        (offer("Dinner", price=700), None),
        (offer("Pin", price=20), 4),
    ):
        await put_up_item(runner, of, available)
    shown = await shop(rich)
    assert names(shown) == ["Pin", "Dinner", "Dear", "Gone", "Later"]
    words = said(shown.response)
    assert words.startswith("### Shop\nYou have **700 points** to spend.\n")
    assert "**Pin** · 20 points · 4 left\n" in words
    assert "You need 1 point more." in words
    assert words.count("more.") == 1
    assert "**Gone** · 1 point · sold out" in words
    assert f"For sale <t:{to_seconds(later(clock(), HOUR))}:R>." in words


async def test_each_reads_what_is_for_them(rich: World, runner: Runner, clock: Time) -> None:
    ends = later(clock(), DAY)
    await put_up_item(
        runner,
        offer(
            "Badge",
            ItemKind.ROLE,
            description="For *all* who help",
            limits=Limits(role=rich.moderators.id, closes_at=ends),
        ),
    )
    words = said((await shop(rich)).response)
    assert r"For \*all\* who help" in words
    assert "You get the role <@&700000000000000001> for 30 days." in words
    assert f"Only for those who have <@&{rich.moderators.id}>." in words
    assert f"The sale ends <t:{to_seconds(ends)}:R>." in words
    theirs = said((await shop(rich, rich.mira)).response)
    assert "Only for those" not in theirs
    assert "You need 100 points more." in theirs
    clock.pass_(DAY)
    assert "No longer for sale." in said((await shop(rich)).response)


async def test_which_points_pay_is_said_and_counted(rich: World, runner: Runner) -> None:
    await put_up_item(runner, offer("Bought", price=501, paid_with=PointsKind.PAID))
    await put_up_item(runner, offer("Given", price=203, paid_with=PointsKind.PROMOTIONAL))
    words = said((await shop(rich)).response)
    assert "Only points that were bought with money pay for it.\nYou need 1 point more." in words
    assert "Only points that were given to you pay for it.\nYou need 3 points more." in words


async def test_a_press_orders_after_the_one_question(
    rich: World, runner: Runner, queries: Queries
) -> None:
    await put_up_item(runner, DINNER)
    shown = await shop(rich)
    assert shown.response is not None
    (order,) = button_ids(shown, "Order")
    asked = await rich.ada.click(shown.response, custom_id=order)
    assert asked.ephemeral
    assert "### Order “Dinner”?" in said(asked.response)
    assert await orders(rich, queries) == []
    await press(rich.ada, asked, "Order")
    assert "### Ordered: Dinner" in said(asked.response)
    assert await points(rich, queries) == 600


async def test_what_cannot_be_had_has_no_button_to_press(rich: World, runner: Runner) -> None:
    await put_up_item(runner, offer("Gone"), 0)
    shown = await shop(rich)
    assert shown.response is not None
    (button,) = [
        part["accessory"]
        for box in shown.response.components
        for part in box["components"]
        if "accessory" in part
    ]
    assert button["disabled"]


async def test_an_old_page_says_what_is_no_longer_for_sale(rich: World, runner: Runner) -> None:
    await put_up_item(runner, DINNER)
    shown = await shop(rich)
    await runner.run(
        RetireItem(
            key=key(),
            at=rich.bot.clock(),
            actor=by_member(MemberId(rich.olga.id)),
            guild=GUILD,
            item=item_id(DINNER.name),
        )
    )
    assert await press_first(rich.ada, shown, "Order") == ("“Dinner” is no longer for sale.")


async def test_pages_turn_both_ways(rich: World, runner: Runner) -> None:
    for number in range(12):
        await put_up_item(runner, offer(f"Item {number:02}", price=1 + number))
    shown = await shop(rich)
    assert names(shown) == [f"Item {number:02}" for number in range(5)]
    assert "1-5 of 12" in said(shown.response)
    await press(rich.ada, shown, "More")
    await press(rich.ada, shown, "More")
    assert names(shown) == ["Item 10", "Item 11"]
    assert "11-12 of 12" in said(shown.response)
    await press(rich.ada, shown, "Back")
    assert names(shown) == [f"Item {number:02}" for number in range(5, 10)]


async def test_a_full_page_with_pictures_is_within_what_discord_takes(
    rich: World, runner: Runner
) -> None:
    """Discord takes 40 components and 4,000 characters."""
    for number in range(11):
        await put_up_item(
            runner,
            offer(
                f"{number:02}" + "*" * 78,
                ItemKind.ROLE,
                by_person=True,
                description="*" * DESCRIPTION_LENGTH,
                picture="https://pictures.example/x.png",
                limits=Limits(role=rich.moderators.id),
            ),
        )
    shown = await shop(rich)
    await press(rich.ada, shown, "More")
    assert shown.response is not None
    parts = list(all_parts(shown.response.components))
    assert len(parts) <= 40
    assert sum(len(each.get("content", "")) for each in parts) <= 4_000
    pictures = [each["media"]["url"] for each in parts if "media" in each]
    assert pictures == ["https://pictures.example/x.png"] * 5


def all_parts(part: Any) -> list[dict[str, Any]]:
    """All components within some."""
    if isinstance(part, list):
        return [found for each in part for found in all_parts(each)]
    if not isinstance(part, dict):
        return []
    inner = [part.get("components"), part.get("accessory")]
    return [part, *(found for each in inner if each for found in all_parts(each))]


async def test_a_picture_that_discord_refuses_closes_no_shop(rich: World, runner: Runner) -> None:
    of = replace(DINNER, picture="https://pictures.example/x.png")
    await put_up_item(runner, of)
    rich.env.inject_error("PATCH", ANSWER, status=400, code=50035, message="Invalid Form Body")
    shown = await shop(rich)
    assert names(shown) == ["Dinner"]
    assert shown.response is not None
    assert not [each for each in all_parts(shown.response.components) if "media" in each]


async def test_what_discord_refuses_without_pictures_too_is_told(
    rich: World, runner: Runner
) -> None:
    await put_up_item(runner, DINNER)
    for _ in range(2):
        rich.env.inject_error("PATCH", ANSWER, status=400, code=50035, message="Invalid Form Body")
    shown = await rich.ada.slash(rich.general, "shop")
    assert "Something went wrong here" in refusal(rich, shown)


@pytest.mark.parametrize("turned", [False, True])
async def test_it_is_acknowledged_before_anything_is_read(
    rich: World, runner: Runner, monkeypatch: pytest.MonkeyPatch, *, turned: bool
) -> None:
    """What is for sale may be much, and the books may be slow."""
    for number in range(6):
        await put_up_item(runner, offer(f"Item {number:02}"))
    page = await shop(rich)

    steps = []
    defer, items = discord.InteractionResponse.defer, Queries.items

    async def acknowledge(self: Any, **how: Any) -> Any:
        steps.append("acknowledged")
        return await defer(self, **how)

    async def read(self: Queries, guild: GuildId) -> list[Item]:
        steps.append("read")
        return await items(self, guild)

    monkeypatch.setattr(discord.InteractionResponse, "defer", acknowledge)
    monkeypatch.setattr(Queries, "items", read)
    if turned:
        await press(rich.ada, page, "More")
    else:
        await shop(rich)
    assert steps == ["acknowledged", "read"]
