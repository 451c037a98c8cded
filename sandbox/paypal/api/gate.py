"""The gate of the REST interface: tokens, shapes, idempotency, faults."""

import base64
import binascii
from collections.abc import Awaitable, Callable
from functools import partial

from aiohttp import web
from pydantic_core import to_json

from sandbox.base.answers import Hold, KeptAnswer, answer_under_faults, respond
from sandbox.base.common import Json
from sandbox.base.faults import Fault, Faults
from sandbox.base.keys import Asked, KeyInUse, KeyReused, Keys
from sandbox.paypal.acts.payments import sweep
from sandbox.paypal.api import disputes, orders, payments, webhooks
from sandbox.paypal.api.call import Call, Kept, Route, Shown, read_object
from sandbox.paypal.api.shapes import check
from sandbox.paypal.errors import NAMES, ApiError, issue
from sandbox.paypal.state import TOKEN_SECONDS, State
from sandbox.paypal.webhooks import CERTIFICATES

ROUTES = (*orders.ROUTES, *payments.ROUTES, *webhooks.ROUTES, *disputes.ROUTES)

KEPT_SECONDS: dict[Kept, int] = {"order": 6 * 60 * 60, "payment": 45 * 24 * 60 * 60}
"""How long a `PayPal-Request-Id` is remembered."""

LONGEST_KEY = 108


