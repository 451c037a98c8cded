"""A payment in memory, and the events that it emits."""

from dataclasses import replace
from typing import Any

import pytest

from payments.commands.base import Command, by_member
from payments.commands.payments.refund import RequestRefund
from payments.commands.points.move import GrantPoints
from payments.domain.values.events import Event
from payments.domain.values.ids import PaymentId
from payments.domain.values.provider_updates import ProviderUpdate
from payments.domain.values.time import HOUR, Instant, later
from tests.support.make import (
    ADA,
    BEN,
    GUILD,
    START,
    checkout_update,
    euros,
    event,
    initiate,
    key,
    package,
)
from tests.support.memory_ledger import MemoryLedger

BOUGHT = replace(package(500, 1000), name="Starter")
LATER = later(START, HOUR)


def whole(at: Instant = LATER) -> dict[str, Any]:
    """What each event says of the payment."""
    return {
        "guild": GUILD,
        "at": at,
        "member": ADA,
        "payment": PaymentId("one"),
        "package": "Starter",
        "points": 500,
        "price": euros(1000),
    }


@pytest.fixture
def ledger() -> MemoryLedger:
    """Ada has begun to buy 500 points for 10 euros; she has 200 others."""
    empty = MemoryLedger()
    empty.put_up(GUILD, [BOUGHT])
    empty.run(grant(200))
    empty.run(initiate("one", of=BOUGHT))
    return empty


@pytest.fixture
def paid(ledger: MemoryLedger) -> MemoryLedger:
    """She has paid, two euros of tax with it."""
    ledger.run(event(checkout_update("one", of=BOUGHT, tax=200)))
    return ledger


def grant(points: int, expires_at: Instant | None = None) -> GrantPoints:
    return GrantPoints(
        key=key(),
        at=START,
        actor=by_member(BEN),
        guild=GUILD,
        member=ADA,
        points=points,
        expires_at=expires_at,
    )


def emitted_by(ledger: MemoryLedger, command: Command[Any]) -> list[Event]:
    """What is told when a command is carried out."""
    before = len(ledger.events)
    ledger.run(command)
    return ledger.events[before:]


def of(ledger: MemoryLedger, update: ProviderUpdate, at: Instant = LATER) -> list[Event]:
    """What is told when the provider tells something."""
    return emitted_by(ledger, event(update, at=at))


def request(amount: int, **more: Any) -> RequestRefund:
    return RequestRefund(
        key=key(),
        at=LATER,
        actor=by_member(BEN),
        guild=GUILD,
        payment=PaymentId("one"),
        refund="ours",
        moderator=BEN,
        amount=euros(amount),
        request="{}",
        **more,
    )
