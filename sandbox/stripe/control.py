"""The control page: everything that can happen, as buttons, and the same by POST."""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from aiohttp import web

from sandbox.stripe.faults import KINDS, Fault, Faults
from sandbox.stripe.objects.common import Json
from sandbox.stripe.pages import Templates
from sandbox.stripe.plans import Treatment
from sandbox.stripe.play import Play
from sandbox.stripe.state import NotPossible

Fields = Mapping[str, str]
Act = Callable[[Play, Fields], Awaitable[Json]]

_SHOWN = 50
_SECONDS = re.compile(r"[0-9]+(\.[0-9]+)?")
_SCRIPT = Path(__file__).parent / "static" / "live.js"
_TREATMENTS: tuple[Treatment, ...] = get_args(Treatment)


def _amount(fields: Fields) -> int | None:
    text = fields.get("amount", "").strip()
    if text and not text.isdecimal():
        raise NotPossible(f"an amount is a whole number of minor units, not {text!r}")
    return int(text) if text else None


def _number(fields: Fields, name: str, usual: int) -> int:
    text = fields.get(name, "").strip()
    if text and not (text.isascii() and text.isdecimal()):
        raise NotPossible(f"{name} is a whole number, not {text!r}")
    return int(text) if text else usual


def _seconds(fields: Fields, usual: float) -> float:
    text = fields.get("seconds", "").strip()
    if text and not _SECONDS.fullmatch(text):
        raise NotPossible(f"seconds are a number, not {text!r}")
    return float(text) if text else usual


async def _open_dispute(play: Play, fields: Fields) -> Json:
    return await play.open_dispute(
        fields["id"],
        amount=_amount(fields),
        reason=fields.get("reason") or "fraudulent",
        status=fields.get("status") or "needs_response",
        currency=fields.get("currency") or None,
    )


async def _adjust(play: Play, fields: Fields) -> Json:
    amount = _amount(fields)
    if amount is None:
        raise NotPossible("say the discount in minor units")
    return await play.adjust(fields["id"], discount=amount)


async def _plan_refund(play: Play, fields: Fields) -> Json:
    play.plan_refund(fields["status"])
    return {"planned": fields["status"]}


async def _resend(play: Play, fields: Fields) -> Json:
    play.resend(fields["id"])
    return play.state.render_event(play.state.events[fields["id"]])


async def _lose(play: Play, fields: Fields) -> Json:
    play.lose(fields["id"])
    return {"lost": fields["id"]}


async def _release(play: Play, fields: Fields) -> Json:
    return {"released": play.release(fields.get("id") or None)}


async def _plan_events(play: Play, fields: Fields) -> Json:
    treatment = fields["treatment"]
    if treatment not in _TREATMENTS:
        raise NotPossible(f"{treatment} is none of {', '.join(_TREATMENTS)}")
    plan = play.plan(
        treatment,
        fields.get("types") or "*",
        times=_number(fields, "times", 1),
        seconds=_seconds(fields, 5),
    )
    return {"treatment": plan.treatment, "types": plan.types, "times": plan.times}


