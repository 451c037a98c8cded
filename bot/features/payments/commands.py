"""`/payments`: moderators see what was paid, in their channel only."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import GuildbankBot
from bot.features.payments.pages import payments_page, register
from bot.interaction.caller import Interaction
from bot.interaction.moderators import moderator_of
from payments.domain.values.ids import MemberId

Person = discord.User | discord.Member


class Payments(commands.Cog):
    """Moderators look at payments."""

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.default_permissions(moderate_members=True)
    @app_commands.describe(member="Whose; everybody's if left out.")
    async def payments(self, interaction: Interaction, member: Person | None = None) -> None:
        """See the last payments."""
        await moderator_of(interaction)
        whose = None if member is None else MemberId(member.id)
        page = await payments_page(interaction, whose)
        await interaction.response.send_message(view=page, ephemeral=True)


async def setup(bot: GuildbankBot) -> None:
    """Load the command, and listen to the buttons of its pages."""
    await bot.add_cog(Payments())
    register(bot)
