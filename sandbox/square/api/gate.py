"""The gate of the REST interface: the token, shapes, idempotency, faults."""

from collections.abc import Awaitable, Callable
from functools import partial

from aiohttp import web
from pydantic_core import to_json

from sandbox.base.answers import Hold, KeptAnswer, answer_under_faults, respond
from sandbox.base.faults import Fault, Faults
from sandbox.base.keys import Asked, KeyInUse, KeyReused, Keys
from sandbox.square.api import checkout, events, payments
from sandbox.square.api.call import Call, Route, read_object
from sandbox.square.api.shapes import check
from sandbox.square.errors import STATUSES, ApiError, as_json, error
from sandbox.square.objects.event import API_VERSION
from sandbox.square.state import State

ROUTES = (*checkout.ROUTES, *payments.ROUTES, *events.ROUTES)

_KEPT_SECONDS = 45 * 24 * 60 * 60
"""Square does not tell how long it remembers idempotency keys."""


class Gate:
    """Checks requests, and makes answers that look like Square's.

    Args:
        state: What the local Square knows.
        faults: What calls may meet.
        access_token: The token that its API takes; every other is refused.
    """

    def __init__(self, state: State, faults: Faults, access_token: str) -> None:
        self._state = state
        self._faults = faults
        self._token = access_token
        self._keys = Keys[KeptAnswer](_KEPT_SECONDS)

    def add_routes(self, app: web.Application) -> None:
        """Serve everything under `/v2`."""
        for route in ROUTES:
            app.router.add_route(route.method, route.path, self._serve(route))
        app.router.add_route("*", "/v2/{unknown:.*}", self._serve(_NOWHERE))

    def _serve(self, route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def serve(request: web.Request) -> web.StreamResponse:
            request_id = self._state.ids.text(22)
            headers = {"Square-Version": API_VERSION, "X-Request-Id": request_id}
            failure = partial(_failure, request_id=request_id)

            async def do(hold: Hold) -> KeptAnswer:
                return await self._answer(request, route, request_id, hold)

            if _bearer(request) != self._token:
                refused = error("UNAUTHORIZED", "This request could not be authorized.")
                return respond(_refusal(refused, request_id), headers)
            return await answer_under_faults(request, self._faults, do, failure, headers)

        return serve

    async def _answer(
        self, request: web.Request, route: Route, request_id: str, hold: Hold
    ) -> KeptAnswer:
        try:
            call = await self._read(request, route)
            key = call.body.get("idempotency_key")
            if key is None:
                await hold()
                return _good(route, call, request_id)
            return await self._once(route, call, key, request, request_id, hold)
        except ApiError as refused:
            return _refusal(refused, request_id)

    async def _read(self, request: web.Request, route: Route) -> Call:
        given = request.headers.get("Square-Version", API_VERSION)
        if given != API_VERSION:
            said = f"The local Square speaks {API_VERSION}, not {given}."
            raise error("INVALID_SQUARE_VERSION_FORMAT", said)
        body = {} if route.shape is None else read_object(await request.read())
        if route.shape is not None:
            check(body, route.shape)
        for name in request.query:
            if name not in route.queries:
                raise error("UNKNOWN_QUERY_PARAMETER", f"Unknown query parameter: {name}", name)
        return Call(
            state=self._state,
            body=body,
            ids=dict(request.match_info),
            query=dict(request.query),
        )

    async def _once(
        self,
        route: Route,
        call: Call,
        key: str,
        request: web.Request,
        request_id: str,
        hold: Hold,
    ) -> KeptAnswer:
        """Do it once under its key; a refusal is not kept, so that it can be tried again."""
        asked = Asked(path=request.path, content=to_json(call.body))
        try:
            kept = self._keys.begin(key, asked, self._state.now())
        except KeyReused:
            said = "The idempotency key was used before, with other parameters."
            raise error("IDEMPOTENCY_KEY_REUSED", said, "idempotency_key") from None
        except KeyInUse:
            raise error("CONFLICT", "The same request is under way.") from None
        if kept is not None:
            return kept
        try:
            await hold()
            answer = _good(route, call, request_id)
        except BaseException:
            self._keys.release(key)
            raise
        self._keys.keep(key, answer)
        return answer


def _good(route: Route, call: Call, request_id: str) -> KeptAnswer:
    return KeptAnswer(status=200, body=to_json(route.handler(call)), request_id=request_id)


def _nowhere(_call: Call) -> dict[str, object]:
    raise error("NOT_FOUND", "API endpoint not found.")


_NOWHERE = Route(method="*", path="", handler=_nowhere)


def _bearer(request: web.Request) -> str:
    scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
    return rest.strip() if scheme.lower() == "bearer" else ""


def _refusal(refused: ApiError, request_id: str) -> KeptAnswer:
    body = to_json({"errors": refused.errors})
    return KeptAnswer(status=refused.status, body=body, request_id=request_id)


def _failure(fault: Fault, request_id: str) -> KeptAnswer:
    """The answer of a fault of the kind `error`."""
    codes = {status: code for code, (status, _) in STATUSES.items() if status != 400}  # noqa: PLR2004 - no fault
    code = codes.get(fault.status, "INTERNAL_SERVER_ERROR")
    shown = [as_json(code, "This was planned.")]
    return _refusal(ApiError(fault.status, shown), request_id)
