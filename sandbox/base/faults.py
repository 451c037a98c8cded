"""Faults on request: what the next calls meet instead of a good answer."""

import asyncio
import contextlib
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal, get_args

Kind = Literal["error", "slow", "timeout", "malformed", "half", "drop"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(slots=True, kw_only=True)
class Fault:
    """What happens to the next `times` calls that fit.

    Attributes:
        method: `GET`, `POST`, `DELETE` or `*`.
        path: Pattern of the path, such as `/v1/refunds` or `/v1/checkout/*`.
        kind: `error` answers `status`; `slow` waits before it begins, then goes on as usual;
            `timeout` does what was asked and then keeps silent; `malformed` answers something that
            is no JSON; `half` breaks off in the middle of the body; `drop` closes the connection
            without a word.
        status: For `error`: 500 (Stripe keeps it under the idempotency key), 502 to 504 (from
            what stands before its servers: not kept), 429, 409 or another.
        done: For `error` and `drop`: whether what was asked is done anyway.
        body: For `malformed`: what is answered, if it is to be something else.
        retry_after: For `error`: seconds in the header `Retry-After`, if any.
        seconds: For `slow` and `timeout`: how long at most.
        reached: Set when a call met this fault; of `slow` and `timeout`, when a call is held.
        released: Set it to end the waiting of `slow` and `timeout`.
    """

    kind: Kind
    method: str = "*"
    path: str = "*"
    times: int = 1
    status: int = 500
    done: bool = False
    body: bytes | None = None
    retry_after: int | None = None
    seconds: float = 60
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait(self) -> None:
        """Hold a call until the fault is released or its time is over."""
        self.reached.set()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.seconds):
                await self.released.wait()


class Faults:
    """The faults that are still to come."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._holding: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        """Make the next fitting calls meet a fault, after those that were added before."""
        self._waiting.append(fault)
        return fault

    def clear(self) -> None:
        """Forget all faults, and let go of the calls that they hold."""
        for fault in self._holding:
            fault.released.set()
        self._holding.clear()
        self._waiting.clear()

    @property
    def waiting(self) -> tuple[Fault, ...]:
        """Faults that are not used up."""
        return tuple(self._waiting)

    def take(self, method: str, path: str) -> Fault | None:
        """The fault that a call meets, if any; uses it up once."""
        for fault in self._waiting:
            if fault.method in {"*", method} and fnmatchcase(path, fault.path):
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
                if fault.kind in {"slow", "timeout"}:
                    self._holding.append(fault)
                else:
                    fault.reached.set()
                return fault
        return None
