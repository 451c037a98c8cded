"""The card of an order that waits for a person, with the buttons of those who fulfil it."""

import re
from typing import Any, Self

import discord
from discord import ui

from bot.features.setup.form import Field, FormModal, Typed
from bot.features.shop.buttons import ORDER
from bot.features.shop.codes import code_written
from bot.features.staff import words
from bot.features.staff.about import command_about, order_of
from bot.features.staff.all_done import ask_for_all, done_with
from bot.interaction.answer import acknowledge, change
from bot.interaction.caller import Caller, Interaction
from bot.interaction.moderators import staff_of
from bot.interaction.reader import reader_format_of
from bot.ui.buttons import StaffButton
from bot.ui.card import card
from bot.wording import text
from payments.commands.shop.codes import ReplaceCode
from payments.commands.shop.end import DenyOrder
from payments.commands.shop.fulfil import (
    BeginFulfilment,
    NoteOrder,
)
from payments.commands.shop.order_command import WHY_ENDED
from payments.commands.shop.return_order import ReturnOrder, why_not_returned
from payments.domain.errors import Refused
from payments.domain.sentences.parts import Code
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.codes import CODE_LENGTH
from payments.domain.values.ids import OrderId
from payments.domain.values.items import ItemKind
from payments.domain.values.orders import REASON_LENGTH, Order, OrderState
from payments.domain.values.written_text import check_words, tidy


def order_card(order: Order, reader: text.ReaderFormat) -> ui.LayoutView:
    """An order as it stands, with what can be done about it."""
    standing = words.standing(order)
    buttons: list[ui.Item[Any]] = []
    if order.state.is_open:
        buttons = [DoneButton(order.id), DenyButton(order.id), NoteButton(order.id)]
        if order.state is OrderState.PLACED:
            buttons.append(TakeButton(order.id))
        buttons.append(AllDoneButton(order.id))
    if order.state is OrderState.FULFILLED:
        buttons = [ReturnButton(order.id)]
        if order.offer.kind is ItemKind.CODE:
            buttons.append(CodeButton(order.id))
    return card(
        standing.title,
        *words.about(order),
        standing.line,
        reader=reader,
        mood=standing.mood,
        footer=Sentence("Order {id}", id=Code(order.id)),
        buttons=buttons,
    )


async def show(interaction: Interaction, caller: Caller, name: OrderId) -> None:
    """Let the card say how the order stands now."""
    order = await order_of(interaction, caller, name)
    view = order_card(order, await reader_format_of(interaction))
    await interaction.edit_original_response(view=view)


