"""One request as its handler sees it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sandbox.base.common import Json
from sandbox.stripe.api.forms import Params
from sandbox.stripe.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request that was let in.

    Attributes:
        path: Where it went.
        ids: What stands in the path, by name.
        live: Whether its key is one of live mode.
    """

    state: State
    params: Params
    path: str
    ids: Mapping[str, str]
    live: bool


Handler = Callable[[Call], Json]
"""Carries a request out; raises `ApiError` or `NotPossible`."""
