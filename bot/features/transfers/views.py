"""Transfers: what both sides read, and the step that confirms a large transfer."""

from dataclasses import replace

import structlog
from discord import ui

from bot.client import GuildbankBot
from bot.interaction.answer import change
from bot.interaction.caller import Interaction
from bot.ui.card import Mood, card
from bot.ui.confirm import Confirm, Question
from bot.wording import text
from bot.wording.balance import your_balance
from payments.commands.points.move import TransferPoints
from payments.domain.errors import NotEnoughPoints, Refused
from payments.domain.sentences.parts import FromNow, Person, Points, Verbatim
from payments.domain.sentences.sentence import Sentence
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
        raise _too_few(command.points, error.available, balance) from error
    balance = await _balance(bot, command)
    return card(
        Sentence("{points} sent", points=Points(command.points)),
        *_to(command),
        your_balance(balance.points),
        reader=reader,
        mood=Mood.GOOD,
    )


async def check(bot: GuildbankBot, command: TransferPoints) -> None:
    """Refuse now what would be refused after it was confirmed, as far as can be seen now.

    Raises:
        Refused: Says how many points can be passed on.
    """
    check_points(command.points)
    balance = await _balance(bot, command)
    available = max(0, balance.points - balance.maturing)
    if available < command.points:
        raise _too_few(command.points, available, balance)


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
        title=Sentence("Send {points}?", points=Points(command.points)),
        lines=_to(command),
        footer=Sentence("You can't take this back."),
        label=Sentence("Send"),
        of=command.member,
        not_yours=Sentence("Only the person who sends these points can decide that."),
        not_done=Sentence("Nothing was sent"),
        reader=reader,
    )
    return Confirm(asked, question, act)


def _to(command: TransferPoints) -> list[Sentence]:
    lines = [Sentence("To {member}.", member=Person(command.recipient))]
    if command.note:
        lines.append(Sentence("Your note: “{note}”", note=Verbatim(command.note)))
    return lines


def _too_few(wanted: int, available: int, balance: Balance) -> Refused:
    if balance.next_maturity is None:
        return Refused(
            "You can transfer {available} right now, not {wanted}.",
            available=Points(available),
            wanted=Points(wanted),
        )
    return Refused(
        "You can transfer {available} right now, not {wanted}. Can't be transferred yet: "
        "{maturing}. The first can be transferred {when}.",
        available=Points(available),
        wanted=Points(wanted),
        maturing=Points(balance.maturing),
        when=FromNow(balance.next_maturity),
    )


async def _balance(bot: GuildbankBot, command: TransferPoints) -> Balance:
    return await bot.queries.balance(command.guild, command.member, bot.clock())
