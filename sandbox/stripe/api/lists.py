"""Lists, newest first, page by page (Stripe: Pagination)."""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from sandbox.base.common import Json
from sandbox.stripe.api.errors import invalid, missing
from sandbox.stripe.api.forms import Params

PAGING = ("limit", "starting_after", "ending_before", "expand")
"""Parameters that every list takes."""

_USUAL_LIMIT = 10
_KINDS = {"/v1/checkout/sessions": "checkout.session"}
"""What errors call what is in a list, where the path does not say it."""

_HIGHEST_LIMIT = 100


class Identified(Protocol):
    """What can stand in a list."""

    @property
    def id(self) -> str:
        """Its id, which is also the cursor."""
        ...


class Listed(Identified, Protocol):
    """What can be listed by its age."""

    @property
    def created(self) -> int:
        """When it was made, in Unix seconds."""
        ...


T = TypeVar("T", bound=Identified)


def created_filter(params: Params) -> Callable[[Listed], bool]:
    """What `created` asks for: a time, or bounds in `gt`, `gte`, `lt`, `lte`."""
    given = params.hash("created") if params.is_hash("created") else None
    if given is None:
        exactly = params.integer("created")
        return lambda listed: exactly is None or listed.created == exactly
    above, least = given.integer("gt"), given.integer("gte")
    below, most = given.integer("lt"), given.integer("lte")

    def within(listed: Listed) -> bool:
        at = listed.created
        return (
            (above is None or at > above)
            and (least is None or at >= least)
            and (below is None or at < below)
            and (most is None or at <= most)
        )

    return within


def page(params: Params, url: str, newest_first: Sequence[T], render: Callable[[T], Json]) -> Json:
    """The page of a list that the parameters ask for."""
    limit = params.integer("limit", least=1) or _USUAL_LIMIT
    if limit > _HIGHEST_LIMIT:
        raise invalid(
            f"This value must be less than or equal to {_HIGHEST_LIMIT}.",
            "limit",
            "parameter_invalid_integer",
        )
    after, before = params.text("starting_after"), params.text("ending_before")
    params.exclusive("ending_before", "starting_after")
    if before:
        end = _position(newest_first, before, "ending_before", url)
        start = max(0, end - limit)
        more = start > 0
    else:
        start = _position(newest_first, after, "starting_after", url) + 1 if after else 0
        end = start + limit
        more = end < len(newest_first)
    data = [render(each) for each in newest_first[start:end]]
    return {"object": "list", "data": data, "has_more": more, "url": url}


def _position(listed: Sequence[Identified], cursor: str, param: str, url: str) -> int:
    kind = _KINDS.get(url, url.rpartition("/")[2].removesuffix("s"))
    for position, each in enumerate(listed):
        if each.id == cursor:
            return position
    raise missing(kind, cursor, param, status=400)
