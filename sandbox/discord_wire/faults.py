"""Faults on request: what the next calls of the bot meet instead of a good answer."""

from fnmatch import fnmatchcase
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

Kind = Literal[
    "rate_limit",
    "global_rate_limit",
    "cannot_dm",
    "unknown_channel",
    "unknown_interaction",
    "error",
    "drop",
]
KINDS: tuple[Kind, ...] = get_args(Kind)


class Fault(BaseModel):
    """What happens to the next `times` calls that fit.

    Attributes:
        kind: `rate_limit` and `global_rate_limit` answer 429; `cannot_dm` 403 with 50007;
            `unknown_channel` 404 with 10003; `unknown_interaction` 404 with 10062; `error`
            answers `status`; `drop` closes the connection without a word.
        method: `GET`, `POST`, … or `*`.
        path: Pattern of the path after `/api/v10`, such as `/channels/*/messages`.
        times: How many calls meet it.
        retry_after: Seconds in the answer to a limited call.
        status: For `error`: 500, 502, 503 or another.
        done: For `error` and `drop`: whether what was asked is done anyway.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    method: str = "*"
    path: str = "*"
    times: int = 1
    retry_after: float = 0.05
    status: int = 500
    done: bool = False


class Faults:
    """The faults that are still to come."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Make the next fitting calls meet a fault, after those that were added before."""
        self._waiting.append(fault)

    def clear(self) -> None:
        """Forget all faults."""
        self._waiting.clear()

    @property
    def waiting(self) -> tuple[Fault, ...]:
        """Faults that are not used up."""
        return tuple(self._waiting)

    def take(self, method: str, path: str) -> Fault | None:
        """The fault that a call meets, if any; uses it up once."""
        for at, fault in enumerate(self._waiting):
            if fault.method in {"*", method} and fnmatchcase(path, fault.path):
                if fault.times > 1:
                    self._waiting[at] = fault.model_copy(update={"times": fault.times - 1})
                else:
                    del self._waiting[at]
                return fault
        return None
