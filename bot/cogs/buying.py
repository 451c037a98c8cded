"""`/buy`: a member chooses a package and gets the link where they pay."""

from discord import app_commands
from discord.ext import commands

from bot.answering import acknowledge, answer
from bot.client import GuildbankBot
from bot.completion import Typed
from bot.offers import FOR_SALE
from bot.views.payment import checkout_card
from bot.who import Interaction, caller_of, key_of, voice_of


class Buying(commands.Cog):
    """Members buy points."""

    def __init__(self, bot: GuildbankBot) -> None:
        self.bot = bot

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.describe(package="What to buy; choose from the list.")
    async def buy(self, interaction: Interaction, package: Typed) -> None:
        """Buy points; you pay on a secure page in your browser."""
        caller = caller_of(interaction)
        await acknowledge(interaction)
        chosen = await FOR_SALE.meant(interaction, package)
        payment = await self.bot.buying.buy(
            key=key_of(interaction),
            guild=caller.guild,
            member=caller.member,
            package=chosen.id,
            answer=self.bot.sealer.seal(interaction.token),
        )
        pay_url = self.bot.buying.pay_url(payment.id)
        view = checkout_card(payment, pay_url, await voice_of(interaction))
        await answer(interaction, view)

    @buy.autocomplete("package")
    async def _choices(
        self, interaction: Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        return await FOR_SALE.complete(interaction, current)


async def setup(bot: GuildbankBot) -> None:
    """Load the commands."""
    await bot.add_cog(Buying(bot))
