"""What an owner who opens a shop is told to do next."""

from typing import Any

import pytest

from payments.domain.values.items import ItemKind
from payments.runner.runner import Runner
from tests.faces.discord.conftest import World, said
from tests.support.counter import put_up_item
from tests.support.setup_panel import MODERATORS, panel
from tests.support.shopping import offer

__all__ = ["panel"]

PROGRAM = "Now let its program get orders: `/subscriber add` with the event `order.placed`."
NOBODY = "⚠️ Nobody sees its orders yet. Choose a moderators' channel with `/setup panel`."
HERE = "Its orders come to <#"


@pytest.mark.parametrize(
    ("kind", "more", "step"),
    [
        ("program", {}, PROGRAM),
        ("person", {}, NOBODY),
        ("code", {"by_person": True}, NOBODY),
        ("code", {"by_person": False}, "Now add its codes with `/item codes`."),
    ],
)
async def test_an_item_says_what_must_be_done_for_its_orders(
    world: World, kind: str, more: dict[str, Any], step: str
) -> None:
    options = {"name": "Dinner", "price": 9, "kind": kind, **more}
    added = await world.olga.slash(world.general, "item add", **options)
    assert step in said(added.response).splitlines()
    assert (NOBODY in said(added.response)) == (step == NOBODY)


@pytest.mark.parametrize("setting", ["mod_channel", "fulfilment_channel"])
async def test_orders_come_to_the_channel_that_was_chosen(world: World, setting: str) -> None:
    await world.olga.slash(world.general, "setup set", **{setting: world.mods})
    added = await world.olga.slash(world.mods, "item add", name="Dinner", price=9, kind="person")
    assert f"{HERE}{world.mods.id}>." in said(added.response)


async def test_the_setup_panel_leads_to_the_shop(world: World, runner: Runner, panel: Any) -> None:
    assert panel.below("▫️ **Shop (optional)**") == (
        "Points buy nothing yet. Put something up with `/item add`."
    )
    await put_up_item(runner, offer("Dinner"))
    await put_up_item(runner, offer("Key", ItemKind.CODE))
    await panel.choose(MODERATORS, world.mods)
    assert "✅ **Shop (optional)**\nPoints buy 2 items.\n" in panel.words
    assert f"Orders that wait for a person come to <#{world.mods.id}>." in panel.words
