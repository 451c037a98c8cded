"""`/order`: moderators look at an order, take it back, or replace a code of it."""

import discord
import pytest

from payments.domain.values.ids import OrderId
from payments.domain.values.items import ItemKind
from payments.domain.values.orders import OrderState
from tests.faces.discord.conftest import said
from tests.support.counter import add_real_codes, put_up_item
from tests.support.make import GUILD
from tests.support.shopping import offer
from tests.support.staff import Staffed, staffed

__all__ = ["staffed"]

KEY = offer("Key", ItemKind.CODE)


@pytest.fixture
async def desk(staffed: Staffed, encryptor: object) -> Staffed:
    """Ada has ordered a code; Carl moderates in the kitchen."""
    await staffed.set(mod_channel=staffed.kitchen.id, moderator_role=staffed.cooks.id)
    await put_up_item(staffed.runner, KEY)
    await add_real_codes(staffed.runner, KEY, encryptor, ["AAAA-1", "BBBB-2"])  # type: ignore[arg-type]
    await staffed.order("o1", KEY, answer="")
    for known in await staffed.world.bot.tree.fetch_commands(guild=discord.Object(GUILD)):
        if known.name == "order":
            staffed.world.guild.set_command_permissions(
                known, {staffed.carl: True, staffed.world.ada: True}
            )
    return staffed


async def looked_up(desk: Staffed, order: str = "o1") -> str:
    found = await desk.carl.slash(desk.kitchen, "order", order=order)
    return said(found.response)


async def codes(desk: Staffed) -> list[str]:
    found = await desk.queries.codes_of(GUILD, OrderId("o1"))
    return [str(code.id) for code in found]


async def test_an_order_is_looked_up_and_shows_no_code(desk: Staffed) -> None:
    card = await looked_up(desk)
    assert "An order is fulfilled" in card
    assert f"<@{desk.world.ada_id}> ordered **Key** for 100 points" in card
    assert "Take back…\nReplace code…" in card
    assert "AAAA" not in card


async def test_a_code_that_does_not_work_is_replaced_once(desk: Staffed) -> None:
    before = await codes(desk)
    await looked_up(desk)
    form = await desk.press(desk.carl, "Replace code…")
    await desk.carl.submit_modal(form, {"code": " AAAA-1 "})
    assert await codes(desk) != before
    assert len(await codes(desk)) == 1
    await desk.tell()
    assert "BBBB-2" in said(desk.world.ada_user.dm_channel.last_message)
    form = await desk.press(desk.carl, "Replace code…")
    refused = await desk.carl.submit_modal(form, {"code": "AAAA-1"})
    assert "This order has no such code." in said(refused.followups[-1])
    desk.world.env.errors.clear()


async def test_an_order_is_taken_back_with_a_reason(desk: Staffed) -> None:
    before = await desk.points()
    await looked_up(desk)
    await desk.write(desk.carl, "Take back…", "It was meant for another game")
    assert await desk.state() is OrderState.RETURNED
    assert await desk.points() == before + 100
    assert "Taken back by" in desk.shown()
    assert "Take back…" not in desk.shown()
    await desk.tell()
    told = said(desk.world.ada_user.dm_channel.last_message)
    assert "It was meant for another game" in told


async def test_it_is_for_moderators_and_knows_their_server_alone(desk: Staffed) -> None:
    refused = await desk.world.ada.slash(desk.kitchen, "order", order="o1")
    assert "moderators" in said(refused.response)
    assert "There is no such order here." in await looked_up(desk, "o9")
    desk.world.env.errors.clear()
