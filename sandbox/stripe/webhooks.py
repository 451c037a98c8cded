"""Sending events to endpoints: signed, retried, and on request lost, held, delayed or doubled."""

import asyncio
import contextlib
import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import aiohttp
from pydantic_core import to_json

from sandbox.stripe.objects.endpoint import Endpoint
from sandbox.stripe.objects.event import Event
from sandbox.stripe.plans import Plans

STRIPE_PAUSES = (300.0, 1800.0, 7200.0, *(18_000.0,) * 2, *(43_200.0,) * 5)
"""Seconds between attempts, about three days in all (Stripe: Automatic retries)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try: when (Unix seconds), and the HTTP status or what went wrong instead."""

    at: int
    status: int | None = None
    error: str | None = None


@dataclass(slots=True, kw_only=True)
class WebhookDelivery:
    """One event on its way to one endpoint.

    Attributes:
        answered: Set once the first attempt is over, or when none is going to be made soon.
    """

    event: Event
    endpoint: Endpoint
    state: Literal["sending", "waiting", "delivered", "failed", "lost"] = "sending"
    attempts: list[Attempt] = field(default_factory=list)
    answered: asyncio.Event = field(default_factory=asyncio.Event)


def sign(payload: bytes, secrets: Sequence[str], at: int) -> str:
    """The header `Stripe-Signature` (Stripe: Verify webhook signatures manually)."""
    signed = f"{at}.".encode() + payload
    parts = [f"v1={hmac.new(s.encode(), signed, hashlib.sha256).hexdigest()}" for s in secrets]
    return ",".join([f"t={at}", *parts])


