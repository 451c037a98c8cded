"""`/status`: owners see at a glance how the bot does."""

import math
from importlib.metadata import version
from typing import Final

from babel import Locale
from discord import app_commands
from discord.ext import commands

from bot.client import GuildbankBot
from bot.interaction.caller import Interaction, caller_of, owners_only
from bot.ui.card import Mood, card
from bot.wording import text
from payments.domain.values.time import MINUTE, SECOND
from payments.services.health import REFUSED
from payments.store.queries import QueueStanding

NAMES: Final = {"HIGH": "urgent", "MEDIUM": "usual", "LOW": "can wait"}

LATE_ONES: Final = {"HIGH": "What is urgent", "MEDIUM": "What is usual", "LOW": "What can wait"}

NOUNS: Final = {
    "provider": "The payment provider",
    "database": "The database",
    "migrations": "The database's version",
    "queue": "The queue",
    "books": "The part that writes the books",
    "gateway": "The connection to Discord",
}

SENTENCES: Final = {
    ("provider", "breaker open"): (
        "The payment provider cannot be reached: calls fail at once. Members who want to buy read "
        "so, and a try every 30 seconds finds out when it is back."
    ),
    ("books", "stuck"): (
        "The books cannot be written: the database has not answered for more than 10 seconds."
    ),
    ("locks", "locked"): (
        "Another session holds a lock on the database, and some servers' changes wait for it. "
        "PostgreSQL lists sessions in pg_stat_activity; end the one that was left open."
    ),
    ("look-ups", "breaker open"): (
        "What is looked up at the payment provider in the background fails at once. Members can "
        "buy; news of refunds and disputes waits, and is tried again."
    ),
}
"""Troubles that the name and state of a check do not explain."""

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
        """See how the bot does."""
        owners_only(interaction)
        locale = text.locale_of(interaction.locale)
        caller = caller_of(interaction)
        report = await self.bot.health.look()
        queue = await self.bot.queries.queue(self.bot.clock(), caller.guild)
        troubles = [
            _trouble(name, report.outcomes[name].state) for name in report.wrong if name != OF_ALL
        ]
        troubles += [_late(each, locale) for each in queue if each.age >= LATE]
        if dead := sum(each.dead for each in queue):
            troubles.append(
                f"{text.number(dead, locale)} messages could not be delivered for good: "
                "`guildbank events dead`."
            )
        for left in await self.bot.voiding.quote(caller.guild):
            troubles.append(
                f"{text.points(left.points, locale)} in members' hands were bought in test mode, "
                "and can be spent like paid ones: "
                "`guildbank void` removes them."
            )
        if await self.bot.queries.second_copy_seen(self.bot.clock()) is not None:
            troubles.append(
                "Another program answers with this bot's token, today or yesterday: stop the other "
                "copy, or reset the token."
            )
        lines = [f"⚠️ {trouble}" for trouble in troubles] or ["All is well."]
        lines.append(f"Waiting to be told: {_waiting(queue, locale)}.")
        if not self.bot.buying.is_for_strangers:
            lines.append(await self._last_message())
        took = [f"{name} {each.milliseconds} ms" for name, each in report.outcomes.items()]
        view = card(
            "Status",
            *lines,
            mood=Mood.WAIT if troubles else Mood.GOOD,
            footer=f"Guildbank {version('guildbank')} · {' · '.join(took)} · "
            f"tables {await self.bot.queries.version()} · Discord {self._latency(locale)}",
        )
        await interaction.response.send_message(view=view, ephemeral=True)

    async def _last_message(self) -> str:
        """When a payment provider was heard of last."""
        last = await self.bot.queries.last_received()
        if last is None:
            return "No payment provider has sent a message yet."
        provider, at = last
        title = self.bot.buying.titles.get(provider, provider)  # it may be switched off by now
        return f"Last message of a payment provider: {title}, {text.ago(at)}."

    def _latency(self, locale: Locale) -> str:
        """How long Discord's gateway takes to answer; before its first answer nobody knows."""
        seconds = self.bot.latency
        if not math.isfinite(seconds):
            return "connecting"
        return f"{text.number(round(seconds * 1000), locale)} ms"


def _trouble(name: str, state: str) -> str:
    """What a check found, in a sentence."""
    if state.startswith(REFUSED):
        return (
            f"{text.safe(state.removeprefix(REFUSED))} What needs that waits, and is done once it "
            "is mended: `guildbank doctor` says what to do."
        )
    known = SENTENCES.get((name, state))
    return known or f"{NOUNS.get(name, name.capitalize())} is {state}."


def _waiting(queue: list[QueueStanding], locale: Locale) -> str:
    return ", ".join(
        f"{text.number(each.waiting, locale)} {NAMES[each.priority.name]}" for each in queue
    )


def _late(standing: QueueStanding, locale: Locale) -> str:
    minutes = text.number(standing.age // SECOND // 60, locale)
    return f"{LATE_ONES[standing.priority.name]} has waited for {minutes} min."


async def setup(bot: GuildbankBot) -> None:
    """Load the command."""
    await bot.add_cog(Status(bot))
