"""`/stats` in a simulated Discord, and its charts."""

import io
import subprocess
import sys
from dataclasses import replace
from datetime import date
from typing import Any

import discord
import pytest
from PIL import Image

from bot.features.stats.charts import Chart, Panel, _compact, chart_of, draw
from bot.features.stats.commands import _lines
from bot.interaction.moderators import NOT_A_MODERATOR
from bot.wording.text import PLAIN
from payments.commands.base import by_member
from payments.commands.points.move import SpendPoints
from payments.commands.shop.end import DenyOrder
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.ids import MemberId
from payments.domain.values.report import (
    DaySales,
    Period,
    PeriodStanding,
    PointsFlow,
    StatsReport,
    Takings,
)
from payments.domain.values.time import DAY, HOUR, Instant, to_seconds
from payments.runner.runner import Runner
from tests.conftest import Time
from tests.faces.discord.conftest import World, refusal, said
from tests.support.commands import grant, put_up
from tests.support.drawn import drawn_once
from tests.support.make import GUILD, checkout_update, event, initiate, key, package, refund_update
from tests.support.moderating import decide
from tests.support.shopping import about, add_item, offer, place

__all__ = ["drawn_once"]  # fixtures

YEN = package(300, 1000, "JPY")


@pytest.fixture
async def court(world: World, runner: Runner, clock: Time) -> World:
    await decide(world, runner, clock)
    for known in await world.bot.tree.fetch_commands(guild=discord.Object(GUILD)):
        if known.name == "stats":
            world.guild.set_command_permissions(known, {world.mira: True, world.ben: True})
    return world


async def buy(world: World, runner: Runner, clock: Time, name: str, **of: Any) -> None:
    await runner.run(initiate(name, member=world.ada_id, at=clock(), **of))
    await runner.run(event(checkout_update(name, member=world.ada_id, tax=95, **of), at=clock()))


async def test_the_numbers_with_a_picture(court: World, runner: Runner, clock: Time) -> None:
    await put_up(runner, YEN)
    await buy(court, runner, clock, "p1")
    clock.pass_(2 * DAY)
    await buy(court, runner, clock, "p2")
    await buy(court, runner, clock, "p3", of=YEN)
    await runner.run(event(refund_update("p1", "re_1", 594), at=clock()))
    member = MemberId(court.ada.id)
    await runner.run(
        SpendPoints(
            key=key(), at=clock(), actor=by_member(member), guild=GUILD, member=member, points=200
        )
    )
    result = await court.mira.slash(court.mods, "stats", period=7)
    answer = result.response
    assert answer is not None
    assert answer.ephemeral
    words = said(answer)
    assert "The last 7 days" in words
    assert "no real money" in words
    assert "**Sales:** 2 · €11.88 (€1.90 of it tax)" in words
    assert "**Refunds:** 1 · €5.94 (€0.95 of it tax)" in words
    assert "**Sales:** 1 · ¥1,095 (¥95 of it tax)" in words
    assert "**Points:** 1,300 sold, 200 spent, and 500 taken back" in words
    assert "**Members hold:** 600 points, worth €2.99 and ¥1,000" in words
    assert "**Buyers:** 1" in words
    assert "**Top packages:**\n- 500 for 499: 2 sales · €11.88" in words
    (picture,) = answer.attachments
    assert picture.filename == "stats.png"


async def test_what_points_buy_most_and_what_waits(
    court: World, runner: Runner, clock: Time
) -> None:
    """Orders whose points came back count no more; those of before the period do not either."""
    await runner.run(grant(5_000, court.ada_id))
    dinner, song = offer("Dinner", price=100), offer("Song", price=30)
    for each in (dinner, song):
        await runner.run(add_item(each))
    await runner.run(place(song, "old", member=court.ada_id, quantity=50, at=clock()))
    clock.pass_(40 * DAY)
    placed = clock()
    for name, of in (("o1", dinner), ("o2", dinner), ("o3", song), ("o4", song)):
        await runner.run(place(of, name, member=court.ada_id, at=clock()))
        clock.pass_(HOUR)
    await runner.run(DenyOrder(**about("o4", clock())))
    await runner.run(DenyOrder(**about("old", clock())))
    words = said((await court.mira.slash(court.mods, "stats")).response)
    assert (
        f"**Open orders:** 3, the oldest placed <t:{to_seconds(placed)}:R>\n"
        "**Most points were given for:**\n- Dinner: 2 orders · 200 points\n"
        "- Song: 1 order · 30 points\n"
    ) in words
    for name in ("o2", "o3"):
        await runner.run(DenyOrder(**about(name, clock())))
    words = said((await court.mira.slash(court.mods, "stats")).response)
    assert f"**Open orders:** 1, placed <t:{to_seconds(placed)}:R>" in words


