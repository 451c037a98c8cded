"""The sentences that people read when something is refused, from the source."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tables import table

PACKAGES: Final = ("payments", "webhooks", "bot", "app")

SPOKEN: Final = {
    "on discord": frozenset({"Refused", "CannotUndo", "Denied"}),
    "at the command line": frozenset(
        {"SettingsWrong", "StartFailed", "DatabaseUnusable", "NotTheSame", "CannotKeep"}
    ),
}
"""Where what is raised is read, and the names of the classes."""


_FILLED_IN: Final = re.compile(r"\{[a-z_]+\}")
"""The name of a value in a template."""


class NotThere(Exception):
    """No sentence of the program is as a page says, or several are."""


class Sentences:
    """All words in the program's source, with `…` for what is filled in.

    Args:
        root: The repository.
    """

    def __init__(self, root: Path) -> None:
        self._modules = [
            ast.parse(path.read_text("utf-8"))
            for package in PACKAGES
            for path in sorted((root / package).rglob("*.py"))
        ]
        self._all = {
            words
            for module in self._modules
            for node in _wholes(module)
            if (words := _words(node)) is not None
        }

    def that_begins(self, beginning: str) -> str:
        """The one sentence that begins so, without those that follow it.

        Raises:
            NotThere: None does, or several do.
        """
        found = {_first(words) for words in self._all if words.startswith(beginning)}
        if len(found) != 1:
            raise NotThere(f"{len(found)} sentences of the program begin with {beginning!r}.")
        return _plain(found.pop())

    def table(self, where: str) -> str:
        """All sentences that are read in one place, in the order of the alphabet.

        Raises:
            NotThere: There is no such place.
        """
        if where not in SPOKEN:
            raise NotThere(f"Nothing is read {where!r}.")
        said = {_plain(words) for module in self._modules for words in _raised(module, where)}
        return table(("sentence",), ((words,) for words in sorted(said, key=str.casefold)))


def _wholes(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes below, but for the parts of a text with something filled in."""
    yield node
    if not isinstance(node, ast.JoinedStr):
        for child in ast.iter_child_nodes(node):
            yield from _wholes(child)


def _raised(module: ast.Module, where: str) -> Iterator[str]:
    """The words with which exceptions of a place are raised."""
    constants = {
        name.id: node.value
        for node in module.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
        for name in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(name, ast.Name)
    }
    for node in ast.walk(module):
        match node:
            case ast.Raise(exc=ast.Call(func=ast.Name(id=name), args=[first, *_])):
                if isinstance(first, ast.Name):
                    first = constants.get(first.id, first)
                words = _words(first)
                if name in SPOKEN[where] and words is not None:
                    yield words


def _words(node: ast.AST) -> str | None:
    match node:
        case ast.Call(func=ast.Name(id="Sentence" | "plural"), args=[first, *_]):
            return _words(first)
        case ast.Constant(value=str(words)):
            return _FILLED_IN.sub("…", words)
        case ast.JoinedStr(values=parts):
            return "".join(_words(part) or "…" for part in parts)
        case _:
            return None


def _first(words: str) -> str:
    """The first sentence of several."""
    return re.split(r"(?<=[.!?])\s", words, maxsplit=1)[0]


def _plain(words: str) -> str:
    """The words so that they mean nothing to Markdown, but for `code`."""
    return (
        words.replace("….", "…")
        .replace("<#…>", "#…")
        .replace("<@…>", "@…")
        .replace("<", "&lt;")
        .replace("*", r"\*")
    )
