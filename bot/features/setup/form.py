"""A form of some lines, on the screen of somebody who manages the server."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, NamedTuple

import discord
from discord import ui

from bot.interaction.caller import Interaction
from bot.interaction.errors import answer_error
from bot.ui.live import LiveModal
from bot.wording import text
from payments.domain.sentences.sentence import Sentence

Typed = Mapping[str, str]
"""What was typed, by field."""

Submit = Callable[[Interaction, Typed], Awaitable[None]]
"""Takes what was typed into the lines that were changed."""

FORM_SECONDS: Final = 600.0
"""How long a form can be sent."""

TITLE_LENGTH: Final = 45
"""Discord: the most characters of a form's title, and of the label of a line."""

HINT_LENGTH: Final = 100
"""Discord: the most characters of a line's description."""


class Field(NamedTuple):
    """One line to type.

    Attributes:
        name: By which it is known.
        label: What stands above it.
        hint: What stands below that.
        value: What it is now, as one would type it.
        length: The most characters.
        needed: Whether something must be written.
    """

    name: str
    label: Sentence
    hint: Sentence
    value: str
    length: int
    needed: bool = False


class FormModal(LiveModal):
    """A form on the screen.

    Args:
        title: What stands above it.
        fields: Its lines.
        typed: What was typed before, and refused.
        reader: Who fills it in.
        check: Whether somebody may press.
        submit: Takes what was typed, without the lines that were left as they were.
    """

    def __init__(
        self,
        title: Sentence,
        fields: tuple[Field, ...],
        typed: Typed,
        *,
        reader: text.ReaderFormat,
        check: Callable[[Interaction], Awaitable[bool]],
        submit: Submit,
    ) -> None:
        super().__init__(
            title=text.shortened(reader.say(title), TITLE_LENGTH), timeout=FORM_SECONDS
        )
        self._fields = fields
        self._check = check
        self._submit = submit
        self._inputs: dict[str, ui.TextInput[Any]] = {}
        for field in fields:
            line: ui.TextInput[Any] = ui.TextInput(
                custom_id=field.name,
                default=typed.get(field.name, field.value) or None,
                required=field.needed,
                max_length=field.length,
            )
            self._inputs[field.name] = line
            self.add_item(
                ui.Label(
                    text=text.shortened(reader.say(field.label), TITLE_LENGTH),
                    description=text.shortened(reader.say(field.hint), HINT_LENGTH),
                    component=line,
                )
            )

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Allow only those to send it who may press the panel's buttons."""
        return await self._check(interaction)

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Take what was typed."""
        typed = {name: str(line.value).strip() for name, line in self._inputs.items()}
        await self._submit(
            interaction,
            {
                each.name: typed[each.name]
                for each in self._fields
                if typed[each.name] != each.value
            },
        )

    async def on_error(  # type: ignore[override]  # a form has no item that could be at fault
        self, interaction: discord.Interaction[Any], error: Exception, /
    ) -> None:
        """Tell the person."""
        await answer_error(interaction, error)
