"""`/item panel`: an owner posts a panel in a channel; a server has one of each kind."""

from typing import Final, Literal

import discord
import structlog
from discord import app_commands
from discord.ext import commands

from bot.client import GuildbankBot
from bot.features.panels.buttons import BuyButton, OrderButton
from bot.features.panels.drawing import PageButton, draw, lock_of
from bot.features.panels.leftovers import delete_leftovers
from bot.features.setup.channel_checks import why_not_writable
from bot.interaction.answer import acknowledge, answer
from bot.interaction.caller import Interaction, caller_of
from bot.interaction.reader import reader_format_of
from bot.ui.card import Mood, card
from bot.wording import text
from payments.domain.errors import Refused
from payments.domain.sentences.parts import Place
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.ids import GuildId
from payments.domain.values.panels import PanelKind
from payments.store.records.panels import Panel

log = structlog.get_logger(__name__)

LASTING: Final = (OrderButton, BuyButton, PageButton)
"""Buttons of panels, which work on panels of before a restart."""


class PanelCommand(commands.Cog):
    """The part of `/item` that posts panels."""

    bot: GuildbankBot

    @app_commands.command()
    @app_commands.describe(
        channel="Where it is posted; here if left out.",
        sells="What points buy (items), or points (packages); items if left out.",
    )
    async def panel(
        self,
        interaction: Interaction,
        channel: discord.TextChannel | None = None,
        sells: Literal["items", "packages"] = "items",
    ) -> None:
        """Post a panel from which members order; it keeps itself up to date."""
        place = channel or interaction.channel
        if not isinstance(place, discord.TextChannel):
            raise Refused("A panel stands in a text channel. Choose one.")
        wrong = why_not_writable(place)
        if wrong is not None:
            raise Refused(wrong)
        guild = caller_of(interaction).guild
        await acknowledge(interaction)
        left = await post(self.bot, guild, PanelKind(sells), place)
        lines = [
            Sentence("It is in {channel} and keeps itself up to date.", channel=Place(place.id))
        ]
        if left is not None:
            lines.append(
                Sentence(
                    "I could not delete the old one in {channel}. Please do that.",
                    channel=Place(left.channel),
                )
            )
        reader = await reader_format_of(interaction)
        await answer(
            interaction, card(Sentence("Panel posted"), *lines, reader=reader, mood=Mood.GOOD)
        )


async def post(
    bot: GuildbankBot, guild: GuildId, kind: PanelKind, place: discord.TextChannel
) -> Panel | None:
    """Post a panel, and delete the one in whose place it is, with what a killed process has left.

    Args:
        bot: Logged in.
        guild: Whose.
        kind: What it sells.
        place: Where; the bot may write there.

    Returns:
        The old one, if it stands and could not be deleted.

    Raises:
        Refused: Discord does not take it.
    """
    settings = await bot.queries.settings(guild)
    reader = text.ReaderFormat(names=settings.points, commands=bot.command_ids.usable_in(guild))
    async with lock_of(guild, kind):  # what changes meanwhile is drawn behind it
        before = await bot.panels.find(guild, kind)
        try:
            message = await place.send(view=await draw(bot, guild, kind, reader))
        except discord.Forbidden:
            raise Refused(
                "I cannot write in {channel}. Let me view it and send messages there first.",
                channel=Place(place.id),
            ) from None
        panel = Panel(guild=guild, kind=kind, channel=place.id, message=message.id)
        await bot.panels.keep(panel)
        await message.edit(view=await draw(bot, guild, kind, reader))
    left = None if before is None or await _deleted(bot, before) else before
    await delete_leftovers(bot, panel, place)
    return left


async def _deleted(bot: GuildbankBot, panel: Panel) -> bool:
    """Whether an old panel is gone."""
    channel = bot.get_partial_messageable(panel.channel, guild_id=panel.guild)
    try:
        await channel.get_partial_message(panel.message).delete()
    except discord.NotFound:
        return True
    except discord.HTTPException as error:
        log.info("panel.not_deleted", guild=panel.guild, message=panel.message, code=error.code)
        return False
    return True
