"""The local Stripe as one object: start it, pay, refund, dispute, and close it."""

from collections.abc import Iterable, Sequence

from aiohttp import web

from payments.domain.values.time import Clock
from payments.infra.clock import system_clock
from sandbox.base.control import Control
from sandbox.base.pages import Templates
from sandbox.base.recording import Recorder
from sandbox.base.server import LocalService
from sandbox.stripe.api.gate import Gate
from sandbox.stripe.control import ACTS, shown
from sandbox.stripe.ids import Ids
from sandbox.stripe.objects.endpoint import Endpoint
from sandbox.stripe.pages import TEMPLATES, Pages
from sandbox.stripe.play import Play
from sandbox.stripe.recording import Exchange, exchange
from sandbox.stripe.state import State
from sandbox.stripe.webhooks import STRIPE_PAUSES, EventDispatcher


class LocalStripe(Play, LocalService):
    """A Stripe of one's own on 127.0.0.1, that keeps its state in memory.

    Use it as an async context manager, or call `start` and `close`. What people, banks and the
    dashboard do are its methods (see `Play`).

    Args:
        secret_key: The key that its API takes; every other is refused.
        clock: The time for all objects, signatures and the lapse of sessions.
        webhook_endpoints: Address, signing secret and event types (empty for all) of each endpoint.
        retry_pauses: Seconds of real time between the attempts to deliver an event.
        webhook_timeout_seconds: How long an endpoint may take to answer.
        webhook_concurrency: How many webhooks are under way at most.
        redirect_wait_seconds: How long the hosted page waits for the webhook's answer before it
            sends the buyer back (Stripe: Fulfill orders, 10 s).
        seed: Makes the same ids each time; none for random ones.
    """

    def __init__(
        self,
        *,
        secret_key: str,
        clock: Clock = system_clock,
        webhook_endpoints: Iterable[tuple[str, str, Sequence[str]]] = (),
        retry_pauses: Sequence[float] = STRIPE_PAUSES,
        webhook_timeout_seconds: float = 20.0,
        webhook_concurrency: int = 64,
        redirect_wait_seconds: float = 10.0,
        seed: int | None = None,
    ) -> None:
        ids = Ids(seed)
        state = State(clock=clock, ids=ids, account=ids.new("acct"))
        dispatcher = EventDispatcher(
            now=state.now,
            endpoints=state.endpoints,
            pauses=retry_pauses,
            timeout_seconds=webhook_timeout_seconds,
            concurrency=webhook_concurrency,
        )
        state.attach(dispatcher)
        Play.__init__(self, state, dispatcher, redirect_wait_seconds=redirect_wait_seconds)
        LocalService.__init__(self, now=state.now, sender=dispatcher)
        self.secret_key = secret_key
        self._recorder = Recorder(exchange, ("/v1/",))
        self._restricted: dict[str, frozenset[str]] = {}
        for url, secret, types in webhook_endpoints:
            self.add_webhook_endpoint(url, secret, types)

    @property
    def url(self) -> str:
        """Where it is, such as `http://127.0.0.1:4242`: its API, the hosted pages, `/control`."""
        return self.state.address

    def application(self) -> web.Application:
        """Its API, the hosted pages and `/control`."""
        app = web.Application(middlewares=[self._recorder.middleware()])
        Gate(self.state, self.faults, self.secret_key, self._restricted).add_routes(app)
        templates = Templates(TEMPLATES)
        Pages(self, templates).add_routes(app)
        Control(
            play=self,
            acts=ACTS,
            show=lambda: shown(self),
            faults=self.faults,
            templates=templates,
            every_path="/v1/*",
        ).add_routes(app)
        return app

    def listening(self, address: str) -> None:
        """Take in where it is served: pages are there too."""
        self.state.address = address

    def add_webhook_endpoint(
        self, url: str, secret: str | None = None, types: Sequence[str] = ()
    ) -> Endpoint:
        """Register an address for events of these types (all if empty); it may make the secret."""
        endpoint = Endpoint(
            id=self.state.ids.new("we"),
            created=self.state.now(),
            url=url,
            secrets=(secret or self.state.ids.new("whsec"),),
            enabled_events=tuple(types) or ("*",),
        )
        self.state.endpoints[endpoint.id] = endpoint
        return endpoint

    def add_restricted_key(self, key: str, permissions: Iterable[str]) -> None:
        """Accept another key with only these permissions (`charge_write`); write includes read."""
        self._restricted[key] = frozenset(permissions)

    def record(self) -> list[Exchange]:
        """Keep what is asked and answered from now on, in a list that grows."""
        return self._recorder.start()
