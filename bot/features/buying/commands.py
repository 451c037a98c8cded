"""`/buy`: a member chooses a package and gets the link where they pay."""

from discord import app_commands, ui
from discord.ext import commands

from bot.client import GuildbankBot
from bot.features.buying.cards import checkout_card
from bot.features.packages.completion import FOR_SALE
from bot.interaction.answer import acknowledge, answer
from bot.interaction.caller import Interaction, caller_of, key_of
from bot.interaction.reader import reader_format_of
from bot.ui.completion import TypedOption
from bot.ui.confirm import Confirm, Question
from bot.wording import text


class BuyingCog(commands.Cog):
    """Members buy points."""

    def __init__(self, bot: GuildbankBot) -> None:
        self.bot = bot

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.describe(package="What to buy; choose from the list.")
    async def buy(self, interaction: Interaction, package: TypedOption) -> None:
        """Buy points; you pay on a secure page in your browser."""
        caller = caller_of(interaction)
        await acknowledge(interaction)
        chosen = await FOR_SALE.meant(interaction, package)
        reader = await reader_format_of(interaction)
        key = key_of(interaction)

        async def act(asked: Interaction) -> ui.LayoutView:
            payment = await self.bot.buying.buy(
                key=key,
                guild=caller.guild,
                member=caller.member,
                package=chosen.id,
                answer=self.bot.encryptor.encrypt(asked.token),
                channel=asked.channel_id,
            )
            return checkout_card(payment, self.bot.buying.pay_url(payment.id), reader)

        coming = await self.bot.queries.coming(caller.guild, caller.member)
        alike = [each for each in coming if each.package == chosen.id]
        if not alike:
            await answer(interaction, await act(interaction))
            return
        question = Question(
            title=f"Buy {reader.points(chosen.points)} once more?",
            lines=[
                (
                    f"You have bought {text.quoted(chosen.name)} already: your payment of "
                    f"{reader.money(alike[-1].price)}, begun {text.ago(alike[-1].since)}, is on "
                    "its way, and its points come as soon as it has arrived."
                ),
                "If you buy it again, you pay twice.",
            ],
            footer="Nothing has been bought yet.",
            label="Buy again",
            of=caller.member,
            not_yours="Only the person who buys can decide that.",
            not_done="Nothing was bought",
        )
        await answer(interaction, Confirm(interaction, question, act))

    @buy.autocomplete("package")
    async def _choices(
        self, interaction: Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        return await FOR_SALE.complete(interaction, current)


async def setup(bot: GuildbankBot) -> None:
    """Load the commands."""
    await bot.add_cog(BuyingCog(bot))
