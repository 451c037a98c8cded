"""A plugin for pytest: properties are tried with fewer examples, MUTATION_EXAMPLES at most.

Otherwise they would take most of the time, and what they find is mostly found by the first ones.
"""

import os
from typing import Any

import pytest
from hypothesis import Phase, settings

_SETTINGS = "_hypothesis_internal_use_settings"
"""Where hypothesis keeps the settings of one test; it has no other way to change them later."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Lower the numbers."""
    most = int(os.environ.get("MUTATION_EXAMPLES", "100"))
    for item in items:
        function: Any = getattr(item, "obj", None)
        own = getattr(function, _SETTINGS, None)
        if own is not None:
            setattr(function, _SETTINGS, _lighter(own, most))
        machine: Any = getattr(item, "cls", None)
        if isinstance(getattr(machine, "settings", None), settings):
            machine.settings = _lighter(machine.settings, most)


def _lighter(given: settings, most: int) -> settings:
    """Fewer examples; and a failure is not made smaller, which takes long."""
    return settings(
        given,
        max_examples=min(given.max_examples, most),
        phases=(Phase.explicit, Phase.generate),
        database=None,
    )
