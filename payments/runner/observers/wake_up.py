"""Wakes the workers once something is committed."""

from collections.abc import Callable

from payments.domain.values.events import Event
from payments.runner.observers.protocol import Observer


class Waking(Observer):
    """Calls back after each commit that emitted something."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake

    def on_event(self, event: Event) -> None:
        """Wake."""
        del event
        self._wake()
