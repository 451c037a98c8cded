"""Each file and function can be read at once, and what tests share is found in `tests/support`."""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]

LINES_OF_A_FILE: Final = 300
LINES_OF_A_FUNCTION: Final = 50

_OBJECT = "each field of a Stripe object once, in the order of Stripe's reference"

LONG_FILES: Final = {
    "migrations/versions/0001_first_books.py": "history: it stays as it ran",
    "tests/store/upgrade/make_0008.py": "written for the code of an older commit",
}
LONG_FUNCTIONS: Final = {
    "migrations/versions/0001_first_books.py::upgrade": "history: it stays as it ran",
    "sandbox/stripe/objects/account.py::render_account": _OBJECT,
    "sandbox/stripe/objects/charge.py::render": _OBJECT,
    "sandbox/stripe/objects/payment_intent.py::render": _OBJECT,
    "tests/store/upgrade/make_0008.py::make": "written for the code of an older commit",
}
"""What may be longer, and why; a comment beside each says the same."""


@functools.cache
def modules() -> dict[str, tuple[int, ast.Module]]:
    """Each Python file of ours, with its number of lines."""
    folders = [each for each in ROOT.iterdir() if each.is_dir() and each.name[0] != "."]
    found = {}
    for path in sorted(path for folder in folders for path in folder.rglob("*.py")):
        text = path.read_text("utf-8")
        found[path.relative_to(ROOT).as_posix()] = (len(text.splitlines()), ast.parse(text))
    return found


def functions(module: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def imported_tests(path: str, module: ast.Module) -> Iterator[str]:
    """The files of tests that a file imports from, however the import is written."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            names = [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom):
            package = path.split("/")[: -node.level] if node.level else []
            start = ".".join([*package, *([node.module] if node.module else [])])
            names = [start, *(f"{start}.{each.name}" for each in node.names)]
        else:
            continue
        for name in names:
            file = f"{name.replace('.', '/')}.py"
            if file in modules() and Path(file).name.startswith("test_"):
                yield file


def test_all_files_are_looked_at() -> None:
    assert {path.split("/")[0] for path in modules()} >= {
        "app", "benchmarks", "bot", "migrations", "payments", "sandbox", "tests", "webhooks"
    }  # fmt: skip
    assert "tests/project/test_files.py" in modules()


def test_a_file_is_short_or_says_why_not() -> None:
    assert LONG_FILES.keys() == {
        path for path, (lines, _) in modules().items() if lines > LINES_OF_A_FILE
    }


def test_a_function_is_short_or_says_why_not() -> None:
    assert LONG_FUNCTIONS.keys() == {
        f"{path}::{function.name}"
        for path, (_, module) in modules().items()
        for function in functions(module)
        if lines_of(function) > LINES_OF_A_FUNCTION
    }


def test_what_is_long_says_so_in_a_comment() -> None:
    for path in LONG_FILES.keys() | {each.split("::")[0] for each in LONG_FUNCTIONS}:
        assert "# Long: " in (ROOT / path).read_text("utf-8"), path


def test_nothing_is_imported_from_a_file_of_tests() -> None:
    """What several of them need lies in `tests/support`, a fixture also in the room's conftest."""
    found = {
        path: names
        for path, (_, module) in modules().items()
        if (names := set(imported_tests(path, module)))
    }
    assert found == {}


def test_an_import_is_recognised_however_it_is_written() -> None:
    for written in (
        "from tests.project.test_files import ROOT",
        "from tests.project import test_files",
        "import tests.project.test_files",
        "from .test_files import ROOT",
        "from . import test_files",
        "def late():\n    from tests.project.test_files import ROOT",
    ):
        assert set(imported_tests("tests/project/x.py", ast.parse(written))) == {
            "tests/project/test_files.py"
        }, written
    other = "from tests.support.make import ADA\nfrom tests.project import conftest\nimport ast"
    assert set(imported_tests("tests/project/x.py", ast.parse(other))) == set()
