"""Answers on their way back, and what faults make of them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from aiohttp import web

from sandbox.base.faults import Fault, Faults

_GATEWAY = frozenset({502, 503, 504})


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """An answer as it went out; `request_id` names the request that it was made for."""

    status: int
    body: bytes
    request_id: str


Headers = Mapping[str, str]
Failure = Callable[[Fault], KeptAnswer]
"""How a vendor's answer to a fault of the kind `error` looks."""


def respond(answer: KeptAnswer, headers: Headers) -> web.Response:
    """An answer as JSON; one without a body (204) has no type either."""
    if not answer.body:
        return web.Response(status=answer.status, headers=headers)
    return web.Response(
        status=answer.status, body=answer.body, content_type="application/json", headers=headers
    )


def is_from_before(fault: Fault) -> bool:
    """Whether a failure comes from what stands before the servers: they know nothing of it."""
    return fault.kind == "error" and fault.status in _GATEWAY


def met_before(
    request: web.Request, fault: Fault | None, failure: Failure, headers: Headers
) -> web.StreamResponse | None:
    """What a call meets before it reaches the servers; None if it gets through."""
    if fault is None or fault.done:
        return None
    if fault.kind == "drop":
        return cut(request)
    if is_from_before(fault):
        return respond(failure(fault), {**headers, **_after(fault)})
    return None


Hold = Callable[[], Awaitable[None]]
"""Waits as long as a slow call is held."""


async def answer_under_faults(
    request: web.Request,
    faults: Faults,
    do: Callable[[Hold], Awaitable[KeptAnswer]],
    failure: Failure,
    headers: Headers,
) -> web.StreamResponse:
    """Answer a call that was let in, with the fault that it meets, if any.

    Args:
        request: The call.
        faults: What calls may meet.
        do: Does what is asked; it waits for what it is given before it changes anything.
        failure: How a failure looks.
        headers: Those of the answer.
    """
    fault = faults.take(request.method, request.path)
    met = met_before(request, fault, failure, headers)
    if met is not None:
        return met

    async def hold() -> None:
        if fault is not None and fault.kind == "slow":
            await fault.wait()

    if fault is None:
        return respond(await do(hold), headers)
    if fault.kind == "error":
        if fault.done:
            await do(hold)
        return respond(failure(fault), {**headers, **_after(fault)})
    return await distort(request, fault, await do(hold), failure, headers)


async def distort(
    request: web.Request, fault: Fault, answer: KeptAnswer, failure: Failure, headers: Headers
) -> web.StreamResponse:
    """What a fault makes of an answer."""
    match fault.kind:
        case "error":
            failed = failure(fault) if is_from_before(fault) else answer
            return respond(failed, {**headers, **_after(fault)})
        case "malformed":
            body = fault.body or b'{"id": "' + answer.body[:40]
            return web.Response(body=body, content_type="application/json", headers=headers)
        case "half":
            return await _break_off(request, answer, headers)
        case "timeout":
            await fault.wait()
            return cut(request)
        case "drop":
            return cut(request)
        case _:
            return respond(answer, headers)


def cut(request: web.Request, response: web.StreamResponse | None = None) -> web.StreamResponse:
    """Close the connection under the client's feet."""
    if request.transport is not None:
        request.transport.close()
    return response or web.Response()


def _after(fault: Fault) -> Headers:
    return {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}


async def _break_off(
    request: web.Request, answer: KeptAnswer, headers: Headers
) -> web.StreamResponse:
    """Announce the whole body, send half of it, and close the connection."""
    response = web.StreamResponse(status=answer.status, headers=headers)
    response.content_type = "application/json"
    response.content_length = len(answer.body)
    await response.prepare(request)
    await response.write(answer.body[: len(answer.body) // 2])
    return cut(request, response)
