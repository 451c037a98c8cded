"""One request as its handler sees it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sandbox.base.common import Json
from sandbox.base.shapes import Object
from sandbox.square.errors import error
from sandbox.square.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request that was let in.

    Attributes:
        body: What was sent; empty if nothing was.
        ids: What stands in the path, by name.
        query: What stands behind it.
    """

    state: State
    body: Json
    ids: Mapping[str, str]
    query: Mapping[str, str]


Handler = Callable[[Call], Json]
"""Carries a request out; raises `ApiError`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """An endpoint.

    Attributes:
        shape: What its body may say; None if it takes none.
        queries: What may stand behind its path.
    """

    method: str
    path: str
    handler: Handler
    shape: Object | None = None
    queries: frozenset[str] = frozenset()


def read_object(raw: bytes) -> Json:
    """The JSON object of a request.

    Raises:
        ApiError: It is none.
    """
    try:
        parsed = json.loads(raw or b"{}")
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict):
        raise error("EXPECTED_JSON_BODY", "The request body could not be decoded.")
    return parsed
