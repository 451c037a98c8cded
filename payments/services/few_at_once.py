"""Work that waits for others most of the time, done for several things at the same time."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Final, TypeVar

AT_ONCE: Final = 8
"""For how many things."""

T = TypeVar("T")


async def for_each(things: Iterable[T], work: Callable[[T], Awaitable[None]]) -> None:
    """Do some work for each thing, begun in their order, for a few at the same time.

    Raises the first error of the work, once it was tried for all the others.
    """
    waiting = iter(things)
    errors: list[Exception] = []

    async def go_on() -> None:
        for each in waiting:
            try:
                await work(each)
            except Exception as error:  # noqa: BLE001 - raised below
                errors.append(error)

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(go_on())
    if errors:
        raise errors[0]
