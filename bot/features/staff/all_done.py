"""All orders of one item that wait are done: asked once, then each by itself."""

import asyncio

from discord import ui

from bot.interaction.answer import answer, change
from bot.interaction.caller import Caller, Interaction, key_of
from bot.interaction.moderators import staff_of
from bot.interaction.reader import reader_format_of
from bot.ui.card import Mood, card
from bot.ui.confirm import Confirm, Question
from payments.commands.base import by_member
from payments.commands.shop.fulfil import FulfilOrder, RequestFulfilment
from payments.domain.errors import Refused
from payments.domain.sentences.parts import FromNow, Verbatim
from payments.domain.sentences.sentence import Sentence, plural
from payments.domain.values.ids import CommandKey
from payments.domain.values.items import ItemKind
from payments.domain.values.orders import Order


def done_with(order: Order) -> type[FulfilOrder | RequestFulfilment]:
    """What "Done" means: a role is given by the bot then, all else is with its buyer."""
    return RequestFulfilment if order.offer.kind is ItemKind.ROLE else FulfilOrder


async def ask_for_all(asked: Interaction, caller: Caller, like: Order) -> None:
    """Ask whether all that wait and are of the same item are done.

    Args:
        asked: A press that was acknowledged.
        caller: Who pressed.
        like: One of them.

    Raises:
        Refused: None of them waits any more.
    """
    waiting = await asked.client.queries.waiting_orders(caller.guild, like.item)
    if not waiting:
        raise Refused("No order of {item} waits any more.", item=like.offer.name)

    async def act(pressed: Interaction) -> ui.LayoutView:
        return await _finish(asked, pressed, waiting)

    question = Question(
        title=plural("Is it done?", "Are all of them done?", len(waiting)),
        lines=[
            plural(
                "{n} order of **{item}** waits, since {when}.",
                "{n} orders of **{item}** wait, the first since {when}.",
                len(waiting),
                item=Verbatim(like.offer.name),
                when=FromNow(waiting[0].placed_at),
            ),
            plural(
                "Its buyer is told, and its points are spent.",
                "Their buyers are told, and their points are spent.",
                len(waiting),
            ),
        ],
        footer=Sentence("Orders that come meanwhile are not among them."),
        label=Sentence("All done"),
        of=caller.member,
        not_yours=Sentence("Only who asked can decide."),
        not_done=Sentence("Nothing was marked as done"),
        reader=await reader_format_of(asked),
    )
    await answer(asked, Confirm(asked, question, act))


async def _finish(asked: Interaction, pressed: Interaction, waiting: list[Order]) -> ui.LayoutView:
    caller = await staff_of(pressed)
    done = await asyncio.gather(*(_done(asked, pressed, caller, each) for each in waiting))
    count = sum(done)
    lines = [plural("{n} order is done.", "{n} orders are done.", count)]
    if left := len(done) - count:
        lines.append(
            plural(
                "{n} was not: it has ended, or nothing is left to give.",
                "{n} were not: they have ended, or nothing is left to give.",
                left,
            )
        )
    return card(
        Sentence("Done: {item}", item=Verbatim(waiting[0].offer.name)),
        *lines,
        reader=await reader_format_of(pressed),
        mood=Mood.WAIT if left else Mood.GOOD,
    )


async def _done(asked: Interaction, pressed: Interaction, caller: Caller, order: Order) -> bool:
    """Fulfil one; whether that could be done. Twice is once."""
    command = done_with(order)(
        key=CommandKey(f"{key_of(asked)}:{order.id}"),
        at=pressed.client.clock(),
        actor=by_member(caller.member),
        guild=caller.guild,
        order=order.id,
    )
    try:
        return await change(pressed, command)
    except Refused:
        return False
