"""What happens to money that was captured or set aside."""

from sandbox.base.common import NotPossible
from sandbox.paypal.acts.orders import book
from sandbox.paypal.errors import issue
from sandbox.paypal.objects.amount import Amount
from sandbox.paypal.objects.event import Event
from sandbox.paypal.objects.payment import AUTHORIZED_SECONDS, Authorization, Capture, Refund
from sandbox.paypal.state import State

REFUNDABLE_SECONDS = 180 * 24 * 60 * 60
"""How long after its capture money can be refunded (PayPal: Issue a refund)."""

REFUND_EVENTS = {
    "PENDING": "PAYMENT.REFUND.PENDING",
    "FAILED": "PAYMENT.REFUND.FAILED",
    "COMPLETED": "PAYMENT.CAPTURE.REFUNDED",
}
"""What tells how a refund stands (PayPal: Webhook event names); one that is cancelled has none."""


def refund(
    state: State,
    capture: Capture,
    amount: Amount | None,
    *,
    custom_id: str | None = None,
    invoice_id: str | None = None,
    note: str | None = None,
) -> Refund:
    """Give money back; all that is left if no amount is said.

    Raises:
        ApiError: PayPal refuses.
    """
    _check_refundable(state, capture, amount, invoice_id)
    back = capture.amount.of(capture.refundable) if amount is None else amount
    status = state.refund_statuses.pop(0) if state.refund_statuses else "COMPLETED"
    made = Refund(
        id=state.ids.transaction(),
        api=state.address,
        capture=capture.id,
        created=state.now(),
        updated=state.now(),
        amount=back,
        total=capture.refunded + back.minor,
        status=status,
        custom_id=custom_id or capture.custom_id,
        invoice_id=invoice_id or capture.invoice_id,
        note=note,
    )
    _keep(state, made)
    if made.counts:
        capture.refunded += back.minor
        capture.recount(state.now())
    _tell(state, made)
    return made


def complete_refund(state: State, refund_id: str) -> Event | None:
    """Make a pending refund arrive.

    Raises:
        NotPossible: It is not pending.
    """
    made = _pending(state, refund_id)
    made.status, made.updated = "COMPLETED", state.now()
    return _tell(state, made)


def fail_refund(state: State, refund_id: str, status: str = "FAILED") -> Event | None:
    """Make a refund fail, or be cancelled: its money stays. No event tells of a cancelled one.

    Raises:
        NotPossible: It failed already, or is no refund of the seller's.
    """
    made = state.refund(refund_id)
    if not made.counts or made.reversal:
        raise NotPossible(f"{refund_id} is {made.status}")
    made.status, made.updated = status, state.now()
    capture = state.captures[made.capture]
    capture.refunded -= made.amount.minor
    capture.recount(state.now())
    return _tell(state, made)


def reverse(state: State, capture: Capture, minor: int | None = None) -> Refund:
    """Let PayPal take a capture's money back, or part of it.

    Raises:
        NotPossible: There is not so much of it.
    """
    amount = capture.refundable if minor is None else minor
    if not capture.arrived or not 0 < amount <= capture.refundable:
        raise NotPossible(f"{capture.id} has {capture.refundable} left to be taken back")
    made = Refund(
        id=state.ids.transaction(),
        api=state.address,
        capture=capture.id,
        created=state.now(),
        updated=state.now(),
        amount=capture.amount.of(amount),
        total=capture.refunded + capture.reversed + amount,
        status="COMPLETED",
        custom_id=capture.custom_id,
        invoice_id=capture.invoice_id,
        reversal=True,
    )
    _keep(state, made)
    capture.reversed += amount
    capture.recount(state.now())
    state.emit_refund("PAYMENT.CAPTURE.REVERSED", made)
    return made


def settle(state: State, capture: Capture, status: str) -> Event | None:
    """Decide a pending capture: `COMPLETED`, or `DECLINED`.

    Raises:
        NotPossible: It is not pending.
    """
    if capture.status != "PENDING":
        raise NotPossible(f"{capture.id} is {capture.status}, not pending")
    capture.status, capture.updated = status, state.now()
    if status == "COMPLETED":
        capture.reason = None
        return state.emit_capture("PAYMENT.CAPTURE.COMPLETED", capture)
    return state.emit_capture("PAYMENT.CAPTURE.DENIED", capture)


