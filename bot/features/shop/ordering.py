"""The way of an order: what it asks the buyer for, one confirmation, and what they read then.

Used by `/redeem` and by every button that orders something.
"""

from dataclasses import replace
from typing import Final

import discord
from discord import ui

from bot.features.buying.cards import BUY
from bot.features.setup.form import Field, FormModal, Typed
from bot.features.shop import codes
from bot.features.shop.buttons import CodesButton
from bot.features.shop.held import check_not_held
from bot.features.shop.words import answered, bought_with_money, what_comes, where_it_is
from bot.interaction.answer import acknowledge, answer, change
from bot.interaction.caller import Interaction, caller_of, key_of
from bot.interaction.errors import deny, refusal_of_place
from bot.interaction.reader import reader_format_of
from bot.ui.card import Mood, card
from bot.ui.confirm import Confirm, Question
from bot.wording import text
from bot.wording.balance import your_balance
from payments.commands.base import by_member
from payments.commands.shop.place import PlaceOrder
from payments.commands.shop.quote import OrderQuote, QuoteOrder
from payments.domain.errors import NotEnoughPoints, Refused
from payments.domain.sentences.parts import Points, SlashCommand, Verbatim, Written
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.ids import OrderId
from payments.domain.values.items import Item, ItemKind, Offer
from payments.domain.values.ledger import PointsKind
from payments.domain.values.orders import ANSWER_LENGTH, OrderState

ORDERS: Final = SlashCommand("orders")

_NOT_YET_WRITTEN: Final = "…"
"""Stands for the answer while it is looked whether the order is possible at all."""


async def begin_order(interaction: Interaction, item: Item, quantity: int = 1) -> None:
    """Ask what the item asks for, then whether to order it; only that moves points.

    Args:
        interaction: A command or a press that nothing has answered yet.
        item: As the member saw it.
        quantity: Number of pieces.

    Raises:
        Refused: It cannot be ordered now; says why.
    """
    if not item.offer.question:
        await acknowledge(interaction)
        await _ask(interaction, _command(interaction, item, quantity, ""), item)
        return
    await _quote(interaction, _command(interaction, item, quantity, _NOT_YET_WRITTEN), item.offer)

    async def submit(written: Interaction, typed: Typed) -> None:
        await acknowledge(written)
        given = typed.get("answer", "")
        await _ask(written, _command(written, item, quantity, given), item)

    form = FormModal(
        Sentence("{item}", item=Written(item.offer.name)),
        (_field(item.offer),),
        {},
        reader=await reader_format_of(interaction),
        check=_may_send,
        submit=submit,
    )
    await interaction.response.send_modal(form)


def _field(offer: Offer) -> Field:
    return Field(
        name="answer",
        label=Sentence("{question}", question=Written(offer.question)),
        hint=Sentence("Whoever handles your order reads this."),
        value="",
        length=ANSWER_LENGTH,
        needed=True,
    )


async def _may_send(interaction: Interaction) -> bool:
    refusal = refusal_of_place(interaction)
    if refusal is not None:
        await deny(interaction, refusal)
    return refusal is None


def _command(interaction: Interaction, item: Item, quantity: int, given: str) -> PlaceOrder:
    caller, bot = caller_of(interaction), interaction.client
    return PlaceOrder(
        key=key_of(interaction),
        at=bot.clock(),
        actor=by_member(caller.member),
        guild=caller.guild,
        member=caller.member,
        item=item.id,
        quantity=quantity,
        price=item.offer.price,
        answer=given,
        has_role=_has_role(interaction, item.offer),
        seen=item.offer,
        order=OrderId(bot.new_id()),
    )


def _has_role(interaction: Interaction, offer: Offer) -> bool:
    """Whether the person has the role that an item asks for, as Discord says with this press."""
    user = interaction.user
    return isinstance(user, discord.Member) and any(
        role.id == offer.limits.role for role in user.roles
    )


