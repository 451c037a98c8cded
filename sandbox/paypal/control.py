"""The control page of the local PayPal: everything that can happen, and the same by POST."""

from collections.abc import Mapping

from sandbox.base.common import Json
from sandbox.base.control import SHOWN, Act, message_acts
from sandbox.base.fields import Fields, amount
from sandbox.paypal.errors import PLANNABLE
from sandbox.paypal.objects.dispute import OUTCOMES, REASONS
from sandbox.paypal.play import Play


async def _plan_capture(play: Play, fields: Fields) -> Json:
    play.plan_capture(fields.get("issue") or None, pending=fields.get("pending") or None)
    return {"issue": fields.get("issue"), "pending": fields.get("pending")}


async def _plan_refund(play: Play, fields: Fields) -> Json:
    play.plan_refund(fields["status"])
    return {"planned": fields["status"]}


async def _resolve(play: Play, fields: Fields) -> Json:
    outcome = fields.get("outcome") or "RESOLVED_BUYER_FAVOUR"
    pays = fields.get("seller_pays", "true") in {"true", "on", "1"}
    return await play.resolve_dispute(fields["id"], outcome, seller_pays=pays)


async def _dispute(play: Play, fields: Fields) -> Json:
    return await play.dispute(
        fields["id"],
        amount=amount(fields),
        reason=fields.get("reason") or "UNAUTHORISED",
        stage=fields.get("stage") or None,
        channel=fields.get("channel") or "INTERNAL",
    )


ACTS: dict[str, Act[Play]] = {
    "approve": lambda play, f: play.approve(f["id"], funding=f.get("funding") or "once"),
    "decline": lambda play, f: play.decline(f["id"]),
    "leave": lambda play, f: play.leave(f["id"]),
    "reverse_approval": lambda play, f: play.reverse_approval(f["id"]),
    "plan_capture": _plan_capture,
    "complete_capture": lambda play, f: play.complete_capture(f["id"]),
    "deny_capture": lambda play, f: play.deny_capture(f["id"]),
    "refund": lambda play, f: play.refund(f["id"], amount(f)),
    "plan_refund": _plan_refund,
    "complete_refund": lambda play, f: play.complete_refund(f["id"]),
    "fail_refund": lambda play, f: play.fail_refund(f["id"]),
    "cancel_refund": lambda play, f: play.cancel_refund(f["id"]),
    "reverse": lambda play, f: play.reverse(f["id"], amount(f)),
    "dispute": _dispute,
    "escalate": lambda play, f: play.escalate(f["id"]),
    "answer_dispute": lambda play, f: play.answer_dispute(f["id"]),
    "resolve_dispute": _resolve,
    "appeal": lambda play, f: play.appeal(f["id"]),
    **message_acts(),
}
"""What `POST /control/{act}` can do; `id` names what it is done to."""


def shown(play: Play) -> Mapping[str, object]:
    """What the page shows."""
    state, dispatcher = play.state, play.dispatcher
    return {
        "state": state,
        "orders": list(reversed(state.orders.values()))[:SHOWN],
        "events": [
            (event, dispatcher.of(event.id))
            for event in list(reversed(state.events.values()))[:SHOWN]
        ],
        "plans": dispatcher.plans.waiting,
        "issues": PLANNABLE,
        "reasons": REASONS,
        "outcomes": OUTCOMES,
    }