class Gate:
    """Checks requests, and makes answers that look like PayPal's.

    Args:
        state: What the local PayPal knows.
        faults: What calls may meet.
        client_id: Who may have tokens.
        client_secret: With which password.
    """

    def __init__(self, state: State, faults: Faults, client_id: str, client_secret: str) -> None:
        self._state = state
        self._faults = faults
        self._client = (client_id, client_secret)
        self._keys = {kept: Keys[Shown](seconds) for kept, seconds in KEPT_SECONDS.items()}

    def add_routes(self, app: web.Application) -> None:
        """Serve everything under `/v1` and `/v2`."""
        app.router.add_post("/v1/oauth2/token", self._token)
        app.router.add_get(f"{CERTIFICATES}{{name}}", self._certificate)
        for route in ROUTES:
            app.router.add_route(route.method, route.path, self._serve(route))
        app.router.add_route("*", "/{version:v[12]}/{unknown:.*}", self._serve(_NOWHERE))

    def _serve(self, route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def serve(request: web.Request) -> web.StreamResponse:
            debug_id = self._state.ids.debug()
            headers = {"Paypal-Debug-Id": debug_id, "Cache-Control": "no-store"}
            failure = partial(_failure, debug_id=debug_id)

            async def do(hold: Hold) -> KeptAnswer:
                return await self._answer(request, route, debug_id, hold)

            if not self._state.accepts(_bearer(request)):
                return respond(_refusal(ApiError(401), debug_id), headers)
            return await answer_under_faults(request, self._faults, do, failure, headers)

        return serve

    async def _answer(
        self, request: web.Request, route: Route, debug_id: str, hold: Hold
    ) -> KeptAnswer:
        try:
            status, shown = await self._carry_out(request, route, hold)
        except ApiError as error:
            return _refusal(error, debug_id)
        if shown is None:
            return KeptAnswer(status=204, body=b"", request_id=debug_id)
        return KeptAnswer(status=status, body=to_json(shown), request_id=debug_id)

    async def _carry_out(
        self, request: web.Request, route: Route, hold: Hold
    ) -> tuple[int, Json | None]:
        sweep(self._state)
        raw = await request.read()
        if request.method == "POST" and raw and request.content_type != "application/json":
            raise ApiError(415)
        call = Call(
            state=self._state,
            body={} if route.shape is None else read_object(raw),
            raw=raw,
            ids=dict(request.match_info),
            query=dict(request.query),
            whole="return=representation" in request.headers.get("Prefer", "").replace(" ", ""),
        )
        if route.shape is not None:
            check(call.body, route.shape)
        key = request.headers.get("PayPal-Request-Id") if route.kept else None
        if key is None:
            if "payment_source" in call.body:
                raise issue("PAYPAL_REQUEST_ID_REQUIRED")
            await hold()
            return route.status, route.handler(call)()
        return await self._once(call, route, key, request.path, hold)

    async def _once(
        self, call: Call, route: Route, key: str, path: str, hold: Hold
    ) -> tuple[int, Json | None]:
        """Do it once under its key; a refusal is not kept, so that it can be tried again."""
        if not 1 <= len(key) <= LONGEST_KEY:
            raise issue("INVALID_STRING_LENGTH", "PayPal-Request-Id", key)
        keys = self._keys[route.kept]
        try:
            kept = keys.begin(key, Asked(path=path, content=to_json(call.body)), self._state.now())
        except KeyReused:
            raise issue("PAYPAL_REQUEST_ID_PREVIOUSLY_USED") from None
        except KeyInUse:
            raise issue("PREVIOUS_REQUEST_IN_PROGRESS") from None
        if kept is not None:
            return 200, kept()
        try:
            await hold()
            shown = route.handler(call)
        except BaseException:
            keys.release(key)
            raise
        keys.keep(key, shown)
        return route.status, shown()

    async def _token(self, request: web.Request) -> web.StreamResponse:
        debug_id = self._state.ids.debug()
        headers = {"Paypal-Debug-Id": debug_id, "Cache-Control": "no-store"}

        async def do(hold: Hold) -> KeptAnswer:
            await hold()
            return await self._issue(request, debug_id)

        failure = partial(_failure, debug_id=debug_id)
        return await answer_under_faults(request, self._faults, do, failure, headers)

    async def _issue(self, request: web.Request, debug_id: str) -> KeptAnswer:
        if _basic(request) != self._client:
            body = {"error": "invalid_client", "error_description": "Client Authentication failed"}
            return KeptAnswer(status=401, body=to_json(body), request_id=debug_id)
        if (await request.post()).get("grant_type") != "client_credentials":
            body = {
                "error": "unsupported_grant_type",
                "error_description": "Unsupported grant_type",
            }
            return KeptAnswer(status=400, body=to_json(body), request_id=debug_id)
        issued = {
            "scope": "https://uri.paypal.com/services/payments/payment",
            "access_token": self._state.issue_token(),
            "token_type": "Bearer",
            "app_id": "APP-80W284485P519543T",
            "expires_in": TOKEN_SECONDS,
            "nonce": self._state.ids.text(44),
        }
        return KeptAnswer(status=200, body=to_json(issued), request_id=debug_id)

    async def _certificate(self, request: web.Request) -> web.StreamResponse:
        debug_id = self._state.ids.debug()
        dispatcher = self._state.dispatcher
        headers = {"Paypal-Debug-Id": debug_id}
        fault = self._faults.take(request.method, request.path)
        if fault is not None:
            return respond(_failure(fault, debug_id), headers)
        if dispatcher is None or request.path != dispatcher.signer.path:
            return respond(_refusal(ApiError(404), debug_id), headers)
        pem = dispatcher.signer.certificate()
        return web.Response(body=pem, content_type="application/x-pem-file", headers=headers)


def _nowhere(_call: Call) -> Shown:
    raise ApiError(404)


_NOWHERE = Route(method="*", path="", handler=_nowhere)


def _bearer(request: web.Request) -> str:
    scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
    return rest.strip() if scheme.lower() == "bearer" else ""


def _basic(request: web.Request) -> tuple[str, str]:
    scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
    try:
        text = base64.b64decode(rest, validate=True).decode() if scheme.lower() == "basic" else ""
    except (binascii.Error, UnicodeDecodeError):
        text = ""
    name, _, secret = text.partition(":")
    return name, secret


def _refusal(error: ApiError, debug_id: str) -> KeptAnswer:
    body = to_json(error.render(debug_id))
    return KeptAnswer(status=error.status, body=body, request_id=debug_id)


def _failure(fault: Fault, debug_id: str) -> KeptAnswer:
    """The answer of a fault of the kind `error`, also one whose status the documents lack."""
    if fault.status in NAMES:
        return _refusal(ApiError(fault.status), debug_id)
    body = to_json({"name": "INTERNAL_SERVICE_ERROR", "message": "", "debug_id": debug_id})
    return KeptAnswer(status=fault.status, body=body, request_id=debug_id)
