"""Owners switch sales off and on; what was begun goes on."""

import pytest

from payments.runner.runner import Runner
from payments.store.queries import Queries
from tests.conftest import Time
from tests.faces.discord.conftest import World, refusal, said
from tests.support.make import GUILD, package
from tests.support.town import choose, town

__all__ = ["town"]


async def test_where_sales_are_off_nobody_buys_and_what_was_begun_goes_on(
    town: World, queries: Queries
) -> None:
    begun = await town.ada.slash(town.general, "buy", package=package().name)
    off = await town.olga.slash(town.general, "setup sales", on=False)
    again = "Sales: **off**. Members can't buy. Switch sales on again with `/setup sales`."
    assert again in said(off.response)
    assert (await queries.settings(GUILD)).flags == ("integration.stripe=off",)
    refused = await town.ben.slash(town.general, "buy", package=package().name)
    assert refusal(town, refused).startswith("Sales are switched off on this server for now.")
    assert "/pay/" in said(begun.response)
    shown = await town.olga.slash(town.general, "setup show")
    assert "Sales: **off**" in said(shown.response)

    on = await town.olga.slash(town.general, "setup sales", on=True, provider="Stripe")
    assert "Sales: **on**" in said(on.response)
    assert (await queries.settings(GUILD)).flags == ()
    bought = await town.ben.slash(town.general, "buy", package=package().name)
    assert "/pay/" in said(bought.response)


async def test_a_way_to_pay_that_is_not_set_up_is_named_with_those_that_are(town: World) -> None:
    result = await town.olga.slash(town.general, "setup sales", on=False, provider="[x](Barter)")
    assert refusal(town, result) == r"No way to pay is called “\[x\](Barter)”. Choose Stripe."


@pytest.mark.parametrize(("typed", "offered"), [("", ["Stripe"]), ("STR", ["Stripe"]), ("x", [])])
async def test_ways_to_pay_are_offered(town: World, typed: str, offered: list[str]) -> None:
    found = await town.olga.autocomplete(town.general, "setup sales", "provider", typed, on=True)
    assert [each["name"] for each in found] == offered


async def test_other_flags_stay(town: World, runner: Runner, clock: Time, queries: Queries) -> None:
    await choose(town, runner, clock, flags=("checkout.provider=stripe",))
    await town.olga.slash(town.general, "setup sales", on=False)
    assert (await queries.settings(GUILD)).flags == (
        "checkout.provider=stripe",
        "integration.stripe=off",
    )
