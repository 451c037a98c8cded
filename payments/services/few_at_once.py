"""Work that waits for others most of the time, done for several things at the same time."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Hashable, Iterable
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


def in_lanes(things: Iterable[T], about: Callable[[T], Collection[Hashable]]) -> list[list[T]]:
    """Put together what is about the same, however indirectly: one after the other, in order.

    Args:
        things: In their order.
        about: What each is about.
    """
    lanes: dict[int, list[tuple[int, T]]] = {}
    lane_of: dict[Hashable, int] = {}
    for number, each in enumerate(things):
        keys = set(about(each))
        known = {lane_of[key] for key in keys if key in lane_of}
        joined = [thing for other in known for thing in lanes.pop(other)]
        lanes[number] = [*joined, (number, each)]
        lane_of |= {key: number for key, at in lane_of.items() if at in known}
        lane_of |= dict.fromkeys(keys, number)
    return [[each for _, each in sorted(lane, key=_number)] for lane in lanes.values()]


def _number(numbered: tuple[int, T]) -> int:
    return numbered[0]
