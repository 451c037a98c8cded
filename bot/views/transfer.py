"""Passing points on: what both sides read, and the step that confirms a large transfer."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Final

import discord
import structlog
from babel import Locale
from discord import ui

from bot import text
from bot.client import GuildbankBot
from bot.errors import BOOKS_AWAY, answer_error, refusal_of_place, say
from bot.views.card import Mood, card
from bot.who import Interaction
from payments.commands.move import TransferPoints
from payments.domain.errors import NotEnoughPoints, Refused
from payments.domain.events import PointsTransferred
from payments.domain.guilds import check_points
from payments.runner import BooksUnavailable
from payments.store.queries import Balance

log = structlog.get_logger(__name__)

CONFIRM_SECONDS: Final = 120.0
"""How long the buttons of a large transfer can be pressed."""

_NOT_SENT = "Nothing was sent"


async def pass_on(bot: GuildbankBot, command: TransferPoints, locale: Locale) -> ui.LayoutView:
    """Pass points on, once for each key of a command.

    Returns:
        What the sender reads then.

    Raises:
        Refused: They cannot be passed on; nothing was changed.
        BooksUnavailable: It is not known whether it was done; the same command may be given again.
    """
    try:
        await bot.runner.run(command)
    except NotEnoughPoints as error:
        balance = await _balance(bot, command)
        raise Refused(_too_few(command.points, error.available, balance, locale)) from error
    balance = await _balance(bot, command)
    return card(
        f"Sent: {text.points(command.points, locale)}",
        *_to(command),
        f"Your balance is **{text.points(balance.points, locale)}**.",
        mood=Mood.GOOD,
    )


async def check(bot: GuildbankBot, command: TransferPoints, locale: Locale) -> None:
    """Refuse now what would be refused after it was confirmed, as far as can be seen now.

    Raises:
        Refused: Says how many points can be passed on.
    """
    check_points(command.points)
    balance = await _balance(bot, command)
    available = max(0, balance.points - balance.maturing)
    if available < command.points:
        raise Refused(_too_few(command.points, available, balance, locale))


def received(event: PointsTransferred, balance: int, server: str | None) -> str:
    """What the recipient reads in a direct message.

    Args:
        event: What was passed on.
        balance: The recipient's points now.
        server: The guild's name, unescaped; none if it is not known.
    """
    where = "" if server is None else f" on {text.safe(server)}"
    wrote = f" They wrote: “{_one_line(event.note)}”." if event.note else ""
    return (
        f"**+{text.points(event.points)}** from <@{event.member}>{where}.{wrote} "
        f"Your balance is **{text.points(balance)}**."
    )


class ConfirmTransfer(ui.LayoutView):
    """Asks the sender once more; whichever is first, pressing or the time running out, decides.

    All presses give the same command with the same key, so that it is carried out once.

    Args:
        asked: The interaction of the command.
        command: What is carried out once it is confirmed.
        locale: The sender's.
    """

    def __init__(self, asked: Interaction, command: TransferPoints, locale: Locale) -> None:
        super().__init__(timeout=CONFIRM_SECONDS)
        self._asked = asked
        self._command = command
        self._locale = locale
        self._deciding = asyncio.Lock()
        self._unsure = False
        self._end: ui.LayoutView | None = None
        question = card(
            f"Send {text.points(command.points, locale)}?",
            *_to(command),
            mood=Mood.WAIT,
            footer="This cannot be taken back by you.",
            buttons=[
                _Choice("Confirm", discord.ButtonStyle.success, self._confirm),
                _Choice("Cancel", discord.ButtonStyle.secondary, self._cancel),
            ],
        )
        for item in list(question.children):
            question.remove_item(item)
            self.add_item(item)

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Let only the sender press."""
        refusal = refusal_of_place(interaction)
        if refusal is None and interaction.user.id != self._command.member:
            refusal = "Only the person who sends these points can decide that."
        if refusal is not None:
            await say(interaction, refusal)
        return refusal is None

    async def on_error(
        self, interaction: discord.Interaction[Any], error: Exception, item: ui.Item[Any], /
    ) -> None:
        """Tell the sender; the buttons stay, because pressing again does no harm."""
        del item
        await answer_error(interaction, error)

    async def on_timeout(self) -> None:
        """Take the buttons away."""
        async with self._deciding:
            if self._end is not None:
                return
            words = BOOKS_AWAY if self._unsure else "It was not confirmed in time."
            self._end = card("The time is over" if self._unsure else _NOT_SENT, words)
        try:
            await self._asked.edit_original_response(view=self._end)
        except discord.HTTPException as error:
            log.warning("transfer.not_closed", interaction=self._asked.id, code=error.code)

    async def _confirm(self, interaction: Interaction) -> None:
        async with self._deciding:
            if self._end is None:
                self._end = await self._carried_out(interaction.client)
        await self._close(interaction, self._end)

    async def _cancel(self, interaction: Interaction) -> None:
        async with self._deciding:
            if self._unsure and self._end is None:
                raise BooksUnavailable("whether it was done is not known")
            if self._end is None:
                self._end = card(_NOT_SENT, "You cancelled it.")
        await self._close(interaction, self._end)

    async def _carried_out(self, bot: GuildbankBot) -> ui.LayoutView:
        try:
            self._unsure = True
            return await pass_on(bot, replace(self._command, at=bot.clock()), self._locale)
        except Refused as refused:
            return card(_NOT_SENT, refused.sentence, mood=Mood.BAD)

    async def _close(self, interaction: Interaction, end: ui.LayoutView) -> None:
        await interaction.response.edit_message(view=end)
        self.stop()


class _Choice(ui.Button[ConfirmTransfer]):
    """One of the two buttons."""

    def __init__(
        self,
        label: str,
        style: discord.ButtonStyle,
        choose: Callable[[Interaction], Awaitable[None]],
    ) -> None:
        super().__init__(label=label, style=style)
        self._choose = choose

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Decide."""
        await self._choose(interaction)


def _to(command: TransferPoints) -> list[str]:
    lines = [f"To <@{command.recipient}>."]
    if command.note:
        lines.append(f"Your note: “{_one_line(command.note)}”")
    return lines


def _too_few(wanted: int, available: int, balance: Balance, locale: Locale) -> str:
    sentence = (
        f"That takes {text.points(wanted, locale)}, and you can pass on "
        f"{text.points(available, locale)} now."
    )
    if balance.next_maturity is None:
        return sentence
    return (
        f"{sentence} {text.points(balance.maturing, locale)} cannot be passed on yet; "
        f"the next of them can {text.ago(balance.next_maturity)}."
    )


def _one_line(note: str) -> str:
    """A note that cannot look like lines of ours."""
    return text.safe(" ".join(note.split()))


async def _balance(bot: GuildbankBot, command: TransferPoints) -> Balance:
    return await bot.queries.balance(command.guild, command.member, bot.clock())
