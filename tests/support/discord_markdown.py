"""What Discord makes of a text: CommonMark as a library reads it, with Discord's own on top.

Discord's client reads headings, lists and quotes at the beginning of a line, emphasis, strikes,
spoilers, code and masked links, addresses by themselves, and in angle brackets mentions, emoji,
moments, commands and addresses (its reference, "Message Formatting", and its help page "Markdown
Text 101").
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

_OWN: Final = {
    "mention": re.compile(r"<(?:@[!&]?|#|id:)\w+>"),
    "emoji": re.compile(r"<a?:\w{1,32}:\d+>"),
    "moment": re.compile(r"<t:-?\d+(?::[A-Za-z])?>"),
    "command": re.compile(r"</[^<>\n]{1,100}:\d+>"),
    "bracketed": re.compile(
        r"<(?:[a-z][a-z0-9+.-]*:/|mailto:|tel:|\+\d|[^\s<>@]+@)[^\s<>]*>", re.IGNORECASE
    ),
    "address": re.compile(r"(?:https?|steam|discord)://[^\s<]+", re.IGNORECASE),
    "invitation": re.compile(r"discord(?:app)?\.(?:gg|com/invite)/\w+", re.IGNORECASE),
    "spoiler": re.compile(r"\|\|.+?\|\|", re.DOTALL),
}
_EVERYONE: Final = re.compile(r"@(?:everyone|here)\b")
_LINE_END: Final = re.compile("\r\n|[\n\r\u2028\u2029]")
_LINE: Final = re.compile(r"^\s*(?:#{1,3}\s|-#\s|>|[-*+]\s|\d+[.)]\s)")


class Read(NamedTuple):
    """What is seen of a text.

    Attributes:
        kinds: All that is more than words, in order.
        words: The words alone.
    """

    kinds: list[str]
    words: str


def _own_rule(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the library's
    for kind, pattern in _OWN.items():
        found = pattern.match(state.src, state.pos)
        if found is None or (kind in {"address", "invitation"} and _within_word(state)):
            continue
        if not silent:
            state.push(kind, "", 0).content = found[0]
        state.pos = found.end()
        return True
    return False


def _within_word(state: StateInline) -> bool:
    return state.pos > 0 and state.src[state.pos - 1].isalnum()


def _by_letters(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the library's
    """One letter at a time, so that what begins with a letter is looked for everywhere."""
    if not state.src[state.pos].isalnum():
        return False
    if not silent:
        state.pending += state.src[state.pos]
    state.pos += 1
    return True


def _reader() -> MarkdownIt:
    reader = MarkdownIt("zero").enable(
        ["escape", "backticks", "emphasis", "strikethrough", "link", "autolink"]
    )
    reader.inline.ruler.before("text", "letters", _by_letters)
    reader.inline.ruler.before("letters", "own", _own_rule)
    return reader


_READER: Final = _reader()


def read_markdown(text: str) -> Read:
    """Read a text as Discord would show it."""
    kinds, words = [], []
    for line in _LINE_END.split(text):
        if _LINE.match(line):
            kinds.append("line")
        for kind, content in _inline(_READER.parseInline(line)):
            if kind != "text":
                kinds.append(kind)
            words.append(content)
    kinds += ["everyone"] * len(_EVERYONE.findall(text))
    return Read(kinds, "".join(words))


def _inline(tokens: list[Token]) -> Iterator[tuple[str, str]]:
    for block in tokens:
        for each in block.children or []:
            if each.type in {"text", "text_special"}:
                yield "text", each.content
            elif not each.type.endswith("_close"):
                yield each.type.removesuffix("_open"), each.content
