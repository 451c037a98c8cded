"""Counts what happens, for Prometheus."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector
from purgatory.domain.model import OPENED

from payments.commands.base import Command
from payments.domain.values.events import EVENTS, Event, PaymentRefunded
from payments.domain.values.ledger import Transfer
from payments.domain.values.time import SECOND
from payments.infra.calling import Line
from payments.runner.observers.protocol import Observer
from payments.store.queries import QueueStanding

DELAYS: Final = (1, 5, 15, 60, 300, 900, 3_600, 21_600, 86_400)
"""Where delays are told apart, in seconds: from a second to a day."""


CALL_SECONDS: Final = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""Where calls to the outside are told apart; none takes longer than the last."""


class Metrics(Observer):
    """Counts events, points, errors, and how deliveries ended.

    Args:
        registry: Where the numbers are kept; `/metrics` shows it.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        count = partial(Counter, registry=registry)
        measure = partial(Histogram, registry=registry)
        self._watch_calls(registry)
        self._events = count("guildbank_events", "Facts that were committed, by name.", ["name"])
        for name in EVENTS:  # from 0 on, so that the first one is seen as a rise
            self._events.labels(name)
        self._points = count(
            "guildbank_points_moved", "Points moved, by kind of transfer.", ["kind"]
        )
        self._errors = count("guildbank_command_errors", "Commands that went wrong.", ["kind"])
        self._deliveries = count(
            "guildbank_deliveries", "How tries to deliver ended, by channel.", ["channel", "end"]
        )
        self._delay = measure(
            "guildbank_webhook_delay_seconds",
            "Seconds from a provider's event to its arrival here.",
            ["provider"],
            buckets=DELAYS,
        )
        self._ignored = count(
            "guildbank_ignored_events",
            "Events of a provider that were no concern of ours, such as another product's.",
            ["provider"],
        )
        self._checkouts = measure(
            "guildbank_checkout_seconds",
            "Seconds from a member's wish to buy until there is a link to pay.",
        )
        self._refunds = measure(
            "guildbank_refund_seconds",
            "Seconds from a moderator's request until the money is on its way to the buyer.",
            buckets=DELAYS,
        )
        self._attempts = count(
            "guildbank_refused_attempts",
            "Commands, presses and forms of people who may not, or not there, by kind.",
            ["kind"],
        )
        self._refused = Gauge(
            "guildbank_provider_refuses",
            "Whether a payment provider refuses our key, or something that it needs.",
            ["provider"],
            registry=registry,
        )

    def _watch_calls(self, registry: CollectorRegistry) -> None:
        """Calls to the outside."""
        count = partial(Counter, registry=registry)
        self._calls = Histogram(
            "guildbank_call_seconds",
            "Seconds of each try of a call to the outside, by integration, purpose and end.",
            ["integration", "purpose", "end"],
            buckets=CALL_SECONDS,
            registry=registry,
        )
        self._trips = count(
            "guildbank_breaker_trips",
            "How often calls were held back after several failures, by integration and purpose.",
            ["integration", "purpose"],
        )
        self._fallbacks = count(
            "guildbank_fallbacks",
            "How often something else was used in place of an integration's answer.",
            ["integration"],
        )
        self._troubles = Gauge(
            "guildbank_integration_trouble",
            "Whether an integration does not do well, by what is wrong (1 while it stands).",
            ["integration", "trouble"],
            registry=registry,
        )

    def on_transaction_created(self, transfer: Transfer) -> None:
        """Add its points."""
        self._points.labels(transfer.kind).inc(transfer.points)

    def on_event(self, event: Event) -> None:
        """Count it."""
        self._events.labels(event.name).inc()
        if isinstance(event, PaymentRefunded) and event.asked_at is not None:
            self._refunds.observe((event.at - event.asked_at) / SECOND)

    def on_error(self, command: Command[Any], error: Exception) -> None:
        """Count it."""
        del error
        self._errors.labels(command.kind).inc()

    def delivery_ended(self, channel: str, end: str) -> None:
        """Count how a try to deliver ended."""
        self._deliveries.labels(channel, end).inc()

    def checkout_opened(self, microseconds: int) -> None:
        """Note how long it took from a member's wish to buy until there was a link."""
        self._checkouts.observe(microseconds / SECOND)

    def call_ended(self, line: Line, end: str, seconds: float) -> None:
        """Note how a try of a call to the outside ended, and how long it took."""
        self._calls.labels(line.integration, line.purpose, end).observe(seconds)

    def breaker_changed(self, line: Line, state: str) -> None:
        """Count a breaker that has opened."""
        if state == OPENED:
            self._trips.labels(line.integration, line.purpose).inc()

    def fell_back(self, integration: str) -> None:
        """Count something that was used in place of an integration's answer."""
        self._fallbacks.labels(integration).inc()

    def trouble_changed(self, integration: str, trouble: str, *, stands: bool) -> None:
        """Note what is wrong with an integration, and when that is over."""
        self._troubles.labels(integration, trouble).set(stands)

    def access_changed(self, provider: str, *, refused: bool) -> None:
        """Note whether a provider refuses us."""
        self._refused.labels(provider).set(refused)

    def attempt_refused(self, kind: str) -> None:
        """Count what somebody tried on Discord who may not, by the kind of interaction."""
        self._attempts.labels(kind).inc()

    def event_ignored(self, provider: str) -> None:
        """Count a provider's event that did not concern us."""
        self._ignored.labels(provider).inc()

    def event_arrived(self, provider: str, delay: int) -> None:
        """Note how long after it was written a provider's event came first; microseconds."""
        self._delay.labels(provider).observe(max(0, delay) / SECOND)


class QueueGauge(Collector):
    """The queue as it was when it was looked at last; somebody else looks from time to time.

    Args:
        registry: Where the numbers are kept.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._seen: tuple[QueueStanding, ...] = ()
        registry.register(self)

    def show(self, seen: Sequence[QueueStanding]) -> None:
        """Note how the queue stands."""
        self._seen = tuple(seen)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Depth and age by priority, and the dead letters."""
        depth = GaugeMetricFamily(
            "guildbank_queue_depth", "Deliveries that wait, by priority.", labels=["priority"]
        )
        age = GaugeMetricFamily(
            "guildbank_queue_age_seconds",
            "How long the longest due delivery has waited, by priority.",
            labels=["priority"],
        )
        dead = GaugeMetricFamily(
            "guildbank_dead_letters", "Deliveries that failed for good.", labels=["priority"]
        )
        for each in self._seen:
            name = each.priority.name.lower()
            depth.add_metric([name], each.waiting)
            age.add_metric([name], each.age / SECOND)
            dead.add_metric([name], each.dead)
        yield from (depth, age, dead)
