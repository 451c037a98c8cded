"""Pages of payments for moderators, with buttons that go on working after a restart.

A button carries in its id whose payments are listed (0: everybody's) and where the page begins.
"""

import re
from collections.abc import Mapping
from typing import Any, Final, Self

import discord
from discord import ui

from bot.features.checks.views import RefusePurchaseButton
from bot.features.purchase_ban.button import LiftPurchaseBanButton
from bot.features.refunds.views import RefundButton
from bot.interaction.caller import Caller, Interaction, caller_of
from bot.interaction.reader import reader_format_of
from bot.ui.buttons import NUMBER, SNOWFLAKE, ModeratorButton
from bot.ui.rows import MOST_ROWS, Row, rows_card
from payments.domain.sentences.parts import Code, FromNow, Person
from payments.domain.sentences.sentence import Sentence, Value, plural
from payments.domain.values.ids import MemberId, PaymentId
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.purchase_check import CheckStatus
from payments.domain.values.time import Instant
from payments.store.queries import PaymentsCursor

LINES = MOST_ROWS
"""Payments on one page."""

_EVERYBODY = 0
_NEWEST = 0
"""Stands for no place in a button's id: the page begins with the newest."""


async def payments_page(
    interaction: Interaction,
    member: MemberId | None,
    before: PaymentsCursor | None = None,
    *,
    folded: bool = True,
) -> ui.LayoutView:
    """The payments of one member, or of everybody, that were begun before a place.

    Args:
        interaction: Of a moderator.
        member: Whose; everybody's if none.
        before: The place; the newest if none.
        folded: Whether those that were never paid are only counted.
    """
    guild, queries = caller_of(interaction).guild, interaction.client.queries
    page = await queries.payments(guild, member, before=before, limit=LINES)
    shown = [each for each in page.payments if not (folded and _was_never_paid(each))]
    above, below = _around(member, len(page.payments), len(page.payments) - len(shown))
    buttons: list[ui.Item[Any]] = []
    if before is not None:
        buttons.append(NewestPaymentsButton(member))
    if page.older is not None:
        buttons.append(OlderPaymentsButton(member, page.older))
    if len(shown) < len(page.payments):
        buttons.append(AllPaymentsButton(member, before))
    if member is not None and await queries.purchase_banned_by(guild, member):
        above.append(Sentence("They can't buy: a payment was charged back or refunded as fraud."))
        buttons.append(LiftPurchaseBanButton(member))
    return rows_card(
        Sentence("Payments"),
        above=above,
        rows=[_row(each, whose=member is None) for each in shown],
        below=below,
        reader=await reader_format_of(interaction),
        buttons=buttons,
    )


def _around(
    member: MemberId | None, count: int, folded: int
) -> tuple[list[Sentence], list[Sentence]]:
    """What stands above and below the payments of a page."""
    above = [] if member is None else [Sentence("Of {member}", member=Person(member))]
    if not count:
        return above, [Sentence("There are none.")]
    if not folded:
        return above, []
    return above, [plural("{n} here was never paid.", "{n} here were never paid.", folded)]


def _row(payment: Payment, *, whose: bool) -> Row:
    values: dict[str, Value] = {"when": FromNow(payment.created_at), "id": Code(payment.id)}
    lines = [
        Sentence(
            "**{state}** · {package} · {price}",
            state=_state(payment),
            package=payment.package_name,
            price=payment.price,
        )
    ]
    whole = payment.state is PaymentState.REFUNDED and payment.refunded == payment.price.minor
    if payment.refunded and not whole:  # a state that says it already
        back = Money(minor=payment.refunded, currency=payment.price.currency)
        lines.append(Sentence("Refunded: {amount}", amount=back))
    if whose:
        member = Person(payment.member)
        lines.append(Sentence("{member} · {when} · {id}", member=member, **values))
    else:
        lines.append(Sentence("{when} · {id}", **values))
    return Row(lines=lines, button=_button(payment))


def _button(payment: Payment) -> ui.Item[Any] | None:
    """What can be done with it: refund it, or refuse what is only reserved."""
    check = payment.check
    waits = check is not None and check.status is CheckStatus.WAITING
    if waits and payment.state is PaymentState.AUTHORIZED and payment.paid_instead is None:
        return RefusePurchaseButton(payment.id)
    return RefundButton(payment.id) if payment.why_not_refundable is None else None


