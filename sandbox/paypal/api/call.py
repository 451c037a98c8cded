"""One request as its handler sees it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from sandbox.base.common import Json
from sandbox.base.shapes import Object
from sandbox.paypal.errors import issue
from sandbox.paypal.state import State

Kept = Literal["", "order", "payment"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request that was let in.

    Attributes:
        body: What was sent; empty if nothing was.
        raw: The same as it came.
        ids: What stands in the path, by name.
        query: What stands behind it.
        whole: Whether the client prefers the whole object to a minimal answer.
    """

    state: State
    body: Json
    raw: bytes
    ids: Mapping[str, str]
    query: Mapping[str, str]
    whole: bool


Shown = Callable[[], Json | None]
"""Makes the answer; called again for a repeat, which is answered with the latest status."""

Handler = Callable[[Call], Shown]
"""Carries a request out; raises `ApiError`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """An endpoint.

    Attributes:
        shape: What its body may say; None if it takes none.
        status: What is answered the first time.
        kept: How long its idempotency key is remembered: not at all, or as for orders or payments.
    """

    method: str
    path: str
    handler: Handler
    status: int = 200
    shape: Object | None = None
    kept: Kept = ""


def read_object(raw: bytes) -> Json:
    """The JSON object of a request; an empty body is an empty object.

    Raises:
        ApiError: It is none.
    """
    if not raw.strip():
        return {}
    try:
        parsed = json.loads(raw)
    except ValueError:
        raise issue("MALFORMED_REQUEST_JSON") from None
    if not isinstance(parsed, dict):
        raise issue("MALFORMED_REQUEST_JSON")
    return parsed
