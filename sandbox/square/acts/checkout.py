"""What happens to a payment link: it is made, paid, refused, deleted."""

from sandbox.base.common import Json, NotPossible
from sandbox.square.objects.checkout import Link, Order
from sandbox.square.objects.payment import Payment
from sandbox.square.state import State

FAILED = "The card was declined."
_FEE_PER_MILLE, _FEE_FIXED = 29, 30


def create(state: State, asked: Json, sold: Json, total: int) -> Link:
    """Make a link and its order.

    Args:
        state: What the local Square knows.
        asked: The request, which was checked.
        sold: Its order, or one made of its quick pay.
        total: What it costs, in the smallest unit.
    """
    lines = [each | {"uid": each.get("uid") or state.ids.text(22)} for each in sold["line_items"]]
    order = Order(
        id=state.ids.thing(),
        created=state.now(),
        updated=state.now(),
        location=sold["location_id"],
        currency=state.currency,
        lines=lines,
        total=total,
        reference_id=sold.get("reference_id"),
        metadata=sold.get("metadata", {}),
    )
    link = Link(
        id=state.ids.link(),
        created=state.now(),
        order=order.id,
        address=state.address,
        options=asked.get("checkout_options"),
        prefilled=asked.get("pre_populated_data"),
        note=asked.get("payment_note"),
    )
    state.orders[order.id], state.links[link.id] = order, link
    state.emit_order("created", order)
    return link


def delete(state: State, link: Link) -> Order | None:
    """Delete a link; its order is cancelled and returned, unless it was paid."""
    del state.links[link.id]
    order = state.orders[link.order]
    if order.payment is not None:
        return None
    order.change("CANCELED", state.now())
    state.emit_order("updated", order)
    return order


def pay(state: State, target: str, *, email: str = "buyer@example.com") -> Payment:
    """Pay by card: it is approved, and completed a moment later.

    Raises:
        NotPossible: There is no such link, or it was paid.
    """
    payment = _try(state, target, email, "APPROVED", "CARD")
    complete(state, payment)
    return payment


def pay_later(state: State, target: str, *, email: str = "buyer@example.com") -> Payment:
    """Pay from a bank account: the money is on its way for days.

    Raises:
        NotPossible: There is no such link, or it was paid.
    """
    return _try(state, target, email, "PENDING", "BANK_ACCOUNT")


def decline(state: State, target: str, *, email: str = "buyer@example.com") -> Payment:
    """Refuse the buyer's card: the link can be paid by another one.

    Raises:
        NotPossible: There is no such link, or it was paid.
    """
    payment = _try(state, target, email, "FAILED", "CARD")
    state.link(target).declined = FAILED
    return payment


def complete(state: State, payment: Payment) -> None:
    """Make the money of a payment arrive.

    Raises:
        NotPossible: It is not on its way.
    """
    change(state, payment, "COMPLETED")
    order = state.orders[payment.order]
    order.change("OPEN", state.now())
    state.emit_order("updated", order)


def fail(state: State, payment: Payment) -> None:
    """Make a payment from a bank account fail: its link can be paid again.

    Raises:
        NotPossible: It is not on its way.
    """
    change(state, payment, "FAILED")
    state.orders[payment.order].payment = None


def book_fee(state: State, payment: Payment) -> None:
    """Tell what Square keeps of a payment, some time after it.

    Raises:
        NotPossible: It is not completed.
    """
    if payment.status != "COMPLETED":
        raise NotPossible(f"{payment.id} is {payment.status}")
    payment.fee = min(payment.amount, payment.amount * _FEE_PER_MILLE // 1000 + _FEE_FIXED)
    touch(state, payment)


def touch(state: State, payment: Payment) -> None:
    """Give a payment another version, and tell it."""
    payment.updated, payment.token = state.now(), state.ids.version()
    state.emit_payment("updated", payment)


def change(state: State, payment: Payment, status: str) -> None:
    """Let a payment that is on its way end.

    Raises:
        NotPossible: It is not on its way.
    """
    if payment.status not in {"APPROVED", "PENDING"}:
        raise NotPossible(f"{payment.id} is {payment.status}")
    payment.status = status
    touch(state, payment)


def _try(state: State, target: str, email: str, status: str, source: str) -> Payment:
    link = state.link(target)
    order = state.orders[link.order]
    if order.payment is not None:
        raise NotPossible(f"{link.id} was paid by {order.payment}")
    payment = Payment(
        id=state.ids.thing(),
        address=state.address,
        created=state.now(),
        updated=state.now(),
        location=order.location,
        order=order.id,
        amount=order.total,
        currency=order.currency,
        status=status,
        token=state.ids.version(),
        email=email,
        source=source,
        note=link.note,
    )
    state.payments[payment.id] = payment
    link.declined = None
    if status != "FAILED":
        order.payment = payment.id
    state.emit_payment("created", payment)
    return payment
