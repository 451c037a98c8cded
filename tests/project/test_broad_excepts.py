"""Whoever catches every error says why, and never what stops a task.

That it is logged or raised again is checked by ruff (BLE001).
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.support.statements import statements_of

ROOT = Path(__file__).parents[2]
FOLDERS = ("app", "benchmarks", "bot", "payments", "sandbox", "webhooks")


def broad(text: str) -> Iterator[tuple[ast.ExceptHandler, str]]:
    """Each clause that catches every error, with its line."""
    lines = text.splitlines()
    for node in statements_of(ast.parse(text)):
        if isinstance(node, ast.ExceptHandler):
            caught = "BaseException" if node.type is None else ast.unparse(node.type)
            if caught in {"Exception", "BaseException"}:
                yield node, lines[node.lineno - 1]


def raises_again(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def faults(text: str) -> list[str]:
    """Lines that catch every error and do not say why, or that also keep a task from stopping."""
    return [
        line.strip()
        for handler, line in broad(text)
        if not raises_again(handler)
        and ("BaseException" in line or "except:" in line or "#" not in line)
    ]


def test_every_broad_clause_says_why_and_lets_tasks_stop() -> None:
    found = {
        str(path.relative_to(ROOT)): wrong
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*.py"))
        if (wrong := faults(path.read_text(encoding="utf-8")))
    }
    assert found == {}


def test_what_is_found() -> None:
    silent = "try:\n    work()\nexcept {}\n    log.exception('failed')\n"
    again = "try:\n    work()\nexcept {}\n    raise\n"
    assert faults(silent.format("Exception:")) == ["except Exception:"]
    assert faults(silent.format("BaseException:  # why")) == ["except BaseException:  # why"]
    assert faults(silent.format("Exception:  # the next one goes on")) == []
    assert faults(silent.format("ValueError:")) == []
    assert faults(again.format("BaseException:")) == []
