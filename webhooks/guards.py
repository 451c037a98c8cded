"""What goes around every answer: security headers, and no error that tells too much."""

from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

from payments.domain.characters import is_storable
from webhooks import pages

log = structlog.get_logger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Server": "guildbank",
}


MESSAGES = {
    400: "This makes no sense.",
    404: "There is nothing here.",
    405: "Not this way.",
    408: "This takes too long.",
    413: "The body is too large.",
}


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer errors in the right form, and add the headers."""
    try:
        if not is_storable(request.path):
            raise web.HTTPNotFound  # noqa: TRY301 - answered as any other path that leads nowhere
        response = await handler(request)
    except web.HTTPRedirection as redirection:
        redirection.headers.update(_headers(request))
        raise
    except web.HTTPException as error:
        response = _answer(request, error.status)
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
    except Exception:
        log.exception("web.failed", route=request.match_info.route.name)
        response = _answer(request, 500)
    response.headers.update(_headers(request))
    return response


def _headers(request: web.Request) -> dict[str, str]:
    cached = request.path.startswith("/static/")
    return SECURITY_HEADERS | {"Cache-Control": "max-age=3600" if cached else "no-store"}


def _answer(request: web.Request, status: int) -> web.Response:
    """A page for browsers, JSON for programs; neither tells what happened inside."""
    is_page = request.path.startswith("/pay/") and not request.path.endswith("/state")
    if is_page or "text/html" in request.headers.get("Accept", ""):
        return pages.error_page(request, status)
    message = MESSAGES.get(status, "Something went wrong.")
    return web.json_response({"message": message}, status=status)