ACTS: dict[str, Act] = {
    "pay": lambda play, f: play.pay(f["id"]),
    "decline": lambda play, f: play.decline(f["id"], code=f.get("code") or "generic_decline"),
    "pay_later": lambda play, f: play.pay_later(f["id"]),
    "succeed_later": lambda play, f: play.succeed_later(f["id"]),
    "fail_later": lambda play, f: play.fail_later(f["id"]),
    "adjust": _adjust,
    "expire": lambda play, f: play.expire(f["id"]),
    "recover": lambda play, f: play.recover(f["id"]),
    "refund": lambda play, f: play.refund(
        f["id"], _amount(f), status=f.get("status") or None, reason=f.get("reason") or None
    ),
    "plan_refund": _plan_refund,
    "succeed_refund": lambda play, f: play.succeed_refund(f["id"]),
    "explain_refund": lambda play, f: play.explain_refund(f["id"], f["reason"]),
    "cancel_refund": lambda play, f: play.cancel_refund(f["id"]),
    "hang_refund": lambda play, f: play.hang_refund(f["id"]),
    "fail_refund": lambda play, f: play.fail_refund(f["id"]),
    "open_dispute": _open_dispute,
    "open_inquiry": lambda play, f: play.open_inquiry(f["id"]),
    "warn_of_fraud": lambda play, f: play.warn_of_fraud(f["id"]),
    "answer_dispute": lambda play, f: play.answer_dispute(f["id"]),
    "escalate_inquiry": lambda play, f: play.escalate_inquiry(f["id"]),
    "win_dispute": lambda play, f: play.win_dispute(f["id"]),
    "lose_dispute": lambda play, f: play.lose_dispute(f["id"]),
    "reopen_dispute": lambda play, f: play.reopen_dispute(f["id"]),
    "appeal_dispute": lambda play, f: play.appeal_dispute(f["id"]),
    "say_of_dispute": lambda play, f: play.say_of_dispute(f["id"], f["status"]),
    "correct_dispute": lambda play, f: play.correct_dispute(f["id"], _amount(f) or 0),
    "say_of_refund": lambda play, f: play.say_of_refund(f["id"], f["status"]),
    "reinstate": lambda play, f: play.reinstate(f["id"], _amount(f) or 0),
    "resend": _resend,
    "lose": _lose,
    "release": _release,
    "plan_events": _plan_events,
}
"""What `POST /control/{act}` can do; `id` names what it is done to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """Serves `/control`."""

    play: Play
    faults: Faults
    templates: Templates

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
        self.play.sweep()
        state, dispatcher = self.play.state, self.play.dispatcher
        said = request.query.get("said", "")
        return self.templates.page(
            "control.html",
            said=said,
            state=state,
            sessions=list(reversed(state.sessions.values()))[:_SHOWN],
            events=[
                (event, dispatcher.of(event.id))
                for event in list(reversed(state.events.values()))[:_SHOWN]
            ],
            plans=dispatcher.plans.waiting,
            faults=self.faults.waiting,
            treatments=_TREATMENTS,
            kinds=KINDS,
        )

    async def _script(self, _request: web.Request) -> web.FileResponse:
        return web.FileResponse(_SCRIPT, headers={"Cache-Control": "no-store"})

    async def _do(self, request: web.Request) -> web.Response:
        act = ACTS.get(request.match_info["act"])
        if act is None:
            raise web.HTTPNotFound(text=f"acts: {', '.join(ACTS)}")
        fields = await _fields(request)
        try:
            done = await act(self.play, fields)
        except ValueError as reason:
            return _answer(request, {"error": str(reason)}, status=web.HTTPConflict.status_code)
        return _answer(request, done)

    async def _list_faults(self, _request: web.Request) -> web.Response:
        return web.json_response([_as_json(fault) for fault in self.faults.waiting])

    async def _add_fault(self, request: web.Request) -> web.Response:
        fields = await _fields(request)
        try:
            fault = self.faults.add(_fault(fields))
        except ValueError as reason:
            return _answer(request, {"error": str(reason)}, status=web.HTTPBadRequest.status_code)
        return _answer(request, _as_json(fault))

    async def _clear_faults(self, request: web.Request) -> web.Response:
        self.faults.clear()
        return _answer(request, {"faults": []})


class _Given(dict[str, str]):
    """What was given; a missing value that is required is named in the refusal."""

    def __missing__(self, name: str) -> str:
        raise NotPossible(f"{name} is missing")


async def _fields(request: web.Request) -> Fields:
    """What a form or a JSON object says, all as texts."""
    if request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}:
        raise web.HTTPForbidden(text="only from this page")
    if request.content_type == "application/json":
        given = await request.json()
        return _Given({name: _text(each) for name, each in given.items() if each is not None})
    return _Given({name: str(each) for name, each in (await request.post()).items()})


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _fault(fields: Fields) -> Fault:
    kind = fields.get("kind", "error")
    if kind not in KINDS:
        raise ValueError(f"kind is one of {', '.join(KINDS)}")
    retry_after = fields.get("retry_after")
    return Fault(
        kind=kind,
        method=fields.get("method") or "*",
        path=fields.get("path") or "/v1/*",
        times=_number(fields, "times", 1),
        status=_number(fields, "status", 500),
        done=fields.get("done", "") in {"true", "on", "1"},
        retry_after=_number(fields, "retry_after", 0) if retry_after else None,
        seconds=_seconds(fields, 60),
    )


def _as_json(fault: Fault) -> Json:
    names = ("kind", "method", "path", "times", "status", "done", "retry_after", "seconds")
    return {name: getattr(fault, name) for name in names}


def _answer(request: web.Request, done: Json, *, status: int = 200) -> web.Response:
    """JSON for programs, back to the page for people."""
    if "text/html" not in request.headers.get("Accept", ""):
        return web.json_response(done, status=status)
    raise web.HTTPSeeOther(request.url.with_path("/control").with_query(said=done.get("error", "")))
