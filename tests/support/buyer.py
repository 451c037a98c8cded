"""What Ada reads in direct messages."""

from collections.abc import Awaitable, Callable

import pytest

from payments.notifications.worker import Worker
from tests.faces.discord.conftest import World, said
from tests.support.sending import deliver_all

Read = Callable[[], Awaitable[list[str]]]
"""Delivers all that is due, and returns what Ada has read since the last time."""


@pytest.fixture
def read(world: World, worker: Worker) -> Read:
    seen = 0

    async def work() -> list[str]:
        nonlocal seen
        await deliver_all(worker)
        all_of_them = [said(each) for each in world.ada_user.dm_channel.history()]
        new, seen = all_of_them[seen:], len(all_of_them)
        return new

    return work
