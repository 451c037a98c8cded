"""The last step of `/setup panel` in a simulated Discord: what is for sale."""

import discord

from payments.store.queries import Queries
from tests.faces.discord.conftest import World
from tests.support.make import GUILD
from tests.support.setup_panel import Panel, panel, typed

__all__ = ["panel"]


async def test_the_last_step_puts_the_first_package_up_for_sale(
    world: World, panel: Panel, queries: Queries
) -> None:
    """With the form of `/package add`; what is refused stands there, and is offered again."""
    (only,) = await queries.packages(GUILD)
    await world.olga.slash(world.general, "package retire", package=only.name)
    await panel.press("Test again")
    filled = {"name": "Starter", "points": "1,000", "price": "1,000", "package_currency": ""}
    await panel.fill("Add a package…", **filled)
    assert panel.below("⚠️ **Packages**") == (
        "❌ “1,000” can mean €1.00 or €1,000.00. Write `1.00` or `1000`."
    )
    assert typed(await panel.press("Add a package…")) == {
        "name": "Starter",
        "points": "1,000",
        "price": "1,000",
        "package_currency": None,
    }
    assert await queries.packages(GUILD) == []
    await panel.fill("Add a package…", **(filled | {"price": "$5", "package_currency": "usd"}))
    (added,) = await queries.packages(GUILD)
    assert (added.name, added.points, str(added.price)) == ("Starter", 1000, "5.00 USD")
    assert panel.line("For sale") == "For sale: “Starter”"
    assert "❌" not in panel.words


async def test_no_package_is_sold_for_nothing(panel: Panel, queries: Queries) -> None:
    before = await queries.packages(GUILD)
    await panel.fill("Add a package…", name="Free", points="1", price="0")
    assert panel.below("✅ **Packages**").startswith("❌ A package can't be free.")
    assert await queries.packages(GUILD) == before


async def test_parts_are_kept_apart(panel: Panel) -> None:
    """A line between each part and the next, so that a warning is read with its own field."""
    (box,) = panel.message.components
    kinds = [each["type"] for each in box["components"]]
    assert kinds.count(discord.ComponentType.separator.value) == 8
