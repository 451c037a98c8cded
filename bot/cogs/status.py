"""`/status`: owners see at a glance how the bot does."""

import math
from importlib.metadata import version
from typing import Final

from babel import Locale
from discord import app_commands
from discord.ext import commands

from bot import text
from bot.client import GuildbankBot
from bot.views.card import Mood, card
from bot.who import Interaction, owners_only
from payments.domain.time import MINUTE, SECOND
from payments.store.queries import QueueStanding

NAMES: Final = {"HIGH": "urgent", "MEDIUM": "usual", "LOW": "can wait"}

LATE: Final = MINUTE
"""A queue with a delivery that has been due for longer is in trouble. Microseconds."""


class Status(commands.Cog):
    """Owners look how things stand."""

    def __init__(self, bot: GuildbankBot) -> None:
        self.bot = bot

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_guild=True)
    async def status(self, interaction: Interaction) -> None:
        """See how the bot does."""
        owners_only(interaction)
        locale = text.locale_of(interaction.locale)
        queue = await self.bot.queries.queue(self.bot.clock())
        database = await self.bot.queries.version()
        away = sorted(name for name, state in self.bot.outside.states.items() if state == "opened")
        troubles = [f"{name.capitalize()} cannot be reached: calls fail at once." for name in away]
        troubles += [_late(each, locale) for each in queue if each.age >= LATE]
        if dead := sum(each.dead for each in queue):
            troubles.append(
                f"{text.number(dead, locale)} messages could not be delivered for good: "
                "`guildbank events dead`."
            )
        lines = [f"⚠️ {trouble}" for trouble in troubles] or ["All is well."]
        lines.append(f"Waiting to be told: {_waiting(queue, locale)}.")
        view = card(
            "Status",
            *lines,
            mood=Mood.WAIT if troubles else Mood.GOOD,
            footer=f"Guildbank {version('guildbank')} · database {database} · "
            f"Discord {self._latency(locale)}",
        )
        await interaction.response.send_message(view=view, ephemeral=True)

    def _latency(self, locale: Locale) -> str:
        """How long Discord's gateway takes to answer; before its first answer nobody knows."""
        seconds = self.bot.latency
        if not math.isfinite(seconds):
            return "connecting"
        return f"{text.number(round(seconds * 1000), locale)} ms"


def _waiting(queue: list[QueueStanding], locale: Locale) -> str:
    return ", ".join(
        f"{text.number(each.waiting, locale)} {NAMES[each.priority.name]}" for each in queue
    )


def _late(standing: QueueStanding, locale: Locale) -> str:
    minutes = text.number(standing.age // SECOND // 60, locale)
    return f"What is {NAMES[standing.priority.name]} has waited for {minutes} min."


async def setup(bot: GuildbankBot) -> None:
    """Load the command."""
    await bot.add_cog(Status(bot))
