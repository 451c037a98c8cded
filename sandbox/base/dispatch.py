"""Sending messages to endpoints: signed, retried, and on request lost, held, delayed or doubled."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

import aiohttp

from sandbox.base.messages import Message, Receiver
from sandbox.base.plans import Plans

M = TypeVar("M", bound=Message)
R = TypeVar("R", bound=Receiver)

Sealed = tuple[bytes, Mapping[str, str]]
"""The body of a request and its headers, signature included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try: when (Unix seconds), and the HTTP status or what went wrong instead."""

    at: int
    status: int | None = None
    error: str | None = None


@dataclass(slots=True, kw_only=True)
class WebhookDelivery(Generic[M, R]):
    """One event on its way to one endpoint.

    Attributes:
        answered: Set once the first attempt is over, or when none is going to be made soon.
    """

    event: M
    endpoint: R
    state: Literal["sending", "waiting", "delivered", "failed", "lost"] = "sending"
    attempts: list[Attempt] = field(default_factory=list)
    answered: asyncio.Event = field(default_factory=asyncio.Event)


class Dispatcher(Generic[M, R]):
    """Sends events to the endpoints that want them.

    Args:
        service: Whose events they are, such as "the local Stripe".
        seal: Makes the request that carries an event to an endpoint, with its signature; called for
            each attempt.
        now: The time in Unix seconds.
        endpoints: By id; read again for each event.
        pauses: Seconds of real time between the attempts; as many retries as there are pauses.
        timeout_seconds: How long an endpoint may take to answer.
        concurrency: How many requests are under way at most.
    """

    def __init__(
        self,
        *,
        service: str,
        seal: Callable[[M, R], Sealed],
        now: Callable[[], int],
        endpoints: Mapping[str, R],
        pauses: Sequence[float],
        timeout_seconds: float,
        concurrency: int,
    ) -> None:
        self.plans = Plans()
        self._service = service
        self._seal = seal
        self.now = now
        self._endpoints = endpoints
        self._pauses = tuple(pauses)
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)
        self._slots = asyncio.Semaphore(concurrency)
        self._deliveries: dict[str, list[WebhookDelivery[M, R]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._parked: list[tuple[WebhookDelivery[M, R], asyncio.Event]] = []
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

    def dispatch(self, event: M) -> None:
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

    def resend(self, event: M) -> None:
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

    def takes(self, status: int) -> bool:
        """Whether an answer with this HTTP status acknowledges an event: any 2xx."""
        return status // 100 == 2  # noqa: PLR2004 - any 2xx

    def of(self, event_id: str) -> list[WebhookDelivery[M, R]]:
        """The deliveries of an event, one for each endpoint."""
        return self._deliveries.get(event_id, [])

    def pending(self, event_id: str) -> int:
        """How many endpoints have not taken an event yet."""
        return sum(delivery.state != "delivered" for delivery in self.of(event_id))

    def _start(
        self, delivery: WebhookDelivery[M, R], *, wait: float | None = None, retried: bool = True
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
        self,
        delivery: WebhookDelivery[M, R],
        awake: asyncio.Event | None,
        wait: float,
        *,
        retried: bool,
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

    def _park(self, delivery: WebhookDelivery[M, R]) -> asyncio.Event:
        """Put a delivery aside, to be woken by its time or by `wake`."""
        delivery.state = "waiting"
        awake = asyncio.Event()
        self._parked.append((delivery, awake))
        return awake

    async def _pause(
        self, delivery: WebhookDelivery[M, R], awake: asyncio.Event, seconds: float
    ) -> None:
        """Wait until it is time or somebody calls `wake`; it counts as busy from then on."""
        try:
            async with asyncio.timeout(None if seconds == float("inf") else seconds):
                await awake.wait()
        except TimeoutError:
            if not awake.is_set():
                self._parked.remove((delivery, awake))
                self._enter()

    async def _attempt(self, delivery: WebhookDelivery[M, R]) -> None:
        async with self._slots:
            if delivery.state != "delivered":
                delivery.state = "sending"
            attempt = await self._post(delivery)
        delivery.attempts.append(attempt)
        if attempt.status is not None and self.takes(attempt.status):
            delivery.state = "delivered"
        elif delivery.state != "delivered":
            delivery.state = "failed"
        delivery.answered.set()

    async def _post(self, delivery: WebhookDelivery[M, R]) -> Attempt:
        at = self.now()
        payload, headers = self._seal(delivery.event, delivery.endpoint)
        try:
            async with self._started().post(
                delivery.endpoint.url,
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
            raise RuntimeError(f"{self._service} was not started: it cannot send webhooks")
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
