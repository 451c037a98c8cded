"""Who watches: metrics count, the log tells, the worker is woken."""

import logging

import pytest
import structlog
from prometheus_client import CollectorRegistry
from sqlalchemy import text

from payments.commands.base import by_member
from payments.commands.move import GrantPoints
from payments.logs import configure_logs
from payments.observers.log import Log
from payments.observers.metrics import Metrics
from payments.observers.waking import Waking
from payments.queue.routing import route
from payments.runner import Runner
from payments.store.answers import Answers
from payments.store.engine import Database
from payments.store.queries import Queries
from tests.make import ADA, BEN, GUILD, START, checkout_told, event, initiate, key
from tests.test_runner import put_up


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
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    try:
        configure_logs(level="INFO", style="json" if style == "json" else "text")
        structlog.get_logger("test").info("payment.success", payment="one")
        logging.getLogger("library").warning("something")
        address = "/webhooks/123/aW50ZXJhY3Rpb24/messages/@original"
        logging.getLogger("discord.http").warning("We are being rate limited at %s.", address)
        told = capsys.readouterr().err
    finally:
        root.handlers[:] = before
        root.setLevel(level)
        structlog.reset_defaults()
    assert "payment.success" in told
    assert "something" in told
    assert "rate limited" in told
    assert "aW50ZXJhY3Rpb24" not in told
    assert told.startswith("{") is (style == "json")
