"""An event as other programs read it.

After the Standard Webhooks specification (standardwebhooks.com): `type`, `timestamp` and `data`.
Discord's ids are strings, because they are too long for the numbers of many readers; money is an
amount in minor units with its currency; times are ISO 8601 in UTC.
"""

import json
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from payments.domain.values.events import Event
from payments.domain.values.money import Money
from payments.domain.values.time import SECOND, Instant

_IDS = frozenset({"guild", "member", "recipient", "asked_by", "decided_by", "channel", "role"})
_TIMES = frozenset({"at", "asked_at", "due_by", "due_at", "ends_at", "expires_at"})


def payload_of(event: Event) -> str:
    """The body of a request."""
    data = {
        field.name: _plain(field.name, getattr(event, field.name))
        for field in fields(event)
        if field.name != "at"
    }
    return json.dumps({"type": event.name, "timestamp": _iso(event.at), "data": data})


def _plain(name: str, value: Any) -> Any:  # noqa: ANN401 - whatever a field of an event holds
    if value is None:
        return None
    if isinstance(value, Money):
        return {"amount": value.minor, "currency": value.currency}
    if name in _IDS:
        return str(value)
    return _iso(value) if name in _TIMES else value


def _iso(at: Instant) -> str:
    moment = datetime.fromtimestamp(at / SECOND, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
