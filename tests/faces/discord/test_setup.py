"""`/setup …` in a simulated Discord."""

from typing import Any

import discord
import pytest

from payments.domain.values.guilds import GuildSettings
from payments.domain.values.money import UNKNOWN_CURRENCY, Money
from payments.domain.values.time import HOUR
from payments.runner.runner import Runner
from payments.store.queries import Queries
from tests.conftest import Time
from tests.faces.discord.conftest import World, refusal, said
from tests.support.make import GUILD, package
from tests.support.moderating import decide


async def test_settings_are_shown_changed_and_cleared(world: World, queries: Queries) -> None:
    shown = await world.olga.slash(world.general, "setup show")
    assert "Moderators' channel: **not set**" in said(shown.response)
    assert "**after 72 hours**" in said(shown.response)

    changed = await world.olga.slash(
        world.general,
        "setup set",
        mod_channel=world.mods,
        moderator_role=world.moderators,
        announcement_channel=world.general,
        maturity_hours=1,
        approval_limit="50",
    )
    words = said(changed.response)
    assert f"Moderators' channel: **<#{world.mods.id}>**" in words
    assert f"Moderators' role: **<@&{world.moderators.id}>**" in words
    assert "**after 1 hour**" in words
    assert "**above €50.00**" in words
    assert await queries.settings(GUILD) == GuildSettings(
        guild=GUILD,
        mod_channel=world.mods.id,
        moderator_role=world.moderators.id,
        announcement_channel=world.general.id,
        maturity=HOUR,
        approval_limit=Money(minor=5000, currency="EUR"),
    )

    await world.olga.slash(world.general, "setup clear", setting="mod_channel")
    await world.olga.slash(world.general, "setup clear", setting="maturity_hours")
    settings = await queries.settings(GUILD)
    assert settings.mod_channel is None
    assert settings.maturity == 72 * HOUR
    assert settings.approval_limit == Money(minor=5000, currency="EUR")


@pytest.mark.parametrize(
    ("typed", "limit", "shown"),
    [
        ("50,5", Money(minor=5050, currency="EUR"), "above €50.50"),
        ("50 usd", Money(minor=5000, currency="USD"), "above $50.00"),
        ("5000JPY", Money(minor=5000, currency="JPY"), "above ¥5,000"),
        ("0", Money(minor=0, currency="EUR"), "always"),
        ("0.00", Money(minor=0, currency="EUR"), "always"),
        ("Always", Money(minor=0, currency="EUR"), "always"),
        (" None ", None, "never"),
        ("CA$50", Money(minor=5000, currency="CAD"), "above CA$50.00"),
        ("50,00 €", Money(minor=5000, currency="EUR"), "above €50.00"),
        ("1,234.50", Money(minor=123_450, currency="EUR"), "above €1,234.50"),
    ],
)
async def test_an_approval_limit_is_an_amount_or_none(
    world: World, queries: Queries, typed: str, limit: Money | None, shown: str
) -> None:
    await world.olga.slash(world.general, "setup set", approval_limit="7")
    changed = await world.olga.slash(world.general, "setup set", approval_limit=typed)
    assert f"Refunds need a second moderator: **{shown}**" in said(changed.response)
    assert (await queries.settings(GUILD)).approval_limit == limit


async def test_an_approval_limit_that_is_no_amount_is_refused(world: World) -> None:
    result = await world.olga.slash(world.general, "setup set", approval_limit="much")
    assert refusal(world, result) == "“much” is not an amount. Write it like `4.99`."


async def test_an_approval_limit_with_a_sign_of_several_currencies_is_refused(
    world: World, queries: Queries
) -> None:
    await world.olga.slash(world.general, "package retire", package=package().name)
    result = await world.olga.slash(world.general, "setup set", approval_limit="$50")
    assert "does not say which currency" in refusal(world, result)
    assert (await queries.settings(GUILD)).approval_limit is None


