"""The buttons with which moderators decide about a purchase, also after a restart."""

import re
from typing import Any, ClassVar, Self

import discord
from discord import ui

from bot.interaction.answer import acknowledge, answer
from bot.interaction.caller import Caller, Interaction, key_of, owns
from bot.interaction.reader import reader_format_of
from bot.ui.buttons import ModeratorButton
from bot.ui.card import Mood, card
from bot.wording.footers import payment_footer
from payments.domain.sentences.parts import Person
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.ids import PaymentId

_PAYMENT = r"(?P<payment>[0-9A-Za-z-]+)"


class _DecideButton(ModeratorButton, template="check:decide:none"):
    """A moderator's word on a purchase. Its card is changed by what follows from it."""

    label: ClassVar[Sentence]
    name: ClassVar[str]
    style: ClassVar[discord.ButtonStyle]

    def __init__(self, payment: PaymentId) -> None:
        super().__init__(self.label, f"check:{self.name}:{payment}", self.style)
        self.payment = payment

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button as it was before a restart."""
        del interaction, item
        return cls(PaymentId(match["payment"]))


class ApprovePurchaseButton(_DecideButton, template=rf"check:approve:{_PAYMENT}"):
    """Lets the money of a purchase be taken."""

    label = Sentence("Approve")
    name = "approve"
    style = discord.ButtonStyle.success

    async def press(self, interaction: Interaction, caller: Caller) -> None:
        """Decide, and let all moderators see who did."""
        await acknowledge(interaction, private=False)
        payment = await interaction.client.purchase_checks.approve(
            key=key_of(interaction),
            guild=caller.guild,
            moderator=caller.member,
            payment=self.payment,
            as_owner=owns(interaction),
        )
        view = card(
            Sentence("Purchase approved"),
            Sentence(
                "{moderator} approved {package} for {price}, bought by {member}. The money is "
                "being charged now.",
                moderator=Person(caller.member),
                package=payment.package_name,
                price=payment.price,
                member=Person(payment.member),
            ),
            reader=await reader_format_of(interaction),
            mood=Mood.GOOD,
            footer=payment_footer(payment.id, key_of(interaction)),
        )
        await answer(interaction, view)


class RefusePurchaseButton(_DecideButton, template=rf"check:refuse:{_PAYMENT}"):
    """Lets go of the money of a purchase."""

    label = Sentence("Refuse")
    name = "refuse"
    style = discord.ButtonStyle.danger

    async def press(self, interaction: Interaction, caller: Caller) -> None:
        """Decide, and let all moderators see who did."""
        await acknowledge(interaction, private=False)
        payment = await interaction.client.purchase_checks.refuse(
            key=key_of(interaction),
            guild=caller.guild,
            moderator=caller.member,
            payment=self.payment,
        )
        view = card(
            Sentence("Purchase refused"),
            Sentence(
                "{moderator} refused {package} for {price}, bought by {member}. Nothing is "
                "charged, and the amount that was reserved is released.",
                moderator=Person(caller.member),
                package=payment.package_name,
                price=payment.price,
                member=Person(payment.member),
            ),
            reader=await reader_format_of(interaction),
            mood=Mood.PLAIN,
            footer=payment_footer(payment.id, key_of(interaction)),
        )
        await answer(interaction, view)


async def setup(client: discord.Client) -> None:
    """Listen to the buttons, also on cards sent before a restart."""
    client.add_dynamic_items(ApprovePurchaseButton, RefusePurchaseButton)
