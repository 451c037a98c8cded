"""What the program says to Discord: all texts in it that a person reads."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from sandbox.discord_wire.state import Exchange
from tests.support import pseudo

_READ: Final = frozenset({"content", "label", "placeholder", "title", "description"})
"""Fields of messages, forms and their parts in which people read."""

_COMMANDS: Final = "/commands"
"""Where slash commands are made known: their descriptions come with all translations."""


def texts_of(part: Any) -> Iterator[str]:
    """All that a person reads in a part of a message, a form or a list of choices."""
    if isinstance(part, list):
        for each in part:
            yield from texts_of(each)
    elif isinstance(part, Mapping):
        for key, value in part.items():
            if key in _READ and isinstance(value, str):
                yield value
            elif key == "choices":
                yield from (str(each["name"]) for each in value)
            else:
                yield from texts_of(value)


def said_in(exchanges: Iterable[Exchange]) -> set[str]:
    """All that the program has said to people, in calls that made no command known."""
    return {
        text
        for each in exchanges
        if not each.path.endswith(_COMMANDS)
        for text in texts_of(each.sent)
        if text
    }


def past_a_sentence(texts: Iterable[str], known: frozenset[str]) -> dict[str, list[str]]:
    """Texts with words that stand in no sentence, and those words.

    Args:
        texts: As they were said.
        known: Names and the like, which are nobody's to translate.
    """
    return {text: words for text in texts if (words := pseudo.outside(text, known))}


def glued(texts: Iterable[str]) -> list[str]:
    """Texts in which pieces of sentences stand side by side."""
    return [text for text in texts if pseudo.glued(text)]
