"""Words of other people, so that they mean nothing to Discord and look as they were written.

Every character that may begin something is escaped wherever it stands, because a pattern that
looks for whole links or mentions can be nested out of: `[x [Pay](https://…)`, `<a:/[Pay](https://…)>`.
Discord shows a backslash before any sign as that sign alone (its help page "Markdown Text 101").
"""

import re
from collections.abc import Iterator
from typing import Final

import regex

from payments.domain.values.written_text import characters, one_line

_ALWAYS: Final = frozenset("\\*_~|`[]<>")
"""Emphasis, strikes, spoilers, code, masked links, and all that stands in angle brackets: mentions,
emoji, moments, commands, addresses."""

_FIRST: Final = re.compile(r"[#\-+]|\d+(?=[.)](?:\s|$))")
"""What makes a heading, small print or a list at the beginning of a line; `>` is always escaped."""

_LINKED: Final = regex.compile(
    # https:// and the like: shown as a link without any markup around it.
    r"(?<=\p{L})(?P<colon>:)(?=//)"
    # discord.gg/… and the like: an invitation is unfolded without https before it.
    r"|(?<=\p{L}\.\p{L}{2,63})(?P<slash>/)",
    regex.IGNORECASE,
)
_MENTIONED: Final = re.compile(r"@(?=everyone|here|[!&]?\d)", re.IGNORECASE)
_BROKEN: Final = "@\u200b"
"""Discord looks for these mentions before it looks at backslashes."""


def escaped(words: str) -> Iterator[str]:
    """The characters that people see of some words, in one line, each made harmless."""
    line = one_line(words)
    risky = {found.start() for found in _LINKED.finditer(line)}
    first = _FIRST.match(line)
    if first is not None:
        risky.add(max(first.end() - 1, 0) if first[0] in "#-+" else first.end())
    mentions = {found.start() for found in _MENTIONED.finditer(line)}
    at = 0
    for seen in characters(line):
        yield "".join(
            _harmless(character, risky=at + place in risky, mention=at + place in mentions)
            for place, character in enumerate(seen)
        )
        at += len(seen)


def _harmless(character: str, *, risky: bool, mention: bool) -> str:
    if mention:
        return _BROKEN
    return f"\\{character}" if risky or character in _ALWAYS else character