async def _quote(interaction: Interaction, command: PlaceOrder, offer: Offer) -> OrderQuote:
    await check_not_held(interaction, offer)
    quote = QuoteOrder(
        key=command.key,
        at=command.at,
        actor=command.actor,
        guild=command.guild,
        order=command,
    )
    try:
        return await interaction.client.runner.rehearse(quote)
    except NotEnoughPoints as error:
        raise _too_few(error, offer) from error


async def _ask(asked: Interaction, command: PlaceOrder, item: Item) -> None:
    """Ask once more, with what it would cost."""
    quote = await _quote(asked, command, item.offer)
    reader = await reader_format_of(asked)

    async def act(pressed: Interaction) -> ui.LayoutView:
        if await pressed.client.queries.order(command.order) is None:  # else it is pressed again
            await check_not_held(pressed, item.offer)
        now = replace(command, at=pressed.client.clock(), has_role=_has_role(pressed, item.offer))
        try:
            order = await change(pressed, now)
        except NotEnoughPoints as error:
            raise _too_few(error, item.offer) from error
        return await _ordered(pressed, order, reader)

    question = Question(
        title=_title(item.offer, command.quantity),
        lines=_lines(item.offer, command, quote),
        footer=Sentence("Nothing has been ordered yet."),
        label=Sentence("Order"),
        of=command.member,
        not_yours=Sentence("Only the person who orders this can decide that."),
        not_done=Sentence("Nothing was ordered"),
        reader=reader,
    )
    await answer(asked, Confirm(asked, question, act))


def _title(offer: Offer, quantity: int) -> Sentence:
    if quantity == 1:
        return Sentence("Order {item}?", item=offer.name)
    return Sentence("Order {n} of {item}?", n=quantity, item=offer.name)


def _lines(offer: Offer, command: PlaceOrder, quote: OrderQuote) -> list[Sentence]:
    return [
        Sentence("It costs **{points}**.", points=Points(quote.points)),
        *bought_with_money(quote.paid, quote.points),
        Sentence("Your balance is then **{balance}**.", balance=Points(quote.balance)),
        *what_comes(offer, command.quantity),
        *answered(offer.question, command.answer),
    ]


def _too_few(error: NotEnoughPoints, offer: Offer) -> Refused:
    wanted, available = Points(error.wanted), Points(error.available)
    if offer.paid_with is PointsKind.PAID:
        return Refused(
            "This costs {wanted} that were bought with money, and you have {available} of those. "
            "{buy} gets you more.",
            wanted=wanted,
            available=available,
            buy=BUY,
        )
    if offer.paid_with is PointsKind.PROMOTIONAL:
        return Refused(
            "This costs {wanted} that were given to you, and you have {available} of those. "
            "Points that were bought do not count here.",
            wanted=wanted,
            available=available,
        )
    return Refused(
        "This costs {wanted}, and you have {available}. {buy} gets you more.",
        wanted=wanted,
        available=available,
        buy=BUY,
    )


async def _ordered(
    interaction: Interaction, name: OrderId, reader: text.ReaderFormat
) -> ui.LayoutView:
    """What the buyer reads once it is ordered."""
    bot, caller = interaction.client, caller_of(interaction)
    order = await bot.queries.order(name)
    if order is None:
        raise RuntimeError(f"order {name} was placed, and is not in the books")
    balance = await bot.queries.balance(caller.guild, caller.member, bot.clock())
    lines, buttons = [where_it_is(order)], []
    if order.state is OrderState.FULFILLED and order.offer.kind is ItemKind.CODE:
        found = await codes.codes_of(bot, order)
        if found is None:
            lines = [codes.UNREADABLE]
        elif found.fit:
            await found.note_shown(bot)
            lines = codes.shown(found.codes)
        else:
            lines = [Sentence("Your {n} codes are ready.", n=len(found.codes))]
            buttons = [CodesButton(order.id, order.quantity)]
    return card(
        Sentence("Ordered: {item}", item=Verbatim(order.offer.name)),
        *lines,
        your_balance(balance.points),
        reader=reader,
        mood=Mood.GOOD,
        footer=Sentence("You find it again with {orders}.", orders=ORDERS),
        buttons=buttons,
    )
