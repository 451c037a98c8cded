"""The local Stripe as one object: start it, pay, refund, dispute, and close it."""

import asyncio
import contextlib
import time
from collections.abc import Iterable, Sequence
from email.utils import formatdate
from types import TracebackType
from typing import Self

from aiohttp import web

from payments.domain.values.time import Clock, Instant
from sandbox.stripe.api.gate import Gate
from sandbox.stripe.control import Control
from sandbox.stripe.faults import Faults
from sandbox.stripe.ids import Ids
from sandbox.stripe.objects.endpoint import Endpoint
from sandbox.stripe.pages import Pages, Templates
from sandbox.stripe.play import Play
from sandbox.stripe.recording import Exchange, Recorder
from sandbox.stripe.state import State
from sandbox.stripe.webhooks import STRIPE_PAUSES, Dispatcher

_SWEEP_SECONDS = 1.0
_SHUTDOWN_SECONDS = 1.0


def system_clock() -> Instant:
    """The real time."""
    return Instant(time.time_ns() // 1000)


class LocalStripe(Play):
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
        dispatcher = Dispatcher(
            now=state.now,
            endpoints=state.endpoints,
            pauses=retry_pauses,
            timeout_seconds=webhook_timeout_seconds,
            concurrency=webhook_concurrency,
        )
        state.attach(dispatcher)
        super().__init__(state, dispatcher, redirect_wait_seconds=redirect_wait_seconds)
        self.faults = Faults()
        self.secret_key = secret_key
        self._recorder = Recorder()
        self._restricted: dict[str, frozenset[str]] = {}
        self._runner: web.AppRunner | None = None
        self._sweeper: asyncio.Task[None] | None = None
        for url, secret, types in webhook_endpoints:
            self.add_webhook_endpoint(url, secret, types)

    @property
    def url(self) -> str:
        """Where it is, such as `http://127.0.0.1:4242`: its API, the hosted pages, `/control`."""
        return self.state.address

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Start to serve; port 0 takes a free one.

        Raises:
            OSError: The port is taken.
        """
        app = web.Application(middlewares=[self._recorder.middleware()])
        app.on_response_prepare.append(self._date)
        Gate(self.state, self.faults, self.secret_key, self._restricted).add_routes(app)
        templates = Templates()
        Pages(self, templates).add_routes(app)
        Control(play=self, faults=self.faults, templates=templates).add_routes(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        bound = self._runner.addresses[0]
        self.state.address = f"http://{host}:{bound[1]}"
        await self.dispatcher.start()
        self._sweeper = asyncio.create_task(self._sweep())

    async def _date(self, _request: web.Request, response: web.StreamResponse) -> None:
        """Answers carry the time by Stripe's clock, which here is ours."""
        response.headers["Date"] = formatdate(self.state.now(), usegmt=True)

    async def close(self) -> None:
        """Stop serving and delivering."""
        self.faults.clear()
        if self._sweeper is not None:
            self._sweeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._sweeper
        await self.dispatcher.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

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

    async def _sweep(self) -> None:
        while True:
            self.sweep()
            await asyncio.sleep(_SWEEP_SECONDS)
