"""`guildbank run` is killed between two steps of an order: it ends once, and is told of once.

Each buyer orders one piece, and the process ends at a step of it. A new one goes on.
"""

from collections.abc import Awaitable, Callable

import aiohttp
import pytest

from payments.domain.values.orders import OrderState
from payments.domain.values.roles import RoleStanding
from payments.domain.values.time import MINUTE, later
from payments.notifications.routing import route
from payments.runner.runner import Runner
from sandbox.discord_wire.world import GENERAL, MIRA, MODS, OWNER
from tests.faults.conftest import report
from tests.faults.report import Report, Tried
from tests.process.conftest import PATIENCE_SECONDS
from tests.support.furnished_shop import ITEMS, MONTH, POINTS, PRICE
from tests.support.killed_shop import KilledShop, Seen, patient, shop, wire
from tests.support.make import GUILD
from tests.support.program_keys import add_key
from tests.support.shopping import item_id
from tests.support.wired import buttons, shown

__all__ = ["patient", "report", "shop", "wire"]  # fixtures

pytestmark = pytest.mark.timeout(600)  # for those of `make trust`

GIVE = "PUT /guilds/{guild_id}/members/{user_id}/roles/{role_id}"
TAKE = "DELETE /guilds/{guild_id}/members/{user_id}/roles/{role_id}"
SEND = "POST /channels/{channel_id}/messages"
EDIT = "PATCH /channels/{channel_id}/messages/{message_id}"

Kill = Callable[[KilledShop, str], Awaitable[None]]
"""Sees to it that an order goes well, although the process ends at a step of it."""


def around(*steps: str) -> list[str]:
    return [f"{when} {step}" for step in steps for when in ("before", "after")]


def is_fulfilled(seen: Seen) -> bool:
    """Whether a buyer has given the points of one order, and was told of it once."""
    found = seen.states, seen.points, len(seen.told)
    return found == ([OrderState.FULFILLED], POINTS - PRICE, 1)


async def buy(shop: KilledShop, kind: str) -> int:
    """A new buyer orders, and nothing happens meanwhile."""
    buyer = next(shop.buyers)
    await shop.order(kind, buyer)
    await shop.reached(buyer)
    await shop.settled()
    return buyer


async def role_given(shop: KilledShop, point: str) -> None:
    """The member has it for as long as was paid."""
    buyer = next(shop.buyers)
    await shop.killed(point, lambda: shop.order("role", buyer))
    await shop.settled()
    seen = await shop.seen(buyer)
    assert is_fulfilled(seen)
    assert seen.has_role
    fulfilled = seen.orders[0].fulfilled_at
    assert fulfilled is not None
    assert seen.term.ends_at == later(fulfilled, MONTH)


async def role_taken_back(shop: KilledShop, point: str) -> None:
    """It is gone, and the points are back once."""
    buyer = await buy(shop, "role")
    await shop.killed(point, lambda: take_back(shop, buyer))
    if point == "before order.return":
        assert (await shop.seen(buyer)).states == [OrderState.FULFILLED]
        await take_back(shop, buyer)
        await shop.reached(buyer, OrderState.RETURNED)
    await shop.settled()
    seen = await shop.seen(buyer)
    assert (seen.states, seen.points) == ([OrderState.RETURNED], POINTS)
    assert not seen.has_role
    assert (seen.term.is_wanted, seen.term.standing) == (False, RoleStanding.NONE)
    assert len(seen.told) == 2


async def take_back(shop: KilledShop, buyer: int) -> None:
    """Mira takes a buyer's order back; she does not wait."""
    (order,) = (await shop.seen(buyer)).orders
    asked = await shop.wire.slash(MIRA, MODS, "order", {"order": str(order.id)})
    answer = await shop.wire.wait_for_answer(asked, edited=1)
    assert answer.message is not None
    await shop.press("Take back…", answer.message, reason="It was meant for another game")


async def code_given(shop: KilledShop, point: str) -> None:
    """The buyer reads their code, which nobody else has (the books say that)."""
    buyer = next(shop.buyers)
    await shop.killed(point, lambda: shop.order("code", buyer))
    if point == "before order.place":
        assert (await shop.seen(buyer)).states == []
        await shop.order("code", buyer)
        await shop.reached(buyer)
    await shop.settled()
    seen = await shop.seen(buyer)
    assert is_fulfilled(seen)
    (code,) = await shop.codes_of(seen.orders[0])
    assert code in seen.told[0]


async def card_posted(shop: KilledShop, point: str) -> None:
    """An order for a person has one card."""
    buyer, cards = next(shop.buyers), len(shop.wire.messages(MODS))
    await shop.killed(point, lambda: shop.order("person", buyer))
    await shop.settled()
    assert (await shop.seen(buyer)).states == [OrderState.PLACED]
    assert len(shop.wire.messages(MODS)) == cards + 1


def decided(label: str, command: str, end: OrderState, **written: str) -> Kill:
    """What a person decides is told once, and stands on the card."""

    async def decide(shop: KilledShop, point: str) -> None:
        buyer = await buy(shop, "person")
        card = shop.wire.messages(MODS)[-1]
        await shop.killed(point, lambda: shop.press(label, card, **written))
        if point == f"before {command}":
            assert (await shop.seen(buyer)).states == [OrderState.PLACED]
            await shop.press(label, card, **written)
            await shop.reached(buyer, end)
        await shop.settled()
        seen = await shop.seen(buyer)
        left = POINTS - PRICE if end is OrderState.FULFILLED else POINTS
        assert (seen.states, seen.points, len(seen.told)) == ([end], left, 1)
        assert "Deny" not in buttons(shop.wire.messages(MODS)[-1])

    return decide


