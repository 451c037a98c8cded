"""What could not be sent as a direct message is shown at the member's next command."""

from typing import Any

import discord
import structlog
from discord import app_commands
from discord.ext import commands

from bot import text
from bot.client import GuildbankBot
from bot.views.card import Mood, card
from bot.who import Interaction
from payments.domain.ids import GuildId, MemberId

log = structlog.get_logger(__name__)

SHOWN = 5
"""At most so many at once: Discord takes 4,000 characters on one card."""

LENGTH = 600
"""At most so many characters of each."""


class UnreadNotices(commands.Cog):
    """Tells members what they have missed."""

    def __init__(self, bot: GuildbankBot) -> None:
        self.bot = bot

    @commands.Cog.listener()
    async def on_app_command_completion(
        self,
        interaction: Interaction,
        command: app_commands.Command[Any, ..., Any] | app_commands.ContextMenu,
    ) -> None:
        """Show what waits, after the command's own answer, to the member alone."""
        del command
        if interaction.guild_id is None:
            return
        guild, member = GuildId(interaction.guild_id), MemberId(interaction.user.id)
        unread = await self.bot.notices.waiting(guild, member)
        if not unread:
            return
        shown = unread[:SHOWN]
        count = len(unread)
        lines = [f"{text.ago(each.at)}: {text.cut(each.words, LENGTH)}" for each in shown]
        more = f" {count - SHOWN} more come with your next command." if count > SHOWN else ""
        view = card(
            f"{count} unread {'notice' if count == 1 else 'notices'}",
            *lines,
            mood=Mood.WAIT,
            footer=f"You take no direct messages from this server, so it is shown here.{more}",
        )
        try:
            await interaction.followup.send(view=view, ephemeral=True)
        except discord.HTTPException as error:
            log.warning("notices.not_shown", interaction=interaction.id, code=error.code)
            return
        await self.bot.notices.forget(shown)


async def setup(bot: GuildbankBot) -> None:
    """Begin to listen."""
    await bot.add_cog(UnreadNotices(bot))
