"""One look for the step that asks again before something is done that cannot be taken back."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import discord
import structlog
from discord import ui

from bot.interaction.caller import Interaction
from bot.interaction.errors import BOOKS_AWAY, answer_error, deny, refusal_of_place
from bot.ui.card import Mood, SentenceLabel, card
from bot.ui.live import LiveView
from bot.wording import text
from payments.domain.errors import Refused
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.ids import MemberId
from payments.runner.errors import BooksUnavailable

log = structlog.get_logger(__name__)

CONFIRM_SECONDS: Final = 120.0
"""How long the buttons can be pressed."""

Act = Callable[[Interaction], Awaitable[ui.LayoutView]]
"""Does what was confirmed, and returns what is read then; may refuse."""

After = Callable[[], Awaitable[ui.LayoutView | None]]
"""Looks again at what was done; None if it stands as before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked.

    Attributes:
        title: One short line.
        lines: What will happen.
        footer: In small letters.
        label: On the button that does it: a verb that says what.
        style: Of that button.
        of: Who may press.
        not_yours: What others read who press.
        not_done: Title of what is read if it was not done.
        reader: Who reads it.
    """

    title: Sentence
    lines: Sequence[Sentence]
    footer: Sentence
    label: Sentence
    style: discord.ButtonStyle = discord.ButtonStyle.success
    of: MemberId
    not_yours: Sentence
    not_done: Sentence
    reader: text.ReaderFormat = text.PLAIN


class Confirm(LiveView):
    """Asks again; whichever is first, pressing or the time running out, decides.

    What is done must have the same effect when it is done twice: after an error, or by two presses
    at the same moment, it may be.

    Args:
        asked: The interaction that is answered with this.
        question: What is asked.
        act: Does it.
        after: What is to be read instead, if that has changed while the answer went out.
    """

    def __init__(
        self, asked: Interaction, question: Question, act: Act, after: After | None = None
    ) -> None:
        super().__init__(timeout=CONFIRM_SECONDS)
        self._asked = asked
        self._question = question
        self._act = act
        self._after = after
        self._deciding = asyncio.Lock()
        self._unsure = False
        self._end: ui.LayoutView | None = None
        shown = card(
            question.title,
            *question.lines,
            reader=question.reader,
            mood=Mood.WAIT,
            footer=question.footer,
            buttons=[
                _Choice(question.label, question.style, self._confirm),
                _Choice(Sentence("Cancel"), discord.ButtonStyle.secondary, self._cancel),
            ],
        )
        for item in list(shown.children):
            shown.remove_item(item)
            self.add_item(item)

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Allow only the person whom it is for to press."""
        refusal: Sentence | None = refusal_of_place(interaction)
        if refusal is None and interaction.user.id != self._question.of:
            refusal = self._question.not_yours
        if refusal is not None:
            await deny(interaction, refusal)
        return refusal is None

    async def on_error(
        self, interaction: discord.Interaction[Any], error: Exception, item: ui.Item[Any], /
    ) -> None:
        """Tell the person; the buttons stay, because pressing again does no harm."""
        del item
        await answer_error(interaction, error)

    async def on_timeout(self) -> None:
        """Take the buttons away."""
        async with self._deciding:
            if self._end is not None:
                return
            if self._unsure:
                self._end = self._card(Sentence("The time is over"), BOOKS_AWAY)
            else:
                self._end = self._not_done(Sentence("It was not confirmed in time."))
        try:
            await self._asked.edit_original_response(view=self._end)
        except discord.HTTPException as error:
            log.warning("confirm.not_closed", interaction=self._asked.id, code=error.code)

    async def _confirm(self, interaction: Interaction) -> None:
        await interaction.response.defer()  # it may take longer than Discord waits
        async with self._deciding:
            if self._end is None:
                self._end = await self._acted(interaction)
        await self._close(interaction, self._end)

    async def _cancel(self, interaction: Interaction) -> None:
        await interaction.response.defer()
        async with self._deciding:
            if self._unsure and self._end is None:
                raise BooksUnavailable("whether it was done is not known")
            if self._end is None:
                self._end = self._not_done(Sentence("You cancelled it."))
        await self._close(interaction, self._end)

    async def _acted(self, interaction: Interaction) -> ui.LayoutView:
        try:
            self._unsure = True
            return await self._act(interaction)
        except Refused as refused:
            return self._not_done(refused.sentence, mood=Mood.BAD)

    def _not_done(self, why: Sentence, mood: Mood = Mood.PLAIN) -> ui.LayoutView:
        return self._card(self._question.not_done, why, mood)

    def _card(self, title: Sentence, line: Sentence, mood: Mood = Mood.PLAIN) -> ui.LayoutView:
        return card(title, line, reader=self._question.reader, mood=mood)

    async def _close(self, interaction: Interaction, end: ui.LayoutView) -> None:
        await interaction.edit_original_response(view=end)
        if self._after is not None and (later := await self._after()) is not None:
            await interaction.edit_original_response(view=later)
        self.stop()


class _Choice(SentenceLabel, ui.Button[Confirm]):
    """One of the two buttons."""

    def __init__(
        self,
        label: Sentence,
        style: discord.ButtonStyle,
        choose: Callable[[Interaction], Awaitable[None]],
    ) -> None:
        super().__init__(label=str(label), style=style)
        self.sentence = label
        self._choose = choose

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Decide."""
        await self._choose(interaction)
