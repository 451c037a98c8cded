"""Who watches: metrics count, the log tells, the worker is woken."""

import asyncio
import contextlib
import functools
import threading

import pytest
import structlog
from prometheus_client import CollectorRegistry
from sqlalchemy import text

from payments.commands.base import by_member
from payments.commands.points.move import GrantPoints
from payments.domain.values.events import (
    EVENTS,
    Event,
    PaymentRefunded,
    PaymentSucceeded,
    PointsAwarded,
)
from payments.domain.values.money import Money
from payments.domain.values.time import MINUTE, SECOND, later
from payments.infra.outbound import Failure, Line, Outbound, Policy, Purpose
from payments.notifications.routing import route
from payments.runner.observers import dispatcher
from payments.runner.observers.dispatcher import ObserverDispatcher
from payments.runner.observers.log import Log
from payments.runner.observers.metrics import Metrics, QueueGauge
from payments.runner.observers.protocol import Observer
from payments.runner.observers.wake_up import Waking
from payments.runner.runner import Runner
from payments.store.engine.database import Database
from payments.store.outbox.deliveries import Deliveries
from payments.store.queries import Queries
from payments.store.records.answers import Answers
from tests.conftest import Time
from tests.support.commands import put_up
from tests.support.examples import example
from tests.support.make import ADA, BEN, GUILD, START, checkout_update, event, initiate, key


async def test_what_is_committed_is_counted_told_and_wakes(database: Database) -> None:
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    woken: list[None] = []
    runner = Runner(
        database, route=route, observers=[metrics, Log(), Waking(lambda: woken.append(None))]
    )
    runner.start()
    with structlog.testing.capture_logs() as lines:
        await put_up(runner)
        await runner.run(initiate("one"))
        await runner.run(event(checkout_update("one")))
        await runner.close()
    metrics.delivery_ended("dm", "delivered")

    def value(metric: str, **labels: str) -> float | None:
        return registry.get_sample_value(metric, labels)

    assert value("guildbank_events_total", name="payment.success") == 1
    assert value("guildbank_points_moved_total", kind="purchase") == 500
    assert value("guildbank_deliveries_total", channel="dm", end="delivered") == 1
    events = [line["event"] for line in lines]
    assert events == [
        "package.changed",
        "payment.initiated",
        "points.moved",
        "payment.success",
        "points.awarded",
    ]
    assert len(woken) == 4


class Hanging(Observer):
    """Never comes back from what it sees, until it is let go."""

    def __init__(self) -> None:
        self.let_go = threading.Event()
        self.met = threading.Event()

    def on_event(self, event: Event) -> None:
        del event
        self.met.set()
        assert self.let_go.wait(120)


async def test_an_observer_that_hangs_holds_nobody_up(database: Database) -> None:
    hanging, registry = Hanging(), CollectorRegistry()
    runner = Runner(database, route=route, observers=[hanging, Metrics(registry)])
    runner.start()
    await put_up(runner)
    async with asyncio.timeout(60):
        for number in range(20):
            await runner.run(initiate(f"payment-{number}"))
            await runner.run(event(checkout_update(f"payment-{number}")))
        assert await asyncio.to_thread(hanging.met.wait, 60)
    hanging.let_go.set()
    await runner.close()
    paid = {"name": "payment.success"}
    assert registry.get_sample_value("guildbank_events_total", paid) == 20


def test_an_observer_that_is_far_behind_misses_some_and_the_log_says_so() -> None:
    hanging, seen = Hanging(), list[int]()
    observing = ObserverDispatcher([hanging], room=3)
    observing.start()
    observing.dispatch(lambda _: hanging.on_event(PaymentRefunded))  # type: ignore[arg-type]  # never read
    assert hanging.met.wait(60)
    with structlog.testing.capture_logs() as lines:
        for number in range(10):
            observing.dispatch(lambda _, number=number: seen.append(number))  # type: ignore[misc]  # bound
    hanging.let_go.set()
    observing.close()
    assert seen == [0, 1, 2]
    assert [line["event"] for line in lines] == ["observer.behind"]


