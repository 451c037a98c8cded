"""`/shop`, `/redeem` and `/orders`: members get something for their points."""

from discord import app_commands
from discord.ext import commands

from bot.client import GuildbankBot
from bot.features.shop.buttons import CodesButton
from bot.features.shop.completion import FOR_POINTS
from bot.features.shop.ordering import begin_order
from bot.features.shop.orders import CancelButton, OrdersPageButton, orders_card
from bot.features.shop.pages import OrderItemButton, ShopPageButton, show_shop
from bot.interaction.caller import Interaction
from bot.ui.completion import TypedOption
from payments.domain.values.items import MAX_QUANTITY

Quantity = app_commands.Range[int, 1, MAX_QUANTITY]


class ShopCog(commands.Cog):
    """Members order things, and look at what they have ordered."""

    def __init__(self, bot: GuildbankBot) -> None:
        self.bot = bot

    @app_commands.command()
    @app_commands.guild_only()
    async def shop(self, interaction: Interaction) -> None:
        """See what you can get for your points."""
        await show_shop(interaction, fresh=True)

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.describe(
        item="What to get; choose from the list.", quantity="How many; one if you leave it out."
    )
    async def redeem(
        self, interaction: Interaction, item: TypedOption, quantity: Quantity = 1
    ) -> None:
        """Get something for your points; nothing moves before you confirm it."""
        await begin_order(interaction, await FOR_POINTS.meant(interaction, item), quantity)

    @redeem.autocomplete("item")
    async def _choices(
        self, interaction: Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        return await FOR_POINTS.complete(interaction, current)

    @app_commands.command()
    @app_commands.guild_only()
    async def orders(self, interaction: Interaction) -> None:
        """See what you ordered with points, and cancel what nobody has begun."""
        page = await orders_card(interaction)
        await interaction.response.send_message(view=page, ephemeral=True)


async def setup(bot: GuildbankBot) -> None:
    """Load the commands, and listen to the buttons of orders."""
    await bot.add_cog(ShopCog(bot))
    bot.add_dynamic_items(
        CodesButton, CancelButton, OrdersPageButton, OrderItemButton, ShopPageButton
    )
