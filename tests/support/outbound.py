"""Calls to another side that answers as a test says."""

from collections.abc import Awaitable, Callable

import pytest

from payments.infra.errors import BreakerOpen
from payments.infra.outbound import Failure, Line, Outbound, Policy, Purpose

QUICK = Policy(first_pause_seconds=0.001, longest_pause_seconds=0.002)
OTHER = Line(integration="discord", purpose=Purpose.MEMBERS)
LINE = Line(integration="stripe", purpose=Purpose.MEMBERS)


class Away(Exception):
    """The other side is not there."""


class Busy(Exception):
    """The other side wants us to wait."""


class No(Exception):
    """The other side refuses."""


def classify_error(error: BaseException) -> Failure:
    if isinstance(error, Away):
        return Failure.AWAY
    return Failure.BUSY if isinstance(error, Busy) else Failure.FINAL


class Other:
    """Another side, which does what it is told, call by call; then it answers."""

    def __init__(self, *does: Exception) -> None:
        self.does = list(does)
        self.calls = 0

    async def __call__(self) -> str:
        self.calls += 1
        if self.does:
            raise self.does.pop(0)
        return "answer"


async def call(outbound: Outbound, work: Callable[[], Awaitable[str]]) -> str:
    return await outbound.call(LINE, work, classify_error=classify_error)


async def about(outbound: Outbound, name: str, other: Other) -> None:
    with pytest.raises((Away, BreakerOpen)):
        await outbound.call(LINE, other, classify_error=classify_error, about=name)
