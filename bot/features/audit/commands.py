"""`/audit`: moderators see what was done, and by whom."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import GuildbankBot
from bot.features.audit.pages import audit_page, register
from bot.interaction.caller import Interaction
from bot.interaction.moderators import moderator_of
from payments.domain.values.ids import MemberId


class Audit(commands.Cog):
    """Moderators look into the audit log."""

    def __init__(self, bot: GuildbankBot) -> None:
        self.bot = bot

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.default_permissions(moderate_members=True)
    @app_commands.describe(member="Only what this person did; everybody's if left out.")
    async def audit(
        self, interaction: Interaction, member: discord.User | discord.Member | None = None
    ) -> None:
        """See what was done, and by whom."""
        await moderator_of(interaction)
        whose = None if member is None else MemberId(member.id)
        page = await audit_page(interaction, whose)
        await interaction.response.send_message(view=page, ephemeral=True)


async def setup(bot: GuildbankBot) -> None:
    """Load the command, and listen to the button of its pages."""
    await bot.add_cog(Audit(bot))
    register(bot)
