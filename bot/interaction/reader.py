"""Who reads an answer: their language, and what their server calls its points."""

from typing import TYPE_CHECKING

import discord
import structlog

from bot.wording import text
from payments.domain.values.ids import GuildId

if TYPE_CHECKING:
    from bot.client import GuildbankBot

log = structlog.get_logger(__name__)


async def reader_format_of(interaction: "discord.Interaction[GuildbankBot]") -> text.ReaderFormat:
    """The caller's language, with the names that their server gives to its points."""
    locale = text.locale_of(interaction.locale)
    if interaction.guild_id is None:
        return text.ReaderFormat(locale)
    settings = await interaction.client.queries.settings(GuildId(interaction.guild_id))
    commands = interaction.client.command_ids.usable_in(settings.guild)
    return text.ReaderFormat(locale, settings.points, commands)


async def reader_of_error(interaction: "discord.Interaction[GuildbankBot]") -> text.ReaderFormat:
    """As `reader_format_of`; while the books are away, points are called points."""
    try:
        return await reader_format_of(interaction)
    except Exception:  # the person reads what went wrong, in any case
        log.warning("reader.unknown", interaction=interaction.id, exc_info=True)
        return text.ReaderFormat(text.locale_of(interaction.locale))
