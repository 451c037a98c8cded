"""What handlers find in the application."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from aiohttp import web
from jinja2 import Environment

from payments.domain.values.payment import Payment
from payments.domain.values.time import Clock, Instant
from payments.infra.outbound import Outbound
from payments.infra.settings import Network
from payments.providers.messages import Webhook
from payments.providers.protocol import PaymentProvider
from payments.services.health import Health
from payments.services.inbox import Inbox
from payments.services.program_orders import ProgramOrders
from payments.services.ways import Ways
from payments.store.queries import Queries
from webhooks.metrics import WebMetrics
from webhooks.server.bodies import Bodies
from webhooks.server.failures import Failures
from webhooks.server.key_limits import ApiLimits
from webhooks.server.tries import Tries


def webhooks_of(
    providers: Iterable[PaymentProvider],
) -> dict[str, tuple[PaymentProvider, Webhook]]:
    """The providers that make requests to us, by name, and what reads these."""
    return {each.name: (each, each.webhook) for each in providers if each.webhook is not None}


class MailDoor(Protocol):
    """What the web face does for mail, where it is on."""

    @property
    def posts_as(self) -> str | None:
        """The name in `/webhooks/{name}` of who posts to us; None if nobody does."""
        ...

    async def take_in(
        self, body: bytes, headers: Mapping[str, Sequence[str]], now: Instant
    ) -> None:
        """Take a message in. Raises NotGenuine if it is not from whom it should be."""
        ...

    def is_stop_link(self, token: str) -> bool:
        """Whether a link that stops mail is one of ours."""
        ...

    async def stop(self, token: str) -> None:
        """Send nothing more to whoever has such a link. Raises LookupError if it is none."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The collaborators of the web face.

    Attributes:
        webhooks: The providers that make requests to us, with what reads these, by the name in
            `/webhooks/{name}`.
        inbox: Takes genuine messages in.
        program_orders: Fulfils and denies orders for other programs.
        queries: Reads.
        outbound: Knows how the integrations do.
        health: Knows how the program does.
        clock: Tells the time.
        metrics: Counts.
        trusted_proxies: Whose forwarded addresses are believed.
        templates: The pages.
        ways: Show and open the ways to pay for a purchase.
        came_back: Called when a buyer comes back from the provider's page, and while they wait.
        body_seconds: How long a webhook's body may take to arrive; providers wait about as long
            for the answer.
        failures: Counts what is not genuine, by address.
        api_limits: How often other programs may ask.
        bodies: Reads bodies, all of them within one budget.
        mail: What it does for mail; None where that is off.
        tax_tries: How often taxes are computed for one purchase.
    """

    webhooks: Mapping[str, tuple[PaymentProvider, Webhook]]
    inbox: Inbox
    program_orders: ProgramOrders
    queries: Queries
    outbound: Outbound
    health: Health
    clock: Clock
    metrics: WebMetrics
    trusted_proxies: tuple[Network, ...]
    templates: Environment
    ways: Ways
    came_back: Callable[[Payment], None] = lambda _: None
    body_seconds: float = 10
    failures: Failures = field(default_factory=Failures)
    api_limits: ApiLimits = field(default_factory=ApiLimits)
    bodies: Bodies = field(default_factory=Bodies)
    mail: MailDoor | None = None
    tax_tries: Tries = field(default_factory=Tries)


PARTS = web.AppKey("parts", Parts)
HEALTH = web.AppKey("health", Health)