class _OrderButton(StaffButton, template="staff:order:none"):
    """A button on the card of an order."""

    name: str
    label: Sentence
    style = discord.ButtonStyle.secondary

    def __init__(self, order: OrderId) -> None:
        super().__init__(self.label, f"staff:{self.name}:{order}", self.style)
        self.order = order

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button as it was before a restart."""
        del interaction, item
        return cls(OrderId(match["order"]))


class DoneButton(_OrderButton, template=f"staff:done:{ORDER}"):
    """The order is fulfilled; a role is given by the bot then."""

    name, label, style = "done", Sentence("Done"), discord.ButtonStyle.success

    async def press(self, interaction: Interaction, caller: Caller) -> None:
        """Fulfil it."""
        await interaction.response.defer()
        order = await order_of(interaction, caller, self.order)
        command = done_with(order)
        await change(interaction, command(**command_about(interaction, caller, self.order)))
        await show(interaction, caller, self.order)


class TakeButton(_OrderButton, template=f"staff:take:{ORDER}"):
    """Somebody takes care of the order: it is not cancelled by its buyer any more."""

    name, label = "take", Sentence("Take")

    async def press(self, interaction: Interaction, caller: Caller) -> None:
        """Note who does."""
        await interaction.response.defer()
        await change(interaction, BeginFulfilment(**command_about(interaction, caller, self.order)))
        await show(interaction, caller, self.order)


class _WritingButton(_OrderButton, template="staff:writing:none"):
    """A button that asks for some words first."""

    command: type[DenyOrder | NoteOrder | ReturnOrder]
    title: Sentence
    question: Field

    async def press(self, interaction: Interaction, caller: Caller) -> None:
        """Ask for them.

        Raises:
            Refused: The order has ended.
        """
        self.check(await order_of(interaction, caller, self.order))

        async def allowed(sent: Interaction) -> bool:
            await staff_of(sent)
            return True

        form = FormModal(
            self.title,
            (self.question,),
            {},
            reader=await reader_format_of(interaction),
            check=allowed,
            submit=self._submit,
        )
        await interaction.response.send_modal(form)

    def check(self, order: Order) -> None:
        """Refuse an order with which that can't be done any more.

        Raises:
            Refused: It has ended.
        """
        if order.state in WHY_ENDED:
            raise Refused(WHY_ENDED[order.state])

    async def _submit(self, sent: Interaction, typed: Typed) -> None:
        caller = await staff_of(sent)
        written = tidy(typed.get("reason", ""))
        check_words(written, self.command.called, REASON_LENGTH)
        await sent.response.defer()
        about = command_about(sent, caller, self.order)
        await change(sent, self.command(**about, reason=written))
        await show(sent, caller, self.order)


class DenyButton(_WritingButton, template=f"staff:deny:{ORDER}"):
    """Somebody says no: points and stock go back, and the buyer reads why."""

    name, label, style = "deny", Sentence("Deny"), discord.ButtonStyle.danger
    command = DenyOrder
    title = Sentence("Deny the order")
    question = Field(
        "reason",
        Sentence("Why?"),
        Sentence("The buyer reads it. Their points go back."),
        "",
        REASON_LENGTH,
        needed=True,
    )


class NoteButton(_WritingButton, template=f"staff:note:{ORDER}"):
    """Something is written to the order; its buyer reads it once it is fulfilled."""

    name, label = "note", Sentence("Note")
    command = NoteOrder
    title = Sentence("Write a note")
    question = Field(
        "reason",
        Sentence("Note"),
        Sentence("This card shows it. The buyer reads it once the order is fulfilled."),
        "",
        REASON_LENGTH,
        needed=True,
    )


class AllDoneButton(_OrderButton, template=f"staff:all:{ORDER}"):
    """All orders of the same item that wait are fulfilled."""

    name, label = "all", Sentence("All done…")

    async def press(self, interaction: Interaction, caller: Caller) -> None:
        """Ask whether all of them."""
        await acknowledge(interaction)
        order = await order_of(interaction, caller, self.order)
        await ask_for_all(interaction, caller, order)


class ReturnButton(_WritingButton, template=f"staff:return:{ORDER}"):
    """A fulfilled order is taken back: its points go back, and its role ends."""

    name, label, style = "return", Sentence("Take back…"), discord.ButtonStyle.danger
    command = ReturnOrder
    title = Sentence("Take the order back")
    question = Field(
        "reason",
        Sentence("Why?"),
        Sentence("The buyer reads it. Their points go back, and an ordered role is taken."),
        "",
        REASON_LENGTH,
        needed=True,
    )

    def check(self, order: Order) -> None:
        """Refuse an order that is not fulfilled.

        Raises:
            Refused: Says how it stands.
        """
        if order.state is not OrderState.FULFILLED:
            raise Refused(why_not_returned(order.state))


class CodeButton(_OrderButton, template=f"staff:code:{ORDER}"):
    """A code of the order does not work: its buyer gets another one."""

    name, label = "code", Sentence("Replace code…")

    async def press(self, interaction: Interaction, caller: Caller) -> None:
        """Ask which; the buyer knows it, staff are not shown any."""
        await order_of(interaction, caller, self.order)

        async def allowed(sent: Interaction) -> bool:
            await staff_of(sent)
            return True

        form = FormModal(
            Sentence("Replace a code"),
            (_BAD_CODE,),
            {},
            reader=await reader_format_of(interaction),
            check=allowed,
            submit=self._submit,
        )
        await interaction.response.send_modal(form)

    async def _submit(self, sent: Interaction, typed: Typed) -> None:
        caller = await staff_of(sent)
        await sent.response.defer()
        order = await order_of(sent, caller, self.order)
        code = await code_written(sent.client, order, typed.get("code", ""))
        about = command_about(sent, caller, self.order)
        await change(sent, ReplaceCode(**about, code=code))
        await show(sent, caller, self.order)


_BAD_CODE = Field(
    "code",
    Sentence("The code that does not work"),
    Sentence("As the buyer has it. They get another one, and this one is not given again."),
    "",
    CODE_LENGTH,
    needed=True,
)

BUTTONS = (
    DoneButton,
    TakeButton,
    DenyButton,
    NoteButton,
    AllDoneButton,
    ReturnButton,
    CodeButton,
)
"""All of them, also on cards sent before a restart."""
