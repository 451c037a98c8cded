"""What the log tells of what was committed."""

import dataclasses
import logging
from typing import Any

import pytest
import structlog

from payments.domain.values.events import EVENTS, Event, OrderEvent
from payments.domain.values.ids import AccountKey, ActionId, House, PaymentId
from payments.domain.values.ledger import Transfer, TransferKind
from payments.infra.logs import configure_logs
from payments.runner.observers.log import Log
from tests.support.examples import example
from tests.support.make import ADA, GUILD, START, key

CALL = {"provider": "words", "call": "words", "object": "words"}
SAID: dict[str, dict[str, Any]] = {
    "points.transferred": {"member": 101, "recipient": 102},
    "points.granted": {"member": 101},
    "points.revoked": {"member": 101},
    "purchase_ban.begun": {"member": 101},
    "purchase_ban.lifted": {"member": 101},
    "provider_event.stuck": {"provider_event": "words", "reason": "words"},
    "provider.access_refused": {"provider": "words", "reason": "words"},
    "provider.call_requested": {"member": 101, "payment": "words", **CALL},
    "provider.call_failed": {"member": 101, "payment": "words", "reason": "words", **CALL},
    **{
        name: {"member": 101, "order": "words"}
        for name, kind in EVENTS.items()
        if issubclass(kind, OrderEvent)
    },
    "item.changed": {"item": "words"},
    "package.changed": {"package": "words"},
    "item.codes_low": {"item": "words"},
    "role.changed": {"member": 101, "role": 103, "wanted": True},
    "role.taken_away": {"member": 101, "role": 103},
    "role.unusable": {"role": 103, "trouble": "words"},
    "integration.troubled": {"integration": "words", "trouble": "words"},
    "integration.recovered": {"integration": "words", "trouble": "words"},
    "channel.unusable": {},
    "subscriber.disabled": {},
}


@pytest.mark.parametrize("kind", EVENTS.values(), ids=EVENTS.keys())
def test_the_log_says_whom_an_event_concerns_and_nothing_that_a_person_wrote(
    kind: type[Event],
) -> None:
    expected = SAID.get(kind.name, {"member": 101, "payment": "words"})
    changes: dict[str, Any] = {"member": 101, "recipient": 102} | dict.fromkeys(
        (
            "payment",
            "event",
            "reason",
            "provider",
            "call",
            "object",
            "order",
            "integration",
            "item",
            "package",
            "trouble",
        ),
        "words",
    )
    changes |= {"role": 103, "wanted": True}
    names = {field.name for field in dataclasses.fields(kind)}
    event = dataclasses.replace(
        example(kind), guild=GUILD, **{k: v for k, v in changes.items() if k in names}
    )
    with structlog.testing.capture_logs() as lines:
        Log().on_event(event)
    assert lines == [{"event": kind.name, "log_level": "info", "guild": GUILD} | expected]


def test_the_log_says_where_points_went() -> None:
    moved = Transfer(
        id=ActionId("t"),
        kind=TransferKind.PURCHASE,
        source=AccountKey(GUILD, House.ISSUED),
        destination=AccountKey(GUILD, ADA),
        points=500,
        at=START,
        command=key(),
        payment=PaymentId("one"),
        note="a secret between friends",
    )
    with structlog.testing.capture_logs() as lines:
        Log().on_transaction_created(moved)
    assert lines == [
        {
            "event": "points.moved",
            "log_level": "info",
            "kind": TransferKind.PURCHASE,
            "guild": GUILD,
            "source": House.ISSUED.value,
            "destination": ADA,
            "points": 500,
            "payment": "one",
            "order": None,
        }
    ]


@pytest.mark.parametrize("style", ["text", "json"])
def test_the_log_is_written_for_people_or_machines(
    style: str, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logs(level="INFO", style="json" if style == "json" else "text")
    structlog.get_logger("test").info("payment.success", payment="one")
    logging.getLogger("library").warning("something")
    address = "/webhooks/123/aW50ZXJhY3Rpb24/messages/@original"
    logging.getLogger("discord.http").warning("We are being rate limited at %s.", address)
    line = capsys.readouterr().err
    assert "payment.success" in line
    assert "something" in line
    assert "rate limited" in line
    assert "aW50ZXJhY3Rpb24" not in line
    assert line.startswith("{") is (style == "json")
