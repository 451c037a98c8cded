"""The control page of the local Square: everything that can happen, and the same by POST."""

from collections.abc import Mapping

from sandbox.base.common import Json
from sandbox.base.control import SHOWN, Act, message_acts
from sandbox.base.fields import Fields, amount
from sandbox.square.objects.dispute import REASONS
from sandbox.square.play import Play


async def _plan_refund(play: Play, fields: Fields) -> Json:
    play.plan_refund(fields["status"])
    return {"planned": fields["status"]}


async def _dispute(play: Play, fields: Fields) -> Json:
    return await play.dispute(
        fields["id"],
        amount=amount(fields),
        reason=fields.get("reason") or "NO_KNOWLEDGE",
        inquiry=fields.get("inquiry", "") in {"true", "on", "1"},
    )


ACTS: dict[str, Act[Play]] = {
    "pay": lambda play, f: play.pay(f["id"]),
    "pay_later": lambda play, f: play.pay_later(f["id"]),
    "decline": lambda play, f: play.decline(f["id"]),
    "leave": lambda play, f: play.leave(f["id"]),
    "complete_payment": lambda play, f: play.complete_payment(f["id"]),
    "fail_payment": lambda play, f: play.fail_payment(f["id"]),
    "book_fee": lambda play, f: play.book_fee(f["id"]),
    "refund": lambda play, f: play.refund(f["id"], amount(f), reason=f.get("reason") or None),
    "plan_refund": _plan_refund,
    "complete_refund": lambda play, f: play.complete_refund(f["id"]),
    "fail_refund": lambda play, f: play.fail_refund(f["id"]),
    "reject_refund": lambda play, f: play.reject_refund(f["id"]),
    "dispute": _dispute,
    "answer_dispute": lambda play, f: play.answer_dispute(f["id"]),
    "escalate": lambda play, f: play.escalate(f["id"]),
    "resolve_dispute": lambda play, f: play.resolve_dispute(f["id"], f.get("outcome") or "LOST"),
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
        "links": {each.order: each for each in state.links.values()},
        "events": [
            (event, dispatcher.of(event.id))
            for event in list(reversed(state.events.values()))[:SHOWN]
        ],
        "plans": dispatcher.plans.waiting,
        "reasons": REASONS,
    }
