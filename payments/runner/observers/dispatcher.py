"""Calls observers outside of the runner: a slow one, or one that hangs, holds nobody up."""

import queue
import threading
from collections.abc import Callable, Sequence

import structlog

from payments.runner.observers.protocol import Observer

log = structlog.get_logger(__name__)

Call = Callable[[Observer], None]
"""A call of one of an observer's methods."""

ROOM = 10_000
"""Number of calls that wait for an observer; when it is further behind, it misses some."""

LAST_LOOK_SECONDS = 5.0
"""How long an observer has to catch up when everything ends."""


class ObserverDispatcher:
    """Calls observers with what happened, in order, each in its own thread.

    Args:
        observers: Who watches.
        room: How far one may be behind.
    """

    def __init__(self, observers: Sequence[Observer], *, room: int = ROOM) -> None:
        self._watchers = [_Watcher(each, room) for each in observers]

    def start(self) -> None:
        """Start the threads."""
        for watcher in self._watchers:
            watcher.thread.start()

    def dispatch(self, call: Call) -> None:
        """Call all observers, each when it gets to it. Never waits."""
        for watcher in self._watchers:
            watcher.dispatch(call)

    def close(self) -> None:
        """Wait for the observers to catch up, a few seconds at most."""
        for watcher in self._watchers:
            watcher.close()


class _Watcher:
    """One observer with what it has not seen yet."""

    def __init__(self, observer: Observer, room: int) -> None:
        self._observer = observer
        self._unseen: queue.Queue[Call | None] = queue.Queue(room)
        self._missed = 0
        name = f"observer {type(observer).__name__}"
        self.thread = threading.Thread(target=self._watch, name=name, daemon=True)

    def dispatch(self, call: Call) -> None:
        try:
            self._unseen.put_nowait(call)
        except queue.Full:
            self._missed += 1
            if self._missed == 1:
                log.warning("observer.behind", observer=type(self._observer).__name__)

    def _watch(self) -> None:
        while (call := self._unseen.get()) is not None:
            try:
                call(self._observer)
            except Exception:  # it is called with the next one nevertheless
                log.exception("observer.failed", observer=type(self._observer).__name__)

    def close(self) -> None:
        if not self.thread.is_alive():
            return
        try:
            self._unseen.put(None, timeout=LAST_LOOK_SECONDS)
        except queue.Full:
            log.warning("observer.hangs", observer=type(self._observer).__name__)
            return
        self.thread.join(LAST_LOOK_SECONDS)
        if self.thread.is_alive():
            log.warning("observer.hangs", observer=type(self._observer).__name__)