@pytest.mark.parametrize("room", [1, 5])
def test_an_observer_that_hangs_does_not_hold_up_the_end(
    room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether or not there is room to tell it that all is over."""
    monkeypatch.setattr(dispatcher, "LAST_LOOK_SECONDS", 0.01)
    hanging, seen = Hanging(), list[Event]()
    watching = Listening(seen)
    observing = ObserverDispatcher([hanging, watching], room=room)
    observing.start()
    happened = example(PaymentSucceeded)
    observing.dispatch(lambda observer: observer.on_event(happened))
    assert hanging.met.wait(60)
    if room == 1:
        observing.dispatch(lambda observer: observer.on_event(happened))
    with structlog.testing.capture_logs() as lines:
        observing.close()
    hanging.let_go.set()
    assert [(line["event"], line["observer"]) for line in lines] == [("observer.hangs", "Hanging")]
    assert set(seen) == {happened}, "the others have seen all"


def test_who_was_never_shown_anything_is_not_waited_for() -> None:
    ObserverDispatcher([Hanging()]).close()


class Listening(Observer):
    """Keeps what it is told by each of its methods."""

    def __init__(self, seen: list[Event]) -> None:
        self.seen = seen
        self.completed: list[Event] = []
        self.awarded: list[Event] = []

    def on_event(self, event: Event) -> None:
        super().on_event(event)
        self.seen.append(event)

    def on_payment_completed(self, event: PaymentSucceeded) -> None:
        self.completed.append(event)

    def on_points_awarded(self, event: PointsAwarded) -> None:
        self.awarded.append(event)


def test_what_most_care_for_has_a_method_of_its_own() -> None:
    listening = Listening([])
    every = [example(kind) for kind in EVENTS.values()]
    for each in every:
        listening.on_event(each)
    assert listening.seen == every
    assert listening.completed == [example(PaymentSucceeded)]
    assert listening.awarded == [example(PointsAwarded)]
    for each in every:
        Observer().on_event(each)  # whoever cares for nothing needs no method


"""What the log says of each event besides its guild, where it is about no payment."""


async def test_a_command_that_goes_wrong_is_counted(database: Database) -> None:
    registry = CollectorRegistry()
    runner = Runner(database, route=route, observers=[Metrics(registry), Log()])
    runner.start()
    grant = GrantPoints(
        key=key(), at=START, actor=by_member(BEN), guild=GUILD, member=ADA, points=1
    )
    await runner.run(grant)
    other = GrantPoints(
        key=grant.key, at=START, actor=by_member(BEN), guild=GUILD, member=ADA, points=2
    )
    with pytest.raises(Exception, match="something else"):
        await runner.run(other)
    await runner.close()
    labels = {"kind": "points.grant"}
    assert registry.get_sample_value("guildbank_command_errors_total", labels) == 1


async def test_tokens_are_forgotten_when_used_and_when_expired(
    runner: Runner, database: Database, queries: Queries
) -> None:
    await put_up(runner)
    answers = Answers(database)
    first = initiate("one", answer="sealed")
    second = initiate("two", answer="sealed")
    await runner.run(first)
    await runner.run(second)
    kept = await queries.answer(first.payment, START)
    assert kept is not None
    assert kept.encrypted == "sealed"
    await answers.forget(first.payment)
    assert await queries.answer(first.payment, START) is None
    assert await answers.forget_expired(kept.until) == 1
    left = text("SELECT count(*) FROM answers")
    assert await database.transact(lambda c: c.execute(left).scalar_one()) == 0


async def test_the_queue_is_shown_by_priority(
    runner: Runner, database: Database, queries: Queries, clock: Time
) -> None:
    registry = CollectorRegistry()
    gauge = QueueGauge(registry)
    assert registry.get_sample_value("guildbank_queue_depth", {"priority": "high"}) is None
    await put_up(runner)
    await runner.run(initiate("one"))
    await runner.run(event(checkout_update("one")))
    (dead,) = await Deliveries(database).claim(
        urgent=1,
        oldest=0,
        channels=("dm",),
        now=clock(),
        until=later(clock(), MINUTE),
        lease="mine",
    )
    await Deliveries(database).bury(dead, clock(), "no")
    clock.pass_(90 * SECOND)
    gauge.show(await queries.queue(clock()))

    def value(metric: str, priority: str) -> float | None:
        return registry.get_sample_value(f"guildbank_{metric}", {"priority": priority})

    assert [value("queue_depth", each) for each in ("high", "medium", "low")] == [0, 1, 0]
    assert value("queue_age_seconds", "medium") == 90
    assert (value("dead_letters", "medium"), value("dead_letters", "high")) == (1, 0)


async def test_how_long_refunds_calls_and_webhooks_take_is_noted(runner: Runner) -> None:
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    outbound = Outbound(
        Policy(timeout_seconds=0.05, attempts=1, first_pause_seconds=0.001), ends=metrics
    )

    async def work(end: str) -> str:
        if end == "timeout":
            await asyncio.Event().wait()
        if end == "away":
            raise ConnectionError
        return end

    for end in ("ok", "away", "timeout"):
        with contextlib.suppress(ConnectionError, TimeoutError):
            line = Line(integration="stripe", purpose=Purpose.MEMBERS)
            await outbound.call(
                line, functools.partial(work, end), classify_error=lambda _: Failure.AWAY
            )
    metrics.event_arrived("stripe", 20 * SECOND)
    await put_up(runner)
    money = Money(minor=499, currency="EUR")
    found = await runner.run(initiate("one"))
    metrics.on_event(
        PaymentRefunded(
            guild=GUILD,
            at=later(START, 30 * SECOND),
            member=ADA,
            payment=found,
            package="Starter",
            points=500,
            price=money,
            refunded=money,
            amount=money,
            asked_by=BEN,
            asked_at=START,
        )
    )
    for end in ("ok", "away", "timeout"):
        labels = {"integration": "stripe", "purpose": "members", "end": end}
        assert registry.get_sample_value("guildbank_call_seconds_count", labels) == 1
    delay = registry.get_sample_value("guildbank_webhook_delay_seconds_sum", {"provider": "stripe"})
    assert delay == 20
    assert registry.get_sample_value("guildbank_refund_seconds_sum") == 30
