"""What every call of the API passes: the log, the token, limits and faults, Discord's errors."""

import copy
import json

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.discord_wire import errors
from sandbox.discord_wire.faults import Fault, Faults
from sandbox.discord_wire.limits import INTERACTIONS, Counted, Limits, limited
from sandbox.discord_wire.rest.call import FILES, SENT, answer
from sandbox.discord_wire.state import Exchange, Request, State

PREFIX = "/api/v10"


class Gate:
    """The middleware of the API."""

    def __init__(self, state: State, faults: Faults, limits: Limits, token: str) -> None:
        self._state = state
        self._faults = faults
        self._limits = limits
        self._token = token

    def api(self) -> web.Application:
        """An application that asks this gate first."""

        @web.middleware
        async def through(request: web.Request, handler: Handler) -> web.StreamResponse:
            return await self._through(request, handler)

        return web.Application(middlewares=[through], client_max_size=25 * 1024 * 1024)

    async def _through(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        path = request.path.removeprefix(PREFIX)
        counted = self._limits.count(request.method, path)
        if counted is not None and not counted.served:
            response: web.StreamResponse | None = _over(counted)
        else:
            response = await self._met(request, path, handler)
        if response is None:
            self._note(request, path, 0)
            return _cut(request)
        if counted is not None:
            response.headers.update(counted.headers())
        self._keep(request, path, response)
        self._note(request, path, response.status)
        return response

    async def _met(
        self, request: web.Request, path: str, handler: Handler
    ) -> web.StreamResponse | None:
        """The answer, or the fault in its place; none for a connection that is to be dropped."""
        fault = self._faults.take(request.method, path)
        if fault is None:
            return await self._served(request, path, handler)
        if fault.done:
            await self._served(request, path, handler)
        return None if fault.kind == "drop" else _faulty(fault)

    async def _served(
        self, request: web.Request, path: str, handler: Handler
    ) -> web.StreamResponse:
        try:
            if not path.startswith(INTERACTIONS):
                self._check(request)
            return await handler(request)
        except errors.ApiError as error:
            return answer(error.body(), error.status)
        except web.HTTPNotFound:
            return answer(errors.no_such_path().body(), 404)
        except web.HTTPMethodNotAllowed:
            return answer({"message": "405: Method Not Allowed", "code": 0}, 405)

    def _check(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != f"Bot {self._token}":
            raise errors.unauthorized()

    def _keep(self, request: web.Request, path: str, response: web.StreamResponse) -> None:
        """Remember all that was said, where somebody wants to know."""
        if self._state.exchanges is None:
            return
        raw = response.body if isinstance(response, web.Response) else None
        kept = Exchange(
            method=request.method,
            path=path,
            query=dict(request.query),
            sent=copy.deepcopy(request.get(SENT)),
            files=request.get(FILES, 0),
            status=response.status,
            answered=json.loads(raw) if isinstance(raw, bytes) and raw else None,
        )
        self._state.exchanges.append(kept)

    def _note(self, request: web.Request, path: str, status: int) -> None:
        self._state.requests.append(Request(method=request.method, path=path, status=status))
        self._state.changed()


def _faulty(fault: Fault) -> web.Response:
    if fault.kind == "cannot_dm":
        return answer(errors.cannot_dm().body(), 403)
    if fault.kind == "unknown_channel":
        return answer(errors.unknown_channel().body(), 404)
    if fault.kind == "unknown_interaction":
        return answer(errors.unknown_interaction().body(), 404)
    if fault.kind == "error":
        return answer({"message": f"{fault.status}: Server Error", "code": 0}, fault.status)
    headers, body = limited(fault.retry_after, everywhere=fault.kind == "global_rate_limit")
    return answer(body, 429, headers)


def _over(counted: Counted) -> web.Response:
    headers, body = limited(counted.reset_after, everywhere=counted.limit.everywhere)
    return answer(body, 429, headers)


def _cut(request: web.Request) -> web.StreamResponse:
    """Close the connection under the client's feet."""
    if request.transport is not None:
        request.transport.close()
    return web.Response()
