"""Refunds in the moderators' channel: the quote, the second look, and what became of it.

The buttons of the second look go on working after a restart: their ids name payment and refund.
"""

import re
from typing import Any, ClassVar, Self

import discord
from discord import ui

from bot.features.purchase_ban.button import LiftPurchaseBanButton
from bot.features.refunds.quote import quote_lines
from bot.features.refunds.words import Words, outcome, proposed
from bot.interaction.answer import acknowledge, answer
from bot.interaction.caller import Caller, Interaction, key_of, owns
from bot.interaction.moderators import moderator_of
from bot.interaction.reader import reader_format_of
from bot.ui.buttons import ModeratorButton
from bot.ui.card import card
from bot.ui.confirm import Confirm, Question
from bot.wording import text
from bot.wording.footers import payment_footer
from payments.commands.payments.refund import ApproveRefund, DeclineRefund
from payments.commands.payments.refund_quote import Quote
from payments.domain.errors import Refused
from payments.domain.rules.refundable import why_not
from payments.domain.sentences.parts import Code
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.claims import CardPlace, Refund
from payments.domain.values.ids import CommandKey, MemberId, PaymentId
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import RefundStatus
from payments.services.refund_sending import Refunded
from payments.services.refunds import FullQuote, RefundService


async def quote_card(
    interaction: Interaction,
    payment: PaymentId,
    *,
    amount: Money | None = None,
    reason: str = "",
    fraudulent: bool = False,
) -> Confirm:
    """What a refund would do, with the button that does it; changes nothing.

    Args:
        interaction: Of the moderator who asks; nobody else may press the button.
        payment: What would be refunded.
        amount: How much; all that is left if none.
        reason: Why, unescaped.
        fraudulent: Whether the payment is taken for fraud.

    Raises:
        Denied: It is no moderator, or another channel.
        Refused: It cannot be refunded.
    """
    caller = await moderator_of(interaction)
    reader = await reader_format_of(interaction)
    refunding, as_owner = interaction.client.refunding, owns(interaction)
    quote = await refunding.quote(
        caller.guild, caller.member, payment, amount, fraudulent=fraudulent, as_owner=as_owner
    )
    key = key_of(interaction)
    wanted = quote.effect.amount
    made: list[Refunded] = []

    async def act(press: Interaction) -> ui.LayoutView:
        await moderator_of(press)
        done = await refunding.ask(
            key=key,
            guild=caller.guild,
            moderator=caller.member,
            payment=payment,
            amount=wanted,
            reason=reason,
            fraudulent=fraudulent,
            as_owner=owns(press),
            card=_place_of(press),
        )
        made.append(done)
        return result_card(done, key, reader)

    question = _question(quote, payment, reason, reader, caller.member)
    return Confirm(interaction, question, act, lambda: _later(refunding, made, key, reader))


async def _later(
    refunding: RefundService, made: list[Refunded], key: CommandKey, reader: text.ReaderFormat
) -> ui.LayoutView | None:
    """The card of what was made, if it has ended since its card was written."""
    later = await refunding.ended_since(made[-1]) if made else None
    return None if later is None else result_card(later, key, reader)


def _question(
    quote: FullQuote,
    payment: PaymentId,
    reason: str,
    reader: text.ReaderFormat,
    moderator: MemberId,
) -> Question:
    approval = quote.effect.needs_approval
    return Question(
        title=Sentence("Refund {amount}?", amount=quote.effect.amount),
        lines=quote_lines(quote, reason),
        footer=Sentence("Payment {id} · Nothing has moved yet.", id=Code(payment)),
        label=Sentence("Ask for approval") if approval else Sentence("Refund"),
        style=discord.ButtonStyle.primary if approval else discord.ButtonStyle.danger,
        of=moderator,
        not_yours=Sentence("Only the moderator who asked for this refund can confirm it."),
        not_done=Sentence("Nothing was refunded"),
        reader=reader,
    )


def _place_of(press: Interaction) -> CardPlace | None:
    """Where the card stands whose button was pressed."""
    if press.message is None:
        return None
    return CardPlace(channel=press.message.channel.id, message=press.message.id)


def result_card(done: Refunded, key: CommandKey | None, reader: text.ReaderFormat) -> ui.LayoutView:
    """What became of a refund; while it waits for a second moderator, with their buttons."""
    refund, payment = done.refund, done.payment
    footer = payment_footer(payment.id, key)
    if refund.status is RefundStatus.PROPOSED:
        return proposal_card(payment, refund, reader, quote=done.quote, footer=footer)
    words = outcome(done)
    buttons: list[ui.Item[Any]] = []
    if refund.id in payment.banning_claims:
        buttons.append(LiftPurchaseBanButton(payment.member))
    return _card(words, reader, footer, buttons)


