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
from payments.domain.sentences.parts import FromNow, Points
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.guilds import Package
from payments.store.queries import Coming


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
            now = self.bot.clock()  # a question may have waited for its answer
            balance = await self.bot.queries.balance(caller.guild, caller.member, now)
            url = self.bot.buying.pay_url(payment.id)
            return checkout_card(payment, url, balance, reader)

        coming = await self.bot.queries.coming(caller.guild, caller.member)
        alike = [each for each in coming if each.package == chosen.id]
        if not alike:
            await answer(interaction, await act(interaction))
            return
        question = Question(
            title=Sentence("Buy {points} again?", points=Points(chosen.points)),
            lines=_pays_twice(chosen, alike[-1]),
            footer=Sentence("Nothing has been bought yet."),
            label=Sentence("Buy again"),
            of=caller.member,
            not_yours=Sentence("Only the buyer can decide that."),
            not_done=Sentence("Nothing was bought"),
            reader=reader,
        )
        await answer(interaction, Confirm(interaction, question, act))

    @buy.autocomplete("package")
    async def _choices(
        self, interaction: Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        return await FOR_SALE.complete(interaction, current)


def _pays_twice(package: Package, coming: Coming) -> list[Sentence]:
    """What somebody reads who buys again what they have begun to pay."""
    return [
        Sentence(
            "You have already bought {package}: your payment of {price}, started {when}, is on its "
            "way. Its points arrive as soon as it does.",
            package=package.name,
            price=coming.price,
            when=FromNow(coming.since),
        ),
        Sentence("If you buy it again, you pay twice."),
    ]


async def setup(bot: GuildbankBot) -> None:
    """Load the commands."""
    await bot.add_cog(BuyingCog(bot))
