"""`POST /webhooks/{provider}`: takes a provider's message in, and answers after the commit."""

import time
from http import HTTPStatus

from aiohttp import web

from payments.infra.errors import CannotDecrypt
from payments.integrations.mail.errors import NotGenuine
from payments.providers.errors import ProviderRefused, ProviderUnavailable, WebhookRejected
from payments.runner.errors import BooksUnavailable
from webhooks.guards import MESSAGES
from webhooks.keys import PARTS, MailDoor, Parts
from webhooks.server.addresses import client_address
from webhooks.server.tally import TALLY

MAX_BODY_BYTES = 1024 * 1024
"""Larger bodies are refused; the application reads no more of one that does not say its length."""

SMALL_BODY_BYTES = 64 * 1024
"""Larger ones, or of no stated length, are not read from an address that sent much rubbish."""

KNOWN_SECONDS = 1.0
"""How long a body may take from such an address."""

_AGAIN = {"message": "Not kept. Please send it again."}

_RECEIVED = {"message": "Received."}

_FORGED = frozenset({"signature", "age"})
"""Why a message is taken for somebody else's."""

_FAULTS_OF_SENDERS = frozenset({400, 408, 413})
"""Answers that count like a message that is not genuine."""


async def receive(request: web.Request) -> web.Response:
    """Verify, commit, answer 200 or 204; 400, 401 or 429 for what is not genuine, 503 if not kept.

    A rejection says why, in a word for machines and in a sentence.
    """
    parts = request.app[PARTS]
    name = request.match_info["provider"]
    if name not in parts.webhooks and not _is_mail(parts, name):
        raise web.HTTPNotFound
    started = time.perf_counter()
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    try:
        status, body = await _receive(request, name)
    except web.HTTPException as error:
        status = HTTPStatus(error.status)
        raise
    finally:
        parts.metrics.answered(name, status, time.perf_counter() - started)
    if status is HTTPStatus.NO_CONTENT:
        return web.Response(status=status, content_type="application/json")
    return web.json_response(body, status=status)


async def _receive(request: web.Request, name: str) -> tuple[HTTPStatus, dict[str, str]]:
    """Read, verify and keep one message.

    A sender of too much that was not genuine gets little of our memory: only a small body that is
    there at once is looked at, because behind a proxy that is not trusted all addresses are one.
    """
    parts = request.app[PARTS]
    address = client_address(request, parts.trusted_proxies)
    seconds = parts.body_seconds
    if parts.failures.is_known(address):
        length = request.content_length
        if length is None or length > SMALL_BODY_BYTES:
            raise web.HTTPTooManyRequests
        seconds = min(seconds, KNOWN_SECONDS)
    try:
        _check_head(request)
        reading = parts.bodies.read(request, most=MAX_BODY_BYTES, seconds=seconds)
        async with reading as body:
            return await _take_in(request, name, body)
    except WebhookRejected as error:
        return await _reject(request, name, error, address)
    except web.HTTPException as error:
        if error.status in _FAULTS_OF_SENDERS and await parts.failures.is_too_many(address):
            raise web.HTTPTooManyRequests from None
        raise


async def _take_in(
    request: web.Request, name: str, body: bytes
) -> tuple[HTTPStatus, dict[str, str]]:
    parts = request.app[PARTS]
    headers = {key.lower(): request.headers.getall(key) for key in request.headers}
    if parts.mail is not None and _is_mail(parts, name):
        return await _take_in_mail(parts, parts.mail, body, headers)
    provider, webhook = parts.webhooks[name]
    try:
        event = await webhook.read(body, headers, parts.clock())
        if event is None:  # it only asks whether anybody is there
            return HTTPStatus(webhook.answers.received), _RECEIVED
    except (ProviderUnavailable, ProviderRefused) as error:  # what checks it cannot be had
        details = {"error": str(error)}
        request.app[TALLY].note("webhook.not_checked", details=details, provider=name)
        return HTTPStatus.SERVICE_UNAVAILABLE, _AGAIN
    try:
        await parts.inbox.receive(provider, event)
    except BooksUnavailable:
        return HTTPStatus.SERVICE_UNAVAILABLE, _AGAIN
    return HTTPStatus(webhook.answers.received), _RECEIVED


def _is_mail(parts: Parts, name: str) -> bool:
    """Whether it is the service that sends our mail."""
    return parts.mail is not None and parts.mail.posts_as == name


async def _take_in_mail(
    parts: Parts, mail: MailDoor, body: bytes, headers: dict[str, list[str]]
) -> tuple[HTTPStatus, dict[str, str]]:
    """What the service that sends our mail says of addresses."""
    try:
        await mail.take_in(body, headers, parts.clock())
    except NotGenuine as error:
        raise WebhookRejected(str(error), reason=error.reason) from error
    except CannotDecrypt:  # the start has said which key is missing
        return HTTPStatus.SERVICE_UNAVAILABLE, _AGAIN
    return HTTPStatus.OK, {"message": "Received."}


async def _reject(
    request: web.Request, name: str, error: WebhookRejected, address: str
) -> tuple[HTTPStatus, dict[str, str]]:
    """Count it; say why, or that it is too much."""
    parts = request.app[PARTS]
    parts.metrics.rejected(name, error.reason)
    request.app[TALLY].note(
        "webhook.rejected",
        address=address,
        details={"error": str(error)},
        provider=name,
        reason=error.reason,
    )
    if await parts.failures.is_too_many(address):
        message = MESSAGES[HTTPStatus.TOO_MANY_REQUESTS]
        return HTTPStatus.TOO_MANY_REQUESTS, {"message": message, "reason": error.reason}
    status = int(HTTPStatus.BAD_REQUEST)
    if error.reason in _FORGED and name in parts.webhooks:
        status = parts.webhooks[name][1].answers.forged
    return HTTPStatus(status), {"message": str(error), "reason": error.reason}


def _check_head(request: web.Request) -> None:
    """Refuse what the head alone shows, before any of the body is read."""
    if "Content-Encoding" in request.headers:  # case 11
        raise WebhookRejected("The body must not be encoded.", reason="encoding")
    if request.content_length is not None and request.content_length > MAX_BODY_BYTES:
        raise web.HTTPRequestEntityTooLarge(MAX_BODY_BYTES, request.content_length)
