"""What one process does: everything, or one part of it beside other processes."""

from enum import Enum
from typing import Final


class ProcessRole(Enum):
    """A part of the program that can run as a process of its own, several times if need be."""

    WEBHOOKS = "webhooks"
    """The public web server: the webhook door and the pay pages."""
    WORKER = "worker"
    """Delivers messages, and does maintenance and reconciliation."""
    BOT = "bot"
    """The gateway: answers commands and buttons."""


EVERYTHING: Final = frozenset(ProcessRole)
"""All in one process: what most need."""
