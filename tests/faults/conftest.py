"""What the tests of faults share."""

from collections.abc import Callable

import pytest

from tests.faults.report import Report
from tests.support.forked import all_imported, forking

__all__ = ["all_imported", "forking"]


@pytest.fixture
def report(record_property: Callable[[str, object], None]) -> Report:
    """Where a test says what it tried."""
    return Report(record_property)
