"""What happens to a checkout: it is paid, refused, paid later, lapses, comes back."""

from dataclasses import replace

from sandbox.base.common import NotPossible
from sandbox.stripe.acts import customers, held_money
from sandbox.stripe.acts.charging import book_charge, intent_of, new_charge, settle, succeed
from sandbox.stripe.acts.taxing import locate
from sandbox.stripe.objects.charge import Charge
from sandbox.stripe.objects.common import Presentment
from sandbox.stripe.objects.event import Cause, Event
from sandbox.stripe.objects.payment_intent import Decline, PaymentIntent
from sandbox.stripe.objects.session import Session
from sandbox.stripe.state import State, cause

DECLINES = {
    "generic_decline": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
    "lost_card": "Your card was declined.",
    "stolen_card": "Your card was declined.",
    "do_not_honor": "Your card was declined.",
}
"""What a buyer reads for a decline code (Stripe: Decline codes)."""

_DEBIT_FAILED = Decline(
    code="payment_intent_payment_attempt_failed",
    message="The payment attempt failed: the bank account has insufficient funds.",
)
_RECOVERED_FOR_SECONDS = 86_400


def pay(
    state: State,
    session_id: str,
    *,
    email: str = "buyer@example.com",
    presentment: Presentment | None = None,
    after_expiry: bool = False,
    place: tuple[str, str] | None = None,
) -> Event | None:
    """Pay by card: the money is there at once.

    Args:
        state: What the local Stripe knows.
        session_id: An open session.
        email: The buyer's.
        presentment: What the buyer saw, if adaptive pricing changed the currency.
        after_expiry: Pay although the session has lapsed, as a payment does that was on its way.
        place: The buyer's country and postal code, where tax is computed.

    Raises:
        NotPossible: The session is not open.
    """
    session = payable(state, session_id, "card", after_expiry=after_expiry)
    session.email = email
    customers.note_email(state, session)
    locate(session, place)
    if not session.total:
        session.status, session.payment_status = "complete", "no_payment_required"
        return state.emit("checkout.session.completed", session)
    session.presentment = presentment
    intent = intent_of(state, session, "card")
    charge = new_charge(state, session, intent, "succeeded")
    if intent.is_manual:
        return held_money.hold(state, session, intent, charge)
    state.emit("charge.succeeded", charge)
    succeed(state, intent)
    session.status, session.payment_status = "complete", "paid"
    completed = state.emit("checkout.session.completed", session)
    settle(state, charge)
    return completed


def decline(state: State, session_id: str, *, code: str = "generic_decline") -> Event | None:
    """Refuse the buyer's card; the session stays open for another try.

    Raises:
        NotPossible: The session is not open, or costs nothing.
    """
    session = payable(state, session_id, "card")
    if not session.total:
        raise NotPossible("a session that costs nothing needs no card")
    locate(session, None)
    message = DECLINES.get(code, DECLINES["generic_decline"])
    intent = intent_of(state, session, "card")
    failure = Decline(code="card_declined", decline_code=code, message=message)
    charge = new_charge(state, session, intent, "failed", failure)
    state.emit("charge.failed", charge)
    session.declined = message
    return state.emit("payment_intent.payment_failed", intent)


def pay_later(state: State, session_id: str, *, email: str = "buyer@example.com") -> Event | None:
    """Pay by a method that takes days: the session completes, the money is still on its way.

    Raises:
        NotPossible: The session is not open, or costs nothing.
    """
    session = payable(state, session_id, "sepa_debit")
    if not session.total:
        raise NotPossible("a session that costs nothing needs no debit")
    session.email = email
    customers.note_email(state, session)
    locate(session, None)
    intent = intent_of(state, session, "sepa_debit")
    charge = new_charge(state, session, intent, "pending")
    state.emit("charge.pending", charge)
    intent.status = "processing"
    state.emit("payment_intent.processing", intent)
    session.status = "complete"
    return state.emit("checkout.session.completed", session)


