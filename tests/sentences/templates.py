"""Where sentences are made in the source, and whether they can be translated.

A template is the key of its translations: so it is one literal, where the sentence is made, and the
names in its braces are those of the values that are given with it.
"""

import ast
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PROGRAM: Final = ("app", "bot", "payments", "webhooks")
"""Packages in which people's sentences are made."""

MAKERS: Final[Mapping[str, int]] = {
    "Sentence": 1,
    "plural": 2,
    "Refused": 1,
    "NeedsApproval": 1,
    "CannotUndo": 1,
    "TooFast": 1,
    "Denied": 1,
}
"""What makes a sentence, and how many templates it begins with."""

FREE_PLACES: Final = {"payments/domain/errors.py", "bot/interaction/errors.py"}
"""Files that hand a template on which they were given."""


_MAKE_TEXT: Final = frozenset({"str", "format", "join", "replace"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A sentence that no translator would find, or that could not be filled in."""

    path: Path
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


def faults(root: Path) -> list[Fault]:
    """All faults in the program.

    Args:
        root: The repository.
    """
    return [
        fault
        for package in PROGRAM
        for path in sorted((root / package).rglob("*.py"))
        for fault in faults_in(path.read_text("utf-8"), path.relative_to(root))
    ]


def faults_in(source: str, path: Path) -> Iterator[Fault]:
    """The faults in one file."""
    if str(path) in FREE_PLACES:
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            for what in _wrong_with(node):
                yield Fault(path=path, line=node.lineno, what=what)


def _wrong_with(call: ast.Call) -> Iterator[str]:
    maker = _name(call.func)
    if maker not in MAKERS:
        return
    given = call.args[: MAKERS[maker]]
    if any(map(_is_computed, given)):
        yield "the template is not one literal, so no translator finds it"
        return
    templates = [each.value for each in given if isinstance(each, ast.Constant)]
    if not all(isinstance(each, str) for each in templates) or not templates:
        return
    names = {keyword.arg for keyword in call.keywords}
    if None in names:
        return
    known = names | ({"n"} if maker == "plural" else set())
    for template in map(str, templates):
        wanted = _names_in(template) if known else set()
        if unknown := wanted - known:
            yield f"nothing is given for {', '.join(sorted(unknown))}"
    unused = {str(each) for each in names} - {
        name for each in map(str, templates) for name in _names_in(each)
    }
    if unused:
        yield f"{', '.join(sorted(unused))} is given, and stands in no template"


def _is_computed(given: ast.expr) -> bool:
    """Whether a text is made here; what another function returns is a sentence already."""
    if isinstance(given, ast.Call):
        return _name(given.func) in _MAKE_TEXT
    return isinstance(given, ast.JoinedStr | ast.BinOp)


def _name(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _names_in(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}
