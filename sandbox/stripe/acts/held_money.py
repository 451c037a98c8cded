"""Money that is set aside on a card: taken, let go of, or never asked for (Stripe: Place a hold).

Who lets go of it gives it back: the charge counts as refunded, though nothing had been taken.
"""

from typing import Final

from sandbox.base.common import NotPossible
from sandbox.stripe.acts.charging import book_charge, succeed
from sandbox.stripe.objects.charge import Charge
from sandbox.stripe.objects.event import Cause, Event
from sandbox.stripe.objects.payment_intent import PaymentIntent
from sandbox.stripe.objects.refund import Refund
from sandbox.stripe.objects.session import Session
from sandbox.stripe.state import State, cause

HELD_SECONDS: Final = 7 * 86_400
"""How long a card's money stays set aside, for most networks (Stripe: Place a hold)."""


def hold(state: State, session: Session, intent: PaymentIntent, charge: Charge) -> Event | None:
    """Set the money of a session aside that its buyer has just paid."""
    charge.captured, charge.capture_before = False, state.now() + HELD_SECONDS
    state.held.append((charge.capture_before, intent.id))
    state.emit("charge.succeeded", charge)
    intent.status, intent.failure = "requires_capture", None
    state.emit("payment_intent.amount_capturable_updated", intent)
    session.status = "complete"
    return state.emit("checkout.session.completed", session)


def capture(state: State, intent_id: str, amount: int | None = None) -> PaymentIntent:
    """Take what was set aside, or a part of it: the rest is let go of.

    Raises:
        NotPossible: Nothing is set aside, or not so much.
    """
    intent, session, charge = _held(state, intent_id)
    wanted = intent.capturable if amount is None else amount
    if not 0 < wanted <= intent.capturable:
        raise NotPossible(f"{intent_id} has {intent.capturable} to take, not {wanted}")
    intent.received = wanted
    rest = intent.amount - wanted

    def change() -> None:
        charge.captured, charge.captured_amount = True, wanted
        charge.amount_refunded += rest
        book_charge(state, charge)

    state.update("charge.captured", charge, change)
    succeed(state, intent)
    session.payment_status = "paid"
    return intent


def cancel(
    state: State,
    intent_id: str,
    reason: str,
    *,
    why_refunded: str | None = None,
    metadata: dict[str, str] | None = None,
) -> Refund:
    """Let go of what was set aside; returns the refund that Stripe makes of it.

    Args:
        state: What the local Stripe knows.
        intent_id: Of what.
        reason: Why, as the intent says it.
        why_refunded: Why, if it was asked for as a refund.
        metadata: Of that refund.

    Raises:
        NotPossible: Nothing is.
    """
    intent, _, charge = _held(state, intent_id)
    made = Refund(
        id=state.ids.new("re"),
        created=state.now(),
        amount=charge.amount,
        currency=charge.currency,
        charge=charge.id,
        payment_intent=intent.id,
        method=charge.method,
        payment_method=charge.payment_method,
        status="succeeded",
        reason=why_refunded,
        metadata=dict(metadata or {}),
    )
    state.refunds[made.id] = made
    state.emit("refund.created", made)

    def change() -> None:
        charge.amount_refunded = charge.amount

    state.update("charge.refunded", charge, change)
    intent.status, intent.canceled_at = "canceled", state.now()
    intent.cancellation_reason = reason
    state.emit("payment_intent.canceled", intent)
    return made


def sweep(state: State) -> None:
    """Let go of what nobody has taken in time."""
    due = [intent for before, intent in state.held if before <= state.now()]
    if not due:
        return
    state.held = [each for each in state.held if each[0] > state.now()]
    token = cause.set(Cause())
    try:
        for each in due:
            if state.intents[each].status == "requires_capture":
                made = cancel(state, each, "automatic")
                state.emit("charge.expired", state.charges[made.charge])
    finally:
        cause.reset(token)


def _held(state: State, intent_id: str) -> tuple[PaymentIntent, Session, Charge]:
    intent = state.intents.get(intent_id)
    if intent is None or intent.status != "requires_capture" or intent.latest_charge is None:
        raise NotPossible(f"nothing is set aside for {intent_id}")
    [session] = [each for each in state.sessions.values() if each.payment_intent == intent_id]
    return intent, session, state.charges[intent.latest_charge]
