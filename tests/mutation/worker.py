"""Runs tests against one mistake after the other: each in a fork, so that nothing is left of it.

Reads lines of JSON: `{"path", "code", "stages": [[test, ...], ...], "seconds"}`, and answers each
with a line: `{"end", "by"}`. The ends are `noticed` (and by which test), `survived`, `broken` (the
file cannot even be imported), and `endless`. What is of others is imported once, before the forks.
"""

import contextlib
import importlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

_OF_OTHERS = (
    "aiohttp.web alembic.command asyncpg aiosqlite babel.numbers cryptography.fernet discord "
    "discord.ext.commands hypothesis.stateful jinja2 prometheus_client pydantic_settings purgatory "
    "simcord sqlalchemy.dialects.postgresql.asyncpg "
    "sqlalchemy.ext.asyncio stamina standardwebhooks stripe structlog typer uuid_utils"
)
_POLL_SECONDS = 0.02


class First:
    """A plugin that remembers the first test that failed."""

    def __init__(self, order: list[str]) -> None:
        self.order = {test: place for place, test in enumerate(order)}
        self.failed = ""

    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Quickest first."""
        wanted = [item for item in items if item.nodeid in self.order]
        wanted.sort(key=lambda item: self.order[item.nodeid])
        config.hook.pytest_deselected(items=[item for item in items if item not in set(wanted)])
        items[:] = wanted

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep its name."""
        if report.failed and not self.failed:
            self.failed = report.nodeid


def main() -> None:
    """Answer until nothing more is asked."""
    sys.path.insert(0, str(Path.cwd()))
    for name in _OF_OTHERS.split():
        importlib.import_module(name)
    _make_template()
    for line in sys.stdin:
        asked = json.loads(line)
        sys.stdout.write(json.dumps(_try(asked)) + "\n")
        sys.stdout.flush()


def _make_template() -> None:
    """An empty database for all tests: otherwise each fork would make one of its own."""
    made = Path("empty.sqlite").absolute()
    reading = (
        "import sys; from tests.support.sqlite import make_template as m; "
        "sys.stdout.buffer.write(m())"
    )
    found = subprocess.run([sys.executable, "-c", reading], capture_output=True, check=True)  # noqa: S603 - our own words
    made.write_bytes(found.stdout)
    os.environ["TEST_SQLITE_TEMPLATE"] = str(made)


def _try(asked: dict[str, Any]) -> dict[str, str]:
    path = Path(asked["path"])
    before = path.read_bytes()
    path.write_text(asked["code"])
    try:
        for tests in asked["stages"]:
            found = _in_a_fork(tests, asked["seconds"])
            if found["end"] != "survived":
                return found
        return {"end": "survived", "by": ""}
    finally:
        path.write_bytes(before)


def _in_a_fork(tests: list[str], seconds: float) -> dict[str, str]:
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        _run(tests, writing)
    os.close(writing)
    end = time.monotonic() + seconds
    while not (done := os.waitpid(child, os.WNOHANG))[0]:
        if time.monotonic() > end:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)
            os.close(reading)
            return {"end": "endless", "by": tests[0]}
        time.sleep(_POLL_SECONDS)
    with os.fdopen(reading) as pipe:
        by = pipe.read()
    code = os.waitstatus_to_exitcode(done[1])
    if code == 0:
        return {"end": "survived", "by": ""}
    return {"end": "noticed" if by else "broken", "by": by}


def _run(tests: list[str], writing: int) -> None:
    """Run tests in this process, and end it."""
    os.setsid()
    with Path(os.devnull).open("r+") as nothing:
        for stream in (0, 1, 2):
            os.dup2(nothing.fileno(), stream)
    first = First(tests)
    files = sorted({test.partition("::")[0] for test in tests})
    arguments = ["-x", "-q", "--timeout=60", *files]
    arguments += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # imported before the fork
    for plugin in ("no:cacheprovider", "no:xdist", "tests.mutation.lighter"):
        arguments += ["-p", plugin]
    code = pytest.main(arguments, plugins=[first])
    os.write(writing, first.failed.encode())
    os._exit(int(code))


if __name__ == "__main__":
    main()
