"""`POST /webhooks/{provider}`: takes a provider's message in, and answers after the commit."""

import asyncio
import time
from http import HTTPStatus

import structlog
from aiohttp import web

from payments.providers.protocol import WebhookRejected
from payments.runner import BooksUnavailable
from webhooks.addresses import client_address
from webhooks.keys import PARTS

log = structlog.get_logger(__name__)

MAX_BODY_BYTES = 1024 * 1024
"""Larger bodies are refused; the application reads no more of one that does not say its length."""


async def receive(request: web.Request) -> web.Response:
    """Verify, commit, answer 200; 400 or 429 for what is not genuine, 503 if not kept.

    A rejection says why, in a word for machines and in a sentence.
    """
    parts = request.app[PARTS]
    name = request.match_info["provider"]
    if name not in parts.providers:
        raise web.HTTPNotFound
    started = time.perf_counter()
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    try:
        status, told = await _receive(request, name)
    except web.HTTPException as error:
        status = HTTPStatus(error.status)
        raise
    finally:
        parts.metrics.answered(name, status, time.perf_counter() - started)
    return web.json_response(told, status=status)


async def _receive(request: web.Request, name: str) -> tuple[HTTPStatus, dict[str, str]]:
    parts = request.app[PARTS]
    provider = parts.providers[name]
    headers = {key.lower(): request.headers.getall(key) for key in request.headers}
    try:
        body = await _read(request)
        event = provider.read_webhook(body, headers, parts.clock())
    except WebhookRejected as error:
        parts.metrics.rejected(name, error.reason)
        address = client_address(request, parts.trusted_proxies)
        if await parts.failures.is_too_many(address):
            too_many = "Too much of what this address sent was not genuine."
            return HTTPStatus.TOO_MANY_REQUESTS, {"message": too_many, "reason": error.reason}
        log.warning(
            "webhook.rejected",
            provider=name,
            reason=error.reason,
            error=str(error),
            address=address,
        )
        return HTTPStatus.BAD_REQUEST, {"message": str(error), "reason": error.reason}
    try:
        await parts.intake.receive(provider, event)
    except BooksUnavailable:
        return HTTPStatus.SERVICE_UNAVAILABLE, {"message": "Not kept. Please send it again."}
    return HTTPStatus.OK, {"message": "Received."}


async def _read(request: web.Request) -> bytes:
    """The raw body, never unpacked, and never more of it than is allowed."""
    if "Content-Encoding" in request.headers:  # case 11
        raise WebhookRejected("The body must not be encoded.", reason="encoding")
    if request.content_length is not None and request.content_length > MAX_BODY_BYTES:
        raise web.HTTPRequestEntityTooLarge(MAX_BODY_BYTES, request.content_length)
    try:
        async with asyncio.timeout(request.app[PARTS].body_seconds):
            return await request.read()
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    except ConnectionError:  # nobody is left to read why
        raise web.HTTPBadRequest from None
