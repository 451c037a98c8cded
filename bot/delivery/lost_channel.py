"""A channel of the settings that cannot be used: its guild's owner is notified how to fix it."""

from bot.client import GuildbankBot
from payments.commands.guild.setup_problems import ReportChannel
from payments.domain.values.ids import GuildId
from payments.notifications.errors import Postpone
from payments.runner.errors import BooksUnavailable


async def report_lost(
    bot: GuildbankBot, guild: GuildId, setting: str, channel: int | None, reason: str
) -> None:
    """Notify the owner, once a day at most.

    Raises:
        Postpone: The books cannot be written now.
    """
    report = ReportChannel.of(guild, setting, channel, reason, at=bot.clock())
    try:
        await bot.runner.run(report)
    except BooksUnavailable as error:
        raise Postpone(str(error)) from error
