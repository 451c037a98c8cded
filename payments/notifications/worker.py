"""Takes deliveries from the outbox to their channels."""

import asyncio
import random
import secrets
from collections.abc import Mapping
from typing import Protocol

import structlog

from payments.domain.values.time import DAY, SECOND, Clock, Instant, later
from payments.notifications.channel import Delivery, DeliveryChannel, SumsUp
from payments.notifications.errors import GiveUp, Postpone, WrongForm
from payments.notifications.routing import DISCORD_QUEUE
from payments.store.outbox.claimed import ClaimedDelivery
from payments.store.outbox.deliveries import Deliveries
from payments.store.rows.codec import decode_event

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 3
"""Attempts before a delivery becomes a dead letter."""
RETRY_AFTER = SECOND
"""Pause after the first failed attempt; it doubles. Microseconds."""
POSTPONE_AT_MOST = 5 * 60 * SECOND
"""The longest pause between postponed tries, unless the other side asks for more. Microseconds."""
POSTPONE_FOR = DAY
"""How long a delivery may be put off before it becomes a dead letter. Microseconds."""
POSTPONEMENTS = 250
"""How often it was put off by then: one that waited for us, not for others, has its chance."""
LEASE = 15 * SECOND
"""How long a claimed delivery is ours unless the lease is renewed. Microseconds."""
BEAT_SECONDS = 5.0
"""Pause between renewals, for as long as a delivery is under way: discord.py may sleep on a rate
limit for longer than a lease. A killed worker no longer renews, and another takes over."""
STOP_SECONDS = 4
"""How long deliveries that are under way may take when the process is told to stop."""
OLDEST_ONE_IN = 10
"""Number of claims of which one goes to the oldest delivery, of any priority."""


class DeliveryEnds(Protocol):
    """Who counts how deliveries ended."""

    def delivery_ended(self, channel: str, end: str) -> None:
        """A try `delivered`, was `given_up`, left it `dead`, or waiting: `failed`, `postponed`."""
        ...


