"""Refunds in the moderators' channel: the quote, the second look, and what became of it.

The buttons of the second look go on working after a restart: their ids name payment and refund.
"""

import re
from typing import Any, ClassVar, Final, Self

import discord
from babel import Locale
from discord import ui

from bot.features.purchase_ban.button import LiftBarButton, barred_line
from bot.features.refunds.quote import NAME_LENGTH, quote_lines
from bot.interaction.answer import acknowledge, answer
from bot.interaction.caller import Caller, Interaction, key_of, owns, voice_of
from bot.interaction.moderators import moderator_of
from bot.ui.buttons import ModeratorButton
from bot.ui.card import Mood, card
from bot.ui.confirm import Confirm, Question
from bot.wording import text
from bot.wording.refund_pending import why_pending
from bot.wording.refund_too_late import is_refunded_elsewhere, where_it_went
from payments.commands.payments.refund import ApproveRefund, DeclineRefund
from payments.domain.values.claims import Refund, RefundOrder
from payments.domain.values.ids import CommandKey, MemberId, PaymentId
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import RefundStatus
from payments.providers.protocol import Refusal
from payments.services.refunds import FullQuote, Refunded


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
    voice = await voice_of(interaction)
    refunding, as_owner = interaction.client.refunding, owns(interaction)
    quote = await refunding.quote(
        caller.guild, caller.member, payment, amount, fraudulent=fraudulent, as_owner=as_owner
    )
    key = key_of(interaction)
    wanted = quote.effect.amount

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
        )
        return result_card(done, key, voice.locale)

    question = _question(quote, payment, reason, voice, caller.member)
    return Confirm(interaction, question, act)


def _question(
    quote: FullQuote, payment: PaymentId, reason: str, voice: text.Voice, moderator: MemberId
) -> Question:
    approval = quote.effect.needs_approval
    return Question(
        title=f"Refund {voice.money(quote.effect.amount)}?",
        lines=quote_lines(quote, reason, voice),
        footer=f"Payment `{payment}` · Nothing has moved yet.",
        label="Ask for approval" if approval else "Refund",
        style=discord.ButtonStyle.primary if approval else discord.ButtonStyle.danger,
        of=moderator,
        not_yours="Only the moderator who asked for this refund can confirm it.",
        not_done="Nothing was refunded",
    )


def result_card(done: Refunded, key: CommandKey, locale: Locale) -> ui.LayoutView:
    """What became of a refund; while it waits for a second moderator, with their buttons."""
    refund, payment = done.refund, done.payment
    title, mood, outcome = _outcome(done, locale)
    footer = f"Payment `{payment.id}` · Action `{key.removeprefix('discord:')}`"
    buttons: list[ui.Item[Any]] = []
    lines = _about(payment, refund)
    if refund.id in payment.barring:
        lines.append(barred_line(payment.member))
        buttons.append(LiftBarButton(payment.member))
    if refund.status is RefundStatus.PROPOSED:
        buttons += [ApproveButton(payment.id, refund.id), DeclineButton(payment.id, refund.id)]
    return card(title, *lines, *outcome, mood=mood, footer=footer, buttons=buttons)


def _about(payment: Payment, refund: Refund) -> list[str]:
    """Whose refund it is, of what, and who asked for it."""
    name = text.safe_within(payment.package_name, NAME_LENGTH)
    lines = [f"To <@{payment.member}> for “{name}”."]
    if refund.order is not None:
        lines += _who(refund.order)
        if payment.member in {refund.order.by, refund.order.approved_by}:
            lines.append("⚠️ It is their own purchase.")
    return lines


