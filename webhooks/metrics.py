"""Counts what happens at the web face."""

from prometheus_client import CollectorRegistry, Counter, Histogram


class WebMetrics:
    """Requests at the webhook door, and how long the answers took.

    Args:
        registry: Where the numbers are kept.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
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
