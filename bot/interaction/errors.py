"""What a person reads when something is refused or goes wrong, in one place."""

import re
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import discord
import structlog
from discord import app_commands

from bot.connection.second_copy import TOO_LATE
from bot.interaction.answer import UNREACHABLE, answer_privately
from bot.interaction.reader import reader_of_error
from bot.wording import text
from payments.domain.errors import Refused
from payments.domain.sentences.parts import Code
from payments.domain.sentences.sentence import Sentence, Value
from payments.domain.values.characters import UNSTORABLE, is_storable, texts_in
from payments.domain.values.ids import GuildId
from payments.domain.values.time import SECOND, Instant
from payments.runner.errors import BooksUnavailable

if TYPE_CHECKING:
    from bot.client import GuildbankBot

log = structlog.get_logger(__name__)

_LOGGED: Final = 100

_BUTTON: Final = re.compile(r":(?=[^:]*[^a-z:])")
"""Ends the part of a button's id that says what it does: an id of something follows."""


NOT_HERE: Final = Sentence("Points are not sold on this server.")
SERVERS_ONLY: Final = Sentence("This works on a server only, not in direct messages.")
BOOKS_AWAY: Final = Sentence(
    "The books cannot be reached right now. Please try again in a minute, and look first whether "
    "it was done all the same."
)

_CHANGED: Final = Sentence(
    "This command has just changed. Please try again in a minute; if it stays so, restart Discord."
)
_SENTENCES: Final[Mapping[type[Exception], Sentence]] = {
    BooksUnavailable: BOOKS_AWAY,
    app_commands.MissingPermissions: Sentence("Only those who may manage the server can do that."),
    app_commands.NoPrivateMessage: SERVERS_ONLY,
    app_commands.CommandNotFound: _CHANGED,
    app_commands.CommandSignatureMismatch: _CHANGED,
}


class Denied(app_commands.CheckFailure):
    """A command may not be used here or by this person.

    Args:
        template: The sentence that they read, with names of values in braces; or the whole of it.
        values: What the names stand for.
    """

    def __init__(self, template: str | Sentence, /, **values: Value) -> None:
        sentence = template if isinstance(template, Sentence) else Sentence(template, **values)
        super().__init__(str(sentence))
        self.sentence = sentence


class GuildbankTree(app_commands.CommandTree["GuildbankBot"]):
    """All commands, with the one check that they share and the one error handler."""

    async def interaction_check(self, interaction: discord.Interaction["GuildbankBot"], /) -> bool:
        """Refuse everything outside of the guilds that may sell."""
        refusal = refusal_of_place(interaction)
        if refusal is None and all(map(is_storable, texts_in(interaction.data))):
            return True
        if interaction.type is discord.InteractionType.autocomplete:
            await interaction.response.autocomplete([])
            return False
        raise Denied(refusal or UNSTORABLE)

    async def on_error(
        self, interaction: discord.Interaction["GuildbankBot"], error: Exception, /
    ) -> None:
        """Tell the person in one sentence; what is not their doing also goes to the log."""
        await answer_error(interaction, error)


def refusal_of_place(interaction: discord.Interaction["GuildbankBot"]) -> Sentence | None:
    """Why nothing can be done where the interaction happened, if so."""
    if interaction.guild_id is None:
        return SERVERS_ONLY
    if not interaction.client.sells_in(GuildId(interaction.guild_id)):
        return NOT_HERE
    return None


async def answer_error(interaction: discord.Interaction["GuildbankBot"], error: Exception) -> None:
    """Answer an error, wherever in an interaction it happened."""
    cause = _cause(error)
    if isinstance(cause, discord.HTTPException) and cause.code in TOO_LATE:
        log.warning("interaction.too_late", interaction=interaction.id, code=cause.code)
        created = Instant(round(interaction.created_at.timestamp() * SECOND))
        interaction.client.copies.lost(cause.code, created)
        return
    sentence = _sentence(cause)
    if sentence is not None and isinstance(cause, app_commands.CheckFailure):
        await deny(interaction, sentence)
        return
    if sentence is None:
        reference = secrets.token_hex(3)
        log.error(
            "interaction.failed",
            reference=reference,
            interaction=interaction.id,
            command=_what(interaction),
            guild=interaction.guild_id,
            exc_info=cause,
        )
        sentence = Sentence(
            "Something went wrong here, and it was noted. Please try again in a minute; if it "
            "stays so, tell a moderator the reference {reference}.",
            reference=Code(reference),
        )
    await say(interaction, sentence)


async def deny(interaction: discord.Interaction["GuildbankBot"], sentence: Sentence) -> None:
    """Tell somebody that they may not do this, or not here; such an attempt is counted and logged.

    Repeated tries of one person are one line at once, and then one a minute.

    Args:
        interaction: A command, a press or a form of somebody who may not.
        sentence: Why, as they read it.
    """
    data: Any = interaction.data or {}
    kind, pressed = interaction.type.name, str(data.get("custom_id", ""))[:_LOGGED]
    interaction.client.attempts.attempt_refused(kind)
    interaction.client.tally.note(
        "attempt.refused",
        kind=kind,
        what=_what(interaction) or _BUTTON.split(pressed, maxsplit=1)[0],
        guild=interaction.guild_id,
        member=interaction.user.id,
        details={
            "pressed": pressed,
            "channel": interaction.channel_id,
            "interaction": interaction.id,
            "why": str(sentence),
        },
    )
    await say(interaction, sentence)


def _what(interaction: discord.Interaction["GuildbankBot"]) -> str | None:
    return interaction.command.qualified_name if interaction.command else None


async def say(interaction: discord.Interaction["GuildbankBot"], sentence: Sentence) -> None:
    """Answer with one sentence that only this person sees, if Discord still takes an answer."""
    words = (await reader_of_error(interaction)).say(sentence)
    try:
        await answer_privately(interaction, text.cut(words, text.MESSAGE_LENGTH))
    except UNREACHABLE as error:
        log.warning("interaction.not_answered", interaction=interaction.id, error=str(error))


def _cause(error: Exception) -> Exception:
    if isinstance(error, app_commands.CommandInvokeError):
        return error.original
    return error


def _sentence(error: Exception) -> Sentence | None:
    """What the person reads, unless it is our mistake."""
    if isinstance(error, Refused | Denied):
        return error.sentence
    return next((words for kind, words in _SENTENCES.items() if isinstance(error, kind)), None)
