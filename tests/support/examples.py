"""An example of each event."""

import dataclasses
from enum import StrEnum
from typing import Any, get_type_hints

from payments.domain.values.events import Event
from payments.domain.values.money import Money

_WORDS = ("str", "PaymentId", "SubscriberId", "ItemId", "OrderId", "PackageId")
"""Types of fields that hold words."""


def example(kind: type[Event]) -> Event:
    """An event of a kind, whose numbers and words all differ."""
    values: dict[str, Any] = {}
    hints = get_type_hints(kind)
    for number, field in enumerate(dataclasses.fields(kind), start=101):
        known = hints[field.name]
        values[field.name] = (
            Money(minor=number, currency="EUR")
            if known == Money or known == Money | None
            else _one_of(known) or _plain(str(known), number)
        )
    return kind(**values)


def _one_of(known: Any) -> StrEnum | None:
    """Some value of an enumeration."""
    return list(known)[-1] if isinstance(known, type) and issubclass(known, StrEnum) else None


def _plain(known: str, number: int) -> object:
    if "bool" in known:
        return True
    if any(each in known for each in _WORDS):
        return f"words {number}"
    return number
