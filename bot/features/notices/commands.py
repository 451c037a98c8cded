"""What could not be sent as a direct message is shown at the member's next command."""

from typing import Any

import discord
import structlog
from discord import app_commands
from discord.ext import commands

from bot.client import GuildbankBot
from bot.interaction.answer import acknowledge, answer
from bot.interaction.caller import Interaction, caller_of
from bot.ui.card import Mood, card
from bot.wording import text
from payments.domain.values.ids import GuildId, MemberId

log = structlog.get_logger(__name__)

SHOWN = 5
"""Highest number of notices on one card: Discord takes 4,000 characters."""

LENGTH = 600
"""Highest number of characters of each."""


class UnreadNotices(commands.Cog):
    """Tells members what they have missed, and lets them choose what they are told."""

    def __init__(self, bot: GuildbankBot) -> None:
        self.bot = bot

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.describe(transfers="Whether you are told when a member passes points on to you.")
    async def notices(
        self,
        interaction: Interaction,
        transfers: bool,  # noqa: FBT001 - an option of the command
    ) -> None:
        """Choose what you get direct messages about."""
        caller = caller_of(interaction)
        await acknowledge(interaction)
        await self.bot.notices.transfers.mute(caller.guild, caller.member, muted=not transfers)
        words = (
            "You get a direct message when a member passes points on to you here."
            if transfers
            else "You get no direct messages about points that members pass on to you here. "
            "`/history` still shows them, and you hear of your purchases and refunds as before."
        )
        await answer(interaction, card("Notices", words, mood=Mood.GOOD))

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
        more = count - SHOWN
        come = "comes" if more == 1 else "come"
        later = f" {more} more {come} with your next command." if more > 0 else ""
        view = card(
            f"{count} unread {'notice' if count == 1 else 'notices'}",
            *lines,
            mood=Mood.WAIT,
            footer=f"You take no direct messages from this server, so it is shown here.{later}",
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
