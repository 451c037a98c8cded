"""What a subscriber reads of each event."""

import json
from typing import Any

import pytest

from payments.domain.values.events import (
    EVENTS,
    Event,
    OrderPlaced,
    PaymentDisputed,
    PaymentRefunded,
    PointsGranted,
    RoleChanged,
)
from payments.domain.values.ids import ItemId, MemberId, OrderId, PaymentId
from payments.domain.values.money import Money
from payments.domain.values.time import HOUR, later
from payments.notifications.subscribers.payload import payload_of
from tests.support.make import GUILD, START


@pytest.mark.parametrize("kind", EVENTS.values(), ids=lambda kind: kind.name)
def test_no_number_in_a_message_is_too_long_for_its_readers(kind: type[Event]) -> None:
    """JavaScript keeps integers up to 2^53 only: Discord's ids must be strings."""
    fields: dict[str, Any] = {}
    for name, annotation in ((n, t) for c in reversed(kind.__mro__) for n, t in _fields(c)):
        fields[name] = _example(str(annotation))
    for value in _numbers(json.loads(payload_of(kind(**fields)))):
        assert abs(value) < 2**53


def _fields(kind: type) -> list[tuple[str, Any]]:
    own = vars(kind).get("__annotations__", {})
    return [(name, kind_) for name, kind_ in own.items() if "ClassVar" not in str(kind_)]


def _example(annotation: str) -> Any:
    if "Money" in annotation:
        return checkout_money()
    if any(each in annotation for each in ("GuildId", "MemberId")) or annotation.startswith(
        "int |"
    ):
        return 2**63 - 1
    if "Instant" in annotation:
        return START
    return 5 if "int" in annotation.casefold() else "words"


def checkout_money() -> Any:
    from payments.domain.values.money import Money  # noqa: PLC0415 - only here

    return Money(minor=499, currency="EUR")


def _numbers(value: Any) -> list[int]:
    if isinstance(value, dict):
        return [number for each in value.values() for number in _numbers(each)]
    return [value] if isinstance(value, int) else []


FACTS: dict[str, Any] = {
    "guild": GUILD,
    "at": later(START, 1_500_000),
    "member": MemberId(7),
    "payment": PaymentId("p1"),
    "package": "Starter",
    "points": 500,
    "price": Money(minor=499, currency="EUR"),
}

SAID = {
    "guild": str(GUILD),
    "member": "7",
    "payment": "p1",
    "package": "Starter",
    "points": 500,
    "price": {"amount": 499, "currency": "EUR"},
}


@pytest.mark.parametrize(
    ("event", "data"),
    [
        (
            PaymentRefunded(
                **FACTS,
                refunded=Money(minor=300, currency="EUR"),
                amount=Money(minor=200, currency="USD"),
                refund="re_1",
            ),
            SAID
            | {
                "refunded": {"amount": 300, "currency": "EUR"},
                "amount": {"amount": 200, "currency": "USD"},
                "refund": "re_1",
                "asked_by": None,
                "asked_at": None,
            },
        ),
        (
            PaymentDisputed(
                **FACTS,
                dispute="dp_1",
                disputed=Money(minor=1, currency="EUR"),
                reason="fraudulent",
                due_by=later(START, HOUR),
            ),
            SAID
            | {
                "dispute": "dp_1",
                "disputed": {"amount": 1, "currency": "EUR"},
                "reason": "fraudulent",
                "due_by": "2026-09-21T15:13:20.000Z",
            },
        ),
        (
            PointsGranted(
                guild=GUILD,
                at=FACTS["at"],
                member=MemberId(2**60),
                points=3,
                note="“so”",
                expires_at=None,
            ),
            {
                "guild": str(GUILD),
                "member": str(2**60),
                "points": 3,
                "note": "“so”",
                "expires_at": None,
                "transfer": "",
                "by_self": False,
            },
        ),
        (
            OrderPlaced(
                guild=GUILD,
                at=FACTS["at"],
                member=MemberId(2**60),
                order=OrderId("o1"),
                item=ItemId("i1"),
                item_name="Sword",
                kind="program",
                quantity=2,
                points=200,
                answer="ada_of_the_sea",
                due_at=later(START, HOUR),
            ),
            {
                "guild": str(GUILD),
                "member": str(2**60),
                "order": "o1",
                "item": "i1",
                "item_name": "Sword",
                "kind": "program",
                "quantity": 2,
                "points": 200,
                "by_person": False,
                "answer": "ada_of_the_sea",
                "due_at": "2026-09-21T15:13:20.000Z",
            },
        ),
        (
            RoleChanged(
                guild=GUILD,
                at=FACTS["at"],
                member=MemberId(2**60),
                role=2**60,
                wanted=True,
                ends_at=later(START, HOUR),
            ),
            {
                "guild": str(GUILD),
                "member": str(2**60),
                "role": str(2**60),
                "wanted": True,
                "ends_at": "2026-09-21T15:13:20.000Z",
                "order": None,
            },
        ),
    ],
    ids=lambda each: getattr(each, "name", ""),
)
def test_what_a_subscriber_reads(event: Any, data: dict[str, Any]) -> None:
    assert json.loads(payload_of(event)) == {
        "type": event.name,
        "timestamp": "2026-09-21T14:13:21.500Z",
        "data": data,
    }
