"""`make trust` tries properties with many more examples than `make test` does."""

from typing import Any, Final

import pytest
from hypothesis import settings

MORE: Final = 10
"""How many times as many examples."""

_SETTINGS: Final = "_hypothesis_internal_use_settings"
"""Where hypothesis keeps the settings of one test; it has no other way to change them later."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Raise the numbers of examples, if faults are tried many times too."""
    if not config.getoption("--trust"):
        return
    tried: set[Any] = {getattr(item, "obj", None) for item in items}
    for function in tried:
        if (own := getattr(function, _SETTINGS, None)) is not None:
            setattr(function, _SETTINGS, _with_more(own))
    machines: set[Any] = {getattr(item, "cls", None) for item in items}
    for machine in machines:
        if isinstance(getattr(machine, "settings", None), settings):
            machine.settings = _with_more(machine.settings)


def _with_more(given: settings) -> settings:
    return settings(given, max_examples=given.max_examples * MORE)
