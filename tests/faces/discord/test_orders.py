"""`/orders` in a simulated Discord: states, codes again, and cancelling."""

import pytest
from simcord.results import InteractionResult

from bot.features.shop.words import decider
from payments.commands.base import by_member
from payments.commands.shop.end import CancelOrder, DenyOrder, EndOrder, FailOrder
from payments.commands.shop.fulfil import BeginFulfilment, FulfilOrder
from payments.commands.shop.return_order import ReturnOrder
from payments.domain.values.ids import MemberId, OrderId
from payments.domain.values.items import PERSON_WAIT, ItemKind
from payments.domain.values.orders import OrderState
from payments.domain.values.time import MINUTE, later
from payments.infra.encryption import Encryptor
from payments.runner.runner import Runner
from payments.store.queries import Queries
from tests.conftest import Time
from tests.faces.discord.conftest import World, said
from tests.support.counter import add_real_codes, button_ids, press_first, put_up_item
from tests.support.make import GUILD, START
from tests.support.presses import press, press_ids
from tests.support.shopping import about, offer, place
from tests.support.transfers import give

TABLE = offer()
KEY = offer("Key", ItemKind.CODE)
VIP = offer("Harbour VIP", ItemKind.ROLE)
LASTING = ("Show code", "Cancel order")


@pytest.fixture
async def shop(world: World, runner: Runner, clock: Time, encryptor: Encryptor) -> World:
    """Ada has 5,000 points; a dinner, codes and a role are for sale."""
    await give(world, runner, clock, 5_000)
    for each in (TABLE, KEY, VIP):
        await put_up_item(runner, each)
    await add_real_codes(runner, KEY, encryptor, ["AAAA-1", "BBBB-2"])
    return world


async def orders(world: World) -> InteractionResult:
    return await world.ada.slash(world.general, "orders")


async def order(world: World, runner: Runner, clock: Time, name: str, **more: object) -> None:
    """Ada orders a dinner, a minute after what was before."""
    clock.pass_(MINUTE)
    await runner.run(place(TABLE, name, member=world.ada_id, at=clock(), **more))  # type: ignore[arg-type]


async def test_who_has_ordered_nothing_reads_how(world: World) -> None:
    shown = await orders(world)
    assert shown.ephemeral
    assert said(shown.response).startswith("### Your orders\nYou have not ordered anything yet. ")


async def test_a_code_that_was_looked_at_is_not_given_to_somebody_else(
    shop: World, runner: Runner, queries: Queries, clock: Time
) -> None:
    for number, looked_at in ((1, True), (2, False)):
        clock.pass_(MINUTE)
        await runner.run(place(KEY, f"o{number}", member=shop.ada_id, at=clock()))
        if looked_at:
            await press_first(shop.ada, await orders(shop), "Show code")
    for number in (1, 2):
        await runner.run(ReturnOrder(**about(f"o{number}", clock())))
    left = [await queries.codes_of(GUILD, OrderId(f"o{number}")) for number in (1, 2)]
    assert [len(each) for each in left] == [1, 0]


async def test_each_state_is_told_in_words(
    shop: World, runner: Runner, queries: Queries, clock: Time
) -> None:
    mira = MemberId(shop.mira.id)
    for name in ("waits", "begun", "done", "denied", "cancelled", "failed", "returned"):
        await order(shop, runner, clock, name)
    at = clock()
    due = later(later(START, MINUTE), PERSON_WAIT)
    for command in (
        BeginFulfilment(**about("begun", at)),
        FulfilOrder(**about("done", at), reason="at *eight*"),
        DenyOrder(**about("denied", at, mira), reason="closed"),
        CancelOrder(**about("cancelled", at, shop.ada_id)),
        FailOrder(**about("failed", at), reason="for the owner"),
        FulfilOrder(**about("returned", at)),
        ReturnOrder(**about("returned", at), reason="a mistake"),
    ):
        await runner.run(command)
    shown = await orders(shop)
    words = said(shown.response)
    waits = due // 1_000_000
    for each in (
        f"Waits for a person. If nobody handles it by <t:{waits}:f>, your points come back.",
        "Being fulfilled.",
        r"Fulfilled. They wrote: “at \*eight\*”.",
        f"Denied by <@{mira}>: “closed”. Your points came back.",
        "You cancelled it. Your points came back.",
        "It could not be fulfilled. Your points came back.",
        "Taken back: “a mistake”. Your points came back.",
    ):
        assert each in words
    assert words.count("**Captain's table** · 100 points · <t:") == 7
    assert len(button_ids(shown, "Cancel order")) == 1
    assert "for the owner" not in words
    clock.pass_(PERSON_WAIT)
    await runner.run(EndOrder(**about("waits", clock()), due=due))
    shown = await orders(shop)
    assert "Nobody fulfilled it in time. Your points came back." in said(shown.response)
    assert button_ids(shown, "Cancel order") == []
    found = await queries.orders_of(GUILD, shop.ada_id)
    assert {each.state for each in found.orders} == set(OrderState) - {OrderState.PLACED}


