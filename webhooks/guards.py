"""What goes around every answer: security headers, and no error that tells too much."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from payments.domain.values.characters import is_storable
from webhooks.keys import PARTS
from webhooks.pages import pages
from webhooks.server.headers import NOT_KEPT, SECURITY_HEADERS
from webhooks.server.tally import TALLY

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

MESSAGES = {
    400: "This makes no sense.",
    404: "There is nothing here.",
    405: "Not this way.",
    408: "This takes too long.",
    413: "The body is too large.",
    429: "Too much of what this address sent was not genuine.",
    503: "There is no room for it now. Please send it again.",
}


_PAGES_SAY = frozenset({"Content-Security-Policy", "Referrer-Policy"})
"""What a page with a form says itself."""


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer errors in the right form, and add the headers."""
    try:
        if not is_storable(request.path):
            raise web.HTTPNotFound  # noqa: TRY301 - answered as any other path that leads nowhere
        response = await handler(request)
    except web.HTTPRedirection as redirection:
        redirection.headers.update(NOT_KEPT)
        raise
    except web.HTTPException as error:
        response = _answer(request, error.status)
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
    except Exception as error:  # noqa: BLE001 - it is logged, and answered as a fault of ours
        request.app[TALLY].note(
            "web.failed",
            level="error",
            error=error,
            kind=type(error).__name__,
            route=request.match_info.route.name or "",
        )
        response = _answer(request, 500)
    headers = response.headers
    said = {name: headers[name] for name in _PAGES_SAY if name in headers}
    headers.update(SECURITY_HEADERS if "Cache-Control" in headers else NOT_KEPT)
    if said:
        headers.update(said)
    return response


def _answer(request: web.Request, status: int) -> web.Response:
    """A page for browsers, JSON for programs; neither tells what happened inside."""
    is_page = request.path.startswith("/pay/") and not request.path.endswith("/state")
    is_page |= "text/html" in request.headers.get("Accept", "")
    if PARTS in request.app and is_page and not request.path.startswith("/api/"):
        return pages.error_page(request, status)
    message = MESSAGES.get(status, "Something went wrong.")
    return web.json_response({"message": message}, status=status)
