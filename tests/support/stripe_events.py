"""Events that the local Stripe has to list."""

import json
from typing import Any

from payments.domain.values.time import to_seconds
from sandbox.stripe import LocalStripe
from sandbox.stripe.objects.event import Cause, Event
from tests.support.make import START
from tests.support.web import session_object


def happened(
    stripe: LocalStripe, name: str, session: dict[str, Any] | None = None, **changes: Any
) -> None:
    """Stripe has one more event about a checkout."""
    given: dict[str, Any] = {
        "id": name,
        "type": "checkout.session.completed",
        "created": to_seconds(START) + len(stripe.state.events),
        "data": json.dumps({"object": session or session_object()}),
        "cause": Cause(),
    }
    stripe.state.events[name] = Event(**(given | changes))