async def test_an_order_is_cancelled_with_one_press(
    shop: World, runner: Runner, queries: Queries, clock: Time
) -> None:
    await order(shop, runner, clock, "o1", quantity=2)
    shown = await orders(shop)
    assert "**2 of Captain's table** · 200 points" in said(shown.response)
    assert await press_first(shop.ada, shown, "Cancel order") == ""
    assert "You cancelled it. Your points came back." in said(shown.response)
    assert button_ids(shown, "Cancel order") == []
    assert (await queries.balance(GUILD, shop.ada_id, clock())).points == 5_000


async def test_what_somebody_has_begun_meanwhile_is_not_cancelled(
    shop: World, runner: Runner, queries: Queries, clock: Time
) -> None:
    await order(shop, runner, clock, "o1")
    shown = await orders(shop)
    await runner.run(BeginFulfilment(**about("o1", clock())))
    refused = await press_first(shop.ada, shown, "Cancel order")
    assert refused == "This order is being fulfilled already."
    assert "Being fulfilled." in said(shown.response)
    assert button_ids(shown, "Cancel order") == []
    assert (await queries.balance(GUILD, shop.ada_id, clock())).points == 4_900


async def test_nobody_presses_for_somebody_else(
    shop: World, runner: Runner, queries: Queries, clock: Time
) -> None:
    """Whoever makes up the id of a button gets nothing."""
    await order(shop, runner, clock, "o1")
    await runner.run(place(KEY, "o2", member=shop.ada_id, at=clock()))
    shown = await orders(shop)
    assert shown.response is not None
    pressed = [(label, each) for label in LASTING for each in button_ids(shown, label)]
    assert [label for label, _ in pressed] == list(LASTING)
    for _, name in pressed:
        (result,) = await press_ids(shop, shown.response, (shop.ben, name))
        assert (
            result.response or result.followups[0]
        ).content == "There is no such order of yours."
    found = await queries.order(OrderId("o1"))
    assert found is not None
    assert found.state is OrderState.PLACED


async def test_codes_are_shown_again_until_the_order_is_taken_back(
    shop: World, runner: Runner, clock: Time
) -> None:
    await runner.run(place(KEY, "o1", member=shop.ada_id, at=clock(), quantity=2))
    shown = await orders(shop)
    again = await press(shop.ada, shown, "Show codes")
    assert again.ephemeral
    assert said(again.response or again.followups[0]) == (
        "### Key\nYour codes:\n`AAAA-1`\n`BBBB-2`"
    )
    assert "AAAA" not in said(shown.response)
    await runner.run(ReturnOrder(**about("o1", clock()), reason="bad"))
    refused = await press_first(shop.ada, shown, "Show codes")
    assert refused == "This order has no codes any more."


async def test_pages_turn_both_ways(shop: World, runner: Runner, clock: Time) -> None:
    for number in range(12):
        await order(shop, runner, clock, f"o{number:02}")
    shown = await orders(shop)
    assert "-# 1-10 of 12" in said(shown.response).splitlines()
    await press(shop.ada, shown, "Older")
    assert "11-12 of 12" in said(shown.response)
    await press_first(shop.ada, shown, "Cancel order")
    words = said(shown.response)
    assert "You cancelled it." in words
    assert "11-12 of 12" in words
    await press(shop.ada, shown, "Newer")
    assert "1-10 of 12" in said(shown.response)
    assert "You cancelled it." not in said(shown.response)


async def test_orders_of_others_are_not_shown(shop: World, runner: Runner, clock: Time) -> None:
    await order(shop, runner, clock, "o1")
    shown = await shop.ben.slash(shop.general, "orders")
    assert "You have not ordered anything yet." in said(shown.response)


def test_whoever_decides_is_a_person_or_a_program() -> None:
    assert str(decider(by_member(MemberId(5)))) == "member 5"
    assert str(decider("program:minecraft")) == "minecraft"
    assert decider("system") is None
    assert decider("") is None
