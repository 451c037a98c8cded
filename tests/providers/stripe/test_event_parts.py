"""In which parts a long list of events is read: to the last event and second."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from payments.providers.stripe.event_listing import MOST, PAGE, USED, EventList


class Events:
    """Stripe's list of events: newest first, a page at a time."""

    def __init__(self, *created: int) -> None:
        self.all = [{"id": f"evt_{n}", "created": at} for n, at in enumerate(created)]
        self.asked: list[dict[str, Any]] = []

    async def make(self, work: Callable[[], Awaitable[Any]]) -> Any:
        return await work()

    async def list_async(self, params: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(params)
        within = params["created"]
        found = [
            each
            for each in sorted(self.all, key=lambda each: -each["created"])  # type: ignore[operator]
            if within["gte"] <= each["created"] < within.get("lt", 2**53)
        ]
        after = params.get("starting_after")
        begin = 1 + [each["id"] for each in found].index(after) if after else 0
        page = found[begin : begin + params["limit"]]
        return {"data": page, "has_more": begin + len(page) < len(found)}

    @property
    def v1(self) -> Any:
        return type("V1", (), {"events": self})()

    async def parts(self, since: int = 0) -> list[list[str]]:
        """The ids of each complete part."""
        made = EventList(self, self, lambda text: text)  # type: ignore[arg-type, return-value]
        parts = made.since(since * 1_000_000)  # type: ignore[arg-type]
        return [[str(each).split('"')[3] for each in part.events] async for part in parts]


def test_events_are_asked_for_a_hundred_at_a_time_and_two_thousand_are_held() -> None:
    assert (PAGE, MOST) == (100, 2_000)
    assert len(USED) == len(set(USED)) > 10


async def test_up_to_two_thousand_events_are_one_part() -> None:
    events = Events(*range(MOST))
    (part,) = await events.parts()
    assert part == [f"evt_{number}" for number in range(MOST)]
    assert [params["limit"] for params in events.asked] == [PAGE] * (MOST // PAGE)
    assert events.asked[0]["types"] == USED
    assert events.asked[0]["created"] == {"gte": 0}


async def test_one_more_is_two_parts_and_the_older_one_comes_first() -> None:
    events = Events(*range(MOST + 1))
    older, newer = await events.parts()
    assert older == ["evt_0"]
    assert [*older, *newer] == [f"evt_{number}" for number in range(MOST + 1)]


async def test_events_of_one_second_are_never_parted() -> None:
    events = Events(*[5] * (MOST + PAGE + 1))
    (part,) = await events.parts(since=5)
    assert len(part) == MOST + PAGE + 1


async def test_nothing_happened_is_no_part() -> None:
    assert await Events().parts() == []
    assert await asyncio.wait_for(Events(1, 2).parts(since=3), 30) == []
