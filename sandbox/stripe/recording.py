"""What was asked of the local Stripe and what it answered, for those who want to look at it."""

import json
from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from sandbox.stripe.api.forms import Tree, pairs, tree
from sandbox.stripe.objects.common import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request to the API, and its answer.

    Attributes:
        params: As they came, all values texts.
        version: The header `Stripe-Version`.
        idempotency_key: The header `Idempotency-Key`.
        answer: The object, list or error; None if the connection was cut or it was no JSON object.
    """

    method: str
    path: str
    params: Tree
    version: str | None
    idempotency_key: str | None
    status: int
    answer: Json | None


class Recorder:
    """Keeps exchanges once it is switched on."""

    def __init__(self) -> None:
        self._kept: list[Exchange] | None = None

    def start(self) -> list[Exchange]:
        """Keep what is exchanged from now on; the list grows."""
        self._kept = []
        return self._kept

    def middleware(self) -> Middleware:
        """What sees each request of the API pass by."""

        @web.middleware
        async def record(request: web.Request, handler: Handler) -> web.StreamResponse:
            response = await handler(request)
            if self._kept is not None and request.path.startswith("/v1/"):
                self._kept.append(await _exchange(request, response))
            return response

        return record


async def _exchange(request: web.Request, response: web.StreamResponse) -> Exchange:
    given = pairs(request.query_string) + pairs(await request.text())
    return Exchange(
        method=request.method,
        path=request.path,
        params=tree(given),
        version=request.headers.get("Stripe-Version"),
        idempotency_key=request.headers.get("Idempotency-Key"),
        status=response.status,
        answer=_object(response),
    )


def _object(response: web.StreamResponse) -> Json | None:
    if not isinstance(response, web.Response) or not isinstance(response.body, bytes):
        return None
    try:
        parsed = json.loads(response.body)
    except ValueError:
        return None
    return parsed if isinstance(parsed, dict) else None
