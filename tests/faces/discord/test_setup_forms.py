"""The forms of `/setup panel` in a simulated Discord."""

from dataclasses import fields

import pytest

from payments.domain.values.guilds import GuildSettings
from payments.domain.values.money import Money
from payments.domain.values.points_names import PointsNames
from payments.domain.values.time import HOUR
from payments.store.queries import Queries
from tests.faces.discord.conftest import World, said
from tests.support.make import GUILD
from tests.support.setup_panel import (
    ANNOUNCED,
    MODERATORS,
    NEWS,
    NOTICES,
    ORDER_ROLE,
    ORDERS,
    ROLE,
    Panel,
    panel,
    typed,
)

__all__ = ["panel"]


async def test_a_form_changes_only_what_was_typed_anew(
    world: World, panel: Panel, queries: Queries
) -> None:
    form = await panel.press("Limits…")
    assert typed(form) == {
        "maturity": "72",
        "approval_limit": None,
        "grant_limit": None,
        "open_checkouts": "5",
        "purchases_per_hour": "20",
    }
    await world.olga.slash(world.general, "setup set", maturity_hours=5)
    await world.olga.submit_modal(form, {"maturity": "72", "approval_limit": "7"})
    settings = await queries.settings(GUILD)
    assert (settings.maturity, settings.approval_limit) == (
        5 * HOUR,
        Money(minor=700, currency="EUR"),
    )


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"maturity": "soon"}, "“soon” is no number of hours."),
        ({"maturity": "-1"}, r"“\-1” is no number of hours."),
        ({"maturity": "8761"}, "“8761” is no number of hours."),
        ({"maturity": ""}, "“” is no number of hours."),
        ({"approval_limit": "much"}, "“much” is not an amount."),
        ({"approval_limit": "<#1> **x**"}, r"“\<#1\> \*\*x\*\*” is not an amount."),
        ({"grant_limit": "-5"}, "“\\-5” is no number of points."),
        (
            {"approval_limit": "1.234"},
            "“1.234” has too many decimals for `EUR`. If you mean €1,234.00, write `1234`.",
        ),
        ({"open_checkouts": "many"}, "“many” is no number of purchases."),
        ({"open_checkouts": "0"}, "A member may leave 1 to 25 purchases unpaid."),
        ({"open_checkouts": "26"}, "A member may leave 1 to 25 purchases unpaid."),
        ({"purchases_per_hour": "-3"}, r"“\-3” is no number of purchases."),
        ({"purchases_per_hour": "1001"}, "A member may begin 1 to 1,000 purchases an hour."),
    ],
)
async def test_what_was_typed_wrong_is_named_and_offered_again(
    panel: Panel, queries: Queries, values: dict[str, str], sentence: str
) -> None:
    usual = {"maturity": "72", "approval_limit": ""}
    await panel.fill("Limits…", **(usual | values))
    assert panel.line("❌").startswith(f"❌ {sentence}")
    assert await queries.settings(GUILD) == GuildSettings(guild=GUILD)
    again = typed(await panel.press("Limits…"))
    for name, value in values.items():
        assert again[name] == (value or None)


async def test_how_many_purchases_a_member_may_begin_is_typed_and_shown(
    panel: Panel, queries: Queries
) -> None:
    await panel.fill("Limits…", maturity="72", open_checkouts="1", purchases_per_hour="1000")
    settings = await queries.settings(GUILD)
    assert (settings.open_checkouts, settings.purchases_per_hour) == (1, 1_000)
    assert (
        "Each member, unpaid at a time: **1 purchase**\n"
        "Each member, within an hour: **1,000 purchases**" in panel.words
    )
    await panel.fill("Limits…", maturity="72", open_checkouts="", purchases_per_hour="")
    assert await queries.settings(GUILD) == GuildSettings(guild=GUILD)


async def test_each_setting_can_be_changed_in_the_panel(panel: Panel) -> None:
    """Whatever is added to the settings later, but for those that have a command of their own.

    A page is as large as Discord lets a message be, so those of orders have their own.
    """
    elsewhere = {
        "guild",
        "flags",  # `/setup sales`
        *("check_above", "check_younger", "check_life"),  # `/setup checks`
    }
    lines = set[str]()
    for label in ("Limits…", "Names…"):
        lines |= typed(await panel.press(label)).keys()
    for placeholder in (MODERATORS, ROLE, NEWS, NOTICES, ANNOUNCED):
        assert panel.menu(placeholder)
    chosen = {"mod_channel", "moderator_role", "announcement_channel", "notice_channel"}
    await panel.press("Orders…")
    for placeholder in (ORDERS, ORDER_ROLE):
        assert panel.menu(placeholder)
    chosen |= {"fulfilment_channel", "fulfilment_role"}
    named = {"one", "many", "symbol"}
    assert lines - named | chosen | {"announced", "points"} == {
        field.name for field in fields(GuildSettings) if field.name not in elsewhere
    }