def proposal_card(
    payment: Payment,
    refund: Refund,
    reader: text.ReaderFormat,
    *,
    quote: Quote | None,
    footer: Sentence | None = None,
) -> ui.LayoutView:
    """A refund that waits for a second moderator, with their buttons, as far as it can be made.

    Args:
        payment: As it is now.
        refund: Proposed.
        reader: Who reads it.
        quote: What it would do, if that is known.
        footer: In small letters; the payment's id if none.
    """
    words = proposed(payment, refund, quote)
    buttons: list[ui.Item[Any]] = [DeclineButton(payment.id, refund.id)]
    if why_not(payment, refund.amount) is None:
        buttons.insert(0, ApproveButton(payment.id, refund.id))
    return _card(words, reader, footer or payment_footer(payment.id), buttons)


def _card(
    words: Words, reader: text.ReaderFormat, footer: Sentence, buttons: list[ui.Item[Any]]
) -> ui.LayoutView:
    return card(
        words.title,
        *words.lines,
        reader=reader,
        mood=words.mood,
        footer=footer,
        buttons=buttons,
    )


class _DecideRefundButton(ModeratorButton, template="refund:decide:none"):
    """A second moderator's word on a refund."""

    word: ClassVar[type[ApproveRefund | DeclineRefund]]

    def __init__(
        self,
        label: Sentence,
        name: str,
        style: discord.ButtonStyle,
        payment: PaymentId,
        refund: str,
    ) -> None:
        super().__init__(label, f"refund:{name}:{payment}:{refund}", style)
        self.payment = payment
        self.refund = refund

    async def press(self, interaction: Interaction, caller: Caller) -> None:
        """Decide, and let the card turn into the result."""
        await interaction.response.defer()  # the provider may take longer than Discord waits
        key = key_of(interaction)
        reader = await reader_format_of(interaction)
        try:
            done = await interaction.client.refunding.decide(
                self.word,
                key=key,
                guild=caller.guild,
                moderator=caller.member,
                payment=self.payment,
                refund=self.refund,
                as_owner=owns(interaction),
            )
        except Refused:
            await self._show_why_not(interaction, reader)
            raise
        await interaction.edit_original_response(view=result_card(done, key, reader))
        if (later := await interaction.client.refunding.ended_since(done)) is not None:
            await interaction.edit_original_response(view=result_card(later, key, reader))

    async def _show_why_not(self, interaction: Interaction, reader: text.ReaderFormat) -> None:
        """Change the card to say that the refund can no longer be made, if that is why."""
        payment = await interaction.client.queries.payment(self.payment)
        refund = None if payment is None else payment.refund(self.refund)
        if payment is None or refund is None or refund.status is not RefundStatus.PROPOSED:
            return
        if payment.guild == interaction.guild_id and why_not(payment, refund.amount):
            view = proposal_card(payment, refund, reader, quote=None)
            await interaction.edit_original_response(view=view)


_PAIR = r"(?P<payment>[0-9A-Za-z-]+):(?P<refund>[0-9A-Za-z-]+)"


class ApproveButton(_DecideRefundButton, template=rf"refund:approve:{_PAIR}"):
    """Approves a refund that another moderator has asked for."""

    word = ApproveRefund

    def __init__(self, payment: PaymentId, refund: str) -> None:
        super().__init__(
            Sentence("Approve"), "approve", discord.ButtonStyle.danger, payment, refund
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button as it was before a restart."""
        del interaction, item
        return cls(PaymentId(match["payment"]), match["refund"])


class DeclineButton(_DecideRefundButton, template=rf"refund:decline:{_PAIR}"):
    """Declines a refund that waits for approval."""

    word = DeclineRefund

    def __init__(self, payment: PaymentId, refund: str) -> None:
        super().__init__(
            Sentence("Decline"), "decline", discord.ButtonStyle.secondary, payment, refund
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button as it was before a restart."""
        del interaction, item
        return cls(PaymentId(match["payment"]), match["refund"])


class RefundButton(
    ModeratorButton, template=r"refund:(?P<why>quote|fraud):(?P<payment>[0-9A-Za-z-]+)"
):
    """Leads to the quote of a refund of all that is left of a payment."""

    def __init__(self, payment: PaymentId, *, fraudulent: bool = False) -> None:
        why = "fraud" if fraudulent else "quote"
        super().__init__(Sentence("Refund…"), f"refund:{why}:{payment}", discord.ButtonStyle.danger)
        self.payment = payment
        self.fraudulent = fraudulent

    async def press(self, interaction: Interaction, caller: Caller) -> None:
        """Post the quote for the person who pressed."""
        del caller
        await acknowledge(interaction, private=False)
        why = "Early fraud warning"  # no sentence - it is stored, and sent to the provider
        reason = why if self.fraudulent else ""
        view = await quote_card(
            interaction, self.payment, reason=reason, fraudulent=self.fraudulent
        )
        await answer(interaction, view)

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button as it was before a restart."""
        del interaction, item
        return cls(PaymentId(match["payment"]), fraudulent=match["why"] == "fraud")


def register(client: discord.Client) -> None:
    """Listen to the buttons of all cards about refunds, also of those sent before a restart."""
    client.add_dynamic_items(ApproveButton, DeclineButton, RefundButton)
