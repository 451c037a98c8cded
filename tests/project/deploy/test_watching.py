"""Alert rules and dashboard speak of metrics that there are, in words that Prometheus reads."""

import asyncio
import json
import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from payments.domain.values.events import PaymentRefunded, Priority
from payments.domain.values.ids import AccountKey, ActionId, CommandKey, House, PaymentId
from payments.domain.values.ledger import Transfer, TransferKind
from payments.domain.values.money import Money
from payments.infra.outbound import Failure, Line, Outbound, Policy, Purpose
from payments.runner.observers.metrics import Metrics, QueueGauge
from payments.store.queries import QueueStanding
from tests.support.make import ADA, GUILD, START, initiate
from webhooks.metrics import WebMetrics

DEPLOY = Path(__file__).parents[3] / "deploy"
RULES = DEPLOY / "prometheus" / "rules.yml"
OUTSIDE = {"up": {"job", "instance"}}
"""What Prometheus itself knows."""


def rules() -> list[dict[str, Any]]:
    return [
        rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]
    ]


LINE = Line(integration="stripe", purpose=Purpose.BACKGROUND)


def panels() -> list[dict[str, Any]]:
    board = json.loads((DEPLOY / "grafana" / "guildbank.json").read_text())
    return [panel for panel in board["panels"] if panel["type"] != "row"]


def expressions() -> Iterator[tuple[str, str]]:
    for rule in rules():
        yield rule["alert"], rule["expr"]
    for panel in panels():
        for target in panel["targets"]:
            yield panel["title"], target["expr"].replace("$__rate_interval", "5m")


async def exposed() -> dict[str, set[str]]:
    """The labels of each series at `/metrics`, after everything has happened once."""
    registry = CollectorRegistry()
    metrics, gauge, door = Metrics(registry), QueueGauge(registry), WebMetrics(registry)
    outbound = Outbound(ends=metrics)
    door.watch(outbound, ["stripe"])

    async def ping() -> None:
        await asyncio.sleep(0)

    await outbound.call(LINE, ping, classify_error=lambda _: Failure.FINAL)
    door.answered("stripe", 200, 0.1)
    door.rejected("stripe", "signature")
    gauge.show([QueueStanding(priority=each, waiting=1, age=1, dead=1) for each in Priority])
    metrics.delivery_ended("dm", "delivered")
    metrics.event_arrived("stripe", 1)
    metrics.checkout_opened(1)
    metrics.access_changed("stripe", refused=True)
    metrics.breaker_changed(LINE, "opened")
    metrics.fell_back("tax")
    metrics.trouble_changed("stripe", "slow", stands=True)
    begun = initiate("p1")
    metrics.on_error(begun, ValueError())
    _happen(metrics)
    labels: defaultdict[str, set[str]] = defaultdict(set)
    for family in text_string_to_metric_families(generate_latest(registry).decode()):
        for sample in family.samples:
            labels[sample.name] |= set(sample.labels)
    return {**labels, **OUTSIDE}


def _happen(metrics: Metrics) -> None:
    transfer = Transfer(
        id=ActionId("t1"),
        kind=TransferKind.GRANT,
        source=AccountKey(GUILD, House.ADJUSTED),
        destination=AccountKey(GUILD, ADA),
        points=1,
        at=START,
        command=CommandKey("k"),
    )
    metrics.on_transaction_created(transfer)
    facts = {"guild": GUILD, "at": START, "member": ADA, "payment": PaymentId("p1")}
    sold = {"package": "Starter", "points": 1, "price": Money(minor=100, currency="EUR")}
    amount = {
        "refunded": sold["price"],
        "amount": sold["price"],
        "asked_by": ADA,
        "asked_at": START,
    }
    metrics.on_event(PaymentRefunded(**facts, **sold, **amount))  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize(("where", "expression"), list(expressions()))
async def test_each_expression_is_read_and_names_what_there_is(where: str, expression: str) -> None:
    text = promql_parser.parse(expression).prettify()
    known = await exposed()
    selectors = re.findall(r"\b([a-z_:]+)(?:\{([^}]*)\})?(?=[\s\[)\]}]|$)", text)
    named = [
        (name, matchers) for name, matchers in selectors if name in known or "guildbank" in name
    ]
    assert named, f"{where} speaks of nothing"
    labels: set[str] = set()
    for name, matchers in named:
        assert name in known, f"{where}: there is no {name}"
        labels |= known[name]
        assert set(re.findall(r"([a-z_]+)\s*(?:=~|=|!=)", matchers)) <= known[name]
    for grouping in re.findall(r"by \(([^)]*)\)", text):
        assert {each.strip() for each in grouping.split(",")} <= labels, where


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: str(rule["alert"]))
def test_each_alert_says_what_is_wrong_and_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in {"warning", "critical"}
    for name in ("summary", "description"):
        assert rule["annotations"][name].endswith(".")


def test_no_alert_that_was_promised_is_missing() -> None:
    assert {rule["alert"] for rule in rules()} >= {
        "PaymentFailures",
        "WebhookDelay",
        "ApiTimeouts",
        "IntegrationFailing",
        "IntegrationSlow",
        "IntegrationFallsBack",
        "SignatureFailures",
        "BreakerOpen",
        "BackgroundBreakerOpen",
        "ProviderRefuses",
        "DeadLetters",
        "UrgentDeliveriesWait",
    }


def test_the_panels_do_not_lie_on_one_another() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not cells & taken
        taken |= cells
        assert at["x"] + at["w"] <= 24


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
def test_prometheus_itself_takes_the_rules() -> None:
    done = subprocess.run(  # noqa: S603 - our own file
        ["promtool", "check", "rules", str(RULES)],  # noqa: S607 - found above
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["payment.failed", "payment.success", "provider_event.stuck"])
def test_the_first_of_its_kind_is_seen_as_a_rise(name: str) -> None:
    """Prometheus sees no rise in a series that begins with 1."""
    registry = CollectorRegistry()
    Metrics(registry)
    assert registry.get_sample_value("guildbank_events_total", {"name": name}) == 0


def test_the_first_burst_of_forgeries_is_seen_as_a_rise() -> None:
    door = WebMetrics(CollectorRegistry())
    door.watch(Outbound(), ["stripe"])
    labels = {"provider": "stripe", "reason": "signature"}
    assert door.registry.get_sample_value("guildbank_webhook_rejected_total", labels) == 0


async def test_a_breaker_counts_as_open_until_a_call_has_gone_through() -> None:
    """While it waits for a probe, too: else an alert over minutes would begin again each time."""
    outbound = Outbound(Policy(attempts=1, failures_to_open=1, open_seconds=0))
    door = WebMetrics(CollectorRegistry())
    door.watch(outbound, [])

    async def away() -> None:
        raise ConnectionError

    async def back() -> None:
        return

    def shown() -> float | None:
        labels = {"integration": "stripe", "purpose": "background"}
        return door.registry.get_sample_value("guildbank_breaker_open", labels)

    with pytest.raises(ConnectionError):
        await outbound.call(LINE, away, classify_error=lambda _: Failure.AWAY)
    assert outbound.states == {LINE: "half-opened"}
    assert shown() == 1
    await outbound.call(LINE, back, classify_error=lambda _: Failure.AWAY)
    assert shown() == 0
