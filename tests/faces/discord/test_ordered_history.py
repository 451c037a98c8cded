"""Orders in `/history` and `/balance`: what they became, and what they keep."""

from dataclasses import replace

import pytest
from simcord.actors import MemberActor

from payments.commands.base import Command
from payments.commands.shop.end import CancelOrder, DenyOrder, EndOrder, FailOrder
from payments.commands.shop.fulfil import BeginFulfilment, FulfilOrder
from payments.commands.shop.return_order import ReturnOrder
from payments.domain.values.items import PERSON_WAIT
from payments.domain.values.time import MINUTE, later, to_seconds
from payments.runner.runner import Runner
from tests.conftest import Time
from tests.faces.discord.conftest import World, said
from tests.support.counter import put_up_item
from tests.support.make import START
from tests.support.shopping import about, offer, place
from tests.support.transfers import give

TABLE = offer()


@pytest.fixture
async def shop(world: World, runner: Runner, clock: Time) -> World:
    """Ada was given 500 points, and has ordered a dinner."""
    await give(world, runner, clock, 500)
    await put_up_item(runner, TABLE)
    clock.pass_(MINUTE)
    await runner.run(place(TABLE, "o1", member=world.ada_id, at=clock()))
    return world


async def history(world: World) -> list[str]:
    """What the lines say, without when."""
    words = said((await world.ada.slash(world.general, "history")).response)
    return [line.split(" · ")[0] for line in words.splitlines() if line.startswith("**")]


ENDS: dict[str, tuple[list[Command[bool]], list[str]]] = {
    "open": ([], ["**-100** Ordered “Captain's table”, not fulfilled yet"]),
    "begun": (
        [BeginFulfilment(**about("o1"))],
        ["**-100** Ordered “Captain's table”, not fulfilled yet"],
    ),
    "fulfilled": ([FulfilOrder(**about("o1"))], ["**-100** Ordered “Captain's table”"]),
    "denied": (
        [DenyOrder(**about("o1"))],
        [
            "**+100** Back: “Captain's table” was denied",
            "**-100** Ordered “Captain's table”, denied",
        ],
    ),
    "cancelled": (
        [CancelOrder(**about("o1"))],
        [
            "**+100** Back: “Captain's table” was cancelled",
            "**-100** Ordered “Captain's table”, cancelled",
        ],
    ),
    "failed": (
        [FailOrder(**about("o1"))],
        [
            "**+100** Back: “Captain's table” could not be fulfilled",
            "**-100** Ordered “Captain's table”, could not be fulfilled",
        ],
    ),
    "lapsed": (
        [EndOrder(**about("o1"), due=later(START, PERSON_WAIT))],
        [
            "**+100** Back: “Captain's table” was not fulfilled in time",
            "**-100** Ordered “Captain's table”, not fulfilled in time",
        ],
    ),
    "returned": (
        [FulfilOrder(**about("o1")), ReturnOrder(**about("o1"))],
        [
            "**+100** Back: “Captain's table” was taken back",
            "**-100** Ordered “Captain's table”, taken back",
        ],
    ),
}


@pytest.mark.parametrize(("commands", "lines"), ENDS.values(), ids=ENDS)
async def test_the_history_says_what_became_of_an_order(
    shop: World, runner: Runner, clock: Time, commands: list[Command[bool]], lines: list[str]
) -> None:
    clock.pass_(PERSON_WAIT)
    for each in commands:
        await runner.run(replace(each, at=clock()))
    assert await history(shop) == [*lines, "**+500** Granted by a moderator"]


async def test_what_is_reserved_is_shown_until_the_order_ends(
    shop: World, runner: Runner, clock: Time
) -> None:
    """`/history` has its own line for the order: there it would be said twice."""

    async def seen(person: MemberActor, command: str, **options: object) -> str:
        return said((await person.slash(shop.general, command, **options)).response)

    line = (
        "Reserved: **100 points** for an order of “Captain's table”, placed "
        f"<t:{to_seconds(clock())}:R>."
    )
    assert line in await seen(shop.ada, "balance")
    assert line in await seen(shop.olga, "balance", member=shop.ada)
    assert "Reserved" not in await seen(shop.ada, "history")
    assert "Reserved" not in await seen(shop.ben, "balance")
    await runner.run(FulfilOrder(**about("o1", clock())))
    assert "Reserved" not in await seen(shop.ada, "balance")


async def test_of_many_orders_some_are_shown_and_all_are_counted(
    shop: World, runner: Runner, clock: Time
) -> None:
    cheap = offer("Pin", price=1)
    await put_up_item(runner, cheap)
    for number in range(7):
        await runner.run(place(cheap, f"pin-{number}", member=shop.ada_id, at=clock()))
    words = said((await shop.ada.slash(shop.general, "balance")).response)
    assert words.count("Reserved: ") == 5
    assert "And 3 more." in words