def succeed_later(state: State, session_id: str) -> Event | None:
    """Make the money of a delayed payment arrive.

    Raises:
        NotPossible: No such payment is under way.
    """
    session, intent, charge = _processing(state, session_id)
    charge.status = "succeeded"
    book_charge(state, charge)
    state.emit("charge.succeeded", charge)
    succeed(state, intent)
    session.payment_status = "paid"
    return state.emit("checkout.session.async_payment_succeeded", session)


def fail_later(state: State, session_id: str) -> Event | None:
    """Make a delayed payment fail: the session stays complete and unpaid.

    Raises:
        NotPossible: No such payment is under way.
    """
    session, intent, charge = _processing(state, session_id)
    charge.status, charge.failure = "failed", _DEBIT_FAILED
    state.emit("charge.failed", charge)
    intent.status, intent.failure = "requires_payment_method", _DEBIT_FAILED
    intent.payment_method = None
    state.emit("payment_intent.payment_failed", intent)
    return state.emit("checkout.session.async_payment_failed", session)


def expire(state: State, session_id: str) -> Event | None:
    """End an open session before its time.

    Raises:
        NotPossible: It is not open.
    """
    session = payable(state, session_id)
    session.expires_at = min(session.expires_at, state.now())
    return _expired(state, session)


def sweep(state: State) -> None:
    """Expire each session whose time has come, and let go of money that nobody has taken."""
    held_money.sweep(state)
    if not (due := state.lapsed()):
        return
    token = cause.set(Cause())
    try:
        for session in due:
            _expired(state, session)
    finally:
        cause.reset(token)


def recover(state: State, session_id: str) -> Session:
    """Open a copy of an expired session, as its recovery link does (Stripe: Recover carts).

    Raises:
        NotPossible: It has not expired.
    """
    sweep(state)
    expired = state.session(session_id)
    if expired.status != "expired":
        raise NotPossible(f"{session_id} is {expired.status}: only an expired session comes back")
    new_id = state.ids.new("cs_test")
    copy = replace(
        expired,
        id=new_id,
        address=page_address(state, new_id),
        created=state.now(),
        expires_at=state.now() + _RECOVERED_FOR_SECONDS,
        recovered_from=expired.id,
        status="open",
        payment_status="unpaid",
        payment_intent=None,
        declined=None,
    )
    state.add_session(copy)
    return copy


def page_address(state: State, session_id: str) -> str:
    """Where a session is paid: as long as Stripe's addresses are, which some links cannot hold."""
    return f"{state.address}/c/pay/{session_id}#fid{(session_id.rpartition('_')[2] * 12)[:640]}"


def payable(
    state: State, session_id: str, method: str | None = None, *, after_expiry: bool = False
) -> Session:
    """A session that can be paid; raises NotPossible if it cannot."""
    sweep(state)
    session = state.session(session_id)
    if method not in {None, *session.payment_method_types}:
        raise NotPossible(f"{session_id} does not offer {method}")
    if session.status == "open" or (after_expiry and session.status == "expired"):
        return session
    raise NotPossible(f"{session_id} is {session.status}, not open")


def _processing(state: State, session_id: str) -> tuple[Session, PaymentIntent, Charge]:
    session = state.session(session_id)
    intent = state.intents.get(session.payment_intent or "")
    if intent is None or intent.status != "processing" or intent.latest_charge is None:
        raise NotPossible(f"no delayed payment of {session_id} is under way")
    return session, intent, state.charges[intent.latest_charge]


def _expired(state: State, session: Session) -> Event | None:
    session.status = "expired"
    intent = state.intents.get(session.payment_intent or "")
    if intent is not None:
        intent.status, intent.canceled_at = "canceled", state.now()
        state.emit("payment_intent.canceled", intent)
    return state.emit("checkout.session.expired", session)