@pytest.mark.parametrize(
    ("option", "value", "scope"),
    [
        ("maturity_hours", 5, "applies to purchases from now on. Points that were bought before"),
        ("approval_limit", "7", "The limit for refunds applies from now on."),
        ("grant_limit", 7, "The limit for grants applies from now on."),
        ("open_checkouts", 7, "applies from now on. Open checkouts stay open."),
        ("purchases_per_hour", 7, "It counts the purchases of the last hour too."),
        ("time_zone", "Europe/Vienna", "count all days in the new time zone"),
    ],
)
async def test_a_changed_setting_says_what_it_applies_to(
    world: World, option: str, value: Any, scope: str
) -> None:
    changed = await world.olga.slash(world.general, "setup set", **{option: value})
    assert scope in said(changed.response)
    same = await world.olga.slash(world.general, "setup set", **{option: value})
    assert scope not in said(same.response)


async def test_something_must_be_said(world: World) -> None:
    result = await world.olga.slash(world.general, "setup set")
    assert refusal(world, result).startswith("Choose what to change.")


async def test_a_channel_in_which_the_bot_cannot_write_is_refused(world: World) -> None:
    hidden = world.guild.create_text_channel(
        "hidden",
        overwrites={world.guild.default_role: discord.PermissionOverwrite(view_channel=False)},
    )
    await world.env.settle()
    result = await world.olga.slash(world.general, "setup set", mod_channel=hidden)
    assert refusal(world, result).startswith(f"I cannot write in <#{hidden.id}>.")


async def test_everyone_cannot_be_moderators(world: World) -> None:
    result = await world.olga.slash(
        world.general, "setup set", moderator_role=world.guild.default_role
    )
    assert refusal(world, result) == "@everyone cannot be the moderators' role."


async def test_only_owners_may(world: World) -> None:
    await world.let(world.mira, "setup")
    result = await world.mira.slash(world.general, "setup show")
    assert refusal(world, result) == "Only those who may manage the server can do that."


async def test_a_limit_that_does_not_fit_what_is_sold_says_what_to_set(
    world: World, runner: Runner, clock: Time, queries: Queries
) -> None:
    for currency, words in (
        (
            UNKNOWN_CURRENCY,
            "so every refund needs a second moderator. Set it again with `/setup set`.",
        ),
        ("JPY", "for refunds is in JPY. Refunds in other currencies, such as EUR, always need a"),
    ):
        await decide(world, runner, clock, approval_limit=Money(minor=5000, currency=currency))
        shown = said((await world.olga.slash(world.general, "setup show")).response)
        assert words in shown
    await world.olga.slash(world.general, "setup set", approval_limit="50")
    shown = said((await world.olga.slash(world.general, "setup show")).response)
    assert "second moderator: **above €50.00**" in shown
    assert "⚠️" not in shown
    assert (await queries.settings(GUILD)).approval_limit == Money(minor=5000, currency="EUR")


async def test_a_time_zone_is_offered_checked_and_kept(world: World, queries: Queries) -> None:
    offered = await world.olga.autocomplete(world.general, "setup set", "time_zone", "vienna")
    assert [each["value"] for each in offered] == ["Europe/Vienna"]
    changed = await world.olga.slash(world.general, "setup set", time_zone="europe/vienna")
    assert "Time zone of reports: **Europe/Vienna**" in said(changed.response)
    wrong = await world.olga.slash(world.general, "setup set", time_zone="Vienna")
    assert refusal(world, wrong).startswith("“Vienna” is not a time zone.")
    assert (await queries.settings(GUILD)).time_zone == "Europe/Vienna"
    await world.olga.slash(world.general, "setup clear", setting="time_zone")
    assert (await queries.settings(GUILD)).time_zone == "UTC"


async def test_the_limits_of_purchases_are_shown_set_and_cleared(
    world: World, queries: Queries
) -> None:
    shown = await world.olga.slash(world.general, "setup show")
    assert "Each member, unpaid at a time: **5 purchases**" in said(shown.response)
    await world.olga.slash(world.general, "setup set", open_checkouts=1, purchases_per_hour=100)
    settings = await queries.settings(GUILD)
    assert (settings.open_checkouts, settings.purchases_per_hour) == (1, 100)
    shown = await world.olga.slash(world.general, "setup show")
    assert "Each member, unpaid at a time: **1 purchase**" in said(shown.response)
    assert "Each member, within an hour: **100 purchases**" in said(shown.response)
    for setting in ("open_checkouts", "purchases_per_hour"):
        await world.olga.slash(world.general, "setup clear", setting=setting)
    settings = await queries.settings(GUILD)
    assert (settings.open_checkouts, settings.purchases_per_hour) == (5, 20)
