"""`/transfer`: a member passes points on to another."""

from typing import Final

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import GuildbankBot
from bot.features.transfers.views import check, confirm_transfer, pass_on
from bot.interaction.answer import acknowledge, answer
from bot.interaction.caller import Caller, Interaction, caller_of, key_of
from bot.interaction.reader import reader_format_of
from payments.commands.base import by_member
from payments.commands.points.move import NOTE_PARTS, TransferPoints
from payments.domain.errors import Refused
from payments.domain.values.guilds import MAX_POINTS
from payments.domain.values.ids import MemberId
from payments.domain.values.written_text import tidy

CONFIRM_ABOVE: Final = 1_000
"""More points than these are passed on only after the sender has confirmed it."""

Points = app_commands.Range[int, 1, MAX_POINTS]
Note = app_commands.Range[str, 1, NOTE_PARTS]


class Transfers(commands.Cog):
    """Members pass points on."""

    def __init__(self, bot: GuildbankBot) -> None:
        self.bot = bot

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.describe(
        member="Who gets the points.", points="How many.", note="What they read with it."
    )
    async def transfer(
        self,
        interaction: Interaction,
        member: discord.User | discord.Member,
        points: Points,
        note: Note | None = None,
    ) -> None:
        """Transfer points to another member.

        Who is told that the bot did not respond sends the points again: so nothing is done before
        Discord has taken an answer.
        """
        caller = caller_of(interaction)
        _check_recipient(caller, member)
        await acknowledge(interaction)
        reader = await reader_format_of(interaction)
        command = TransferPoints(
            key=key_of(interaction),
            at=self.bot.clock(),
            actor=by_member(caller.member),
            guild=caller.guild,
            member=caller.member,
            recipient=MemberId(member.id),
            points=points,
            note=tidy(note or ""),
            counts_for_quota=True,
        )
        if points <= CONFIRM_ABOVE:
            view = await pass_on(interaction, command, reader)
        else:
            await check(self.bot, command)
            view = confirm_transfer(interaction, command, reader)
        await answer(interaction, view)


def _check_recipient(caller: Caller, member: discord.User | discord.Member) -> None:
    """Refuse those who cannot have points of the caller."""
    if member.id == caller.member:
        raise Refused("You can't transfer points to yourself.")
    if member.bot:
        raise Refused("Bots can't have points.")
    if not isinstance(member, discord.Member):
        raise Refused("That person is not on this server.")


async def setup(bot: GuildbankBot) -> None:
    """Load the command."""
    await bot.add_cog(Transfers(bot))
