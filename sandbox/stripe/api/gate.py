"""The gate of the REST interface: keys, parameters, idempotency, faults, the shape of answers."""

import base64
import binascii
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from aiohttp import web
from pydantic_core import to_json

from sandbox.base.answers import KeptAnswer, distort, is_from_before, met_before, respond
from sandbox.base.common import Json, NotPossible
from sandbox.base.faults import Fault, Faults
from sandbox.base.keys import Asked
from sandbox.stripe.acts import checkout
from sandbox.stripe.api.call import Call
from sandbox.stripe.api.errors import ApiError
from sandbox.stripe.api.expand import check_expansion, expand
from sandbox.stripe.api.forms import Params, Tree, pairs, tree
from sandbox.stripe.api.idempotency import Keys
from sandbox.stripe.api.permissions import check_permission, check_reading
from sandbox.stripe.api.published import check_params
from sandbox.stripe.api.routes import API_VERSIONS, NOWHERE, ROUTES, Route
from sandbox.stripe.objects.event import API_VERSION, Cause
from sandbox.stripe.state import State, cause

_SHOWN_KEY_END = 4
_LIVE = ("sk_live_", "rk_live_")
_NEVER_KEPT = frozenset({401, 403, 409, 429})
_NO_KEY = (
    "You did not provide an API key. You need to provide your API key in the Authorization header, "
    "using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See "
    "https://stripe.com/docs/api#authentication for details."
)
_PUBLISHABLE = (
    "This API call cannot be made with a publishable API key. Please use a secret API key. You can "
    "find a list of your API keys at https://dashboard.stripe.com/account/apikeys."
)


