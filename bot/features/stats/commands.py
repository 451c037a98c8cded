"""`/stats`: moderators see what was sold, what went back, and what is outstanding."""

import asyncio
import io
from dataclasses import replace
from typing import Final

import discord
from babel import Locale
from discord import app_commands
from discord.ext import commands

from bot.client import GuildbankBot
from bot.features.stats.charts import chart_of, draw
from bot.interaction.caller import Interaction
from bot.interaction.moderators import moderator_of
from bot.ui.card import Picture, card
from bot.wording import text
from payments.domain.values.money import Money
from payments.domain.values.report import Period, StatsReport, Takings
from payments.domain.values.time_zones import day_of
from payments.services.reports import read_report

PERIODS: Final = (7, 30, 90, 365)
"""Days that can be looked back, today with them."""

PACKAGES: Final = 5
"""Number of the best packages that are shown."""

FILE: Final = "stats.png"
TEST_MODE: Final = "-# Paid in the provider's test mode: no real money."


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
        """See what was sold, what went back, and which points are outstanding."""
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
            picture = Picture(FILE, "; ".join(panel.title for panel in chart.panels))
        view = card(
            f"The last {period} days",
            *_lines(report, text.locale_of(interaction.locale)),
            picture=picture,
            footer=f"Days are those of {zone}. Points are worth what they cost before tax. The "
            "same numbers for spreadsheets: guildbank report.",
        )
        await interaction.followup.send(view=view, files=files, ephemeral=True)


def _lines(report: StatsReport, locale: Locale) -> list[str]:
    lines = [] if report.period.livemode else [TEST_MODE]
    lines += [line for takings in report.money for line in _money(takings, locale)]
    if not any(takings.sales for takings in report.money):
        lines.append("Nothing was sold.")
    else:
        lines.append(f"**Buyers:** {text.number(report.buyers, locale)}")
    points = report.points
    parts = {
        "sold": points.sold,
        "granted": points.granted,
        "spent": points.spent,
        "revoked": points.revoked,
        "taken back": points.taken_back,
        "lapsed": points.lapsed,
    }
    moved = [f"{text.number(count, locale)} {what}" for what, count in parts.items() if count]
    lines.append(f"**Points:** {' · '.join(moved) or 'none moved'}")
    lines.append(_outstanding(report, locale))
    if report.packages:
        lines.append("**Sold most:**")
    for sold in report.packages[:PACKAGES]:
        amount = text.money(Money(minor=sold.gross, currency=sold.currency), locale)
        lines.append(f"- {text.safe(sold.name)}: {text.number(sold.sales, locale)} · {amount}")
    return lines


def _money(takings: Takings, locale: Locale) -> list[str]:
    """One currency: what came, and what went back."""
    lines = []
    for name, count, minor, tax in (
        ("Sales", takings.sales, takings.gross, takings.tax),
        ("Refunds", takings.refunds, takings.refunded, takings.refunded_tax),
        ("Disputes lost", takings.disputes, takings.disputed, 0),
    ):
        if not count:
            continue
        amount = text.money(Money(minor=minor, currency=takings.currency), locale)
        line = f"**{name}:** {text.number(count, locale)} · {amount}"
        if tax:
            within = text.money(Money(minor=tax, currency=takings.currency), locale)
            line += f" ({within} of it tax)"
        lines.append(line)
    return lines


def _outstanding(report: StatsReport, locale: Locale) -> str:
    standing = report.standing
    line = f"**Outstanding:** {text.points(standing.balance, locale)}"
    worths = [
        text.money(Money(minor=each.worth, currency=each.currency), locale)
        for each in report.money
        if each.worth
    ]
    if worths:
        line += f", worth {' and '.join(worths)}"
    if standing.owed:
        line += f" · {text.number(standing.owed, locale)} are owed by members"
    return line


async def setup(bot: GuildbankBot) -> None:
    """Load the command."""
    await bot.add_cog(Stats(bot))
