"""`/refund` and "Refund a payment": moderators give money back, in their channel only."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.client import GuildbankBot
from bot.features.refunds.views import quote_card, register
from bot.interaction.answer import acknowledge, answer
from bot.interaction.caller import Interaction, caller_of
from bot.interaction.errors import answer_error
from bot.interaction.moderators import moderator_of
from bot.interaction.reader import reader_format_of
from bot.ui.completion import Completion, TypedOption
from bot.ui.live import LiveView
from bot.wording import text
from payments.commands.payments.refund import REASON_PARTS
from payments.domain.errors import Refused
from payments.domain.sentences.parts import Person
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.ids import MemberId, PaymentId
from payments.domain.values.money import AMOUNT_LENGTH, Money
from payments.domain.values.payment import Payment
from payments.domain.values.written_text import tidy
from payments.infra.amounts import read_amount

Someone = discord.User | discord.Member
Amount = app_commands.Range[str, 1, AMOUNT_LENGTH]
Reason = app_commands.Range[str, 1, REASON_PARTS]

CHOICES: Final = 25
"""Discord: the most choices of a menu."""

_RECENT: Final = 300
"""Number of the last payments that are searched for what was meant."""

NOTHING_TO_REFUND: Final = Sentence("This member has no payment that can be refunded.")

_END_OF_ID: Final = re.compile(rf"…(?P<end>[0-9A-Za-z-]{{{text.ID_END}}})$")
"""How the label of a payment ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """A payment as moderators choose it.

    Attributes:
        payment: The payment.
        buyer: What its buyer is called; None if Discord does not tell.
    """

    payment: Payment
    buyer: str | None = None


class Refundable(Completion[Bought]):
    """The newest payments of which something can be refunded."""

    none = Sentence("There is no such payment here. Choose one from the list.")
    by_part = True

    async def check(self, interaction: Interaction) -> None:
        """They are offered to moderators in their channel."""
        await moderator_of(interaction)

    async def things(self, interaction: Interaction) -> Sequence[Bought]:
        """Of the last few hundred, or of the member's who was chosen beside it."""
        guild = caller_of(interaction).guild
        chosen = getattr(interaction.namespace, "member", None)
        whose = None if chosen is None else MemberId(chosen.id)
        found = await interaction.client.queries.refundable(guild, whose, limit=_RECENT)
        buyers = [each.member for each in found]
        names = await interaction.client.people.names(interaction.guild, buyers)
        return [Bought(payment=each, buyer=names.get(each.member)) for each in found]

    async def exact(self, interaction: Interaction, value: str) -> Bought | None:
        """Any payment of the server, also one that cannot be refunded: the quote says why.

        A label is known by the end of the id in it: the buyer may be called otherwise by now.
        """
        found = await interaction.client.queries.payment(PaymentId(value))
        if found is not None and found.guild == caller_of(interaction).guild:
            return Bought(payment=found)
        if (label := _END_OF_ID.search(value)) is None:
            return None
        things = await self.things(interaction)
        ending = [each for each in things if each.payment.id.endswith(label["end"])]
        return ending[0] if len(ending) == 1 else None

    def value(self, thing: Bought) -> str:
        """Its id."""
        return thing.payment.id

    def label(self, thing: Bought, reader: text.ReaderFormat) -> str:
        """Buyer, package, price, day and the end of its id."""
        return text.payment(thing.payment, reader.locale, thing.buyer)

    def found_by(self, thing: Bought) -> str:
        """Its id, package, and the buyer's name and id."""
        bought = thing.payment
        return f"{bought.id} {bought.package_name} {bought.member} {thing.buyer or ''}"

    def may_be_labelled(self, thing: Bought, typed: str) -> bool:
        """The end of its id stands in its label in every language."""
        return thing.payment.id[-text.ID_END :].casefold() in typed


REFUNDABLE: Final = Refundable()