class Dispatcher:
    """Sends events to the endpoints that want them.

    Args:
        now: The time in Unix seconds, for signatures.
        endpoints: By id; read again for each event.
        pauses: Seconds of real time between the attempts; as many retries as there are pauses.
        timeout_seconds: How long an endpoint may take to answer.
        concurrency: How many requests are under way at most.
    """

    def __init__(
        self,
        *,
        now: Callable[[], int],
        endpoints: Mapping[str, Endpoint],
        pauses: Sequence[float],
        timeout_seconds: float,
        concurrency: int,
    ) -> None:
        self.plans = Plans()
        self._now = now
        self._endpoints = endpoints
        self._pauses = tuple(pauses)
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)
        self._slots = asyncio.Semaphore(concurrency)
        self._deliveries: dict[str, list[WebhookDelivery]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._parked: list[tuple[WebhookDelivery, asyncio.Event]] = []
        self._busy = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._http: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Get ready to send."""
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar()
        )

    async def close(self) -> None:
        """Stop sending; what was not delivered stays so."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._http is not None:
            await self._http.close()

    def prevents(self, event_type: str) -> bool:
        """Whether a plan says that this event is never made."""
        return self.plans.take(event_type, never=True) is not None

    def dispatch(self, event: Event) -> None:
        """Start to send an event to every endpoint that wants it. Returns at once."""
        self._started()
        wanting = [e for e in self._endpoints.values() if e.wants(event.type)]
        deliveries = [WebhookDelivery(event=event, endpoint=endpoint) for endpoint in wanting]
        self._deliveries[event.id] = deliveries
        plan = self.plans.take(event.type)
        for delivery in deliveries:
            match plan.treatment if plan else None:
                case "lose":
                    delivery.state = "lost"
                    delivery.answered.set()
                case "hold":
                    self._start(delivery, wait=float("inf"))
                case "delay":
                    self._start(delivery, wait=plan.seconds if plan else 0)
                case "twice":
                    self._start(delivery)
                    self._start(delivery)
                case _:
                    self._start(delivery)

    def resend(self, event: Event) -> None:
        """Send an event again to every endpoint that wants it, delivered or not."""
        known = self._deliveries.setdefault(event.id, [])
        reached = {delivery.endpoint.id for delivery in known}
        known.extend(
            WebhookDelivery(event=event, endpoint=endpoint)
            for endpoint in self._endpoints.values()
            if endpoint.id not in reached and endpoint.wants(event.type)
        )
        for delivery in known:
            self._start(delivery, retried=False)

    def lose(self, event_id: str) -> None:
        """Make a delivery that waits for its next attempt a lost one."""
        for delivery, _ in list(self._parked):
            if delivery.event.id == event_id:
                delivery.state = "lost"
        self.wake(event_id)

    def wake(self, event_id: str | None = None) -> bool:
        """Send what is held, delayed or waits for a retry now: one event's, or all; if any is."""
        woken = False
        for parked in list(self._parked):
            delivery, awake = parked
            if event_id in {None, delivery.event.id}:
                self._parked.remove(parked)
                self._enter()
                awake.set()
                woken = True
        return woken

    async def drain(self) -> None:
        """Wait until no request is under way or due; held and postponed ones are not waited for."""
        while self._busy:
            await self._idle.wait()

    async def answered(self, event_id: str, timeout_seconds: float) -> None:
        """Wait for the first answers to an event, or until the time is over."""
        waits = [delivery.answered.wait() for delivery in self.of(event_id)]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_seconds):
                await asyncio.gather(*waits)

    def of(self, event_id: str) -> list[WebhookDelivery]:
        """The deliveries of an event, one for each endpoint."""
        return self._deliveries.get(event_id, [])

    def pending(self, event_id: str) -> int:
        """How many endpoints have not taken an event yet."""
        return sum(delivery.state != "delivered" for delivery in self.of(event_id))

    def _start(
        self, delivery: WebhookDelivery, *, wait: float | None = None, retried: bool = True
    ) -> None:
        awake = None
        if wait is None:
            self._enter()
        else:
            awake = self._park(delivery)
            delivery.answered.set()
        task = asyncio.create_task(self._run(delivery, awake, wait or 0, retried=retried))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(
        self, delivery: WebhookDelivery, awake: asyncio.Event | None, wait: float, *, retried: bool
    ) -> None:
        """Attempt until it is delivered or given up, beginning when it is `awake`."""
        for pause in (*(self._pauses if retried else ()), None):
            if awake is not None:
                await self._pause(delivery, awake, wait)
            with self._leaving():
                if delivery.state == "lost" and retried:
                    return
                await self._attempt(delivery)
                if delivery.state == "delivered" or pause is None:
                    return
                awake, wait = self._park(delivery), pause

    def _park(self, delivery: WebhookDelivery) -> asyncio.Event:
        """Put a delivery aside, to be woken by its time or by `wake`."""
        delivery.state = "waiting"
        awake = asyncio.Event()
        self._parked.append((delivery, awake))
        return awake

    async def _pause(self, delivery: WebhookDelivery, awake: asyncio.Event, seconds: float) -> None:
        """Wait until it is time or somebody calls `wake`; it counts as busy from then on."""
        try:
            async with asyncio.timeout(None if seconds == float("inf") else seconds):
                await awake.wait()
        except TimeoutError:
            if not awake.is_set():
                self._parked.remove((delivery, awake))
                self._enter()

    async def _attempt(self, delivery: WebhookDelivery) -> None:
        async with self._slots:
            if delivery.state != "delivered":
                delivery.state = "sending"
            attempt = await self._post(delivery)
        delivery.attempts.append(attempt)
        if attempt.status is not None and attempt.status // 100 == 2:  # noqa: PLR2004 - any 2xx
            delivery.state = "delivered"
        elif delivery.state != "delivered":
            delivery.state = "failed"
        delivery.answered.set()

    async def _post(self, delivery: WebhookDelivery) -> Attempt:
        at = self._now()
        event, endpoint = delivery.event, delivery.endpoint
        payload = to_json(event.render(max(self.pending(event.id), 1)), indent=2)
        headers = {
            "Accept": "*/*; q=0.5, application/xml",
            "Cache-Control": "no-cache",
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": sign(payload, endpoint.secrets, at),
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }
        try:
            async with self._started().post(
                endpoint.url,
                data=payload,
                headers=headers,
                allow_redirects=False,
                timeout=self._timeout,
            ) as response:
                return Attempt(at=at, status=response.status)
        except (aiohttp.ClientError, TimeoutError) as error:
            return Attempt(at=at, error=f"{type(error).__name__}: {error}")

    def _started(self) -> aiohttp.ClientSession:
        if self._http is None:
            raise RuntimeError("the local Stripe was not started: it cannot send webhooks")
        return self._http

    def _enter(self) -> None:
        self._busy += 1
        self._idle.clear()

    @contextlib.contextmanager
    def _leaving(self) -> Iterator[None]:
        try:
            yield
        finally:
            self._busy -= 1
            if not self._busy:
                self._idle.set()
