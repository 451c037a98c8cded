"""`/status`: owners see at a glance how the bot does."""

import math
from importlib.metadata import version
from typing import Final

from discord import app_commands
from discord.ext import commands

from bot.client import GuildbankBot
from bot.features.status import integrations, words
from bot.features.status.own_shop import own_shop
from bot.interaction.caller import Interaction, caller_of, owners_only
from bot.interaction.reader import reader_format_of
from bot.ui.card import Mood, card
from payments.domain.sentences.parts import Several, Verbatim
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.time import MINUTE

OF_ALL: Final = "queue"
"""The check of all servers' messages; here stands what waits for this one."""

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
        """See how the bot is doing."""
        owners_only(interaction)
        caller = caller_of(interaction)
        report = await self.bot.health.look()
        queue = await self.bot.queries.queue(self.bot.clock(), caller.guild)
        troubles = [
            words.trouble(name, report.outcomes[name].state)
            for name in report.wrong
            if name not in {OF_ALL, integrations.CHECK}
        ]
        titles = self.bot.buying.titles
        troubles += integrations.troubles(report.integrations, titles)
        troubles += [words.late(each) for each in queue if each.age >= LATE]
        if dead := sum(each.dead for each in queue):
            troubles.append(words.dead(dead))
        for left in await self.bot.voiding.quote(caller.guild):
            troubles.append(words.bought_in_test_mode(left.points))
        if await self.bot.queries.second_copy_seen(self.bot.clock()) is not None:
            troubles.append(words.SECOND_COPY)
        lines = [Sentence("⚠️ {trouble}", trouble=each) for each in troubles]
        lines = lines or [Sentence("All is well.")]
        lines += integrations.line(report.integrations, titles)
        lines.append(words.waiting(queue))
        lines += words.orders(await self.bot.queries.waiting_orders(caller.guild))
        if self.bot.shop_front is not None:
            lines += own_shop(*await self.bot.shop_front.standing())
        if not self.bot.buying.is_for_strangers:
            lines.append(await self._last_message())
        took = [
            Sentence("{check} {n} ms", check=Verbatim(name), n=each.milliseconds)
            for name, each in report.outcomes.items()
        ]
        view = card(
            Sentence("Status"),
            *lines,
            reader=await reader_format_of(interaction),
            mood=Mood.WAIT if troubles else Mood.GOOD,
            footer=Sentence(
                "Guildbank {version} · {checks} · tables {tables} · Discord {latency}",
                version=Verbatim(version("guildbank")),
                checks=Several(tuple(took)),
                tables=Verbatim(await self.bot.queries.version() or "?"),
                latency=self._latency(),
            ),
        )
        await interaction.response.send_message(view=view, ephemeral=True)

    async def _last_message(self) -> Sentence:
        """When a payment provider was heard of last."""
        last = await self.bot.queries.last_received()
        if last is None:
            return Sentence("No payment provider has sent a message yet.")
        provider, at = last
        title = self.bot.buying.titles.get(provider, provider)  # it may be switched off by now
        return words.last_message(title, at)

    def _latency(self) -> Sentence:
        """How long Discord's gateway takes to answer; before its first answer nobody knows."""
        seconds = self.bot.latency
        if not math.isfinite(seconds):
            return Sentence("connecting")
        return Sentence("{n} ms", n=round(seconds * 1000))


async def setup(bot: GuildbankBot) -> None:
    """Load the command."""
    await bot.add_cog(Status(bot))
