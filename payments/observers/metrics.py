"""Counts what happens, for Prometheus."""

from typing import Any

from prometheus_client import CollectorRegistry, Counter

from payments.commands.base import Command
from payments.domain.events import Event
from payments.domain.ledger import Transfer
from payments.observers.protocol import Observer


class Metrics(Observer):
    """Counts events, points, errors, and how deliveries ended.

    Args:
        registry: Where the numbers are kept; `/metrics` shows it.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._events = Counter(
            "guildbank_events", "Facts that were committed, by name.", ["name"], registry=registry
        )
        self._points = Counter(
            "guildbank_points_moved",
            "Points moved, by kind of transfer.",
            ["kind"],
            registry=registry,
        )
        self._errors = Counter(
            "guildbank_command_errors", "Commands that went wrong.", ["kind"], registry=registry
        )
        self._deliveries = Counter(
            "guildbank_deliveries",
            "How tries to deliver ended, by channel.",
            ["channel", "end"],
            registry=registry,
        )

    def on_transaction_created(self, transfer: Transfer) -> None:
        """Add its points."""
        self._points.labels(transfer.kind).inc(transfer.points)

    def on_event(self, event: Event) -> None:
        """Count it."""
        self._events.labels(event.name).inc()

    def on_error(self, command: Command[Any], error: Exception) -> None:
        """Count it."""
        del error
        self._errors.labels(command.kind).inc()

    def delivery_ended(self, channel: str, end: str) -> None:
        """Count how a try to deliver ended."""
        self._deliveries.labels(channel, end).inc()
