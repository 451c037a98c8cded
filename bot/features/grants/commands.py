"""`/grant` and `/revoke`: moderators give and take points, in their channel only."""

from dataclasses import replace

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import GuildbankBot
from bot.features.grants.views import grant, register
from bot.interaction.answer import acknowledge, answer, change
from bot.interaction.caller import Interaction, key_of, owns
from bot.interaction.moderators import moderator_of
from bot.interaction.reader import reader_format_of
from bot.ui.card import Mood, card
from bot.wording.footers import action_footer
from payments.commands.base import by_member
from payments.commands.points.move import NOTE_PARTS, GrantPoints, RevokePoints
from payments.domain.errors import Refused
from payments.domain.sentences.parts import Person, Points, Verbatim
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.expiry_input import end_from
from payments.domain.values.guilds import MAX_POINTS
from payments.domain.values.ids import MemberId
from payments.domain.values.written_text import tidy

Count = app_commands.Range[int, 1, MAX_POINTS]
Reason = app_commands.Range[str, 1, NOTE_PARTS]
Ending = app_commands.Range[str, 1, 30]
Someone = discord.User | discord.Member


class Moderation(commands.Cog):
    """Moderators give points and take them."""

    def __init__(self, bot: GuildbankBot) -> None:
        self.bot = bot

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.default_permissions(moderate_members=True)
    @app_commands.describe(
        member="Who gets them.",
        points="How many.",
        reason="Why; the member can read it.",
        expires="When they expire: after a number of days (30), or when a date ends (2026-12-31).",
    )
    async def grant(
        self,
        interaction: Interaction,
        member: Someone,
        points: Count,
        reason: Reason,
        expires: Ending | None = None,
    ) -> None:
        """Give a member points, permanently or until a date."""
        await self._move(GrantPoints, interaction, member, points, reason, expires)

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.default_permissions(moderate_members=True)
    @app_commands.describe(
        member="Whose points.", points="How many.", reason="Why; the member can read it."
    )
    async def revoke(
        self, interaction: Interaction, member: Someone, points: Count, reason: Reason
    ) -> None:
        """Take points from a member, never more than they have."""
        await self._move(RevokePoints, interaction, member, points, reason)

    async def _move(
        self,
        kind: type[GrantPoints | RevokePoints],
        interaction: Interaction,
        member: Someone,
        points: int,
        reason: str,
        expires: str | None = None,
    ) -> None:
        """Give or take, and let all moderators see who did it."""
        caller = await moderator_of(interaction)
        if member.bot:
            raise Refused("Bots can't have points.")
        if not reason.strip():
            raise Refused("Give a reason: it stays with the points.")
        key = key_of(interaction)
        command = kind(
            key=key,
            at=self.bot.clock(),
            actor=by_member(caller.member),
            guild=caller.guild,
            member=MemberId(member.id),
            points=points,
            note=tidy(reason),
        )
        if isinstance(command, GrantPoints):
            if expires is not None:
                zone = (await self.bot.queries.settings(caller.guild)).time_zone
                command = replace(command, expires_at=end_from(expires, command.at, zone))
            await acknowledge(interaction, private=False)
            await grant(interaction, replace(command, as_owner=owns(interaction)))
            return
        await acknowledge(interaction, private=False)
        await change(interaction, command)
        reader = await reader_format_of(interaction)
        view = card(
            Sentence("Revoked: {points}", points=Points(points)),
            Sentence(
                "From {member}, by {moderator}.",
                member=Person(command.member),
                moderator=Person(caller.member),
            ),
            Sentence("Reason: {reason}", reason=Verbatim(command.note)),
            reader=reader,
            mood=Mood.WAIT,
            footer=action_footer(key),
        )
        await answer(interaction, view)


async def setup(bot: GuildbankBot) -> None:
    """Load the commands, and listen to their buttons."""
    await bot.add_cog(Moderation(bot))
    register(bot)
