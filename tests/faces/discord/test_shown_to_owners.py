"""What owners see, whole: packages, settings, the panel's states and forms, status, subscribers."""

from typing import Any

import discord

from payments.domain.values.events import EVENTS
from payments.domain.values.guilds import EVERYTHING
from payments.domain.values.money import Money
from payments.domain.values.points_names import PointsNames
from payments.runner.runner import Runner
from tests.conftest import Time
from tests.faces.discord.conftest import World
from tests.support.make import GUILD, package
from tests.support.presses import press
from tests.support.setup_panel import ROLE, Panel
from tests.support.shown import Scene, language
from tests.support.town import choose, town

__all__ = ["language", "town"]

SHELLS = PointsNames(one="shell", many="shells", symbol="🐚")


async def test_packages(town: World, runner: Runner, clock: Time) -> None:
    scene = Scene("packages", town)
    await choose(town, runner, clock, points=SHELLS)

    async def see(command: str, **options: Any) -> None:
        shown = await town.olga.slash(town.general, f"package {command}", **options)
        scene.see(f"/package {command}", shown, privately=True)

    await see("add", name="*Large*", points=5000, price="39.90")
    await see("add", name="One", points=1, price="300", currency="JPY")
    await see("edit", package="One", name="Two", points=2, price="600")
    await see("edit", package="Two", price="7", currency="USD")
    await see("list")
    await see("retire", package="Two")
    await see("retire", package="*Large*")
    await see("retire", package=package().name)
    await see("list")
    scene.compare()


async def test_settings(town: World, runner: Runner, clock: Time) -> None:
    scene = Scene("settings", town)
    await choose(town, runner, clock, points=SHELLS, currency="USD")

    async def see(command: str, **options: Any) -> None:
        shown = await town.olga.slash(town.general, f"setup {command}", **options)
        words = ", ".join([command, *options])
        scene.see(f"/setup {words}", shown, privately=True)

    await see("set", maturity_hours=1, approval_limit="always")
    await see("set", announcement_channel=town.general)
    await see("announce", purchases=True, gifts=True)
    await see("announce", purchases=False)
    await see(
        "set",
        notice_channel=town.general,
        approval_limit="7.50 USD",
        grant_limit=0,
        time_zone="Europe/Vienna",
        open_checkouts=1,
        purchases_per_hour=1000,
    )
    await see("set", grant_limit=1, approval_limit="none")
    for setting in (
        "mod_channel",
        "moderator_role",
        "announcement_channel",
        "notice_channel",
        "maturity_hours",
        "approval_limit",
        "grant_limit",
        "points_names",
        "currency",
        "time_zone",
        "open_checkouts",
        "purchases_per_hour",
    ):
        await see("clear", setting=setting)
    scene.compare()


async def test_what_the_panel_says_of_what_is_wrong(
    town: World, runner: Runner, clock: Time
) -> None:
    """Channels and a role that are gone, a limit in another currency, nothing for sale."""
    scene = Scene("panel_of_what_is_wrong", town)
    await town.olga.slash(town.general, "package retire", package=package().name)
    await choose(
        town,
        runner,
        clock,
        mod_channel=1,
        moderator_role=2,
        announcement_channel=3,
        notice_channel=town.general.id,
        approval_limit=Money(minor=300, currency="USD"),
        grant_limit=0,
        currency="EUR",
        maturity=0,
        open_checkouts=1,
        purchases_per_hour=1,
    )
    panel = await town.olga.slash(town.general, "setup panel")
    scene.see("/setup panel", panel)
    scene.see("Done", await press(town.olga, panel, "Done"))
    scene.compare()


async def test_channels_and_roles_that_will_not_do(
    town: World, runner: Runner, clock: Time
) -> None:
    """A moderators' channel that their role cannot see, and one that the bot cannot write in."""
    scene = Scene("panel_of_permissions", town)
    nobody = town.guild.default_role
    dark = town.guild.create_text_channel(
        "dark", overwrites={nobody: discord.PermissionOverwrite(view_channel=False)}
    )
    mute = town.guild.create_text_channel(
        "mute", overwrites={nobody: discord.PermissionOverwrite(create_private_threads=False)}
    )
    await town.env.settle()
    await choose(
        town,
        runner,
        clock,
        mod_channel=dark.id,
        announcement_channel=mute.id,
        notice_channel=mute.id,
        announced=("payment.success",),
        points=SHELLS,
        approval_limit=None,
    )
    opened = await town.olga.slash(town.general, "setup panel")
    scene.see("/setup panel", opened)
    panel = Panel(town, opened, town.olga)
    scene.see("a role that is everybody", await panel.choose(ROLE, nobody))
    scene.see("Names…, filled in wrong", await panel.fill("Names…", one="@here", currency="XYZ"))
    scene.see("Names… again", await panel.press("Names…"))
    scene.see("Limits…, filled in wrong", await panel.fill("Limits…", maturity="soon"))
    scene.see("Limits… again", await panel.press("Limits…"))
    scene.see("Limits…, filled in right", await panel.fill("Limits…", maturity="1"))
    scene.compare()


async def test_subscribers(town: World) -> None:
    scene = Scene("subscribers", town)
    kinds = list(EVENTS)[:6]
    for events in (EVERYTHING, ", ".join(kinds[:5]), ",".join(kinds)):
        options = {"address": "https://example.com/hook", "events": events}
        added = await town.olga.slash(town.general, "subscriber add", **options)
        scene.see(f"/subscriber add {events}", added, privately=True)
    scene.see("/subscriber list", await town.olga.slash(town.general, "subscriber list"))
    (*_, last) = await town.bot.queries.subscribers(GUILD)
    removed = await town.olga.slash(town.general, "subscriber remove", subscriber=last.id)
    scene.see("/subscriber remove", removed, privately=True)
    listed = await town.olga.slash(town.general, "subscriber key list")
    scene.see("/subscriber key list, empty", listed)
    added = await town.olga.slash(town.general, "subscriber key add", name="Game server")
    scene.see("/subscriber key add", added, privately=True)
    scene.see("/subscriber key list", await town.olga.slash(town.general, "subscriber key list"))
    (known,) = await town.bot.queries.api_keys(GUILD)
    removed = await town.olga.slash(town.general, "subscriber key remove", key=known.id)
    scene.see("/subscriber key remove", removed, privately=True)
    scene.compare()
