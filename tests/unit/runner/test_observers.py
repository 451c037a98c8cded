"""Who watches: metrics count, the log tells, the worker is woken."""

import asyncio
import contextlib
import functools
import logging
import threading

import pytest
import structlog
from prometheus_client import CollectorRegistry
from sqlalchemy import text

from payments.commands.base import by_member
from payments.commands.points.move import GrantPoints
from payments.domain.values.events import Event, PaymentRefunded
from payments.domain.values.money import Money
from payments.domain.values.time import MINUTE, SECOND, later
from payments.infra.logs import configure_logs
from payments.infra.outbound import Failure, Line, Outside, Policy, Purpose
from payments.notifications.routing import route
from payments.runner.observers.dispatcher import Aside
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
from tests.support.make import ADA, BEN, GUILD, START, checkout_told, event, initiate, key
from tests.unit.runner.test_runner import put_up


async def test_what_is_committed_is_counted_told_and_wakes(database: Database) -> None:
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    woken: list[None] = []
    runner = Runner(
        database, route=route, observers=[metrics, Log(), Waking(lambda: woken.append(None))]
    )
    runner.start()
    await put_up(runner)
    with structlog.testing.capture_logs() as lines:
        await runner.run(initiate("one"))
        await runner.run(event(checkout_told("one")))
        await runner.close()
    metrics.delivery_ended("dm", "delivered")

    def value(metric: str, **labels: str) -> float | None:
        return registry.get_sample_value(metric, labels)

    assert value("guildbank_events_total", name="payment.success") == 1
    assert value("guildbank_points_moved_total", kind="purchase") == 500
    assert value("guildbank_deliveries_total", channel="dm", end="delivered") == 1
    told = [line["event"] for line in lines]
    assert told == ["payment.initiated", "points.moved", "payment.success", "points.awarded"]
    assert len(woken) == 3


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
            await runner.run(event(checkout_told(f"payment-{number}")))
        assert await asyncio.to_thread(hanging.met.wait, 60)
    hanging.let_go.set()
    await runner.close()
    paid = {"name": "payment.success"}
    assert registry.get_sample_value("guildbank_events_total", paid) == 20


def test_an_observer_that_is_far_behind_misses_some_and_the_log_says_so() -> None:
    hanging, seen = Hanging(), list[int]()
    aside = Aside([hanging], room=3)
    aside.start()
    aside.show(lambda _: hanging.on_event(PaymentRefunded))  # type: ignore[arg-type]  # never read
    assert hanging.met.wait(60)
    with structlog.testing.capture_logs() as lines:
        for number in range(10):
            aside.show(lambda _, number=number: seen.append(number))  # type: ignore[misc]  # bound
    hanging.let_go.set()
    aside.close()
    assert seen == [0, 1, 2]
    assert [line["event"] for line in lines] == ["observer.behind"]


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
    assert kept.sealed == "sealed"
    await answers.forget(first.payment)
    assert await queries.answer(first.payment, START) is None
    assert await answers.forget_expired(kept.until) == 1
    left = text("SELECT count(*) FROM answers")
    assert await database.transact(lambda c: c.execute(left).scalar_one()) == 0


@pytest.mark.parametrize("style", ["text", "json"])
def test_the_log_is_written_for_people_or_machines(
    style: str, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logs(level="INFO", style="json" if style == "json" else "text")
    structlog.get_logger("test").info("payment.success", payment="one")
    logging.getLogger("library").warning("something")
    address = "/webhooks/123/aW50ZXJhY3Rpb24/messages/@original"
    logging.getLogger("discord.http").warning("We are being rate limited at %s.", address)
    told = capsys.readouterr().err
    assert "payment.success" in told
    assert "something" in told
    assert "rate limited" in told
    assert "aW50ZXJhY3Rpb24" not in told
    assert told.startswith("{") is (style == "json")


async def test_the_queue_is_shown_by_priority(
    runner: Runner, database: Database, queries: Queries, clock: Time
) -> None:
    registry = CollectorRegistry()
    gauge = QueueGauge(registry)
    assert registry.get_sample_value("guildbank_queue_depth", {"priority": "high"}) is None
    await put_up(runner)
    await runner.run(initiate("one"))
    await runner.run(event(checkout_told("one")))
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
    outside = Outside(
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
            await outside.call(line, functools.partial(work, end), judge=lambda _: Failure.AWAY)
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
