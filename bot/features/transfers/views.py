"""Passing points on: what both sides read, and the step that confirms a large transfer."""

from dataclasses import replace

import structlog
from discord import ui

from bot.client import GuildbankBot
from bot.interaction.answer import change
from bot.interaction.caller import Interaction
from bot.ui.card import Mood, card
from bot.ui.confirm import Confirm, Question
from bot.wording import text
from payments.commands.points.move import TransferPoints
from payments.domain.errors import NotEnoughPoints, Refused
from payments.domain.values.guilds import check_points
from payments.store.queries import Balance

log = structlog.get_logger(__name__)


async def pass_on(
    interaction: Interaction, command: TransferPoints, reader: text.ReaderFormat
) -> ui.LayoutView:
    """Pass points on, once for each key of a command.

    Returns:
        What the sender reads then.

    Raises:
        Refused: They cannot be passed on; nothing was changed.
        BooksUnavailable: It is not known whether it was done; the same command may be given again.
    """
    bot = interaction.client
    try:
        await change(interaction, command)
    except NotEnoughPoints as error:
        balance = await _balance(bot, command)
        raise Refused(_too_few(command.points, error.available, balance, reader)) from error
    balance = await _balance(bot, command)
    return card(
        f"Sent: {reader.points(command.points)}",
        *_to(command),
        f"Your balance is **{reader.points(balance.points)}**.",
        mood=Mood.GOOD,
    )


async def check(bot: GuildbankBot, command: TransferPoints, reader: text.ReaderFormat) -> None:
    """Refuse now what would be refused after it was confirmed, as far as can be seen now.

    Raises:
        Refused: Says how many points can be passed on.
    """
    check_points(command.points)
    balance = await _balance(bot, command)
    available = max(0, balance.points - balance.maturing)
    if available < command.points:
        raise Refused(_too_few(command.points, available, balance, reader))


def confirm_transfer(
    asked: Interaction, command: TransferPoints, reader: text.ReaderFormat
) -> Confirm:
    """The step that confirms a large transfer.

    All presses give the same command with the same key, so that it is carried out once.

    Args:
        asked: The interaction of the command.
        command: What is carried out once it is confirmed.
        reader: How the sender is answered.
    """

    async def act(interaction: Interaction) -> ui.LayoutView:
        return await pass_on(interaction, replace(command, at=interaction.client.clock()), reader)

    question = Question(
        title=f"Send {reader.points(command.points)}?",
        lines=_to(command),
        footer="This cannot be taken back by you.",
        of=command.member,
        not_yours="Only the person who sends these points can decide that.",
        not_done="Nothing was sent",
    )
    return Confirm(asked, question, act)


def _to(command: TransferPoints) -> list[str]:
    lines = [f"To <@{command.recipient}>."]
    if command.note:
        lines.append(f"Your note: “{text.safe(command.note)}”")
    return lines


def _too_few(wanted: int, available: int, balance: Balance, reader: text.ReaderFormat) -> str:
    sentence = (
        f"That takes {reader.points(wanted)}, and you can pass on {reader.points(available)} now."
    )
    if balance.next_maturity is None:
        return sentence
    return (
        f"{sentence} {reader.points(balance.maturing)} cannot be passed on yet; "
        f"the next of them can {text.ago(balance.next_maturity)}."
    )


async def _balance(bot: GuildbankBot, command: TransferPoints) -> Balance:
    return await bot.queries.balance(command.guild, command.member, bot.clock())
