"""`/balance` and `/history`: what a member has, and how it came about."""

import discord
from babel import Locale
from discord import app_commands, ui
from discord.ext import commands

from bot import text
from bot.client import GuildbankBot
from bot.errors import Denied
from bot.views.card import card
from bot.views.history import newest_page
from bot.who import Interaction, caller_of, is_moderator
from payments.domain.ids import MemberId
from payments.store.queries import Balance


class Account(commands.Cog):
    """Members look at their points."""

    def __init__(self, bot: GuildbankBot) -> None:
        self.bot = bot

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.describe(member="Whose balance; moderators may look at everyone's.")
    async def balance(
        self, interaction: Interaction, member: discord.User | discord.Member | None = None
    ) -> None:
        """See how many points you have."""
        caller = caller_of(interaction)
        whose = caller.member if member is None else MemberId(member.id)
        if whose != caller.member:
            settings = await self.bot.queries.settings(caller.guild)
            if not is_moderator(interaction, settings):
                raise Denied("Only moderators may look at someone else's balance.")
        found = await self.bot.queries.balance(caller.guild, whose, self.bot.clock())
        name = None if member is None or whose == caller.member else member.display_name
        locale = text.locale_of(interaction.locale)
        await interaction.response.send_message(
            view=_balance_card(found, name, locale), ephemeral=True
        )

    @app_commands.command()
    @app_commands.guild_only()
    async def history(self, interaction: Interaction) -> None:
        """See what you bought, got and spent."""
        page = await newest_page(interaction)
        await interaction.response.send_message(view=page, ephemeral=True)


def _balance_card(balance: Balance, name: str | None, locale: Locale) -> ui.LayoutView:
    lines = [f"## {text.points(balance.points, locale)}"]
    if balance.debt:
        owes = "You owe" if name is None else "They owe"
        lines.append(
            f"{owes} {text.points(balance.debt, locale)} from a payment that was taken back."
        )
    if balance.maturing:
        lines.append(f"{text.points(balance.maturing, locale)} cannot be passed on yet.")
    if balance.next_maturity is not None:
        lines.append(f"The next of them can {text.ago(balance.next_maturity)}.")
    title = "Your balance" if name is None else f"Balance of {text.safe(name)}"
    return card(title, *lines)


async def setup(bot: GuildbankBot) -> None:
    """Load the commands."""
    await bot.add_cog(Account(bot))
