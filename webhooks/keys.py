"""What handlers find in the application."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from aiohttp import web
from jinja2 import Environment

from payments.domain.time import Clock
from payments.intake import Intake
from payments.outside import Outside
from payments.providers.protocol import PaymentProvider
from payments.settings import Network
from payments.store.migrate import Migrations
from payments.store.queries import Queries
from webhooks.metrics import WebMetrics

Check = Callable[[], Awaitable[str]]
"""One check of readiness: `ok`, or a word for what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The collaborators of the web face.

    Attributes:
        providers: By the name in `/webhooks/{name}`.
        intake: Takes genuine messages in.
        queries: Reads.
        migrations: Knows which version the database should be at.
        outside: Knows how the integrations do.
        clock: Tells the time.
        metrics: Counts.
        trusted_proxies: Whose forwarded addresses are believed.
        templates: The pages.
        checks: More checks for `/readyz`, by name: each returns `ok`, or a word for what is wrong.
        body_seconds: How long a webhook's body may take to arrive; Stripe waits about as long for
            the answer.
    """

    providers: Mapping[str, PaymentProvider]
    intake: Intake
    queries: Queries
    migrations: Migrations
    outside: Outside
    clock: Clock
    metrics: WebMetrics
    trusted_proxies: tuple[Network, ...]
    templates: Environment
    checks: Mapping[str, Check] = field(default_factory=dict)
    body_seconds: float = 10


PARTS = web.AppKey("parts", Parts)