async def test_the_last_days_are_those_of_the_servers_time_zone(
    court: World, runner: Runner, clock: Time
) -> None:
    """Eight hours before midnight in UTC it is the next day in Auckland already."""
    clock.now = Instant((clock.now // DAY + 1) * DAY - 8 * HOUR)
    await buy(court, runner, clock, "p1")
    clock.pass_(6 * DAY)
    zones = (("UTC", 1), ("Pacific/Auckland", 1))
    for zone, sales in zones:
        await decide(court, runner, clock, time_zone=zone)
        shown = said((await court.mira.slash(court.mods, "stats", period=7)).response)
        assert f"A day begins at midnight in the time zone {zone}." in shown
        assert f"**Sales:** {sales} " in shown
    clock.pass_(8 * HOUR)  # a new day in UTC; in Auckland it goes on
    for zone, found in (("UTC", False), ("Pacific/Auckland", True)):
        await decide(court, runner, clock, time_zone=zone)
        shown = said((await court.mira.slash(court.mods, "stats", period=7)).response)
        assert ("**Sales:** 1 " in shown) is found


def test_what_members_owe_makes_what_others_hold_no_less() -> None:
    """Two numbers: 600 points are there to be spent, whoever owes 150."""
    of = replace(
        report(3, changes={}, sales={}),
        standing=PeriodStanding(paid=500, given=100, owed=150, worth={}),
    )
    words = [PLAIN.say(line) for line in _lines(of)]
    assert "**Members hold:** 600 points" in words
    assert "**Members owe:** 150 points" in words


async def test_a_period_without_sales(court: World, clock: Time) -> None:
    clock.pass_(DAY)
    answer = (await court.mira.slash(court.mods, "stats")).response
    assert answer is not None
    assert "The last 30 days" in said(answer)
    assert "Nothing was sold." in said(answer)
    assert not answer.attachments


async def test_it_is_for_moderators(court: World) -> None:
    assert refusal(court, await court.ben.slash(court.mods, "stats")) == str(NOT_A_MODERATOR)


async def test_it_is_for_the_moderators_channel(court: World) -> None:
    result = await court.mira.slash(court.general, "stats")
    assert "only in the moderators' channel" in refusal(court, result)


def report(days: int, *, changes: dict[int, int], sales: dict[int, int]) -> StatsReport:
    """Ends with 100 points outstanding after day 20,000."""
    return StatsReport(
        period=Period(
            start=Instant((20_001 - days) * DAY), end=Instant(20_001 * DAY), livemode=True
        ),
        money=(Takings(currency="EUR", sales=len(sales)),),
        points=PointsFlow(),
        standing=PeriodStanding(paid=90, given=30, owed=20, worth={}),
        packages=(),
        days=tuple(DaySales(day=d, currency="EUR", sales=1, gross=x) for d, x in sales.items()),
        changes=changes,
        buyers=1,
    )


def test_a_chart_has_a_step_for_each_day() -> None:
    chart = chart_of(report(3, changes={19_999: 30, 20_000: -10}, sales={19_998: 499, 20_000: 1}))
    assert chart is not None
    assert chart.steps == (date(2024, 10, 2), date(2024, 10, 3), date(2024, 10, 4))
    sales, points = chart.panels
    assert (str(sales.title), sales.values) == ("Sales per day (EUR)", (4.99, 0.0, 0.01))
    assert points.values == (80, 110, 100)


def test_a_long_chart_has_a_step_for_each_week_and_its_last_one_is_whole() -> None:
    chart = chart_of(report(365, changes={20_000: 5, 19_993: 1}, sales={19_636: 100, 20_000: 200}))
    assert chart is not None
    assert len(chart.steps) == 53
    sales, points = chart.panels
    assert (str(sales.title), sales.values[0], sales.values[-1]) == (
        "Sales per week (EUR)",
        1.0,
        2.0,
    )
    assert points.values[-3:] == (94, 95, 100)


@pytest.mark.parametrize("values", [(0.0,), (5.0,), (-5.0, 10.0), (0.03, 0.01), (1e9,) * 53])
def test_any_values_can_be_drawn(values: tuple[float, ...]) -> None:
    """Each picture has a ground of its own, is as wide as a phone likes it, and is not empty."""
    panels = tuple(Panel(title=Sentence("EUR"), values=values, bars=bars) for bars in (True, False))
    drawn = draw(Chart(steps=(date(2026, 9, 21),) * len(values), panels=panels))
    picture = Image.open(io.BytesIO(drawn)).convert("RGBA")
    assert picture.width == 1000
    assert picture.getpixel((0, 0)) == (0x1E, 0x1F, 0x26, 255)
    colours = picture.getcolors(2**24)
    assert colours is not None
    assert len(colours) > 10
    assert len(drawn) < 200_000


@pytest.mark.parametrize(
    ("value", "label"), [(0, "0"), (0.05, "0.05"), (250.0, "250"), (1500, "1.5K"), (-2e6, "-2M")]
)
def test_numbers_beside_a_chart_are_short(value: float, label: str) -> None:
    assert _compact(value, None) == label


def test_the_library_is_not_loaded_before_a_chart_is_drawn() -> None:
    code = (
        "import sys, bot.client, bot.features.stats.commands; sys.exit('matplotlib' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 - our own
