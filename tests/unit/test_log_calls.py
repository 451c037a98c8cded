"""No call of the log names a value as the log names its own: such a call would raise TypeError.

A guard that logs what went wrong would then throw itself, where nobody has looked before.
"""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import structlog

ROOT: Final = Path(__file__).parents[2]
FOLDERS: Final = ("app", "bot", "payments", "webhooks", "sandbox", "migrations")
METHODS: Final = frozenset(
    {"debug", "info", "warning", "warn", "error", "exception", "critical", "msg", "log"}
)
LOGGERS: Final = frozenset({"log", "logger", "_log", "_logger"})
ANY: Final = re.compile(rf"\b(?:{'|'.join(LOGGERS)})\b\s*\.")
"""Whether a file calls a log at all: to parse all of them takes seconds."""

TAKEN: Final = frozenset(
    {"event", "self", "level", "timestamp", "exc_info", "stack_info", "logger", "method_name"}
)
"""Parameters of structlog's methods, and what its processors write themselves."""

MEANT: Final = frozenset({"exc_info", "stack_info"})
"""Those that a call may give, to the effect that structlog documents."""


def calls(path: Path) -> Iterator[tuple[int, str]]:
    """Lines of calls of a log, with each name that they give a value."""
    source = path.read_text()
    if not ANY.search(source):
        return
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        of = node.func.value
        if node.func.attr in METHODS and isinstance(of, ast.Name) and of.id in LOGGERS:
            yield from ((node.lineno, each.arg) for each in node.keywords if each.arg)


def test_no_call_gives_a_name_that_is_taken() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*.py"))
        for line, name in calls(path)
        if name in TAKEN - MEANT
    ]
    assert wrong == []


def test_the_calls_are_found(tmp_path: Path) -> None:
    """The check above sees what it is to see, and the program has many of them."""
    example = tmp_path / "example.py"
    example.write_text("log.warning('x', event=1, error=2)\nother.warning('x', event=1)\n")
    assert list(calls(example)) == [(1, "event"), (1, "error")]
    assert sum(len(list(calls(path))) for path in (ROOT / "payments").rglob("*.py")) > 40


def test_what_is_taken_is_what_the_log_takes() -> None:
    """Each parameter by name of structlog's own methods is in the list."""
    logger = structlog.stdlib.BoundLogger
    for name in ("debug", "info", "warning", "error", "exception", "critical"):
        parameters = inspect.signature(getattr(logger, name)).parameters.values()
        by_name = {each.name for each in parameters if each.kind is each.POSITIONAL_OR_KEYWORD}
        assert by_name <= TAKEN


def test_such_a_call_does_raise() -> None:
    with pytest.raises(TypeError):
        structlog.get_logger().warning("x", event=1)
