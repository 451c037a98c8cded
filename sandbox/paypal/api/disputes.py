"""Disputes v1: what one may read of them, and how the sandbox's seller plays the bank."""

from sandbox.base.common import Json
from sandbox.base.shapes import Object, Text
from sandbox.paypal.acts import disputes
from sandbox.paypal.api.call import Call, Route, Shown
from sandbox.paypal.api.times import read_time
from sandbox.paypal.errors import ApiError, issue
from sandbox.paypal.objects.common import link
from sandbox.paypal.objects.dispute import Dispute

_USUAL_PAGE, _LARGEST_PAGE = 10, 50
_LONGEST_LOOK_BACK_SECONDS = 180 * 24 * 60 * 60

ADJUDICATE = Object(
    fields={"adjudication_outcome": Text(longest=255, words=("BUYER_FAVOR", "SELLER_FAVOR"))},
    required=("adjudication_outcome",),
)
REQUIRE_EVIDENCE = Object(
    fields={"action": Text(longest=255, words=("BUYER_EVIDENCE", "SELLER_EVIDENCE"))},
    required=("action",),
)


def listed(call: Call) -> Shown:
    """Disputes, latest update first, a page at a time."""
    query = call.query
    size = query.get("page_size", str(_USUAL_PAGE))
    if not size.isdecimal() or not 1 <= int(size) <= _LARGEST_PAGE:
        raise issue("INVALID_PARAMETER_VALUE", "page_size", size)
    start = query.get("next_page_token", "0")
    if not start.isdecimal():
        raise issue("INVALID_PARAMETER_VALUE", "next_page_token", start)
    found = _asked_for(call)
    page = found[int(start) : int(start) + int(size)]
    own = f"{call.state.address}/v1/customer/disputes"
    links = [link(f"{own}?page_size={size}", "self")]
    if int(start) + int(size) < len(found):
        links.append(
            link(f"{own}?page_size={size}&next_page_token={int(start) + int(size)}", "next")
        )
    body: Json = {"links": links}
    if page:
        body = {"items": [each.render_listed() for each in page], "links": links}
    return lambda: body


def _asked_for(call: Call) -> list[Dispute]:
    query = call.query
    start, after = read_time(query, "start_time"), read_time(query, "update_time_after")
    before = read_time(query, "update_time_before")
    for name, at in (("start_time", start), ("update_time_after", after)):
        if at is not None and at < call.state.now() - _LONGEST_LOOK_BACK_SECONDS:
            raise issue("INVALID_PARAMETER_VALUE", name, query[name])
    states = set(query["dispute_state"].split(",")) if "dispute_state" in query else None
    found = [
        each
        for each in call.state.disputes.values()
        if (start is None or each.created >= start)
        and (after is None or each.updated >= after)
        and (before is None or each.updated <= before)
        and (states is None or each.state in states)
        and query.get("disputed_transaction_id") in {None, each.capture}
    ]
    return sorted(found, key=lambda each: each.updated, reverse=True)


def read(call: Call) -> Shown:
    """One dispute."""
    dispute = _dispute(call)
    return lambda: dispute.render(call.state.captures[dispute.capture])


def adjudicate(call: Call) -> Shown:
    """Decide a dispute that PayPal looks at; only the sandbox has this."""
    dispute = _dispute(call)
    if dispute.status != "UNDER_REVIEW":
        raise ApiError(422, [{"issue": "ACTION_NOT_ALLOWED_IN_CURRENT_STATE"}])
    buyer = call.body["adjudication_outcome"] == "BUYER_FAVOR"
    outcome = "RESOLVED_BUYER_FAVOUR" if buyer else "RESOLVED_SELLER_FAVOUR"
    disputes.resolve(call.state, dispute.id, outcome)
    return _next(dispute)


def require_evidence(call: Call) -> Shown:
    """Let PayPal wait for one of the two; only the sandbox has this."""
    dispute = _dispute(call)
    if not dispute.open:
        raise ApiError(422, [{"issue": "ACTION_NOT_ALLOWED_IN_CURRENT_STATE"}])
    who = call.body["action"].partition("_")[0]
    disputes.ask(call.state, dispute.id, f"WAITING_FOR_{who}_RESPONSE")
    return _next(dispute)


def _dispute(call: Call) -> Dispute:
    wanted = call.ids["id"]
    if wanted not in call.state.disputes:
        raise issue("INVALID_RESOURCE_ID", "dispute_id", wanted)
    return call.state.disputes[wanted]


def _next(dispute: Dispute) -> Shown:
    return lambda: {"links": [link(f"{dispute.api}/v1/customer/disputes/{dispute.id}", "self")]}


_DISPUTE = "/v1/customer/disputes/{id}"
ROUTES = (
    Route(method="GET", path="/v1/customer/disputes", handler=listed),
    Route(method="GET", path=_DISPUTE, handler=read),
    Route(method="POST", path=f"{_DISPUTE}/adjudicate", handler=adjudicate, shape=ADJUDICATE),
    Route(
        method="POST",
        path=f"{_DISPUTE}/require-evidence",
        handler=require_evidence,
        shape=REQUIRE_EVIDENCE,
    ),
)
