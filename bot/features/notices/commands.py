"""What could not be sent as a direct message is shown at the member's next command."""

from typing import Any, Final

import discord
import structlog
from discord import app_commands
from discord.ext import commands

from bot.client import GuildbankBot
from bot.interaction.answer import acknowledge, answer
from bot.interaction.caller import Interaction, caller_of
from bot.interaction.reader import reader_format_of
from bot.ui.card import Mood, card
from bot.wording import text
from payments.domain.sentences.parts import FromNow, SlashCommand, Written
from payments.domain.sentences.sentence import Sentence, plural
from payments.domain.values.ids import GuildId, MemberId
from payments.store.records.notices import Notice

log = structlog.get_logger(__name__)

SHOWN = 5
"""Highest number of notices on one card: Discord takes 4,000 characters."""

LENGTH = 600
"""Highest number of characters of each."""

_TOLD: Final = Sentence("You get a direct message when a member sends you points here.")
_NOT_TOLD: Final = Sentence(
    "You get no direct messages when members send you points here. {history} still shows these "
    "transfers, and you still get messages about your purchases and refunds.",
    history=SlashCommand("history"),
)


class UnreadNotices(commands.Cog):
    """Tells members what they have missed, and lets them choose what they are told."""

    def __init__(self, bot: GuildbankBot) -> None:
        self.bot = bot

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.describe(transfers="Whether to message you when a member sends you points.")
    async def notices(
        self,
        interaction: Interaction,
        transfers: bool,  # noqa: FBT001 - an option of the command
    ) -> None:
        """Choose what you get direct messages about."""
        caller = caller_of(interaction)
        await acknowledge(interaction)
        await self.bot.notices.transfers.mute(caller.guild, caller.member, muted=not transfers)
        words = _TOLD if transfers else _NOT_TOLD
        reader = await reader_format_of(interaction)
        view = card(Sentence("Notices"), words, reader=reader, mood=Mood.GOOD)
        await answer(interaction, view)

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
        view = card(
            plural("{n} unread notice", "{n} unread notices", len(unread)),
            *map(_line, shown),
            reader=await reader_format_of(interaction),
            mood=Mood.WAIT,
            footer=_why_here(len(unread) - SHOWN),
        )
        try:
            await interaction.followup.send(view=view, ephemeral=True)
        except discord.HTTPException as error:
            log.warning("notices.not_shown", interaction=interaction.id, code=error.code)
            return
        await self.bot.notices.forget(shown)


def _line(notice: Notice) -> Sentence:
    return Sentence(
        "{when}: {words}", when=FromNow(notice.at), words=Written(text.cut(notice.words, LENGTH))
    )


def _why_here(more: int) -> Sentence:
    """Why they are shown as an answer, and how many are not shown yet."""
    if more <= 0:
        return Sentence("You don't accept direct messages from this server, so this is shown here.")
    return plural(
        "You don't accept direct messages from this server, so this is shown here. {n} more comes "
        "with your next command.",
        "You don't accept direct messages from this server, so this is shown here. {n} more come "
        "with your next command.",
        more,
    )


async def setup(bot: GuildbankBot) -> None:
    """Begin to listen."""
    await bot.add_cog(UnreadNotices(bot))
