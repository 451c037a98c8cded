"""The channel `http`: an event on its way to another program, signed after Standard Webhooks."""

from typing import Final

import structlog

from payments.commands.base import SYSTEM
from payments.commands.guild.subscribers import DisableSubscriber
from payments.domain.errors import Refused
from payments.domain.values.events import OrderPlaced
from payments.domain.values.guilds import Subscriber
from payments.domain.values.ids import CommandKey, GuildId, SubscriberId
from payments.domain.values.time import DAY, Clock, Instant
from payments.infra.errors import NotSent
from payments.infra.outbound import Failure, Line, Outbound, Policy, Purpose
from payments.notifications.channel import Delivery
from payments.notifications.errors import GiveUp, NotTaken, Postpone
from payments.notifications.subscribers.orders import Orders, asked_of, read_answer
from payments.notifications.subscribers.payload import payload_of
from payments.notifications.subscribers.post import TIMEOUT_SECONDS, Post, Taken
from payments.runner.errors import BooksUnavailable
from payments.runner.runner import Runner
from payments.store.queries import Queries
from payments.store.records.subscribers import SubscriberFailures

log = structlog.get_logger(__name__)

POLICY: Final = Policy(timeout_seconds=TIMEOUT_SECONDS, attempts=1, open_seconds=60)
"""One try each: the queue tries again. Each subscriber has a breaker of its own."""

AT_ONCE: Final = 4
"""Number of parallel requests to one subscriber, so that a slow one leaves room for others."""

DISABLED_AFTER: Final = 3 * DAY
"""How long a subscriber may be out of reach before it is switched off. Microseconds."""

MOST_OF_ANSWER: Final = 16 * 1024
"""The most bytes of what a program answers to an order."""

MENDED_SECONDS: Final = 600.0
"""How long to wait for a person to mend our own settings."""


class SubscriberChannel:
    """The channel `http`.

    Args:
        post: Sends.
        runner: Carries out that a subscriber is switched off.
        queries: Reads subscribers.
        orders: Begins, fulfils and denies what they give.
        failures: Remembers since when they fail.
        clock: Tells the time.
    """

    name = "http"

    def __init__(
        self,
        *,
        post: Post,
        runner: Runner,
        queries: Queries,
        orders: Orders,
        failures: SubscriberFailures,
        clock: Clock,
    ) -> None:
        self._post = post
        self._runner = runner
        self._queries = queries
        self._orders = orders
        self._failures = failures
        self._clock = clock
        self._outbound = Outbound(POLICY)
        self._busy: dict[str, int] = {}

    async def deliver(self, delivery: Delivery) -> None:
        """Send it, with the same id at each try.

        Raises:
            Postpone: Not now.
            GiveUp: The subscriber was removed, or wants nothing any more.
            NotTaken: It was refused; uses up one attempt.
        """
        guild, target = delivery.event.guild, SubscriberId(delivery.target or "")
        subscriber = await self._queries.subscriber(guild, target)
        if subscriber is None or not subscriber.active:
            raise GiveUp("the subscriber was removed")
        if self._busy.get(target, 0) >= AT_ONCE:
            raise Postpone("the subscriber is busy with earlier ones", seconds=1)
        self._busy[target] = self._busy.get(target, 0) + 1
        try:
            await self._send(subscriber, delivery)
        except NotTaken as error:
            await self._failed(subscriber, error)
        else:
            if await self._failures.since(guild, target) is not None:
                await self._failures.note(guild, target, None)
        finally:
            self._busy[target] -= 1
            if not self._busy[target]:
                del self._busy[target]

    async def _send(self, subscriber: Subscriber, delivery: Delivery) -> None:
        body, order = payload_of(delivery.event), asked_of(delivery.event)

        async def once() -> Taken:
            if order is not None:
                await self._begin(order, subscriber)
            most = 0 if order is None else MOST_OF_ANSWER
            return await self._post.send(subscriber, f"msg_{delivery.id}", body, most=most)

        try:
            line = Line(integration=f"subscriber {subscriber.id}", purpose=Purpose.BACKGROUND)
            taken = await self._outbound.call(line, once, classify_error=_classify_error)
            if order is not None:
                await self._answer(order, subscriber, taken)
        except BooksUnavailable as error:
            raise Postpone(str(error)) from error
        except NotSent:
            raise Postpone("the subscriber could not be reached lately", seconds=60) from None
        except TimeoutError:
            raise NotTaken("it did not answer in time", later=True) from None

    async def _begin(self, order: OrderPlaced, subscriber: Subscriber) -> None:
        """From now on something may have left: the buyer cannot cancel the order any more.

        Raises:
            GiveUp: The order is over: a program that was told of it would give it for nothing.
        """
        try:
            is_open = await self._orders.begin(order.guild, order.order, subscriber.host)
        except Refused as error:
            raise GiveUp(str(error)) from error
        if not is_open:
            raise GiveUp("the order is over")

    async def _answer(self, order: OrderPlaced, subscriber: Subscriber, taken: Taken) -> None:
        """Do what the program answers, if it answers now."""
        answer = read_answer(taken.body)
        if answer is None:
            return
        try:
            await self._orders.answer(order.guild, order.order, answer, subscriber.host)
        except Refused as error:
            log.warning(
                "order.answer_refused",
                order=order.order,
                subscriber=subscriber.id,
                reason=str(error),
            )

    async def _failed(self, subscriber: Subscriber, error: NotTaken) -> None:
        """Raise what the queue understands, and switch a subscriber off that is hopeless."""
        if error.ours:
            raise Postpone(str(error), seconds=MENDED_SECONDS) from error
        now = self._clock()
        since = await self._failures.since(subscriber.guild, subscriber.id)
        if since is None:
            await self._failures.note(subscriber.guild, subscriber.id, now)
        if error.gone or (since is not None and now - since >= DISABLED_AFTER):
            await self._disable(subscriber, str(error), now)
            raise GiveUp(f"the subscriber was switched off: {error}") from error
        if error.later:
            raise Postpone(str(error), seconds=error.seconds) from error
        raise error

    async def _disable(self, subscriber: Subscriber, reason: str, now: Instant) -> None:
        command = DisableSubscriber(
            key=CommandKey(f"subscriber.disable:{subscriber.id}"),
            at=now,
            actor=SYSTEM,
            guild=GuildId(subscriber.guild),
            subscriber=subscriber.id,
            reason=reason,
        )
        try:
            await self._runner.run(command)
        except Refused:  # somebody was faster
            return
        except BooksUnavailable as error:
            raise Postpone(str(error)) from error


def _classify_error(error: BaseException) -> Failure:
    return Failure.AWAY if isinstance(error, NotTaken) and error.later else Failure.FINAL
