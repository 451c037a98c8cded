"""What owners see of items, whole."""

from typing import Any

import discord

from payments.domain.values.points_names import PointsNames
from payments.runner.runner import Runner
from tests.conftest import Time
from tests.faces.discord.conftest import World
from tests.support.presses import press
from tests.support.shown import Scene, language
from tests.support.town import choose, town

__all__ = ["language", "town"]

SHELLS = PointsNames(one="shell", many="shells", symbol="🐚")


async def test_items(town: World, runner: Runner, clock: Time) -> None:
    scene = Scene("items", town)
    await choose(town, runner, clock, points=SHELLS)
    strong = town.guild.create_role("Strong", permissions=discord.Permissions(kick_members=True))
    await town.env.settle()

    async def see(command: str, **options: Any) -> Any:
        shown = await town.olga.slash(town.general, f"item {command}", **options)
        scene.see(f"/item {command}", shown, privately=None if shown.modal else True)
        return shown

    await see("list")
    await see(
        "add",
        name="*Dinner*",
        price=500,
        kind="person",
        stock=3,
        description="With the captain",
        picture="https://example.com/dinner.png",
        question="What do you eat?",
        per_member=1,
    )
    asked = await see("add", name="VIP", price=900, kind="role", role=strong, role_time="30d")
    scene.see("Sell it", await press(town.olga, asked, "Sell it"))
    await see("add", name="Key", price=1, kind="code", needed_role=town.moderators)
    form = await see("codes", item="Key")
    added = await town.olga.submit_modal(form, {"codes": "XKQ-1\nXKQ-2"})
    scene.see("the form", added, privately=True)
    for each in ("words", "limits", "times"):
        await see("edit", item="VIP", form=each)
    await see("edit", item="VIP", paid_with="bought", returned="never")
    await see("restock", item="VIP", pieces=0)
    await see("list", item="VIP")
    await see("list")
    await see("retire", item="Key")
    scene.compare()
