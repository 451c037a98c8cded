"""The words of calls to the outside: where they go, what for, how they end, within which limits."""

from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Protocol


class Failure(Enum):
    """What an error of a call says about the other side."""

    AWAY = "away"
    """Not reached, timed out, or 5xx: try again, and count it for the breaker."""
    BUSY = "busy"
    """429: try again, but it is not broken."""
    FINAL = "final"
    """It understood and said no: trying again would not help."""


class Purpose(StrEnum):
    """What calls are made for."""

    MEMBERS = "members"
    """Somebody waits for the answer: a member who buys, a moderator who refunds."""
    BACKGROUND = "background"
    """Nobody waits: look-ups, lists, deliveries."""
    HEALTH = "health"
    """Only to see whether the other side answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The calls to one integration for one purpose, which share a breaker."""

    integration: str
    purpose: Purpose

    def __str__(self) -> str:
        """As the log names it."""
        return f"{self.integration} ({self.purpose})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The numbers of the policy.

    Attributes:
        timeout_seconds: Limit for one try.
        attempts: Tries in all.
        first_pause_seconds: Pause after the first failed try; it doubles, with jitter.
        longest_pause_seconds: The pause never grows beyond.
        failures_to_open: Failures in a row that open the breaker.
        open_seconds: How long it stays open before a probe.
    """

    timeout_seconds: float = 10
    attempts: int = 3
    first_pause_seconds: float = 0.5
    longest_pause_seconds: float = 5
    failures_to_open: int = 5
    open_seconds: float = 30


class CallEnds(Protocol):
    """Who counts the tries of calls to the outside."""

    def call_ended(self, line: Line, end: str, seconds: float) -> None:
        """A try was `ok`, `away`, `busy` or `final` (see `Failure`), or ran into `timeout`."""
        ...
