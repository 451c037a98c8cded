"""Counts what happens at the web face."""

from collections.abc import Iterable, Iterator
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector

from payments.infra.outbound import Outbound

FORGED: Final = "signature"
"""Why a request was rejected whose signature is missing or wrong."""

METRICS_CONNECTIONS = 64
"""The most connections to the metrics port."""


class WebMetrics:
    """Requests of providers and other programs, and how long the answers took.

    Args:
        registry: Where the numbers are kept.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self._requests = Counter(
            "guildbank_webhook_requests",
            "Webhook requests, by provider and HTTP status.",
            ["provider", "status"],
            registry=registry,
        )
        self._rejected = Counter(
            "guildbank_webhook_rejected",
            "Webhook requests that were not genuine, by provider and reason.",
            ["provider", "reason"],
            registry=registry,
        )
        self._api = Counter(
            "guildbank_api_requests",
            "Requests of other programs, by what was asked for and HTTP status.",
            ["action", "status"],
            registry=registry,
        )
        self._seconds = Histogram(
            "guildbank_webhook_seconds",
            "Seconds from a webhook request to its answer.",
            ["provider"],
            registry=registry,
        )

    def answered(self, provider: str, status: int, seconds: float) -> None:
        """Count an answer."""
        self._requests.labels(provider, str(status)).inc()
        self._seconds.labels(provider).observe(seconds)

    def rejected(self, provider: str, reason: str) -> None:
        """Count a request that was not genuine."""
        self._rejected.labels(provider, reason).inc()

    def api_answered(self, action: str, status: int) -> None:
        """Count an answer to another program."""
        self._api.labels(action, str(status)).inc()

    def watch(self, outbound: Outbound, providers: Iterable[str]) -> None:
        """Show how the integrations do, too; count forgeries from 0 on, that the first is seen."""
        self.registry.register(Breakers(outbound))
        for provider in providers:
            self._rejected.labels(provider, FORGED)


class Breakers(Collector):
    """The breakers' states as they are when somebody looks.

    Args:
        outbound: Knows them.
    """

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One gauge for each line of calls; 1 until a call has gone through again."""
        opened = GaugeMetricFamily(
            "guildbank_breaker_open",
            "Whether calls to an integration for a purpose fail at once, but for probes.",
            labels=["integration", "purpose"],
        )
        for line, state in self._outbound.states.items():
            opened.add_metric([line.integration, line.purpose], float(state != "closed"))
        yield opened
