"""The control page of the local Stripe: everything that can happen, and the same by POST."""

from collections.abc import Mapping

from sandbox.base.common import Json, NotPossible
from sandbox.base.control import SHOWN, Act, message_acts
from sandbox.base.fields import Fields, amount
from sandbox.stripe.play import Play


async def _open_dispute(play: Play, fields: Fields) -> Json:
    return await play.open_dispute(
        fields["id"],
        amount=amount(fields),
        reason=fields.get("reason") or "fraudulent",
        status=fields.get("status") or "needs_response",
        currency=fields.get("currency") or None,
    )


async def _adjust(play: Play, fields: Fields) -> Json:
    discount = amount(fields)
    if discount is None:
        raise NotPossible("say the discount in minor units")
    return await play.adjust(fields["id"], discount=discount)


async def _plan_refund(play: Play, fields: Fields) -> Json:
    play.plan_refund(fields["status"])
    return {"planned": fields["status"]}


async def _resend(play: Play, fields: Fields) -> Json:
    play.resend(fields["id"])
    return play.state.render_event(play.state.events[fields["id"]])


ACTS: dict[str, Act[Play]] = {
    "pay": lambda play, f: play.pay(f["id"]),
    "decline": lambda play, f: play.decline(f["id"], code=f.get("code") or "generic_decline"),
    "pay_later": lambda play, f: play.pay_later(f["id"]),
    "succeed_later": lambda play, f: play.succeed_later(f["id"]),
    "fail_later": lambda play, f: play.fail_later(f["id"]),
    "adjust": _adjust,
    "expire": lambda play, f: play.expire(f["id"]),
    "recover": lambda play, f: play.recover(f["id"]),
    "refund": lambda play, f: play.refund(
        f["id"], amount(f), status=f.get("status") or None, reason=f.get("reason") or None
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
    "correct_dispute": lambda play, f: play.correct_dispute(f["id"], amount(f) or 0),
    "say_of_refund": lambda play, f: play.say_of_refund(f["id"], f["status"]),
    "reinstate": lambda play, f: play.reinstate(f["id"], amount(f) or 0),
    **message_acts(),
    "resend": _resend,
}
"""What `POST /control/{act}` can do; `id` names what it is done to."""


def shown(play: Play) -> Mapping[str, object]:
    """What the page shows."""
    play.sweep()
    state, dispatcher = play.state, play.dispatcher
    return {
        "state": state,
        "sessions": list(reversed(state.sessions.values()))[:SHOWN],
        "events": [
            (event, dispatcher.of(event.id))
            for event in list(reversed(state.events.values()))[:SHOWN]
        ],
        "plans": dispatcher.plans.waiting,
    }
