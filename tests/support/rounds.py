"""A worker whose outbox lies in memory."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from payments.notifications.worker import Worker
from tests.conftest import Time
from tests.support.outbox import Doing, Outbox


@pytest.fixture
def outbox() -> Outbox:
    made = Outbox()
    made.goes_on.set()
    return made


@pytest.fixture
def channel() -> Doing:
    made = Doing()
    made.goes_on.set()
    return made


Begin = Callable[..., Worker]


@pytest.fixture
async def begin(outbox: Outbox, channel: Doing, clock: Time) -> AsyncIterator[Begin]:
    running: list[asyncio.Task[None]] = []

    def start(**more: Any) -> Worker:
        worker = Worker(
            deliveries=outbox,  # type: ignore[arg-type]
            channels={"recipient": channel, "dm": channel},
            clock=clock,
            ends=channel,
            **{"idle_seconds": 3600.0, "beat_seconds": 3600.0} | more,
        )
        running.append(asyncio.create_task(worker.run()))
        return worker

    yield start
    channel.goes_on.set()
    outbox.goes_on.set()
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


async def turns(number: int = 20) -> None:
    for _ in range(number):
        await asyncio.sleep(0)
