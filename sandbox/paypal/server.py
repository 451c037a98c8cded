"""The local PayPal as one object: start it, approve, refund, dispute, and close it."""

from collections.abc import Sequence

from aiohttp import web

from payments.domain.values.time import Clock
from payments.infra.clock import system_clock
from sandbox.base.control import Control
from sandbox.base.pages import Templates
from sandbox.base.recording import JsonExchange, Recorder, json_exchange
from sandbox.base.server import LocalService
from sandbox.paypal.api.gate import Gate
from sandbox.paypal.control import ACTS, shown
from sandbox.paypal.ids import Ids
from sandbox.paypal.objects.event import Webhook
from sandbox.paypal.pages import TEMPLATES, Pages
from sandbox.paypal.play import Play
from sandbox.paypal.state import State
from sandbox.paypal.webhooks import PAYPAL_PAUSES, EventDispatcher, Signer


class LocalPayPal(Play, LocalService):
    """A PayPal of one's own on 127.0.0.1, that keeps its state in memory.

    Use it as an async context manager, or call `start` and `close`. What buyers, banks and PayPal
    do are its methods (see `Play`).

    Args:
        client_id: Who may have tokens.
        client_secret: With which password.
        clock: The time for all objects, certificates, tokens, and the lapse of orders.
        webhook_url: An address for all events; `webhook_id` names its registration.
        retry_pauses: Seconds of real time between the attempts to deliver an event.
        webhook_timeout_seconds: How long an address may take to answer.
        webhook_concurrency: How many webhooks are under way at most.
        seed: Makes the same ids each time; none for random ones.
    """

    def __init__(
        self,
        *,
        client_id: str,
        client_secret: str,
        clock: Clock = system_clock,
        webhook_url: str | None = None,
        retry_pauses: Sequence[float] = PAYPAL_PAUSES,
        webhook_timeout_seconds: float = 20.0,
        webhook_concurrency: int = 64,
        seed: int | None = None,
    ) -> None:
        ids = Ids(seed)
        state = State(clock=clock, ids=ids)
        dispatcher = EventDispatcher(
            ids=ids,
            signer=Signer(ids, state.now),
            now=state.now,
            webhooks=state.webhooks,
            pauses=retry_pauses,
            timeout_seconds=webhook_timeout_seconds,
            concurrency=webhook_concurrency,
        )
        state.dispatcher = dispatcher
        Play.__init__(self, state, dispatcher)
        LocalService.__init__(self, now=state.now, sender=dispatcher)
        self._client = (client_id, client_secret)
        self._dispatcher = dispatcher
        self._recorder = Recorder(json_exchange, ("/v1/", "/v2/"))
        self.webhook_id = "" if webhook_url is None else self.add_webhook(webhook_url).id

    @property
    def url(self) -> str:
        """Where it is, such as `http://127.0.0.1:4242`: its API, the hosted pages, `/control`."""
        return self.state.address

    def application(self) -> web.Application:
        """Its API, the hosted pages and `/control`."""
        app = web.Application(middlewares=[self._recorder.middleware()])
        Gate(self.state, self.faults, *self._client).add_routes(app)
        templates = Templates(TEMPLATES)
        Pages(self, templates).add_routes(app)
        Control(
            play=self,
            acts=ACTS,
            show=lambda: shown(self),
            faults=self.faults,
            templates=templates,
            every_path="/v[12]/*",
        ).add_routes(app)
        return app

    def listening(self, address: str) -> None:
        """Take in where it is served: pages and the certificate are there too."""
        self.state.address = address
        self._dispatcher.address = address
        for webhook in self.state.webhooks.values():
            webhook.api = address

    def serve_certificate_at(self, address: str) -> None:
        """Name another address for the certificate, of a server that passes calls on to here."""
        self._dispatcher.address = address

    def sweep(self) -> None:
        """Orders lapse when somebody asks for them: nothing is told, so nothing is to be done."""

    def add_webhook(self, url: str, types: Sequence[str] = ()) -> Webhook:
        """Register an address for events of these types (all if empty)."""
        webhook = Webhook(
            id=self.state.ids.transaction(),
            api=self.state.address,
            url=url,
            types=tuple(types) or ("*",),
        )
        self.state.webhooks[webhook.id] = webhook
        return webhook

    def record(self) -> list[JsonExchange]:
        """Keep what is asked and answered from now on, in a list that grows."""
        return self._recorder.start()
