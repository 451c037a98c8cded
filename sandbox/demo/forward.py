"""Passing requests on to another server on this machine, and its answers back."""

import aiohttp
from aiohttp import web

_NOT_PASSED_ON = frozenset(
    {"connection", "content-encoding", "content-length", "host", "keep-alive", "transfer-encoding"}
)
"""Headers that belong to one connection, or are made again."""


async def forward(
    request: web.Request,
    session: aiohttp.ClientSession,
    url: str,
    *,
    as_origin: str | None = None,
    method: str | None = None,
    body: bytes | None = None,
) -> web.Response:
    """Ask another server the same, and answer as it does; redirects are passed on too.

    Args:
        request: What was asked.
        session: Asks.
        url: Where; the query is added.
        as_origin: What is said instead of our own origin, for servers that check it.
        method: What is asked instead of the request's own method.
        body: What is sent instead of the request's own body.

    Raises:
        HTTPBadGateway: The other server is not there.
        HTTPBadRequest: Whoever asked went away before all of it had come; nobody reads this.
    """
    headers = {
        name: value for name, value in request.headers.items() if name.lower() not in _NOT_PASSED_ON
    }
    if as_origin is not None and headers.get("Origin") == own_origin(request):
        headers["Origin"] = as_origin
    try:
        sent = await request.read() if body is None else body
    except ConnectionResetError as error:
        raise web.HTTPBadRequest(text="The request ended too early.") from error
    target = url if not request.query_string else f"{url}?{request.query_string}"
    try:
        async with session.request(
            method or request.method,
            target,
            headers=headers,
            data=sent,
            allow_redirects=False,
        ) as answer:
            response = web.Response(status=answer.status, body=await answer.read())
            for name, value in answer.headers.items():
                if name.lower() not in _NOT_PASSED_ON:
                    response.headers.add(name, value)
            return response
    except aiohttp.ClientError as error:
        raise web.HTTPBadGateway(text="This part of the demo is not there.") from error


def own_origin(request: web.Request) -> str:
    """The origin of pages from this server, as the browser calls it."""
    return f"http://{request.host}"


def let_ourselves_frame(response: web.Response) -> None:
    """Allow our own page to show a page in a frame, where it forbids that to all."""
    response.headers.pop("X-Frame-Options", None)
    policy = response.headers.get("Content-Security-Policy")
    if policy is not None:
        response.headers["Content-Security-Policy"] = policy.replace(
            "frame-ancestors 'none'", "frame-ancestors 'self'"
        )
