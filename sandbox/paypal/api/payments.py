"""Payments v2: what was captured or set aside, and what goes back."""

from collections.abc import Mapping
from typing import TypeVar

from sandbox.base.common import Json
from sandbox.paypal.acts import payments
from sandbox.paypal.api.amounts import read_amount
from sandbox.paypal.api.call import Call, Route, Shown
from sandbox.paypal.api.shapes import CAPTURE_AUTHORIZED, NOTHING, REFUND
from sandbox.paypal.errors import issue
from sandbox.paypal.objects.amount import Amount
from sandbox.paypal.objects.payment import Capture, Refund

T = TypeVar("T")


def read_capture(call: Call) -> Shown:
    """Show a capture."""
    return _found(call, call.state.captures).render_whole


def refund(call: Call) -> Shown:
    """Give a capture's money back, or part of it."""
    capture = _found(call, call.state.captures)
    made = payments.refund(
        call.state,
        capture,
        _amount(call),
        custom_id=call.body.get("custom_id"),
        invoice_id=call.body.get("invoice_id"),
        note=call.body.get("note_to_payer"),
    )
    return _shown(call, made)


def read_refund(call: Call) -> Shown:
    """Show a refund."""
    return _found(call, call.state.refunds).render


def read_authorization(call: Call) -> Shown:
    """Show what was set aside."""
    return _found(call, call.state.authorizations).render_whole


def capture_authorized(call: Call) -> Shown:
    """Take what was set aside."""
    made = payments.capture_authorized(
        call.state,
        _found(call, call.state.authorizations),
        _amount(call),
        call.body.get("invoice_id"),
    )
    return _shown(call, made)


def void(call: Call) -> Shown:
    """Let go what was set aside."""
    authorization = _found(call, call.state.authorizations)
    payments.void(call.state, authorization)
    return lambda: authorization.render_whole() if call.whole else None


def _found(call: Call, kept: Mapping[str, T]) -> T:
    wanted = call.ids["id"]
    if wanted not in kept:
        raise issue("INVALID_RESOURCE_ID", "id", wanted)
    return kept[wanted]


def _amount(call: Call) -> Amount | None:
    return read_amount(call.body["amount"], "/amount") if "amount" in call.body else None


def _shown(call: Call, made: Capture | Refund) -> Shown:
    def show() -> Json:
        whole = made.render_whole() if isinstance(made, Capture) else made.render()
        if call.whole:
            return whole
        return {name: whole[name] for name in ("id", "status", "links")}

    return show


_AUTHORIZATION = "/v2/payments/authorizations/{id}"
_CAPTURE = "/v2/payments/captures/{id}"
ROUTES = (
    Route(method="GET", path=_CAPTURE, handler=read_capture),
    Route(
        method="POST",
        path=f"{_CAPTURE}/refund",
        handler=refund,
        status=201,
        shape=REFUND,
        kept="payment",
    ),
    Route(method="GET", path="/v2/payments/refunds/{id}", handler=read_refund),
    Route(method="GET", path=_AUTHORIZATION, handler=read_authorization),
    Route(
        method="POST",
        path=f"{_AUTHORIZATION}/capture",
        handler=capture_authorized,
        status=201,
        shape=CAPTURE_AUTHORIZED,
        kept="payment",
    ),
    Route(
        method="POST",
        path=f"{_AUTHORIZATION}/void",
        handler=void,
        shape=NOTHING,
        kept="payment",
    ),
)
