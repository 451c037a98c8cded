"""The local TaxJar as a server."""

import json
from collections.abc import Awaitable, Callable

from aiohttp import web
from pydantic_core import to_json

from payments.domain.values.time import Clock, to_seconds
from payments.infra.clock import system_clock
from sandbox.base.answers import Hold, KeptAnswer, answer_under_faults, respond
from sandbox.base.common import Json
from sandbox.base.faults import Fault
from sandbox.base.server import LocalService
from sandbox.taxjar import api
from sandbox.taxjar.api import ApiError, Ledger

Handler = Callable[[web.Request, Json], Json]


class _Silent:
    """TaxJar sends no messages."""

    async def start(self) -> None:
        """Nothing to do."""

    async def close(self) -> None:
        """Nothing to do."""


class LocalTaxJar(LocalService):
    """A TaxJar of one's own on 127.0.0.1, that keeps what is reported in memory.

    Args:
        token: The token that its API takes; every other is refused.
        clock: The time.
    """

    def __init__(self, *, token: str, clock: Clock = system_clock) -> None:
        super().__init__(now=lambda: to_seconds(clock()), sender=_Silent())
        self._token = token
        self.url = ""
        self.ledger = Ledger()

    def application(self) -> web.Application:
        """Its API."""
        app = web.Application()
        routes: dict[tuple[str, str], Handler] = {
            ("GET", "/v2/categories"): lambda _request, _body: api.categories(),
            ("GET", "/v2/rates/{zip}"): lambda request, _body: api.rates(
                request.match_info["zip"], request.query
            ),
            ("POST", "/v2/taxes"): lambda _request, body: api.taxes(body),
            ("POST", "/v2/transactions/orders"): lambda _request, body: api.report(
                self.ledger, body, is_refund=False
            ),
            ("POST", "/v2/transactions/refunds"): lambda _request, body: api.report(
                self.ledger, body, is_refund=True
            ),
        }
        for (method, path), handler in routes.items():
            app.router.add_route(method, path, self._serve(handler))
        app.router.add_route("*", "/{unknown:.*}", self._serve(_nowhere))
        return app

    def listening(self, address: str) -> None:
        """Take in where it is served."""
        self.url = address

    def sweep(self) -> None:
        """Nothing lapses."""

    def _serve(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def serve(request: web.Request) -> web.StreamResponse:
            async def do(hold: Hold) -> KeptAnswer:
                await hold()
                return await self._answer(request, handler)

            if request.headers.get("Authorization") != f"Bearer {self._token}":
                refused = ApiError(401, "Unauthorized", "Not Authorized for route")
                return respond(_refusal(refused), {})
            return await answer_under_faults(request, self.faults, do, _failure, {})

        return serve

    @staticmethod
    async def _answer(request: web.Request, handler: Handler) -> KeptAnswer:
        try:
            body = json.loads(await request.read() or b"{}")
            if not isinstance(body, dict):
                return _refusal(ApiError(400, "Bad Request", "The body is no object."))
            status = 201 if "/transactions/" in request.path else 200
            return KeptAnswer(status=status, body=to_json(handler(request, body)), request_id="")
        except ApiError as refused:
            return _refusal(refused)
        except ValueError:
            return _refusal(ApiError(400, "Bad Request", "The body is no JSON."))


def _nowhere(request: web.Request, _body: Json) -> Json:
    raise ApiError(404, "Not Found", f"Resource can not be found: {request.path}")


def _refusal(refused: ApiError) -> KeptAnswer:
    return KeptAnswer(status=refused.status, body=to_json(refused.body), request_id="")


def _failure(fault: Fault) -> KeptAnswer:
    return _refusal(ApiError(fault.status, "Planned", "This was planned."))
