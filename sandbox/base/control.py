"""The control page: everything that can happen, as buttons, and the same by POST."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar, get_args

from aiohttp import web

from sandbox.base.acts import MessageActs
from sandbox.base.common import Json, NotPossible
from sandbox.base.faults import KINDS, Fault, Faults
from sandbox.base.fields import Fields, number, read_fields, seconds
from sandbox.base.messages import Message, Receiver
from sandbox.base.pages import STATIC, Templates
from sandbox.base.plans import Treatment

P = TypeVar("P")
M = TypeVar("M", bound=Message)
R = TypeVar("R", bound=Receiver)
Act = Callable[[P, Fields], Awaitable[Json]]

SHOWN = 50
"""How many of the latest things of a kind the page shows."""

TREATMENTS: tuple[Treatment, ...] = get_args(Treatment)


async def _resend(acts: MessageActs[M, R], fields: Fields) -> Json:
    acts.resend(fields["id"])
    return {"sent": fields["id"]}


async def _lose(acts: MessageActs[M, R], fields: Fields) -> Json:
    acts.lose(fields["id"])
    return {"lost": fields["id"]}


async def _release(acts: MessageActs[M, R], fields: Fields) -> Json:
    return {"released": acts.release(fields.get("id") or None)}


async def _plan_events(acts: MessageActs[M, R], fields: Fields) -> Json:
    treatment = fields["treatment"]
    if treatment not in TREATMENTS:
        raise NotPossible(f"{treatment} is none of {', '.join(TREATMENTS)}")
    plan = acts.plan(
        treatment,
        fields.get("types") or "*",
        times=number(fields, "times", 1),
        seconds=seconds(fields, 5),
    )
    return {"treatment": plan.treatment, "types": plan.types, "times": plan.times}


def message_acts() -> dict[str, Act[MessageActs[M, R]]]:
    """What can be done to the messages of every service."""
    return {
        "resend": _resend,
        "lose": _lose,
        "release": _release,
        "plan_events": _plan_events,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Control(Generic[P]):
    """Serves `/control`.

    Attributes:
        play: What the acts are done to.
        acts: What `POST /control/{act}` can do; `id` names what it is done to.
        show: What the page `control.html` shows besides the faults.
        every_path: The pattern of all paths of the API, for faults.
    """

    play: P
    acts: Mapping[str, Act[P]]
    show: Callable[[], Mapping[str, object]]
    faults: Faults
    templates: Templates
    every_path: str

    def add_routes(self, app: web.Application) -> None:
        """Serve the page, its acts and the faults."""
        app.router.add_get("/", self._home)
        app.router.add_get("/control", self._show)
        app.router.add_get("/control/live.js", self._script)
        app.router.add_get("/control/faults", self._list_faults)
        app.router.add_post("/control/faults", self._add_fault)
        app.router.add_delete("/control/faults", self._clear_faults)
        app.router.add_post("/control/clear_faults", self._clear_faults)
        app.router.add_post("/control/{act}", self._do)

    async def _home(self, _request: web.Request) -> web.Response:
        raise web.HTTPSeeOther("/control")

    async def _show(self, request: web.Request) -> web.Response:
        values = {
            "said": request.query.get("said", ""),
            "faults": self.faults.waiting,
            "treatments": TREATMENTS,
            "kinds": KINDS,
        }
        return self.templates.filled("control.html", {**values, **self.show()})

    async def _script(self, _request: web.Request) -> web.FileResponse:
        return web.FileResponse(STATIC / "live.js", headers={"Cache-Control": "no-store"})

    async def _do(self, request: web.Request) -> web.Response:
        act = self.acts.get(request.match_info["act"])
        if act is None:
            raise web.HTTPNotFound(text=f"acts: {', '.join(self.acts)}")
        fields = await read_fields(request)
        try:
            done = await act(self.play, fields)
        except ValueError as reason:
            return _answer(request, {"error": str(reason)}, status=web.HTTPConflict.status_code)
        return _answer(request, done)

    async def _list_faults(self, _request: web.Request) -> web.Response:
        return web.json_response([_as_json(fault) for fault in self.faults.waiting])

    async def _add_fault(self, request: web.Request) -> web.Response:
        fields = await read_fields(request)
        try:
            fault = self.faults.add(_fault(fields, self.every_path))
        except ValueError as reason:
            return _answer(request, {"error": str(reason)}, status=web.HTTPBadRequest.status_code)
        return _answer(request, _as_json(fault))

    async def _clear_faults(self, request: web.Request) -> web.Response:
        self.faults.clear()
        return _answer(request, {"faults": []})


def _fault(fields: Fields, every_path: str) -> Fault:
    kind = fields.get("kind", "error")
    if kind not in KINDS:
        raise ValueError(f"kind is one of {', '.join(KINDS)}")
    retry_after = fields.get("retry_after")
    return Fault(
        kind=kind,
        method=fields.get("method") or "*",
        path=fields.get("path") or every_path,
        times=number(fields, "times", 1),
        status=number(fields, "status", 500),
        done=fields.get("done", "") in {"true", "on", "1"},
        retry_after=number(fields, "retry_after", 0) if retry_after else None,
        seconds=seconds(fields, 60),
    )


def _as_json(fault: Fault) -> Json:
    names = ("kind", "method", "path", "times", "status", "done", "retry_after", "seconds")
    return {name: getattr(fault, name) for name in names}


def _answer(request: web.Request, done: Json, *, status: int = 200) -> web.Response:
    """JSON for programs, back to the page for people."""
    if "text/html" not in request.headers.get("Accept", ""):
        return web.json_response(done, status=status)
    raise web.HTTPSeeOther(request.url.with_path("/control").with_query(said=done.get("error", "")))