class Gate:
    """Checks requests, and makes answers that look like Stripe's.

    Args:
        state: What the local Stripe knows.
        faults: What calls may meet.
        secret_key: The key that may do everything.
        restricted: What each other key may; any that is not among them is refused.
    """

    def __init__(
        self,
        state: State,
        faults: Faults,
        secret_key: str,
        restricted: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        self._state = state
        self._faults = faults
        self._secret_key = secret_key
        self._restricted = {} if restricted is None else restricted
        self._keys = Keys()

    def add_routes(self, app: web.Application) -> None:
        """Serve everything under `/v1`."""
        for route in ROUTES:
            app.router.add_route(route.method, route.path, self._serve(route))
        app.router.add_route("*", "/v1/{unknown:.*}", self._serve(NOWHERE))

    def _serve(self, route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def serve(request: web.Request) -> web.StreamResponse:
            request_id = self._state.ids.new("req")
            failure = partial(_failure, request_id=request_id)
            headers = {
                "Request-Id": request_id,
                "Stripe-Version": API_VERSION,
                "Cache-Control": "no-cache, no-store",
            }
            key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
            if key is not None:
                headers["Idempotency-Key"] = key
            try:
                self._authenticate(request)
                _check_version(request)
                fault = self._faults.take(request.method, request.path)
                met = met_before(request, fault, failure, headers)
                if met is not None:
                    return met
                answer = await self._answer(request, route, request_id, key, fault)
            except ApiError as error:
                answer = _refusal(error, request_id)
                return respond(answer, headers | error.headers)
            if answer.request_id != request_id:
                headers |= {"Idempotent-Replayed": "true", "Original-Request": answer.request_id}
            elif key is not None:
                headers["Original-Request"] = request_id
            if fault is not None:
                return await distort(request, fault, answer, failure, headers)
            return respond(answer, headers)

        return serve

    def _authenticate(self, request: web.Request) -> None:
        given = _secret(request.headers.get("Authorization", ""))
        if not given:
            raise ApiError(401, _NO_KEY, executed=False)
        if given in self._restricted:
            held = self._restricted[given]
            check_permission(held, request.method, request.path, self._state.account)
        elif given.startswith("pk_"):
            raise ApiError(401, _PUBLISHABLE, code="secret_key_required", executed=False)
        elif given != self._secret_key:
            end = given[-_SHOWN_KEY_END:]
            message = f"Invalid API Key provided: {given[:8]}{'*' * 12}{end}"
            raise ApiError(401, message, executed=False)

    def _check_of(self, request: web.Request) -> Callable[[str], None]:
        """Refuses what the key of a request may not read of an answer."""
        held = self._restricted.get(_secret(request.headers.get("Authorization", "")))

        def check(kind: str) -> None:
            if held is not None:
                check_reading(held, kind, self._state.account)

        return check

    async def _answer(
        self,
        request: web.Request,
        route: Route,
        request_id: str,
        key: str | None,
        fault: Fault | None,
    ) -> KeptAnswer:
        given = pairs(request.query_string) + pairs(await request.text())
        if key is None:
            return await self._carry_out(request, route, given, Cause(request=request_id), fault)
        asked = Asked(path=request.path, content=tuple(sorted(given)))
        kept = self._keys.begin(key, asked, self._state.now())
        if kept is not None:
            return kept
        by = Cause(request=request_id, idempotency_key=key)
        try:
            answer = await self._carry_out(request, route, given, by, fault)
        except BaseException:
            self._keys.release(key)
            raise
        if answer.status in _NEVER_KEPT:
            self._keys.release(key)
        else:
            self._keys.keep(key, answer)
        return answer

    async def _carry_out(
        self,
        request: web.Request,
        route: Route,
        given: list[tuple[str, str]],
        by: Cause,
        fault: Fault | None,
    ) -> KeptAnswer:
        request_id = by.request or ""
        if fault is not None:
            if fault.kind == "slow":
                await fault.wait()
            if fault.kind == "error" and not fault.done:
                return _failure(fault, request_id)
        token = cause.set(by)
        try:
            checkout.sweep(self._state)
            shown = self._run(request, route, tree(given))
        except ApiError as error:
            if not error.executed:
                raise
            return _refusal(error, request_id)
        finally:
            cause.reset(token)
        if fault is not None and fault.kind == "error" and not is_from_before(fault):
            return _failure(fault, request_id)
        return KeptAnswer(status=200, body=_encode(shown), request_id=request_id)

    def _run(self, request: web.Request, route: Route, given: Tree) -> Json:
        params = Params(given)
        if route.params is not None:
            check_params(given, route.params)
        paths = params.texts("expand")
        check_expansion(route.kind, paths, is_list=route.is_list)
        call = Call(
            state=self._state,
            params=params,
            path=request.path,
            ids=dict(request.match_info),
            live=_secret(request.headers.get("Authorization", "")).startswith(_LIVE),
        )
        try:
            shown = route.handler(call)
        except NotPossible as reason:
            raise ApiError(400, str(reason)) from reason
        return expand(self._state, shown, paths, self._check_of(request))


def _check_version(request: web.Request) -> None:
    """Refuse versions that there are not, and those whose shapes are not known here."""
    given = ", ".join(request.headers.getall("Stripe-Version", [API_VERSION]))
    if given == API_VERSION:
        return
    remark = "" if given not in API_VERSIONS else f" (the local Stripe speaks only {API_VERSION})"
    raise ApiError(400, f"Invalid Stripe API version: {given}{remark}", executed=False)


def _secret(authorization: str) -> str:
    scheme, _, rest = authorization.strip().partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(rest, validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _encode(shown: Json) -> bytes:
    return to_json(shown, indent=2)


def _refusal(error: ApiError, request_id: str) -> KeptAnswer:
    body = error.body | {"request_log_url": f"https://dashboard.stripe.com/test/logs/{request_id}"}
    return KeptAnswer(status=error.status, body=_encode({"error": body}), request_id=request_id)


def _failure(fault: Fault, request_id: str) -> KeptAnswer:
    """The answer of a fault of the kind `error`."""
    if fault.status == web.HTTPTooManyRequests.status_code:
        message, kind, code = "Request rate limit exceeded.", "invalid_request_error", "rate_limit"
    elif fault.status == web.HTTPConflict.status_code:
        message = "The request conflicts with another request."
        kind, code = "invalid_request_error", "lock_timeout"
    else:
        message, kind, code = "An unknown error occurred", "api_error", None
    return _refusal(ApiError(fault.status, message, kind=kind, code=code), request_id)
