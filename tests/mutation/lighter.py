"""A plugin for pytest: properties are tried with fewer examples, MUTATION_EXAMPLES at most.

Otherwise they would take most of the time, and what they find is mostly found by the first ones.
"""

import os

from tests.support.thorough import try_fewer


def pytest_configure() -> None:
    """Lower the numbers, before any property is read."""
    try_fewer(int(os.environ.get("MUTATION_EXAMPLES", "100")))