SHELLS = {
    "one": "shell",
    "many": "shells",
    "symbol": "🐚",
    "currency": "usd",
    "time_zone": "europe/vienna",
}


async def test_points_get_their_names_and_the_server_its_currency(
    world: World, panel: Panel, queries: Queries
) -> None:
    form = await panel.press("Names…")
    assert typed(form) == {
        "one": "point",
        "many": "points",
        "symbol": None,
        "currency": None,
        "time_zone": "UTC",
    }
    await world.olga.submit_modal(form, SHELLS)
    assert "Points are called: **1 shell 🐚, 1,500 shells 🐚**" in panel.words
    assert "Currency: **USD**\n" in panel.words
    settings = await queries.settings(GUILD)
    assert settings.points == PointsNames(one="shell", many="shells", symbol="🐚")
    assert (settings.currency, settings.time_zone) == ("USD", "Europe/Vienna")
    assert "Time zone of reports: **Europe/Vienna**" in panel.words
    assert typed(await panel.press("Names…")) == SHELLS | {
        "currency": "USD",
        "time_zone": "Europe/Vienna",
    }
    shown = await world.olga.slash(world.general, "setup show")
    assert "Points are called: **1 shell 🐚, 1,500 shells 🐚**" in said(shown.response)
    assert "Currency: **USD**" in said(shown.response)

    await panel.fill("Names…", one="", many="", symbol="", currency="", time_zone="")
    assert "Currency: **EUR**, like the packages" in panel.words
    assert await queries.settings(GUILD) == GuildSettings(guild=GUILD)


async def test_names_and_currency_are_cleared_by_command_too(
    world: World, panel: Panel, queries: Queries
) -> None:
    await panel.fill("Names…", **SHELLS)
    await world.olga.slash(world.general, "setup clear", setting="points_names")
    await world.olga.slash(world.general, "setup clear", setting="currency")
    await world.olga.slash(world.general, "setup clear", setting="time_zone")
    assert await queries.settings(GUILD) == GuildSettings(guild=GUILD)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"one": "@everyone"}, "Name for points: write 1 to 24 letters"),
        ({"many": "<@100000000000000001>"}, "Name for points: write 1 to 24 letters"),
        ({"many": "**gold**"}, "Name for points: write 1 to 24 letters"),
        ({"many": "[gold](http://a)"}, "Name for points: write 1 to 24 letters"),
        ({"symbol": "<:c:1>"}, "Symbol: write one emoji"),
        ({"symbol": "@here"}, "Symbol: write one emoji"),
        ({"currency": "XYZ"}, "“XYZ” is not a currency."),
        ({"currency": "*_*"}, r"“\*\_\*” is not a currency."),
    ],
)
async def test_names_that_would_be_more_than_words_are_refused(
    panel: Panel, queries: Queries, values: dict[str, str], sentence: str
) -> None:
    """Nothing of such a form is kept, and none of it is shown but to be fixed."""
    await panel.fill("Names…", **(SHELLS | values))
    assert panel.line("❌").startswith(f"❌ {sentence}")
    assert await queries.settings(GUILD) == GuildSettings(guild=GUILD)
    again = typed(await panel.press("Names…"))
    assert again == SHELLS | values


async def test_a_currency_in_which_nothing_can_be_charged_is_refused(
    panel: Panel, queries: Queries
) -> None:
    await panel.fill("Names…", **(SHELLS | {"time_zone": "Vienna"}))
    assert panel.line("❌").startswith("❌ “Vienna” is not a time zone.")
    for code in ("DEM", "XXX"):
        await panel.fill("Names…", **(SHELLS | {"currency": code}))
        assert panel.line("❌").startswith(f"❌ Stripe can't charge in {code}.")
    assert await queries.settings(GUILD) == GuildSettings(guild=GUILD)


async def test_the_limit_is_typed_and_shown_in_the_currency(panel: Panel, queries: Queries) -> None:
    await panel.fill("Names…", **(SHELLS | {"currency": "JPY"}))
    await panel.fill("Limits…", maturity="72", approval_limit="5000")
    assert "**above ¥5,000**" in panel.words
    assert (await queries.settings(GUILD)).approval_limit == Money(minor=5000, currency="JPY")


async def test_the_panel_and_the_list_of_settings_call_them_alike(
    world: World, panel: Panel
) -> None:
    result = await world.olga.slash(world.general, "setup show")
    shown = said(result.response).splitlines()
    for part in ("✅ **Limits**", "✅ **Names and currency**"):
        lines = panel.words.split(part)[1].split("\n", 1)[1]
        labels = [line.partition(":")[0] for line in lines.splitlines() if ": **" in line]
        assert labels
        for label in labels:
            assert any(line.startswith(f"{label}: ") for line in shown), label
