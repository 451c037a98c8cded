"""Which tests one worker runs, because they share what takes long to make.

By their paths, with xdist's own hook: marks get lost between xdist 3.8 and pytest 9.2, which keeps
the ids of tests elsewhere.
"""

from typing import Final

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

TOGETHER: Final = (
    "tests/project/docs/",
    "tests/project/test_files.py",
    "tests/process/test_other_provider.py",
)
"""The built documentation; all source files; a program with another provider."""


class Grouped(LoadScopeScheduling):  # type: ignore[misc]  # it has no types
    """Gives each test to whichever worker is free, and those that belong together to one."""

    def _split_scope(self, nodeid: str) -> str:
        return next((path for path in TOGETHER if nodeid.startswith(path)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Grouped | None:
    """Take it for `--dist loadgroup`."""
    return Grouped(config, log) if config.getvalue("dist") == "loadgroup" else None
