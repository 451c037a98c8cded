"""Which tests one worker runs, because they share what takes long to make, and in which order.

By their paths, with xdist's own hook: marks get lost between xdist 3.8 and pytest 9.2, which keeps
the ids of tests elsewhere.
"""

import os
from collections.abc import Sequence
from typing import Final, TypeVar

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

TOGETHER: Final = (
    "tests/project/docs/",
    "tests/project/test_files.py",
    "tests/process/test_other_provider.py",
)
"""The built documentation; all source files; a program with another provider."""


WAITING: Final = ("tests/process/", "tests/faults/", "tests/sandbox/demo/test_browser.py")
"""Tests that wait more than they compute: for processes, servers and browsers."""

T = TypeVar("T")


class Grouped(LoadScopeScheduling):  # type: ignore[misc]  # it has no types
    """Gives each test to whichever worker is free, and those that belong together to one."""

    def _split_scope(self, nodeid: str) -> str:
        return next((path for path in TOGETHER if nodeid.startswith(path)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Grouped | None:
    """Take it for `--dist loadgroup`."""
    return Grouped(config, log) if config.getvalue("dist") == "loadgroup" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where several workers run, let those that wait stand among those that compute.

    Side by side all workers would wait for a while, and the processor would have nothing to do.
    """
    if "PYTEST_XDIST_WORKER" in os.environ:
        waiting = [each for each in items if each.nodeid.startswith(WAITING)]
        others = [each for each in items if not each.nodeid.startswith(WAITING)]
        items[:] = spread(waiting, others)


def spread(few: Sequence[T], many: Sequence[T]) -> list[T]:
    """All of them, each of the few as far from the next one as can be; both keep their order."""
    placed = [((number + 0.5) / len(few), 0, each) for number, each in enumerate(few)]
    placed += [((number + 0.5) / len(many), 1, each) for number, each in enumerate(many)]
    return [each for _, _, each in sorted(placed, key=lambda place: place[:2])]