class Worker:
    """Delivers what is due, several at once; sleeps until woken, and looks up from time to time.

    Args:
        deliveries: The outbox.
        queue: Which deliveries it takes.
        channels: The channels of that queue that can be served here, by name.
        clock: Tells the time.
        ends: Who counts.
        slots: How many deliveries go at once.
        idle_seconds: How long to sleep when nothing is due, unless woken.
        beat_seconds: Pause between renewals of leases.
        retry_after: Pause after the first failed attempt; it doubles. Microseconds.
    """

    def __init__(
        self,
        *,
        deliveries: Deliveries,
        queue: str = DISCORD_QUEUE,
        channels: Mapping[str, DeliveryChannel],
        clock: Clock,
        ends: DeliveryEnds,
        slots: int = 8,
        idle_seconds: float = 1.0,
        beat_seconds: float = BEAT_SECONDS,
        retry_after: int = RETRY_AFTER,
    ) -> None:
        self._deliveries = deliveries
        self._together = deliveries.together
        self._queue = queue
        self._channels = channels
        self._clock = clock
        self._ends = ends
        self._slots = slots
        self._idle_seconds = idle_seconds
        self._beat_seconds = beat_seconds
        self._retry_after = retry_after
        self._awake = asyncio.Event()
        self._claims = 0
        self._under_way: dict[asyncio.Task[None], ClaimedDelivery] = {}

    def wake(self) -> None:
        """Something may be due."""
        self._awake.set()

    async def run(self) -> None:
        """Deliver forever; when cancelled, let what is under way end first."""
        beating = asyncio.create_task(self._beat(), name=f"leases of {self._queue}")
        try:
            while True:
                self._awake.clear()
                if not await self._begin_some():
                    await self._sleep()
        finally:
            await self._finish()
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self._beat_seconds)
            try:
                await self.renew()
            except Exception:  # the next beat renews; else another takes over
                log.exception("worker.leases_not_renewed", queue=self._queue)

    async def renew(self) -> None:
        """Prolong the leases of all that is under way; stop what another has taken over."""
        under_way = dict(self._under_way)
        if not under_way:
            return
        until = later(self._clock(), LEASE)
        held = await self._deliveries.renew(under_way.values(), until)
        for task, claimed in under_way.items():
            if claimed.id not in held and task in self._under_way:
                log.warning("worker.lease_lost", delivery=claimed.id)
                task.cancel()

    async def _finish(self) -> None:
        """Wait for deliveries in progress; what takes too long is given back to others."""
        if not self._under_way:
            return
        _, late = await asyncio.wait(self._under_way, timeout=STOP_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _begin_some(self) -> bool:
        free = self._slots - len(self._under_way)
        if not free:
            await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
            return True
        try:
            claimed = await self._claim(free)
        except Exception:  # what is due stays due, and is claimed later
            log.exception("worker.claim_failed")
            return False
        for each in claimed:
            self._stop_earlier(each)
            task = asyncio.create_task(self._deliver(each), name=f"delivery {each.id}")
            self._under_way[task] = each
            task.add_done_callback(self._finished)
        return bool(claimed)

    def _stop_earlier(self, again: ClaimedDelivery) -> None:
        """Stop what we began under a lease that has run out since: we were held up ourselves."""
        for task, earlier in self._under_way.items():
            if earlier.id == again.id:
                log.warning("worker.lease_lost", delivery=again.id)
                task.cancel()

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._under_way.pop(task, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("worker.end_not_noted", delivery=task.get_name(), exc_info=error)
        self._awake.set()

    async def _claim(self, count: int) -> list[ClaimedDelivery]:
        turns = range(self._claims, self._claims + count)
        oldest = sum(turn % OLDEST_ONE_IN == OLDEST_ONE_IN - 1 for turn in turns)
        now = self._clock()
        claimed = await self._deliveries.claim(
            urgent=count - oldest,
            oldest=oldest,
            queue=self._queue,
            channels=tuple(self._channels),
            now=now,
            until=later(now, LEASE),
            lease=secrets.token_hex(8),
        )
        self._claims += len(claimed)
        return claimed

    async def _sleep(self) -> None:
        try:
            async with asyncio.timeout(self._idle_seconds):
                await self._awake.wait()
        except TimeoutError:
            return

    async def _deliver(self, claimed: ClaimedDelivery) -> None:
        with_it: list[ClaimedDelivery] = []
        try:
            channel = self._channels[claimed.channel]
            if isinstance(channel, SumsUp) and claimed.name in channel.summed:
                first = _decoded(claimed)
                with_it, others = _readable(await self._together.behind(claimed))
                await channel.deliver_all([first, *others])
            else:
                await channel.deliver(_decoded(claimed))
        except Postpone as reason:
            await self._put_off(claimed, reason)
        except GiveUp as reason:
            log.info("delivery.given_up", delivery=claimed.id, reason=str(reason))
            await self._end(claimed, with_it, "given_up", str(reason))
        except WrongForm as error:
            log.exception("delivery.wrong_form", delivery=claimed.id, channel=claimed.channel)
            await self._bury(claimed, str(error))
        except asyncio.CancelledError:
            await self._deliveries.postpone(claimed, self._clock(), "the process was stopped")
            raise
        except Exception as error:  # whatever a channel raises is a failed attempt
            log.exception("delivery.failed", delivery=claimed.id, channel=claimed.channel)
            await self._fail(claimed, f"{type(error).__name__}: {error}")
        else:
            await self._end(claimed, with_it, "delivered")

    async def _end(
        self,
        claimed: ClaimedDelivery,
        with_it: list[ClaimedDelivery],
        status: str,
        reason: str = "",
    ) -> None:
        """Note that a delivery has ended, and those that went in the same message."""
        now = self._clock()
        if with_it:
            await self._together.end(claimed, with_it, now, status=status, reason=reason)
        elif status == "delivered":
            await self._deliveries.deliver(claimed, now)
        else:
            await self._deliveries.give_up(claimed, now, reason)
        for _ in (claimed, *with_it):
            self._ends.delivery_ended(claimed.channel, status)

    async def _put_off(self, claimed: ClaimedDelivery, reason: Postpone) -> None:
        now = self._clock()
        old = not reason.lasting and now >= later(claimed.created_at, POSTPONE_FOR)
        if old and claimed.postponements >= POSTPONEMENTS:
            await self._bury(claimed, str(reason))
            return
        pause = min(RETRY_AFTER << min(claimed.postponements, POSTPONEMENTS), POSTPONE_AT_MOST)
        pause = max(_with_jitter(pause), int(reason.seconds * SECOND))
        log.info("delivery.postponed", delivery=claimed.id, reason=str(reason), microseconds=pause)
        await self._deliveries.postpone(claimed, later(now, pause), str(reason))
        self._ends.delivery_ended(claimed.channel, "postponed")

    async def _bury(self, claimed: ClaimedDelivery, reason: str) -> None:
        """Make it a dead letter."""
        await self._deliveries.bury(claimed, self._clock(), reason)
        self._ends.delivery_ended(claimed.channel, "dead")

    async def _fail(self, claimed: ClaimedDelivery, reason: str) -> None:
        now: Instant = self._clock()
        if claimed.attempts + 1 >= MAX_ATTEMPTS:
            await self._bury(claimed, reason)
            return
        due = later(now, _with_jitter(self._retry_after << claimed.attempts))
        await self._deliveries.retry(claimed, due, reason)
        self._ends.delivery_ended(claimed.channel, "failed")


def _readable(behind: list[ClaimedDelivery]) -> tuple[list[ClaimedDelivery], list[Delivery]]:
    """Those up to the first that nobody can read, which fails alone when its turn comes."""
    readable: list[Delivery] = []
    for each in behind:
        try:
            readable.append(_decoded(each))
        except (LookupError, ValueError):
            break
    return behind[: len(readable)], readable


def _decoded(claimed: ClaimedDelivery) -> Delivery:
    return Delivery(
        id=claimed.id,
        nonce=claimed.nonce,
        event=decode_event(claimed.name, claimed.body),
        channel=claimed.channel,
        attempt=claimed.attempts + 1,
        target=claimed.target,
    )


def _with_jitter(pause: int) -> int:
    return pause + random.randrange(pause // 4 + 1)  # noqa: S311 - spreads tries, guards nothing
