"""Who asks: a key in `Authorization: Bearer …`, what it may be used for, and how often."""

from http import HTTPStatus
from typing import Final

from aiohttp import web

from payments.domain.values.api_keys import ApiKey, Scope
from payments.infra.api_keys import read_api_key
from webhooks.api.errors import ApiRefused
from webhooks.keys import PARTS
from webhooks.server.addresses import client_address
from webhooks.server.tally import TALLY

_CHALLENGE: Final = {"WWW-Authenticate": "Bearer"}


async def let_in(request: web.Request, scope: Scope) -> ApiKey:
    """The key with which a program asks for something.

    What a key says of itself decides nothing before it was found among its guild's keys. An address
    that sent many wrong ones is told no more than that; a right key is let in from anywhere.

    Raises:
        ApiRefused: It has none, or one that is not good for this, or uses it too often.
    """
    parts = request.app[PARTS]
    written = _sent(request)
    known = None if written is None else read_api_key(written)
    key = None if known is None else await parts.queries.api_key(*known)
    if key is None:
        raise await _not_known(request, sent=written is not None)
    if scope not in key.scopes:
        raise ApiRefused(
            HTTPStatus.FORBIDDEN, "scope", f"This key is not good for this: it needs {scope}."
        )
    if not await parts.api_limits.take(key):
        raise ApiRefused(
            HTTPStatus.TOO_MANY_REQUESTS,
            "too_many",
            "This key is used too often. Please send it again later.",
            headers={"Retry-After": str(parts.api_limits.seconds)},
        )
    return key


def _sent(request: web.Request) -> str | None:
    """The key that a request carries, if it carries exactly one."""
    headers = request.headers.getall("Authorization", [])
    if len(headers) != 1:
        return None
    scheme, _, written = headers[0].partition(" ")
    return written.strip(" ") if scheme.lower() == "bearer" else None


async def _not_known(request: web.Request, *, sent: bool) -> ApiRefused:
    """Count it; why it is refused."""
    parts = request.app[PARTS]
    address = client_address(request, parts.trusted_proxies)
    request.app[TALLY].note("api.refused", address=address, reason="key" if sent else "no_key")
    if await parts.failures.is_too_many(address):
        return ApiRefused(
            HTTPStatus.TOO_MANY_REQUESTS,
            "too_many",
            "This address sent too many wrong keys. Please try again later.",
            headers={"Retry-After": "60"},
        )
    if sent:
        words = "This key is not known. It may have been removed."
        return ApiRefused(HTTPStatus.UNAUTHORIZED, "key", words, headers=_CHALLENGE)
    words = "A key is needed, in the header Authorization: Bearer …"
    return ApiRefused(HTTPStatus.UNAUTHORIZED, "no_key", words, headers=_CHALLENGE)
