"""The payment behind a checkout: its intent, its charge, and when its money is booked."""

from sandbox.stripe.acts.money import book
from sandbox.stripe.objects.charge import Charge
from sandbox.stripe.objects.money import processing_fee
from sandbox.stripe.objects.payment_intent import Decline, PaymentIntent
from sandbox.stripe.objects.session import Session
from sandbox.stripe.state import State


def intent_of(state: State, session: Session, method: str) -> PaymentIntent:
    """The session's payment intent, which Stripe makes at the first try to pay."""
    intent = state.intents.get(session.payment_intent or "")
    if intent is None:
        intent_id = state.ids.new("pi")
        intent = PaymentIntent(
            id=intent_id,
            secret=f"{intent_id}_secret_{state.ids.new('s')[2:]}",
            created=state.now(),
            amount=session.total,
            currency=session.currency,
            data=session.intent_data,
            customer=session.customer,
        )
        state.intents[intent.id] = intent
        session.payment_intent = intent.id
        state.emit("payment_intent.created", intent)
    intent.method, intent.canceled_at, intent.amount = method, None, session.total
    intent.presentment = session.presentment
    return intent


def new_charge(
    state: State,
    session: Session,
    intent: PaymentIntent,
    status: str,
    failure: Decline | None = None,
) -> Charge:
    """Another try to take the money of an intent."""
    charge_id = state.ids.new("ch" if intent.method == "card" else "py")
    charge = Charge(
        id=charge_id,
        created=state.now(),
        amount=intent.amount,
        currency=intent.currency,
        payment_intent=intent.id,
        payment_method=state.ids.new("pm"),
        method=intent.method,
        data=session.intent_data,
        email=session.email,
        status=status,
        address=f"{state.address}/receipts/{charge_id}",
        failure=failure,
        presentment=session.presentment,
        customer=session.customer,
    )
    state.charges[charge.id] = charge
    intent.latest_charge = charge.id
    intent.failure = failure
    intent.payment_method = None if failure else charge.payment_method
    return charge


def succeed(state: State, intent: PaymentIntent) -> None:
    """Note that an intent's money was taken."""
    intent.status, intent.failure = "succeeded", None
    state.emit("payment_intent.succeeded", intent)


def settle(state: State, charge: Charge) -> None:
    """Book a card's money: Stripe does it a moment after the charge and tells `charge.updated`."""
    state.update("charge.updated", charge, lambda: book_charge(state, charge))


def book_charge(state: State, charge: Charge) -> None:
    """Book what a charge has brought."""
    charge.balance_transaction = book(
        state,
        charge.id,
        "charge" if charge.method == "card" else "payment",
        charge.taken,
        charge.currency,
        fee=processing_fee(charge.taken, charge.currency),
    ).id
