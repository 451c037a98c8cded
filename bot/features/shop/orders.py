"""`/orders`: a member's own orders, page by page."""

import re
from typing import Any, Final, Self

import discord
from discord import ui

from bot.features.shop.buttons import ORDER, CodesButton, own_order
from bot.features.shop.words import ordered_line, where_it_is
from bot.interaction.answer import change
from bot.interaction.caller import Interaction, caller_of, key_of
from bot.interaction.reader import reader_format_of
from bot.ui.buttons import NUMBER, MemberButton
from bot.ui.card import card
from bot.ui.rows import MOST_ROWS, Row, rows_card
from payments.commands.base import by_member
from payments.commands.shop.end import CancelOrder
from payments.domain.errors import Refused
from payments.domain.sentences.parts import SlashCommand
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.ids import OrderId
from payments.domain.values.items import ItemKind
from payments.domain.values.orders import Order, OrderState

_TITLE: Final = Sentence("Your orders")


async def orders_card(interaction: Interaction, above: int = 0) -> ui.LayoutView:
    """A page of the caller's orders.

    Args:
        interaction: Of the caller.
        above: How many newer ones are left out.
    """
    caller, reader = caller_of(interaction), await reader_format_of(interaction)
    page = await interaction.client.queries.orders_of(
        caller.guild, caller.member, above=above, limit=MOST_ROWS
    )
    if not page.orders:
        empty = Sentence(
            "You have not ordered anything yet. {shop} shows what your points get you.",
            shop=SlashCommand("shop"),
        )
        return card(_TITLE, empty, reader=reader)
    last = page.above + len(page.orders)
    turning: list[ui.Item[Any]] = []
    if page.above:
        turning.append(OrdersPageButton(Sentence("Newer"), max(0, page.above - MOST_ROWS)))
    if last < page.total:
        turning.append(OrdersPageButton(Sentence("Older"), last))
    return rows_card(
        _TITLE,
        rows=[_row(order, page.above) for order in page.orders],
        footer=_place(page.above + 1, last, page.total),
        reader=reader,
        buttons=turning,
    )


def _row(order: Order, above: int) -> Row:
    button: ui.Item[Any] | None = None
    if order.state is OrderState.PLACED:
        button = CancelButton(order.id, above)
    elif order.state is OrderState.FULFILLED and order.offer.kind is ItemKind.CODE:
        button = CodesButton(order.id, order.quantity)
    return Row(lines=[ordered_line(order), where_it_is(order)], button=button)


def _place(first: int, last: int, total: int) -> Sentence:
    if first == last:
        return Sentence("{last} of {total}", last=last, total=total)
    return Sentence("{first}-{last} of {total}", first=first, last=last, total=total)


class OrdersPageButton(MemberButton, template=f"orders:page:(?P<above>{NUMBER})"):
    """Leads to another page of whoever presses it."""

    def __init__(self, label: Sentence, above: int) -> None:
        super().__init__(label, f"orders:page:{above}")
        self.above = above

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button as it was before a restart."""
        del interaction, item
        return cls(Sentence("Older"), int(match["above"]))

    async def press(self, interaction: Interaction) -> None:
        """Turn the page."""
        page = await orders_card(interaction, self.above)
        await interaction.response.edit_message(view=page)


class CancelButton(MemberButton, template=f"order:cancel:{ORDER}:(?P<above>{NUMBER})"):
    """Takes an order back that nobody has begun to fulfil."""

    def __init__(self, order: OrderId, above: int) -> None:
        super().__init__(Sentence("Cancel order"), f"order:cancel:{order}:{above}")
        self.order, self.above = order, above

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button as it was before a restart."""
        del interaction, item
        return cls(OrderId(match["order"]), int(match["above"]))

    async def press(self, interaction: Interaction) -> None:
        """Cancel it, and show the page as it is then, also if it was too late."""
        order = await own_order(interaction, self.order)
        await interaction.response.defer()
        command = CancelOrder(
            key=key_of(interaction),
            at=interaction.client.clock(),
            actor=by_member(order.member),
            guild=order.guild,
            order=order.id,
        )
        too_late: Refused | None = None
        try:
            await change(interaction, command)
        except Refused as refused:
            too_late = refused
        await interaction.edit_original_response(view=await orders_card(interaction, self.above))
        if too_late is not None:
            raise too_late
