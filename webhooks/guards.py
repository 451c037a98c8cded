"""What goes around every answer: security headers, and no error that tells too much."""

from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

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
    "Permissions-Policy": "interest-cohort=()",
}


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer errors in the right form, and add the headers."""
    try:
        response = await handler(request)
    except web.HTTPRedirection as redirection:
        redirection.headers.update(_headers(request))
        raise
    except web.HTTPException as error:
        response = _answer(request, error.status)
    except Exception:
        log.exception("web.failed", path=request.match_info.route.name)
        response = _answer(request, 500)
    response.headers.update(_headers(request))
    return response


def _headers(request: web.Request) -> dict[str, str]:
    cached = request.path.startswith("/static/")
    return SECURITY_HEADERS | {"Cache-Control": "max-age=3600" if cached else "no-store"}


def _answer(request: web.Request, status: int) -> web.Response:
    if request.path.startswith("/pay/") and not request.path.endswith("/state"):
        if status == web.HTTPNotFound.status_code:
            return pages.not_found(request)
        if status >= web.HTTPInternalServerError.status_code:
            return pages.broken(request)
    messages = {404: "There is nothing here.", 405: "Not this way.", 413: "The body is too large."}
    message = messages.get(status, "Something went wrong.")
    return web.json_response({"message": message}, status=status)
