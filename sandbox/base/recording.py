"""What was asked of a local service and what it answered, for those who want to look at it."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from sandbox.base.common import Json

Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonExchange:
    """One request to an API that speaks JSON, and its answer.

    Attributes:
        query: What stands behind the path.
        headers: Those of the request; their names in small letters.
        body: The object that was sent; None if it was no JSON object.
        answer: The object, list or error; None if the connection was cut or it was no JSON object.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Json | None
    status: int
    answer: Json | None


class Recorder(Generic[Kept]):
    """Keeps exchanges once it is switched on.

    Args:
        make: What is kept of a request and its response.
        prefixes: How the paths of the API begin.
    """

    def __init__(
        self,
        make: Callable[[web.Request, web.StreamResponse], Awaitable[Kept]],
        prefixes: tuple[str, ...],
    ) -> None:
        self._make = make
        self._prefixes = prefixes
        self._kept: list[Kept] | None = None

    def start(self) -> list[Kept]:
        """Keep what is exchanged from now on; the list grows."""
        self._kept = []
        return self._kept

    def middleware(self) -> Middleware:
        """What sees each request of the API pass by."""

        @web.middleware
        async def record(request: web.Request, handler: Handler) -> web.StreamResponse:
            response = await handler(request)
            if self._kept is not None and request.path.startswith(self._prefixes):
                self._kept.append(await self._make(request, response))
            return response

        return record


async def json_exchange(request: web.Request, response: web.StreamResponse) -> JsonExchange:
    """What is kept where both sides speak JSON."""
    return JsonExchange(
        method=request.method,
        path=request.path,
        query=dict(request.query),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=_object(await request.read()),
        status=response.status,
        answer=answered(response),
    )


def answered(response: web.StreamResponse) -> Json | None:
    """The JSON object that a response carries, if it does."""
    if not isinstance(response, web.Response) or not isinstance(response.body, bytes):
        return None
    return _object(response.body)


def _object(text: bytes) -> Json | None:
    try:
        parsed = json.loads(text)
    except ValueError:
        return None
    return parsed if isinstance(parsed, dict) else None
