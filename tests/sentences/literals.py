"""Words for people that are written past the sentences: as literals in a face.

Whether a literal is read by somebody cannot be known from the source; what looks like words and
stands in none of the places below is taken for it. A literal that is read by no person has
`# no sentence` and its reason in its line.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.sentences.templates import MAKERS, Fault

FACES: Final = ("bot", "webhooks/pages")
"""Where people's words are made visible."""

FOR_THE_BANK: Final = "bot/features/evidence"
"""Evidence is read by somebody at the buyer's bank, whose language nobody knows: it is English."""

_WORDS: Final = re.compile(r"[A-Za-z]{2,}[,:;.]? [A-Za-z]{2,}|^[A-Z][a-z]{2,}[….!?]?$")
_MARK: Final = "# no sentence"

_PROGRAMS_WORDS: Final = """
compile get_logger debug info warning error exception note TypeVar NewType cast getattr strftime
isinstance startswith endswith category create_task SlashCommand Code
ValueError TypeError RuntimeError KeyError AssertionError LookupError
GiveUp Postpone ClosedDM BooksUnavailable StartFailed SecondCopy
"""
"""Calls whose words are for programs and logs."""

_DESCRIPTIONS: Final = "describe command Group Choice rename"
"""Calls with what slash commands are called, for which their own translator asks."""

_NOT_READ: Final = frozenset([*MAKERS, *_PROGRAMS_WORDS.split(), *_DESCRIPTIONS.split()])
_NO_WORDS: Final = frozenset({"annotation", "returns"})


def literals(root: Path) -> list[Fault]:
    """All words in the faces that stand in no sentence.

    Args:
        root: The repository.
    """
    return [
        fault
        for face in FACES
        for path in sorted((root / face).rglob("*.py"))
        if path.relative_to(root).parent != Path(FOR_THE_BANK) or path.name == "button.py"
        for fault in literals_in(path.read_text("utf-8"), path.relative_to(root))
    ]


def literals_in(source: str, path: Path) -> Iterator[Fault]:
    """Those in one file."""
    lines = source.splitlines()
    for node in _read_by_people(ast.parse(source)):
        words = str(node.value)
        if _WORDS.search(words) and _MARK not in lines[node.lineno - 1]:
            yield Fault(path=path, line=node.lineno, what=f"{words!r} is no sentence")


def _read_by_people(node: ast.AST) -> Iterator[ast.Constant]:
    if _is_for_programs(node):
        return
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield node
        return
    for field, value in ast.iter_fields(node):
        is_argument_of_class = field == "keywords" and isinstance(node, ast.ClassDef)
        if field not in _NO_WORDS and not is_argument_of_class:
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from _read_by_people(child)


def _is_for_programs(node: ast.AST) -> bool:
    match node:
        case ast.Expr(value=ast.Constant()):  # a docstring
            return True
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in _NOT_READ
        case ast.Subscript(value=ast.Name(id="Literal")):
            return True
        case _:
            return False
