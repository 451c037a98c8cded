"""What every call of the API passes: the log of calls, the token, the faults, Discord's errors."""

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.discord_wire import errors
from sandbox.discord_wire.faults import Fault, Faults
from sandbox.discord_wire.rest.call import answer
from sandbox.discord_wire.state import Request, State

PREFIX = "/api/v10"
_OPEN = ("/interactions/", "/webhooks/")
"""An interaction's own token is enough there."""


class Gate:
    """The middleware of the API."""

    def __init__(self, state: State, faults: Faults, token: str) -> None:
        self._state = state
        self._faults = faults
        self._token = token

    def api(self) -> web.Application:
        """An application that asks this gate first."""

        @web.middleware
        async def through(request: web.Request, handler: Handler) -> web.StreamResponse:
            return await self._through(request, handler)

        return web.Application(middlewares=[through], client_max_size=25 * 1024 * 1024)

    async def _through(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        path = request.path.removeprefix(PREFIX)
        fault = self._faults.take(request.method, path)
        if fault is None:
            response = await self._served(request, path, handler)
        else:
            if fault.done:
                await self._served(request, path, handler)
            if fault.kind == "drop":
                self._note(request, path, 0)
                return _cut(request)
            response = _faulty(fault)
        self._note(request, path, response.status)
        return response

    async def _served(
        self, request: web.Request, path: str, handler: Handler
    ) -> web.StreamResponse:
        try:
            if not path.startswith(_OPEN):
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

    def _note(self, request: web.Request, path: str, status: int) -> None:
        self._state.requests.append(Request(method=request.method, path=path, status=status))
        self._state.changed()


def _faulty(fault: Fault) -> web.Response:
    if fault.kind == "cannot_dm":
        return answer(errors.cannot_dm().body(), 403)
    if fault.kind == "unknown_channel":
        return answer(errors.unknown_channel().body(), 404)
    if fault.kind == "error":
        return answer({"message": f"{fault.status}: Server Error", "code": 0}, fault.status)
    everywhere = fault.kind == "global_rate_limit"
    headers = {
        "Retry-After": str(max(1, round(fault.retry_after))),
        "X-RateLimit-Scope": "global" if everywhere else "user",
        # discord.py takes a 429 without it for Cloudflare's ban.
        "Via": "1.1 google",
    }
    if everywhere:
        headers["X-RateLimit-Global"] = "true"
    limited = {
        "message": "You are being rate limited.",
        "retry_after": fault.retry_after,
        "global": everywhere,
    }
    return answer(limited, 429, headers)


def _cut(request: web.Request) -> web.StreamResponse:
    """Close the connection under the client's feet."""
    if request.transport is not None:
        request.transport.close()
    return web.Response()