async def program_answered(shop: KilledShop, point: str) -> None:
    """The program may be told twice of an order that it knows; the buyer is told once."""
    buyer = next(shop.buyers)
    await shop.killed(point, lambda: shop.order("program", buyer))
    await shop.settled()
    seen = await shop.seen(buyer)
    assert is_fulfilled(seen)
    assert "It is in your chest" in seen.told[0]
    told = shop.game.told[seen.orders[0].id]
    assert told == (2 if point in {"after program", "before order.fulfil"} else 1)


async def program_answered_later(shop: KilledShop, point: str) -> None:
    """It asks until it is answered, and is answered as if it had asked once."""
    shop.game.later = True
    buyer = await buy(shop, "program")
    (order,) = (await shop.seen(buyer)).orders
    runner = Runner(shop.database, route=route)
    runner.start()
    key = await add_key(runner, f"Game server {buyer}")
    await runner.close()
    url = f"{shop.process.url}/api/v1/orders/{order.id}/fulfil"

    async def ask() -> int:
        async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {key}"}) as http:
            try:
                async with http.post(url, json={"note": "It is in your chest."}) as answer:
                    return answer.status
            except aiohttp.ClientError:
                return 0  # killed before it could answer

    await shop.killed(point, ask)
    assert await ask() == 200
    await shop.settled()
    seen = await shop.seen(buyer)
    assert is_fulfilled(seen), point
    assert "It is in your chest" in seen.told[0]


async def panel_posted(shop: KilledShop, point: str) -> None:
    """Its owner saw no answer and posts it again: there is one panel, which is kept up to date."""
    await shop.killed(point, lambda: shop.wire.slash(OWNER, GENERAL, "item panel"))
    asked = await shop.wire.slash(OWNER, GENERAL, "item panel")
    await shop.wire.wait_for_answer(asked, edited=1, timeout_seconds=PATIENCE_SECONDS)
    (panel,) = shop.wire.messages(GENERAL)
    assert await shop.panel() == int(panel["id"]), point


async def panel_changed(shop: KilledShop, point: str) -> None:
    """It shows what is left, whatever happened while it was changed."""
    if await shop.panel() is None:
        asked = await shop.wire.slash(OWNER, GENERAL, "item panel")
        await shop.wire.wait_for_answer(asked, edited=1, timeout_seconds=PATIENCE_SECONDS)
    pieces = len(shop.running)  # as no time before
    stock = {"item": str(item_id(ITEMS["person"].name)), "pieces": pieces}
    await shop.killed(point, lambda: shop.wire.slash(OWNER, GENERAL, "item restock", stock))
    item = await shop.queries.item(GUILD, item_id(ITEMS["person"].name))
    if item is None or item.stock.available != pieces:  # the panel was drawn before that, as new
        asked = await shop.wire.slash(OWNER, GENERAL, "item restock", stock)
        await shop.wire.wait_for_answer(asked, edited=1, timeout_seconds=PATIENCE_SECONDS)
    await shop.settled()
    (panel,) = shop.wire.messages(GENERAL)
    assert f"{pieces} left" in shown(panel), point


WAYS: dict[str, tuple[Kill, list[str]]] = {
    "role given": (
        role_given,
        [
            "after order.place",
            *around("order.begin"),
            "after role.note",
            *around(GIVE, "order.fulfil", SEND),
        ],
    ),
    "role taken back": (
        role_taken_back,
        [*around("order.return", TAKE), "after role.note", *around(SEND)],
    ),
    "code given": (code_given, around("order.place", SEND)),
    "card posted": (card_posted, ["after order.place", *around(SEND)]),
    "done": (
        decided("Done", "order.fulfil", OrderState.FULFILLED),
        around("order.fulfil", EDIT, SEND),
    ),
    "denied": (
        decided("Deny", "order.deny", OrderState.DENIED, reason="The boat is at sea"),
        around("order.deny", EDIT, SEND),
    ),
    "program answered": (
        program_answered,
        ["after order.place", *around("order.begin", "program", "order.fulfil", SEND)],
    ),
    "program answered later": (program_answered_later, around("order.fulfil", SEND)),
    "panel posted": (panel_posted, around(SEND, "panel", EDIT)),
    "panel changed": (panel_changed, ["after item.restock", *around(EDIT)]),
}
"""How an order goes, and each step of it."""


async def test_killed_after_the_call_to_the_outside(shop: KilledShop) -> None:
    """The role or the sword is given, and that is not noted."""
    await shop.begin()
    await role_given(shop, f"after {GIVE}")
    await role_taken_back(shop, f"after {TAKE}")
    await program_answered(shop, "after program")


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("way", WAYS)
async def test_killed_at_each_step(shop: KilledShop, report: Report, way: str) -> None:
    go, points = WAYS[way]
    await shop.begin()
    for point in points:
        await go(shop, point)
    report.add(Tried(fault=f"kill -9 of the process, {way}", tries=len(points)))


@pytest.mark.usefixtures("patient")
async def test_a_role_is_taken_once_its_time_is_over(shop: KilledShop) -> None:
    """Those of several members end together, and the process ends again and again."""
    running = await shop.begin()
    buyers = [await buy(shop, "role") for _ in range(8)]
    assert all([(await shop.seen(buyer)).has_role for buyer in buyers])
    running.kill()
    shop.ahead = MONTH + MINUTE
    for point in [*around("role.end", TAKE), "after role.note"]:
        shop.tell(point)
        await shop.dies(await shop.begin_to_die(), point)
    shop.tell()
    await shop.begin()
    await shop.settled()
    for buyer in buyers:
        seen = await shop.seen(buyer)
        assert is_fulfilled(seen)
        assert not seen.has_role
        assert (seen.term.is_wanted, seen.term.standing) == (False, RoleStanding.NONE)
