"""Slash commands in the languages in which there are sentences; their names stay as they are."""

from typing import Any, Final

import discord
from discord import app_commands
from discord.app_commands import TranslationContextLocation as Location

from bot.wording import text
from payments.domain.sentences.sentence import Sentence
from payments.infra.reader import Reader

DESCRIPTION_LENGTH: Final = 100
"""Discord: the most characters of a description, or of a choice."""

_NAMES: Final = frozenset({Location.command_name, Location.group_name, Location.parameter_name})
"""What is typed is the same for all: the documentation and other people call it so."""


class CommandTranslator(app_commands.Translator):
    """Finds descriptions among the translated sentences."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContext[Any, Any],
    ) -> str | None:
        """A description in a language; none if it stays English there."""
        if context.location in _NAMES:
            return None
        said = Reader(text.locale_of(locale)).say(Sentence(string.message))
        return None if said == string.message else text.shortened(said, DESCRIPTION_LENGTH)
