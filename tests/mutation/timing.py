"""A plugin for pytest that keeps how long each test took, setting up included."""

import json
import os
from collections import defaultdict
from pathlib import Path

import pytest

_seconds: dict[str, float] = defaultdict(float)
_failed: set[str] = set()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add one phase."""
    _seconds[report.nodeid] += report.duration
    if report.failed:
        _failed.add(report.nodeid)


def pytest_sessionfinish() -> None:
    """Write them down; nothing for those that failed."""
    kept = {test: None if test in _failed else taken for test, taken in _seconds.items()}
    Path(os.environ["MUTATION_SECONDS"]).write_text(json.dumps(kept))
