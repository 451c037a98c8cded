"""What happens to an order: it is made, approved, captured or authorized."""

from sandbox.base.common import Json, NotPossible
from sandbox.paypal.errors import issue
from sandbox.paypal.objects.amount import Amount
from sandbox.paypal.objects.common import link
from sandbox.paypal.objects.event import Event
from sandbox.paypal.objects.order import Order, Payer
from sandbox.paypal.objects.payment import Authorization, Capture
from sandbox.paypal.state import State

MOST_TRIES = 10
"""How often a declined capture may be tried; PayPal does not tell its own number."""

FUNDING = ("once", "echeck", "declined")


def create(state: State, asked: Json, amount: Amount) -> Order:
    """Make an order of a request that was checked."""
    source = asked.get("payment_source")
    context = asked.get("application_context", {})
    if source is not None:
        context = context | source.get("paypal", {}).get("experience_context", {})
    order = Order(
        id=state.ids.transaction(),
        api=state.address,
        created=state.now(),
        updated=state.now(),
        intent=asked["intent"],
        amount=amount,
        unit=asked["purchase_units"][0],
        by_source=source is not None,
        context=context,
        status="CREATED" if source is None else "PAYER_ACTION_REQUIRED",
    )
    state.orders[order.id] = order
    return order


def approve(
    state: State, order_id: str, *, email: str = "buyer@example.com", funding: str = "once"
) -> Event | None:
    """Approve an order as its buyer, also once more after its money was declined.

    Args:
        state: What the local PayPal knows.
        order_id: An order that is not captured.
        email: The buyer's.
        funding: Whether the money is there at `once`, comes by `echeck`, or will be `declined`.

    Raises:
        NotPossible: It has lapsed or is done, or the seller wants the money at once.
    """
    order = state.order(order_id)
    if funding not in FUNDING:
        raise NotPossible(f"{funding} is none of {', '.join(FUNDING)}")
    if order.status == "COMPLETED":
        raise NotPossible(f"{order_id} is {order.status}: it is paid once")
    preference = order.context.get("payment_method_preference")
    if funding == "echeck" and preference == "IMMEDIATE_PAYMENT_REQUIRED":
        raise NotPossible(f"{order_id} asks for money that is there at once: no eCheck")
    payer_id = state.ids.payer() if order.payer is None else order.payer.id
    order.payer = Payer(id=payer_id, email=email)
    order.funding, order.status, order.updated = funding, "APPROVED", state.now()
    return state.emit_order("CHECKOUT.ORDER.APPROVED", order)


def reverse_approval(state: State, order_id: str) -> Event | None:
    """Let an approval lapse whose money PayPal had taken, as some ways to pay have it.

    Raises:
        NotPossible: It was not approved.
    """
    order = state.order(order_id)
    if order.status != "APPROVED":
        raise NotPossible(f"{order_id} is {order.status}, not approved")
    order.status, order.updated = "VOIDED", state.now()
    shown = {"order_id": order.id, "purchase_units": [order.unit], "payment_source": {}}
    return state.emit(
        "CHECKOUT.PAYMENT-APPROVAL.REVERSED", "checkout-order", shown, about=(order.id,)
    )


def capture(state: State, order: Order) -> Capture:
    """Take the money that a buyer approved.

    Raises:
        ApiError: PayPal refuses: it was not approved, is taken already, or the money is not there.
    """
    if order.captures:
        raise issue("ORDER_ALREADY_CAPTURED")
    if order.intent != "CAPTURE":
        raise issue("ACTION_DOES_NOT_MATCH_INTENT")
    _check_approved(state, order)
    reason = state.capture_reasons.pop(0) if state.capture_reasons else None
    if order.funding == "echeck":
        reason = "ECHECK"
    made = book(state, order, order.amount, order.invoice_id, reason=reason)
    order.status, order.updated = "COMPLETED", state.now()
    state.emit_order("CHECKOUT.ORDER.COMPLETED", order)
    return made


def authorize(state: State, order: Order) -> Authorization:
    """Set the money aside that a buyer approved.

    Raises:
        ApiError: PayPal refuses, as for a capture.
    """
    if order.authorizations:
        raise issue("ORDER_ALREADY_AUTHORIZED")
    if order.intent != "AUTHORIZE":
        raise issue("ACTION_DOES_NOT_MATCH_INTENT")
    _check_approved(state, order)
    made = Authorization(
        id=state.ids.transaction(),
        api=state.address,
        order=order.id,
        created=state.now(),
        updated=state.now(),
        amount=order.amount,
        custom_id=order.custom_id,
        invoice_id=order.invoice_id,
    )
    state.authorizations[made.id] = made
    order.authorizations.append(made.id)
    order.status, order.updated = "COMPLETED", state.now()
    about = (made.id, order.id)
    state.emit("PAYMENT.AUTHORIZATION.CREATED", "authorization", made.render_whole(), about=about)
    return made


def book(
    state: State,
    order: Order,
    amount: Amount,
    invoice_id: str | None,
    *,
    reason: str | None = None,
    authorization: str | None = None,
) -> Capture:
    """Make a capture of an order's money, pending if there is a reason.

    Raises:
        ApiError: Its invoice was paid before.
    """
    if invoice_id is not None and any(
        each.invoice_id == invoice_id and each.status != "DECLINED"
        for each in state.captures.values()
    ):
        raise issue("DUPLICATE_INVOICE_ID")
    made = Capture(
        id=state.ids.transaction(),
        api=state.address,
        order=order.id,
        created=state.now(),
        updated=state.now(),
        amount=amount,
        custom_id=order.custom_id,
        invoice_id=invoice_id,
        status="COMPLETED" if reason is None else "PENDING",
        reason=reason,
        authorization=authorization,
    )
    state.captures[made.id] = made
    order.captures.append(made.id)
    state.emit_capture(f"PAYMENT.CAPTURE.{made.status}", made)
    return made


def _check_approved(state: State, order: Order) -> None:
    if order.status != "APPROVED":
        raise issue("ORDER_NOT_APPROVED")
    if order.tries >= MOST_TRIES:
        raise issue("MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED")
    if state.capture_issues:
        raise _refused(order, state.capture_issues.pop(0))
    if order.funding == "declined":
        raise _refused(order, "INSTRUMENT_DECLINED")


def _refused(order: Order, code: str) -> Exception:
    """A refusal; where another way to pay helps, it leads the buyer there."""
    if code not in {"INSTRUMENT_DECLINED", "PAYER_ACTION_REQUIRED"}:
        return issue(code)
    order.tries += 1
    rel = "redirect" if code == "INSTRUMENT_DECLINED" else "payer-action"
    return issue(code, links=[link(order.page, rel)])
