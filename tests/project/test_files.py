"""Each file and function can be read at once, and what tests share is found in `tests/support`."""

import ast
import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.support.statements import statements_of

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


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """What is looked at of a Python file of ours.

    Attributes:
        lines: How many it has.
        functions: Each with its number of lines.
        named: All that its imports may name: modules, and what is taken from them.
    """

    lines: int
    functions: tuple[tuple[str, int], ...]
    named: frozenset[str]


def read(path: str, text: str) -> File:
    """A file. Its tree is not kept: later tests would look for garbage in it."""
    functions, named = [], set()
    for node in statements_of(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            functions.append((node.name, (node.end_lineno or node.lineno) - node.lineno + 1))
        elif isinstance(node, ast.Import):
            named |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            package = path.split("/")[: -node.level] if node.level else []
            start = ".".join([*package, *([node.module] if node.module else [])])
            named |= {start, *(f"{start}.{each.name}" for each in node.names)}
    return File(lines=len(text.splitlines()), functions=tuple(functions), named=frozenset(named))


@functools.cache
def files() -> dict[str, File]:
    """Each Python file of ours."""
    folders = [each for each in ROOT.iterdir() if each.is_dir() and each.name[0] != "."]
    found = {}
    for path in sorted(path for folder in folders for path in folder.rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        found[name] = read(name, path.read_text("utf-8"))
    return found


def imported_tests(file: File) -> set[str]:
    """The files of tests that a file imports from, however the import is written."""
    paths = {f"{name.replace('.', '/')}.py" for name in file.named}
    return {path for path in paths if Path(path).name.startswith("test_") and path in files()}


def test_all_files_are_looked_at() -> None:
    assert {path.split("/")[0] for path in files()} >= {
        "app", "benchmarks", "bot", "migrations", "payments", "sandbox", "tests", "webhooks"
    }  # fmt: skip
    assert "tests/project/test_files.py" in files()


def test_a_file_is_short_or_says_why_not() -> None:
    assert LONG_FILES.keys() == {
        path for path, file in files().items() if file.lines > LINES_OF_A_FILE
    }


def test_a_function_is_short_or_says_why_not() -> None:
    assert LONG_FUNCTIONS.keys() == {
        f"{path}::{name}"
        for path, file in files().items()
        for name, lines in file.functions
        if lines > LINES_OF_A_FUNCTION
    }


def test_what_is_long_says_so_in_a_comment() -> None:
    for path in LONG_FILES.keys() | {each.split("::")[0] for each in LONG_FUNCTIONS}:
        assert "# Long: " in (ROOT / path).read_text("utf-8"), path


def test_nothing_is_imported_from_a_file_of_tests() -> None:
    """What several of them need lies in `tests/support`, a fixture also in the room's conftest."""
    found = {path: names for path, file in files().items() if (names := imported_tests(file))}
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
        assert imported_tests(read("tests/project/x.py", written)) == {
            "tests/project/test_files.py"
        }, written
    other = "from tests.support.make import ADA\nfrom tests.project import conftest\nimport ast"
    assert imported_tests(read("tests/project/x.py", other)) == set()
