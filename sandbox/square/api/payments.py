"""Payments, refunds and disputes."""

from sandbox.base.common import Json
from sandbox.square.acts import money
from sandbox.square.api.call import Call, Route
from sandbox.square.api.lists import QUERIES, listed, page
from sandbox.square.api.shapes import REFUND
from sandbox.square.errors import error
from sandbox.square.objects.dispute import STATES, Dispute
from sandbox.square.objects.payment import Payment


def list_payments(call: Call) -> Json:
    """Payments, latest first."""
    state = call.state
    return listed(call.query, state.payments.values(), "payments", state.location)


def read_payment(call: Call) -> Json:
    """One payment."""
    return {"payment": _payment(call, call.ids["id"]).render()}


def list_refunds(call: Call) -> Json:
    """Refunds, latest first."""
    state = call.state
    status = call.query.get("status")
    found = [each for each in state.refunds.values() if status in {None, each.status}]
    return listed(call.query, found, "refunds", state.location)


def read_refund(call: Call) -> Json:
    """One refund."""
    refund = call.state.refunds.get(call.ids["id"])
    if refund is None:
        raise error("NOT_FOUND", f"Could not find payment refund with id: {call.ids['id']}")
    return {"refund": refund.render()}


def refund(call: Call) -> Json:
    """Give money back: the answer says PENDING, also where it arrives a moment later."""
    payment = _payment(call, call.body["payment_id"])
    token = call.body.get("payment_version_token")
    if token not in {None, payment.token}:
        raise error("CONFLICT", "The payment has changed since.", "payment_version_token")
    amount = call.body["amount_money"]
    if amount["currency"] != payment.currency:
        raise error(
            "CURRENCY_MISMATCH",
            f"The payment is in {payment.currency}.",
            "amount_money.currency",
        )
    made = money.refund(call.state, payment, amount["amount"], call.body.get("reason"))
    shown = made.render()
    money.run_refund(call.state, made)
    return {"refund": shown}


def list_disputes(call: Call) -> Json:
    """Disputes, latest first."""
    wanted = set(call.query["states"].split(",")) if "states" in call.query else set(STATES)
    if unknown := wanted - set(STATES):
        raise error("INVALID_ENUM_VALUE", f"{sorted(unknown)} are no states.", "states")
    found = [
        each.render()
        for each in reversed(call.state.disputes.values())
        if each.state in wanted and call.query.get("location_id") in {None, each.location}
    ]
    return page(call.query, found, "disputes")


def read_dispute(call: Call) -> Json:
    """One dispute."""
    return {"dispute": _dispute(call).render()}


def accept_dispute(call: Call) -> Json:
    """Let the buyer have the money."""
    dispute = _dispute(call)
    if dispute.inquiry or not dispute.open:
        raise error("BAD_REQUEST", f"The dispute is {dispute.state}.")
    money.decide(call.state, dispute, "ACCEPTED")
    return {"dispute": dispute.render()}


def _payment(call: Call, payment_id: str) -> Payment:
    payment = call.state.payments.get(payment_id)
    if payment is None:
        raise error("NOT_FOUND", f"Could not find payment with id: {payment_id}", "payment_id")
    return payment


def _dispute(call: Call) -> Dispute:
    dispute = call.state.disputes.get(call.ids["id"])
    if dispute is None:
        raise error("NOT_FOUND", f"Resource with id {call.ids['id']} not found.")
    return dispute


_DISPUTE = "/v2/disputes/{id}"
ROUTES = (
    Route(method="GET", path="/v2/payments", handler=list_payments, queries=QUERIES),
    Route(method="GET", path="/v2/payments/{id}", handler=read_payment),
    Route(method="GET", path="/v2/refunds", handler=list_refunds, queries=QUERIES | {"status"}),
    Route(method="POST", path="/v2/refunds", handler=refund, shape=REFUND),
    Route(method="GET", path="/v2/refunds/{id}", handler=read_refund),
    Route(
        method="GET",
        path="/v2/disputes",
        handler=list_disputes,
        queries=frozenset({"cursor", "states", "location_id"}),
    ),
    Route(method="GET", path=_DISPUTE, handler=read_dispute),
    Route(method="POST", path=f"{_DISPUTE}/accept", handler=accept_dispute),
)
