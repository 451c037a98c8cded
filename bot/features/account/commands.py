"""`/balance` and `/history`: what a member has, and how it came about."""

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.client import GuildbankBot
from bot.features.account.history import newest_page, register
from bot.features.account.under_way import under_way
from bot.interaction.caller import Interaction, caller_of, is_moderator
from bot.interaction.errors import Denied
from bot.interaction.reader import reader_format_of
from bot.ui.card import card
from bot.wording import text
from payments.domain.values.ids import MemberId
from payments.store.queries import Balance


class AccountCog(commands.Cog):
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
        reader = await reader_format_of(interaction)
        more = await under_way(self.bot.queries, caller.guild, whose, reader)
        view = _balance_card(found, name, reader, more)
        await interaction.response.send_message(view=view, ephemeral=True)

    @app_commands.command()
    @app_commands.guild_only()
    async def history(self, interaction: Interaction) -> None:
        """See what you bought, got and spent."""
        page = await newest_page(interaction)
        await interaction.response.send_message(view=page, ephemeral=True)


def _balance_card(
    balance: Balance, name: str | None, reader: text.ReaderFormat, more: list[str]
) -> ui.LayoutView:
    lines = [f"## {reader.points(balance.points)}"]
    if balance.debt:
        owes = "You owe" if name is None else "They owe"
        lines.append(f"{owes} {reader.points(balance.debt)} from a payment that was taken back.")
    if balance.maturing:
        lines.append(f"{reader.points(balance.maturing)} cannot be passed on yet.")
    if balance.next_maturity is not None:
        lines.append(f"The next of them can {text.ago(balance.next_maturity)}.")
    if balance.next_lapse is not None:
        end = f"{text.moment(balance.next_lapse)} ({text.ago(balance.next_lapse)})"
        verb = "lapses" if balance.lapsing == 1 else "lapse"
        lines.append(f"{reader.points(balance.lapsing)} {verb} {end}.")
    title = "Your balance" if name is None else f"Balance of {text.safe(name)}"
    return card(title, *lines, *more)


async def setup(bot: GuildbankBot) -> None:
    """Load the commands, and listen to the buttons of the pages."""
    await bot.add_cog(AccountCog(bot))
    register(bot)
