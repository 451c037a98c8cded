"""What was asked of the local Stripe and what it answered, for those who want to look at it."""

from dataclasses import dataclass

from aiohttp import web

from sandbox.base.common import Json
from sandbox.base.recording import answered
from sandbox.stripe.api.forms import Tree, pairs, tree


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


async def exchange(request: web.Request, response: web.StreamResponse) -> Exchange:
    """What is kept of a request and its response."""
    given = pairs(request.query_string) + pairs(await request.text())
    return Exchange(
        method=request.method,
        path=request.path,
        params=tree(given),
        version=request.headers.get("Stripe-Version"),
        idempotency_key=request.headers.get("Idempotency-Key"),
        status=response.status,
        answer=answered(response),
    )
