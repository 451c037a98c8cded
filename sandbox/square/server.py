"""The local Square as one object: start it, pay, refund, dispute, and close it."""

from collections.abc import Sequence

from aiohttp import web

from payments.domain.values.time import Clock
from payments.infra.clock import system_clock
from sandbox.base.control import Control
from sandbox.base.pages import Templates
from sandbox.base.recording import JsonExchange, Recorder, json_exchange
from sandbox.base.server import LocalService
from sandbox.square.api.gate import Gate
from sandbox.square.control import ACTS, shown
from sandbox.square.ids import Ids
from sandbox.square.objects.event import Subscription
from sandbox.square.pages import TEMPLATES, Pages
from sandbox.square.play import Play
from sandbox.square.state import State
from sandbox.square.webhooks import SQUARE_PAUSES, EventDispatcher


class LocalSquare(Play, LocalService):
    """A Square of one's own on 127.0.0.1, that keeps its state in memory.

    Use it as an async context manager, or call `start` and `close`. What buyers, banks and Square
    do are its methods (see `Play`).

    Args:
        access_token: The token that its API takes; every other is refused.
        clock: The time for all objects.
        signature_key: Signs what is sent to `notification_url`.
        notification_url: An address for all events; none if it is None.
        location_id: The seller's only location; it makes one if it is None.
        currency: What the location takes.
        appends_ids: Whether ids are appended to `redirect_url`, as in production; the real
            sandbox appends nothing.
        retry_pauses: Seconds of real time between the attempts to deliver an event.
        webhook_timeout_seconds: How long an address may take to answer.
        webhook_concurrency: How many webhooks are under way at most.
        seed: Makes the same ids each time; none for random ones.
    """

    def __init__(
        self,
        *,
        access_token: str,
        clock: Clock = system_clock,
        signature_key: str = "",
        notification_url: str | None = None,
        location_id: str | None = None,
        currency: str = "USD",
        appends_ids: bool = False,
        retry_pauses: Sequence[float] = SQUARE_PAUSES,
        webhook_timeout_seconds: float = 10.0,
        webhook_concurrency: int = 64,
        seed: int | None = None,
    ) -> None:
        ids = Ids(seed)
        state = State(
            clock=clock,
            ids=ids,
            merchant=ids.account(),
            location=location_id or ids.account(),
            currency=currency,
        )
        dispatcher = EventDispatcher(
            now=state.now,
            subscriptions=state.subscriptions,
            pauses=retry_pauses,
            timeout_seconds=webhook_timeout_seconds,
            concurrency=webhook_concurrency,
        )
        state.dispatcher = dispatcher
        Play.__init__(self, state, dispatcher)
        LocalService.__init__(self, now=state.now, sender=dispatcher)
        self._access_token = access_token
        self._appends_ids = appends_ids
        self._recorder = Recorder(json_exchange, ("/v2/",))
        if notification_url is not None:
            self.add_subscription(notification_url, signature_key or None)

    @property
    def url(self) -> str:
        """Where it is, such as `http://127.0.0.1:4242`: its API, the hosted pages, `/control`."""
        return self.state.address

    @property
    def location_id(self) -> str:
        """The seller's only location."""
        return self.state.location

    @property
    def currency(self) -> str:
        """What the location takes."""
        return self.state.currency

    def application(self) -> web.Application:
        """Its API, the hosted pages and `/control`."""
        app = web.Application(middlewares=[self._recorder.middleware()])
        Gate(self.state, self.faults, self._access_token).add_routes(app)
        templates = Templates(TEMPLATES)
        Pages(self, templates, appends_ids=self._appends_ids).add_routes(app)
        Control(
            play=self,
            acts=ACTS,
            show=lambda: shown(self),
            faults=self.faults,
            templates=templates,
            every_path="/v2/*",
        ).add_routes(app)
        return app

    def listening(self, address: str) -> None:
        """Take in where it is served: pages are there too."""
        self.state.address = address

    def sweep(self) -> None:
        """Nothing lapses by itself at Square."""

    def add_subscription(
        self, url: str, signature_key: str | None = None, types: Sequence[str] = ()
    ) -> Subscription:
        """Register an address for events of these types (all if empty); it may make the key."""
        made = Subscription(
            id=self.state.ids.subscription(),
            created=self.state.now(),
            updated=self.state.now(),
            url=url,
            signature_key=signature_key or self.state.ids.text(22),
            types=tuple(types),
        )
        self.state.subscriptions[made.id] = made
        return made

    def record(self) -> list[JsonExchange]:
        """Keep what is asked and answered from now on, in a list that grows."""
        return self._recorder.start()