_STATES: Final[Mapping[PaymentState, Sentence]] = {
    PaymentState.INITIATED: Sentence("Not paid yet"),
    PaymentState.PROCESSING: Sentence("On its way"),
    PaymentState.AUTHORIZED: Sentence("Waits for a check"),
    PaymentState.COMPLETED: Sentence("Paid"),
    PaymentState.FAILED: Sentence("Failed"),
    PaymentState.EXPIRED: Sentence("Expired"),
    PaymentState.REFUNDED: Sentence("Refunded"),
    PaymentState.DISPUTED: Sentence("Disputed"),
    PaymentState.CHARGED_BACK: Sentence("Charged back"),
}


_DECIDED: Final[Mapping[CheckStatus, Sentence]] = {
    CheckStatus.APPROVED: Sentence("Approved, being charged"),
    CheckStatus.REFUSED: Sentence("Refused, not charged"),
    CheckStatus.LAPSED: Sentence("Not checked in time, not charged"),
}
"""While the provider is still to be asked for what was decided."""


def _state(payment: Payment) -> Sentence:
    if _needs_a_look(payment):
        return Sentence("Needs a look")
    if payment.surplus_at is not None and payment.state is PaymentState.COMPLETED:
        return Sentence("Paid twice")
    check = payment.check
    if check is not None and payment.state is PaymentState.AUTHORIZED:
        return _DECIDED.get(check.status, _STATES[payment.state])
    return _STATES[payment.state]


def _needs_a_look(payment: Payment) -> bool:
    return payment.mismatch is not None and payment.credited_at is None


def _was_never_paid(payment: Payment) -> bool:
    unpaid = (PaymentState.INITIATED, PaymentState.FAILED, PaymentState.EXPIRED)
    return payment.state in unpaid and not _needs_a_look(payment)


class _PaymentsPageButton(ModeratorButton, template="payments:none"):
    """What both buttons share."""

    async def page(self, interaction: Interaction) -> ui.LayoutView:
        """The page that the button leads to."""
        raise NotImplementedError

    async def press(self, interaction: Interaction, caller: Caller) -> None:
        """Turn the page."""
        del caller
        await interaction.response.edit_message(view=await self.page(interaction))


class OlderPaymentsButton(
    _PaymentsPageButton,
    template=rf"payments:older:(?P<member>{SNOWFLAKE}):(?P<at>{NUMBER}):(?P<id>[0-9A-Za-z-]+)",
):
    """Leads to the page below."""

    def __init__(self, member: MemberId | None, before: PaymentsCursor) -> None:
        whose = member or _EVERYBODY
        super().__init__(Sentence("Older"), f"payments:older:{whose}:{before.at}:{before.id}")
        self.member = member
        self.before = before

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button as it was before a restart."""
        del interaction, item
        before = PaymentsCursor(at=Instant(int(match["at"])), id=PaymentId(match["id"]))
        return cls(_member(match), before)

    async def page(self, interaction: Interaction) -> ui.LayoutView:
        """The page below."""
        return await payments_page(interaction, self.member, self.before)


class NewestPaymentsButton(
    _PaymentsPageButton, template=rf"payments:newest:(?P<member>{SNOWFLAKE})"
):
    """Leads back to the first page."""

    def __init__(self, member: MemberId | None) -> None:
        super().__init__(Sentence("Newest"), f"payments:newest:{member or _EVERYBODY}")
        self.member = member

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button as it was before a restart."""
        del interaction, item
        return cls(_member(match))

    async def page(self, interaction: Interaction) -> ui.LayoutView:
        """The first page."""
        return await payments_page(interaction, self.member)


class AllPaymentsButton(
    _PaymentsPageButton,
    template=rf"payments:all:(?P<member>{SNOWFLAKE}):(?P<at>{NUMBER}):(?P<id>[0-9A-Za-z-]+)",
):
    """Shows the same page with those that were never paid."""

    def __init__(self, member: MemberId | None, before: PaymentsCursor | None) -> None:
        whose = member or _EVERYBODY
        at, place = (_NEWEST, _NEWEST) if before is None else (before.at, before.id)
        super().__init__(Sentence("Show them"), f"payments:all:{whose}:{at}:{place}")
        self.member = member
        self.before = before

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button as it was before a restart."""
        del interaction, item
        at = Instant(int(match["at"]))
        before = PaymentsCursor(at=at, id=PaymentId(match["id"])) if at else None
        return cls(_member(match), before)

    async def page(self, interaction: Interaction) -> ui.LayoutView:
        """The page with all of them."""
        return await payments_page(interaction, self.member, self.before, folded=False)


def _member(match: re.Match[str]) -> MemberId | None:
    return MemberId(int(match["member"])) or None


def register(client: discord.Client) -> None:
    """Listen to the buttons of all pages, also of those sent before a restart."""
    client.add_dynamic_items(OlderPaymentsButton, NewestPaymentsButton, AllPaymentsButton)
