"""What is counted of messages that come in."""

from typing import Protocol


class InboxMetrics(Protocol):
    """Who notes how late messages come."""

    def event_arrived(self, provider: str, delay: int) -> None:
        """A message came; the delay since the provider wrote it is in microseconds."""
        ...

    def event_ignored(self, provider: str) -> None:
        """A message did not concern us."""
        ...
