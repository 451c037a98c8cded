"""Pages of payments for moderators, with buttons that go on working after a restart.

A button carries in its id whose payments are listed (0: everybody's) and where the page begins.
"""

import re
from typing import Any, Self

import discord
from babel import Locale
from discord import ui

from bot.features.purchase_ban.button import LiftPurchaseBanButton
from bot.interaction.caller import Caller, Interaction, caller_of
from bot.ui.buttons import NUMBER, SNOWFLAKE, ModeratorButton
from bot.ui.card import card
from bot.wording import text
from payments.domain.values.ids import MemberId, PaymentId
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.domain.values.time import Instant
from payments.store.queries import PaymentsCursor

LINES = 10
"""Payments on one page."""

_NAME_LENGTH = 100
"""The most characters of a package's name in a line: Discord takes 4,000 on a whole card."""

_EVERYBODY = 0


async def payments_page(
    interaction: Interaction, member: MemberId | None, before: PaymentsCursor | None = None
) -> ui.LayoutView:
    """The payments of one member, or of everybody, that were begun before a place."""
    guild, queries = caller_of(interaction).guild, interaction.client.queries
    page = await queries.payments(guild, member, before=before, limit=LINES)
    locale = text.locale_of(interaction.locale)
    buttons: list[ui.Item[Any]] = []
    if before is not None:
        buttons.append(NewestPaymentsButton(member))
    if page.older is not None:
        buttons.append(OlderPaymentsButton(member, page.older))
    lines = [_line(payment, locale, whose=member is None) for payment in page.payments]
    if member is not None:
        lines.insert(0, f"Of <@{member}>")
        if await queries.purchase_banned_by(guild, member):
            lines.insert(1, "They may not buy: a payment was charged back or refunded as fraud.")
            buttons.append(LiftPurchaseBanButton(member))
    if not page.payments:
        lines.append("There are none.")
    return card("Payments", *lines, buttons=buttons)


def _line(payment: Payment, locale: Locale, *, whose: bool) -> str:
    parts = [
        f"**{_state(payment)}**",
        f"“{text.safe_within(payment.package_name, _NAME_LENGTH)}”",
        text.money(payment.price, locale),
    ]
    if payment.refunded:
        back = Money(minor=payment.refunded, currency=payment.price.currency)
        parts.append(f"{text.money(back, locale)} refunded")
    if whose:
        parts.append(f"<@{payment.member}>")
    return " · ".join([*parts, text.ago(payment.created_at), f"`{payment.id}`"])


def _state(payment: Payment) -> str:
    if payment.mismatch is not None and payment.credited_at is None:
        return "Needs a look"
    return payment.state.value.replace("_", " ").capitalize()


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
        super().__init__("Older", f"payments:older:{whose}:{before.at}:{before.id}")
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
        super().__init__("Newest", f"payments:newest:{member or _EVERYBODY}")
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


def _member(match: re.Match[str]) -> MemberId | None:
    return MemberId(int(match["member"])) or None


def register(client: discord.Client) -> None:
    """Listen to the buttons of all pages, also of those sent before a restart."""
    client.add_dynamic_items(OlderPaymentsButton, NewestPaymentsButton)
