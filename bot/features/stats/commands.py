"""`/stats`: moderators see what was sold, what went back, and what is outstanding."""

import asyncio
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import GuildbankBot
from bot.features.stats.charts import chart_of, draw
from bot.features.stats.shop import ITEMS, shop_lines
from bot.interaction.caller import Interaction
from bot.interaction.moderators import moderator_of
from bot.interaction.reader import reader_format_of
from bot.ui.card import Picture, card
from payments.domain.sentences.parts import Code, Points, Several, Verbatim
from payments.domain.sentences.sentence import Sentence, plural
from payments.domain.values.money import Money
from payments.domain.values.report import Period, StatsReport, Takings
from payments.domain.values.time_zones import day_of
from payments.services.reports import read_report

PERIODS: Final = (7, 30, 90, 365)
"""Days that can be looked back, today with them."""

PACKAGES: Final = 5
"""Number of the best packages that are shown."""

FILE: Final = "stats.png"
TEST_MODE: Final = Sentence("-# Paid in the provider's test mode: no real money.")


class Stats(commands.Cog):
    """Moderators look how the shop does."""

    def __init__(self, bot: GuildbankBot) -> None:
        self.bot = bot
        self._drawing = asyncio.Lock()

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.default_permissions(moderate_members=True)
    @app_commands.describe(period="How far to look back; 30 days if left out.")
    @app_commands.choices(
        period=[app_commands.Choice(name=f"{days} days", value=days) for days in PERIODS]
    )
    async def stats(self, interaction: Interaction, period: int = 30) -> None:
        """See sales, refunds, and how many points are outstanding."""
        caller = await moderator_of(interaction)
        await interaction.response.defer(ephemeral=True)
        zone = (await self.bot.queries.settings(caller.guild)).time_zone
        end = day_of(self.bot.clock(), zone) + 1
        wanted = Period.of_days(end - period, end, guild=caller.guild, livemode=True, zone=zone)
        report = await read_report(self.bot.queries, wanted)
        if report.test_only:
            report = await read_report(self.bot.queries, replace(wanted, livemode=False))
        chart = chart_of(report)
        picture, files = None, []
        if chart is not None:
            async with self._drawing:  # one at a time: each takes some memory
                drawn = await asyncio.to_thread(draw, chart)
            files = [discord.File(io.BytesIO(drawn), FILE)]
            titles = tuple(panel.title for panel in chart.panels)
            picture = Picture(FILE, Sentence("{charts}", charts=Several(titles)))
        view = card(
            plural("The last {n} day", "The last {n} days", period),
            *_lines(report),
            *shop_lines(
                await self.bot.queries.ordered_most(caller.guild, wanted, ITEMS),
                await self.bot.queries.waiting_now(caller.guild),
            ),
            reader=await reader_format_of(interaction),
            picture=picture,
            footer=Sentence(
                "A day begins at midnight in the time zone {zone}. Points are worth what they cost "
                "before tax. {command} writes sales and points to a file for spreadsheets.",
                zone=Verbatim(zone),
                command=Code("guildbank report"),
            ),
        )
        await interaction.followup.send(view=view, files=files, ephemeral=True)


def _lines(report: StatsReport) -> list[Sentence]:
    lines = [] if report.period.livemode else [TEST_MODE]
    lines += [line for takings in report.money for line in _money(takings)]
    if report.unpriced.sales:
        lines.append(
            plural(
                "**Through Discord:** {n} sale · {points}",
                "**Through Discord:** {n} sales · {points}",
                report.unpriced.sales,
                points=Points(report.unpriced.points),
            )
        )
    if not report.unpriced.sales and not any(takings.sales for takings in report.money):
        lines.append(Sentence("Nothing was sold."))
    else:
        lines.append(Sentence("**Buyers:** {count}", count=report.buyers))
    lines.append(_moved(report))
    lines += _standing(report)
    if report.packages:
        lines.append(Sentence("**Top packages:**"))
    for sold in report.packages[:PACKAGES]:
        lines.append(
            plural(
                "- {name}: {n} sale · {amount}",
                "- {name}: {n} sales · {amount}",
                sold.sales,
                name=Verbatim(sold.name),
                amount=Money(minor=sold.gross, currency=sold.currency),
            )
        )
    return lines


def _money(takings: Takings) -> list[Sentence]:
    """One currency: what came, and what went back."""
    lines = []
    for what, count, minor, tax in (
        (Sentence("Sales"), takings.sales, takings.gross, takings.tax),
        (Sentence("Refunds"), takings.refunds, takings.refunded, takings.refunded_tax),
        (Sentence("Disputes lost"), takings.disputes, takings.disputed, 0),
    ):
        amount = Money(minor=minor, currency=takings.currency)
        if count and tax:
            lines.append(
                Sentence(
                    "**{what}:** {count} · {amount} ({tax} of it tax)",
                    what=what,
                    count=count,
                    amount=amount,
                    tax=Money(minor=tax, currency=takings.currency),
                )
            )
        elif count:
            lines.append(
                Sentence("**{what}:** {count} · {amount}", what=what, count=count, amount=amount)
            )
    if takings.surplus or takings.surplus_back:
        lines.append(
            Sentence(
                "**Paid twice:** {amount}, of which {back} went back",
                amount=Money(minor=takings.surplus, currency=takings.currency),
                back=Money(minor=takings.surplus_back, currency=takings.currency),
            )
        )
    return lines


def _moved(report: StatsReport) -> Sentence:
    """What became of points in the period."""
    points = report.points
    kinds = (
        (points.sold, Sentence("{n} sold", n=points.sold)),
        (points.granted, Sentence("{n} granted", n=points.granted)),
        (points.spent, Sentence("{n} spent", n=points.spent)),
        (points.ordered, Sentence("{n} for orders", n=points.ordered)),
        (points.revoked, Sentence("{n} removed by moderators", n=points.revoked)),
        (points.taken_back, Sentence("{n} taken back", n=points.taken_back)),
        (points.lapsed, Sentence("{n} expired", n=points.lapsed)),
    )
    moved = tuple(words for count, words in kinds if count)
    if not moved:
        return Sentence("**Points:** none moved")
    return Sentence("**Points:** {moves}", moves=Several(moved))


def _standing(report: StatsReport) -> Iterator[Sentence]:
    """What members hold, and what they owe: one does not make the other less."""
    standing = report.standing
    held = Points(standing.paid + standing.given)
    worths = tuple(
        Money(minor=each.worth, currency=each.currency) for each in report.money if each.worth
    )
    if worths:
        yield Sentence("**Members hold:** {held}, worth {worth}", held=held, worth=Several(worths))
    else:
        yield Sentence("**Members hold:** {held}", held=held)
    if standing.reserved:
        yield Sentence("**Reserved in orders:** {n}", n=Points(standing.reserved))
    if standing.owed:
        yield Sentence("**Members owe:** {owed}", owed=Points(standing.owed))


async def setup(bot: GuildbankBot) -> None:
    """Load the command."""
    await bot.add_cog(Stats(bot))
