"""Who reads what the queue sends: Discord does not tell their language."""

from bot.client import GuildbankBot
from bot.wording import text
from payments.domain.values.ids import GuildId


async def reader_in(bot: GuildbankBot, guild: GuildId) -> text.ReaderFormat:
    """A member of a guild, with the guild's names for points, and commands to be clicked."""
    settings = await bot.queries.settings(guild)
    return text.ReaderFormat(names=settings.points, commands=bot.command_ids.usable_in(guild))