class RefundsCog(commands.Cog):
    """Moderators refund payments."""

    def __init__(self, bot: GuildbankBot) -> None:
        self.bot = bot
        self.menu = app_commands.ContextMenu(name="Refund a payment", callback=self.choose)
        self.menu.guild_only = True
        self.menu.default_permissions = discord.Permissions(moderate_members=True)

    async def cog_load(self) -> None:
        """Add the menu; discord.py finds only slash commands in a cog by itself."""
        self.bot.tree.add_command(self.menu)

    async def cog_unload(self) -> None:
        """Take the menu away again."""
        self.bot.tree.remove_command(self.menu.name, type=self.menu.type)

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.default_permissions(moderate_members=True)
    @app_commands.describe(
        payment="Which payment: choose it, or type a part of its buyer's name, package or id.",
        member="Whose payments are listed; everybody's if left out.",
        amount="How much goes back, like 4.99; everything that is left if left out.",
        reason="Why; other moderators read it.",
        fraud="Take its points back from everyone who has them; the buyer can't buy for now.",
    )
    async def refund(
        self,
        interaction: Interaction,
        payment: TypedOption,
        amount: Amount | None = None,
        reason: Reason | None = None,
        fraud: bool = False,  # noqa: FBT001, FBT002 - an option of the slash command
        member: Someone | None = None,
    ) -> None:
        """Refund a payment; you first see what that would do."""
        await moderator_of(interaction)
        found = (await REFUNDABLE.meant(interaction, payment)).payment
        if member is not None and found.member != member.id:
            raise Refused(
                "This payment was made by {buyer}, not by {member}. Choose one of theirs, or "
                "leave the member out.",
                buyer=Person(found.member),
                member=Person(MemberId(member.id)),
            )
        wanted = None
        if amount is not None:
            locale = text.locale_of(interaction.locale)
            wanted = read_amount(amount, found.price.currency, locale)
        await acknowledge(interaction, private=False)
        view = await quote_card(
            interaction,
            found.id,
            amount=wanted,
            reason=tidy(reason or ""),
            fraudulent=fraud,
        )
        await answer(interaction, view)

    @refund.autocomplete("payment")
    async def refundable(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        """The newest payments of which something can be refunded; none for those who may not."""
        return await REFUNDABLE.complete(interaction, typed)

    async def choose(self, interaction: Interaction, member: discord.Member) -> None:
        """Refund a payment of a member: the only one at once, of several the chosen one."""
        caller = await moderator_of(interaction)
        found = await self.bot.queries.refundable(caller.guild, MemberId(member.id), limit=CHOICES)
        if not found:
            raise Refused(NOTHING_TO_REFUND)
        if len(found) == 1:
            await acknowledge(interaction, private=False)
            await answer(interaction, await quote_card(interaction, found[0].id))
            return
        menu = _Which(found, await reader_format_of(interaction))
        await interaction.response.send_message(view=menu, ephemeral=True)


class _Which(LiveView):
    """Asks which of a member's payments is meant."""

    def __init__(self, payments: list[Payment], reader: text.ReaderFormat) -> None:
        super().__init__(timeout=120)
        menu: ui.Select[Any] = ui.Select(
            placeholder=reader.say(Sentence("Which payment?")),
            options=[
                discord.SelectOption(
                    label=text.payment(each, reader.locale),
                    description=reader.say(_left(each)),
                    value=each.id,
                )
                for each in payments
            ],
        )
        menu.callback = self._chosen  # type: ignore[method-assign,assignment]  # as discord.py means it
        self._menu = menu
        title = Sentence("Payments of {member} to refund:", member=Person(payments[0].member))
        self.add_item(ui.TextDisplay(reader.say(title)))
        self.add_item(ui.ActionRow(menu))

    async def _chosen(self, interaction: Interaction) -> None:
        await acknowledge(interaction, private=False)
        await answer(interaction, await quote_card(interaction, PaymentId(self._menu.values[0])))
        self.stop()

    async def on_error(
        self, interaction: discord.Interaction[Any], error: Exception, item: ui.Item[Any], /
    ) -> None:
        """Tell the moderator."""
        del item
        await answer_error(interaction, error)


def _left(payment: Payment) -> Sentence:
    left = Money(minor=payment.refundable, currency=payment.price.currency)
    return Sentence("{left} can go back", left=left)


async def setup(bot: GuildbankBot) -> None:
    """Load the commands, and listen to the buttons of their cards."""
    await bot.add_cog(RefundsCog(bot))
    register(bot)