def _outcome(done: Refunded, locale: Locale) -> tuple[str, Mood, list[str]]:
    """How a refund stands: the title of its card, the mood, and what is to be said."""
    money = text.money(done.refund.amount, locale)
    match done.refund.status:
        case RefundStatus.PROPOSED:
            waits = "Another moderator must approve it."
            return f"{money} wait for approval", Mood.WAIT, [waits]
        case RefundStatus.PENDING:
            aside = "The points are set aside. What becomes of it is looked up until it is known."
            cause = why_pending(done.refund.pending_reason)
            lines = [aside] if cause is None else [aside, f"It takes a while: {cause}."]
            return f"{money} are on their way back", Mood.WAIT, lines
        case RefundStatus.SUCCEEDED:
            return f"Refunded: {money}", Mood.GOOD, ["The points for it were taken back."]
        case RefundStatus.WITHDRAWN if not done.problem:
            return f"Declined: {money}", Mood.PLAIN, ["Nothing has moved."]
    lines = _not_made(done, locale)
    if is_refunded_elsewhere(done.payment):
        return f"Refunded already: {money}", Mood.PLAIN, lines
    return f"Not refunded: {money}", Mood.BAD, lines


def _not_made(done: Refunded, locale: Locale) -> list[str]:
    """Why the provider did not make a refund, and where money and points are now."""
    if gone := where_it_went(done.payment, done.refund.amount, locale):
        return [*gone, "This refund moved no more money."]
    if done.why in _NOT_KNOWN_HERE:
        return [_NOT_KNOWN_HERE[done.why]]
    why = f" ({text.safe(done.problem)})" if done.problem else ""
    return [
        f"The provider did not make this refund{why}. It moved no money, and its points are back."
    ]


_NOT_KNOWN_HERE: Final = {
    Refusal.DISPUTED: (
        "The provider says that the buyer's bank has disputed this payment. Its points are set "
        "aside as soon as that is known here."
    ),
    Refusal.REFUNDED: (
        "The provider says that all of this payment has gone back already. Its points are taken "
        "back as soon as that is known here."
    ),
}
"""What the provider knows of the money, where nothing of it is in the books yet."""


def _who(order: RefundOrder) -> list[str]:
    words = f"Asked for by <@{order.by}>"
    if order.approved_by is not None:
        words += f", approved by <@{order.approved_by}>"
    lines = [f"{words}."]
    if order.reason:
        lines.append(f"Reason: {text.safe(order.reason)}")
    return lines


class _DecideButton(ModeratorButton, template="refund:decide:none"):
    """A second moderator's word on a refund."""

    word: ClassVar[type[ApproveRefund | DeclineRefund]]

    def __init__(
        self, name: str, style: discord.ButtonStyle, payment: PaymentId, refund: str
    ) -> None:
        super().__init__(name, f"refund:{name.lower()}:{payment}:{refund}", style)
        self.payment = payment
        self.refund = refund

    async def press(self, interaction: Interaction, caller: Caller) -> None:
        """Decide, and let the card turn into the result."""
        await interaction.response.defer()  # the provider may take longer than Discord waits
        key = key_of(interaction)
        done = await interaction.client.refunding.decide(
            self.word,
            key=key,
            guild=caller.guild,
            moderator=caller.member,
            payment=self.payment,
            refund=self.refund,
            as_owner=owns(interaction),
        )
        locale = text.locale_of(interaction.locale)
        await interaction.edit_original_response(view=result_card(done, key, locale))


_PAIR = r"(?P<payment>[0-9A-Za-z-]+):(?P<refund>[0-9A-Za-z-]+)"


class ApproveButton(_DecideButton, template=rf"refund:approve:{_PAIR}"):
    """Approves a refund that another moderator has asked for."""

    word = ApproveRefund

    def __init__(self, payment: PaymentId, refund: str) -> None:
        super().__init__("Approve", discord.ButtonStyle.danger, payment, refund)

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button as it was before a restart."""
        del interaction, item
        return cls(PaymentId(match["payment"]), match["refund"])


class DeclineButton(_DecideButton, template=rf"refund:decline:{_PAIR}"):
    """Declines a refund that waits for approval."""

    word = DeclineRefund

    def __init__(self, payment: PaymentId, refund: str) -> None:
        super().__init__("Decline", discord.ButtonStyle.secondary, payment, refund)

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
        super().__init__("Refund…", f"refund:{why}:{payment}", discord.ButtonStyle.danger)
        self.payment = payment
        self.fraudulent = fraudulent

    async def press(self, interaction: Interaction, caller: Caller) -> None:
        """Post the quote for whoever pressed."""
        del caller
        await acknowledge(interaction, private=False)
        reason = "Early fraud warning" if self.fraudulent else ""
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
