"""`/setup checks`: which purchases a moderator checks before anybody is charged."""

from dataclasses import replace
from typing import Any, Final

from discord import app_commands
from discord.ext import commands

from bot.client import GuildbankBot
from bot.features.packages.adding import currency_of
from bot.features.setup.settings import LABELS, change_settings, check_values, scopes
from bot.features.setup.typed import limit_of
from bot.interaction.answer import acknowledge, answer
from bot.interaction.caller import Interaction, caller_of
from bot.interaction.reader import reader_format_of
from bot.ui.card import Mood, card
from bot.wording import text
from payments.domain.errors import Refused
from payments.domain.sentences.parts import SlashCommand
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.guilds import (
    MAX_CHECK_LIFE,
    MAX_CHECKED_AGE,
    MIN_CHECK_LIFE,
    GuildSettings,
)
from payments.domain.values.money import AMOUNT_LENGTH, Money
from payments.domain.values.time import DAY, HOUR

Amount = app_commands.Range[str, 1, AMOUNT_LENGTH]
Days = app_commands.Range[int, 0, MAX_CHECKED_AGE // DAY]
Hours = app_commands.Range[int, MIN_CHECK_LIFE // HOUR, MAX_CHECK_LIFE // HOUR]

_NOWHERE: Final = Sentence(
    "First choose a moderators' channel with {command}: that is where purchases are checked.",
    command=SlashCommand("setup set"),
)


class ChecksCommand(commands.Cog):
    """Owners say which purchases are checked."""

    bot: GuildbankBot

    @app_commands.command(name="checks")
    @app_commands.describe(
        above="Purchases above it are checked: 50, 50 USD, always, or none.",
        younger_days="Purchases of Discord accounts younger than these days are checked; 0: none.",
        hours="How many hours a purchase waits for a moderator.",
    )
    async def check_purchases(
        self,
        interaction: Interaction,
        above: Amount | None = None,
        younger_days: Days | None = None,
        hours: Hours | None = None,
    ) -> None:
        """Choose which purchases a moderator checks before anybody is charged."""
        if above is None and younger_days is None and hours is None:
            raise Refused("Choose what to change. Each setting is an option of this command.")
        guild = caller_of(interaction).guild
        before = await self.bot.queries.settings(guild)
        changes: dict[str, Any] = {}
        if above is not None:
            currency = await currency_of(self.bot, guild)
            limit = limit_of(above, currency, text.locale_of(interaction.locale))
            changes["check_above"] = with_amount(before, limit)
        if younger_days is not None:
            changes["check_younger"] = younger_days * DAY or None
        if hours is not None:
            changes["check_life"] = hours * HOUR
        wanted = replace(before, **changes)
        if is_checking(wanted) and wanted.mod_channel is None:
            raise Refused(_NOWHERE)
        await acknowledge(interaction)
        after = await change_settings(interaction, before, changes)
        lines = [
            Sentence("{setting}: **{value}**", setting=LABELS[name], value=value)
            for name, value in check_values(after)
        ]
        view = card(
            Sentence("Settings changed"),
            *scopes(before, after),
            *lines,
            reader=await reader_format_of(interaction),
            mood=Mood.GOOD,
        )
        await answer(interaction, view)


def with_amount(settings: GuildSettings, limit: Money | None) -> tuple[Money, ...]:
    """The amounts for checks with one more, in place of that of its currency; none without one."""
    if limit is None:
        return ()
    others = [each for each in settings.check_above if each.currency != limit.currency]
    return (*others, limit)


def is_checking(settings: GuildSettings) -> bool:
    """Whether any purchase is checked."""
    return bool(settings.check_above) or settings.check_younger is not None