def capture_authorized(
    state: State, authorization: Authorization, amount: Amount | None, invoice_id: str | None
) -> Capture:
    """Take money that was set aside; what is not taken goes back to the buyer.

    Raises:
        ApiError: PayPal refuses.
    """
    if authorization.status == "VOIDED":
        raise issue("AUTHORIZATION_VOIDED")
    if authorization.status == "CAPTURED":
        raise issue("AUTHORIZATION_ALREADY_CAPTURED")
    if authorization.created + AUTHORIZED_SECONDS <= state.now():
        raise issue("AUTHORIZATION_EXPIRED")
    taken = authorization.amount if amount is None else amount
    order = state.orders[authorization.order]
    invoice = invoice_id or authorization.invoice_id
    made = book(state, order, taken, invoice, authorization=authorization.id)
    authorization.status, authorization.updated = "CAPTURED", state.now()
    return made


def void(state: State, authorization: Authorization) -> Event | None:
    """Let money go that was set aside.

    Raises:
        ApiError: It was taken or let go before.
    """
    if authorization.status == "VOIDED":
        raise issue("PREVIOUSLY_VOIDED")
    if authorization.status == "CAPTURED":
        raise issue("PREVIOUSLY_CAPTURED")
    authorization.status, authorization.updated = "VOIDED", state.now()
    about = (authorization.id, authorization.order)
    shown = authorization.render_whole()
    return state.emit("PAYMENT.AUTHORIZATION.VOIDED", "authorization", shown, about=about)


def sweep(state: State) -> None:
    """Let go of all that nobody has captured in time."""
    for each in state.authorizations.values():
        if each.status == "CREATED" and each.created + AUTHORIZED_SECONDS <= state.now():
            void(state, each)


def _check_refundable(
    state: State, capture: Capture, amount: Amount | None, invoice_id: str | None
) -> None:
    if state.refund_issues:
        raise issue(state.refund_issues.pop(0))
    if capture.status == "PENDING":
        raise issue("PENDING_CAPTURE")
    if not capture.arrived:
        raise issue("REFUND_NOT_ALLOWED")
    if capture.refundable <= 0:
        raise issue("CAPTURE_FULLY_REFUNDED")
    if capture.created + REFUNDABLE_SECONDS <= state.now():
        raise issue("REFUND_TIME_LIMIT_EXCEEDED")
    if state.is_charged_back(capture):
        raise issue("REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK")
    if invoice_id is not None and any(
        each.invoice_id == invoice_id and each.invoice_id != capture.invoice_id
        for each in state.refunds.values()
    ):
        raise issue("DUPLICATE_INVOICE_ID", "/invoice_id", invoice_id)
    if amount is not None:
        _check_amount(state, capture, amount)


def _check_amount(state: State, capture: Capture, amount: Amount) -> None:
    if amount.currency != capture.amount.currency:
        raise issue("REFUND_CAPTURE_CURRENCY_MISMATCH", "/amount/currency_code", amount.currency)
    if amount.minor > capture.refundable:
        raise issue("REFUND_AMOUNT_EXCEEDED", "/amount/value", amount.render()["value"])
    if state.is_disputed(capture) and amount.minor < capture.refundable:
        raise issue("TRANSACTION_DISPUTED")


def _tell(state: State, made: Refund) -> Event | None:
    """Tell how a refund of the seller's stands, as far as PayPal has a name for that."""
    event_type = REFUND_EVENTS.get(made.status)
    return None if event_type is None else state.emit_refund(event_type, made)


def _keep(state: State, made: Refund) -> None:
    state.refunds[made.id] = made
    state.orders[state.captures[made.capture].order].refunds.append(made.id)


def _pending(state: State, refund_id: str) -> Refund:
    made = state.refund(refund_id)
    if made.status != "PENDING":
        raise NotPossible(f"{refund_id} is {made.status}, not pending")
    return made
