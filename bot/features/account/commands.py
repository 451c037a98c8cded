"""`/balance` and `/history`: what a member has, and how it came about."""

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.client import GuildbankBot
from bot.features.account.history import newest_page, register
from bot.features.account.under_way import lacked, reserved, under_way
from bot.interaction.caller import Interaction, caller_of, is_moderator
from bot.interaction.errors import Denied
from bot.interaction.reader import reader_format_of
from bot.ui.card import card
from bot.wording import text
from payments.domain.sentences.parts import FromNow, Moment, Points, Verbatim
from payments.domain.sentences.sentence import Sentence
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
                raise Denied("Only moderators can look at someone else's balance.")
        found = await self.bot.queries.balance(caller.guild, whose, self.bot.clock())
        name = None if member is None or whose == caller.member else member.display_name
        reader = await reader_format_of(interaction)
        more = await under_way(self.bot.queries, caller.guild, whose)
        more += await reserved(self.bot.queries, caller.guild, whose)
        view = _balance_card(found, name, reader, more)
        await interaction.response.send_message(view=view, ephemeral=True)

    @app_commands.command()
    @app_commands.guild_only()
    async def history(self, interaction: Interaction) -> None:
        """See what you bought, received and spent."""
        page = await newest_page(interaction)
        await interaction.response.send_message(view=page, ephemeral=True)


def _balance_card(
    balance: Balance, name: str | None, reader: text.ReaderFormat, more: list[Sentence]
) -> ui.LayoutView:
    lines = [Sentence("## {points}", points=Points(balance.points))]
    if balance.debt:
        debt = Points(balance.debt)
        lines.append(
            Sentence("You owe {debt} from a payment that was taken back.", debt=debt)
            if name is None
            else Sentence("They owe {debt} from a payment that was taken back.", debt=debt)
        )
    if balance.reached:
        lines.append(lacked(balance.reached, own=name is None))
    lines += [*_maturing(balance), *_ending(balance)]
    title = (
        Sentence("Your balance")
        if name is None
        else Sentence("Balance of {member}", member=Verbatim(name))
    )
    return card(title, *lines, *more, reader=reader)


def _maturing(balance: Balance) -> list[Sentence]:
    """How many cannot be transferred yet, and when the next can."""
    if not balance.maturing or balance.next_maturity is None:
        return []
    return [
        Sentence(
            "Can't be transferred yet: **{points}**. The first can be transferred {when}.",
            points=Points(balance.maturing),
            when=FromNow(balance.next_maturity),
        )
    ]


def _ending(balance: Balance) -> list[Sentence]:
    """How many expire next, and when."""
    if balance.next_lapse is None:
        return []
    return [
        Sentence(
            "Next to expire: **{points}**, on {at} ({when}).",
            points=Points(balance.lapsing),
            at=Moment(balance.next_lapse),
            when=FromNow(balance.next_lapse),
        )
    ]


async def setup(bot: GuildbankBot) -> None:
    """Load the commands, and listen to the buttons of the pages."""
    await bot.add_cog(AccountCog(bot))
    register(bot)
