"""Lists: what is asked for, a page at a time."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol, TypeVar

from sandbox.base.common import Json
from sandbox.square.errors import error

LARGEST_PAGE = 100

QUERIES = frozenset(
    {
        *("begin_time", "end_time", "updated_at_begin_time", "updated_at_end_time"),
        *("sort_field", "sort_order", "cursor", "location_id", "limit"),
    }
)


class Dated(Protocol):
    """What lists are made of."""

    @property
    def created(self) -> int:
        """Unix seconds."""

    @property
    def updated(self) -> int:
        """Unix seconds."""

    @property
    def location(self) -> str:
        """Where it was sold."""

    def render(self) -> Json:
        """As the API shows it."""


D = TypeVar("D", bound=Dated)


def read_time(values: Mapping[str, str], name: str) -> float | None:
    """A moment in Unix seconds; None if it is not asked for.

    Raises:
        ApiError: It is no moment of RFC 3339 with its offset.
    """
    text = values.get(name)
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise error("INVALID_TIME", f"{text} is no time.", name) from None
    if at.tzinfo is None:
        raise error("INVALID_TIME", f"{text} has no offset.", name)
    return at.timestamp()


def listed(query: Mapping[str, str], kept: Iterable[D], name: str, location: str) -> Json:
    """What is asked for of payments or refunds; latest first unless it is asked otherwise.

    Args:
        query: What stands behind the path.
        kept: All there are.
        name: How the list is called.
        location: The main location, which is meant if none is named.

    Raises:
        ApiError: The query makes no sense.
    """
    field = query.get("sort_field", "CREATED_AT")
    order = query.get("sort_order", "DESC")
    if field not in {"CREATED_AT", "UPDATED_AT"}:
        raise error("INVALID_ENUM_VALUE", f"{field} is no field.", "sort_field")
    if order not in {"ASC", "DESC"}:
        raise error("INVALID_SORT_ORDER", f"{order} is no order.", "sort_order")
    begin, end = read_time(query, "begin_time"), read_time(query, "end_time")
    since = read_time(query, "updated_at_begin_time")
    until = read_time(query, "updated_at_end_time")
    found = [
        each
        for each in kept
        if each.location == query.get("location_id", location)
        and _within(each.created, begin, end)
        and _within(each.updated, since, until)
    ]
    found.sort(key=lambda each: each.updated if field == "UPDATED_AT" else each.created)
    if order == "DESC":
        found.reverse()
    return page(query, [each.render() for each in found], name)


def page(
    query: Mapping[str, str], shown: list[Json], name: str, *, largest: int = LARGEST_PAGE
) -> Json:
    """One page of what was found, with a cursor to the next.

    Args:
        query: What stands behind the path.
        shown: All that was found.
        name: How the list is called.
        largest: The largest page.

    Raises:
        ApiError: Cursor or limit make no sense.
    """
    cursor, limit = query.get("cursor", "0"), query.get("limit", str(LARGEST_PAGE))
    if not cursor.isdecimal():
        raise error("INVALID_CURSOR", f"{cursor} is no cursor.", "cursor")
    if not limit.isdecimal() or not 1 <= int(limit) <= largest:
        raise error("INVALID_VALUE", f"{limit} is no limit.", "limit")
    start, size = int(cursor), int(limit)
    body: Json = {name: shown[start : start + size]} if shown[start:] else {}
    if start + size < len(shown):
        body["cursor"] = str(start + size)
    return body


def _within(at: int, begin: float | None, end: float | None) -> bool:
    return (begin is None or at >= begin) and (end is None or at <= end)
