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
        self._all: set[str] = set()
        self._raised: dict[str, set[str]] = {}
        for package in PACKAGES:
            for path in sorted((root / package).rglob("*.py")):
                self._read(ast.parse(path.read_text("utf-8")))

    def _read(self, module: ast.Module) -> None:
        """Take the words of a file, and those with which each exception is raised there."""
        constants = _constants(module)
        for node in _wholes(module):
            match node:
                case ast.Raise(exc=ast.Call(func=ast.Name(id=name), args=[first, *_])):
                    if isinstance(first, ast.Name):
                        first = constants.get(first.id, first)
                    if (words := _words(first)) is not None:
                        self._raised.setdefault(name, set()).add(words)
                case ast.Constant() | ast.JoinedStr():
                    if (words := _words(node)) is not None:
                        self._all.add(words)

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
        said = {_plain(words) for name in SPOKEN[where] for words in self._raised.get(name, ())}
        return table(("sentence",), ((words,) for words in sorted(said, key=str.casefold)))


def _wholes(module: ast.Module) -> Iterator[ast.AST]:
    """All nodes, but for the parts of a text with something filled in.

    There are hundreds of thousands, so they are not found by recursion.
    """
    waiting: list[ast.AST] = [module]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.JoinedStr):
            continue
        for below in vars(node).values():
            if isinstance(below, ast.AST):
                waiting.append(below)
            elif isinstance(below, list):
                waiting += [each for each in below if isinstance(each, ast.AST)]


def _constants(module: ast.Module) -> dict[str, ast.expr]:
    """What a file calls by a name of its own."""
    return {
        name.id: node.value
        for node in module.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
        for name in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(name, ast.Name)
    }


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
