"""`/buy`: a member chooses a package and gets the link where they pay."""

from discord import app_commands
from discord.ext import commands

from bot.client import GuildbankBot
from bot.features.buying.purchase import purchase
from bot.features.packages.completion import FOR_SALE
from bot.interaction.answer import acknowledge
from bot.interaction.caller import Interaction
from bot.ui.completion import TypedOption


class BuyingCog(commands.Cog):
    """Members buy points."""

    def __init__(self, bot: GuildbankBot) -> None:
        self.bot = bot

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.describe(package="What to buy; choose from the list.")
    async def buy(self, interaction: Interaction, package: TypedOption) -> None:
        """Buy points; you pay on a secure page in your browser."""
        await acknowledge(interaction)
        await purchase(interaction, await FOR_SALE.meant(interaction, package))

    @buy.autocomplete("package")
    async def _choices(
        self, interaction: Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        return await FOR_SALE.complete(interaction, current)


async def setup(bot: GuildbankBot) -> None:
    """Load the commands."""
    await bot.add_cog(BuyingCog(bot))
