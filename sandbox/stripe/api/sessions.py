"""`/v1/checkout/sessions` (Stripe: Checkout Sessions)."""

import re
from collections.abc import Sequence

from sandbox.base.common import Json
from sandbox.stripe.acts import checkout
from sandbox.stripe.api.amounts import check_amount, check_total
from sandbox.stripe.api.call import Call
from sandbox.stripe.api.customers import customer_of
from sandbox.stripe.api.errors import invalid, missing, refused
from sandbox.stripe.api.forms import Params
from sandbox.stripe.api.lists import PAGING, created_filter, page
from sandbox.stripe.api.tax_checks import check_taxable, known_code
from sandbox.stripe.objects.currencies import PER_DOLLAR
from sandbox.stripe.objects.line_item import LineItem
from sandbox.stripe.objects.session import ECHOED, IntentData, Session
from sandbox.stripe.state import State

_URL = "/v1/checkout/sessions"
_SHORTEST_SECONDS = 30 * 60
_LONGEST_SECONDS = 24 * 60 * 60
_LONGEST_REFERENCE = 200
_MOST_ITEMS = 100
"""Stripe API: Create a Checkout Session, `line_items`, in the mode `payment`."""
_LONGEST_DESCRIPTION = 40_000
"""Of a product (stripe/openapi, `PostCheckoutSessions`), as the lengths below."""
_LONGEST_UNIT_LABEL = 12
_LONGEST_OF_INTENT = {
    "description": 1000,
    "receipt_email": 5000,
    "statement_descriptor": 22,
    "statement_descriptor_suffix": 22,
    "transfer_group": 5000,
}
_METHODS = ("card", "sepa_debit")
"""What the account has switched on."""
_HOLDING = ("card",)
"""Those of them that can set money aside."""
_CREATE = (
    *("after_expiration", "adaptive_pricing", "allowed_payment_method_types", "automatic_tax"),
    "cancel_url",
    *("excluded_payment_method_types", "expand", "expires_at", "line_items", "metadata", "mode"),
    *("payment_intent_data", "success_url", "ui_mode"),
    *ECHOED,
)


def create(call: Call) -> Json:
    """`POST /v1/checkout/sessions`: only `mode=payment` on the hosted page, with `price_data`."""
    params, state = call.params, call.state
    params.supports(*_CREATE)
    _mode(params)
    _check_customer(call)
    intent_data = _intent_data(params.hash("payment_intent_data"))
    allowed, methods = _methods(params, intent_data)
    items = _line_items(state, params.array("line_items"))
    total = sum(item.subtotal for item in items)
    currency = items[0].currency
    check_total(total, currency)
    recovery = params.hash("after_expiration")
    recovery = recovery.hash("recovery") if recovery else None
    taxed = _enabled(params.hash("automatic_tax"), default=False)
    if taxed:
        check_taxable(state, [item.tax_behavior for item in items])
    session_id = state.ids.new("cs_test")
    session = Session(
        id=session_id,
        address=checkout.page_address(state, session_id),
        created=state.now(),
        expires_at=_expires_at(params, state.now()),
        currency=currency,
        line_items=items,
        success_url=_address(params, "success_url") or params.needed("success_url"),
        cancel_url=_address(params, "cancel_url"),
        metadata=params.metadata(),
        intent_data=intent_data,
        echoed=_echoed(params),
        allowed_payment_method_types=allowed,
        payment_method_types=methods,
        adaptive_pricing=_enabled(params.hash("adaptive_pricing"), default=True),
        recovery=_enabled(recovery, default=False),
        automatic_tax=taxed,
    )
    state.add_session(session)
    return session.render()


def retrieve(call: Call) -> Json:
    """`GET /v1/checkout/sessions/{id}`."""
    return _session(call).render()


def listing(call: Call) -> Json:
    """`GET /v1/checkout/sessions`."""
    params = call.params
    params.supports(*PAGING, "created", "customer_details", "payment_intent", "status")
    intent, status = params.text("payment_intent"), params.text("status")
    customer = params.hash("customer_details")
    email = customer.text("email") if customer else None
    within = created_filter(params)
    found = [
        each
        for each in reversed(call.state.sessions.values())
        if within(each)
        and intent in {None, each.payment_intent}
        and status in {None, each.status}
        and (email is None or (each.email or "").lower() == email.lower())
    ]
    return page(params, _URL, found, Session.render)


def expire(call: Call) -> Json:
    """`POST /v1/checkout/sessions/{id}/expire`."""
    session = _session(call)
    if session.status != "open":
        raise refused(
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Session has a status of {session.status}."
        )
    checkout.expire(call.state, session.id)
    return session.render()


def update(call: Call) -> Json:
    """`POST /v1/checkout/sessions/{id}`: metadata only."""
    session = _session(call)
    call.params.supports("metadata", "expand")
    session.metadata = call.params.metadata(before=session.metadata)
    return session.render()


def line_items(call: Call) -> Json:
    """`GET /v1/checkout/sessions/{id}/line_items`."""
    session = _session(call)

    def render(item: LineItem) -> Json:
        return item.render(session.created)

    return page(call.params, f"{_URL}/{session.id}/line_items", session.line_items, render)


def _session(call: Call) -> Session:
    session_id = call.ids["id"]
    if session_id not in call.state.sessions:
        raise missing("checkout.session", session_id, "session")
    return call.state.sessions[session_id]


def _mode(params: Params) -> None:
    mode = params.text("mode")
    if mode is None:
        raise invalid("You must provide the `mode` parameter.", "mode", "parameter_missing")
    if mode != "payment":
        raise invalid("The local Stripe knows only mode=payment.", "mode")
    if params.text("ui_mode") not in {None, "hosted_page"}:
        raise invalid("The local Stripe knows only ui_mode=hosted_page.", "ui_mode")


def _check_customer(call: Call) -> None:
    call.params.exclusive("customer", "customer_email")
    customer = call.params.text("customer")
    if customer is not None:
        customer_of(call.state, customer, "customer", status=400)


def _methods(params: Params, intent: IntentData) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    """What is allowed, if anything is said, and what the page will offer.

    Where money is only to be set aside, only what can do that (Stripe: Place a hold on a payment
    method).

    Since 2026-09-30.endive the parameter `payment_method_types` is gone (Stripe's changelog).
    """
    params.exclusive("allowed_payment_method_types", "excluded_payment_method_types")
    allowed = tuple(params.texts("allowed_payment_method_types"))
    excluded = params.texts("excluded_payment_method_types")
    for name, each in (
        ("allowed_payment_method_types", allowed),
        ("excluded_payment_method_types", excluded),
    ):
        if len(set(each)) < len(each):
            raise invalid(f"Invalid {name}: a payment method type is there twice", name)
    able = _HOLDING if intent.capture_method == "manual" else _METHODS
    methods = tuple(
        each for each in able if each not in excluded and (not allowed or each in allowed)
    )
    if not methods:
        raise invalid(
            "No valid payment method types for this Checkout Session. Please ensure that you have "
            "activated payment methods compatible with your chosen currency in your dashboard "
            "(https://dashboard.stripe.com/settings/payment_methods)."
        )
    return allowed or None, methods


def _line_items(state: State, given: Sequence[Params]) -> tuple[LineItem, ...]:
    if not given:
        raise invalid("Missing required param: line_items.", "line_items", "parameter_missing")
    if len(given) > _MOST_ITEMS:
        raise invalid(
            f"You may only pass up to {_MOST_ITEMS} line items in `payment` mode.", "line_items"
        )
    items = tuple(_line_item(state, each) for each in given)
    if len({item.currency for item in items}) > 1:
        raise invalid("All prices on a Checkout Session must be in the same currency.")
    return items


def _line_item(state: State, given: Params) -> LineItem:
    given.supports("metadata", "price_data", "quantity")
    price = given.hash("price_data")
    if price is None:
        where = given.where("price_data")
        raise invalid(f"Missing required param: {where}.", where, "parameter_missing")
    price.supports("currency", "product_data", "tax_behavior", "unit_amount")
    amount = price.integer("unit_amount")
    if amount is None:
        amount = int(price.needed("unit_amount"))
    if amount < 0:
        raise invalid("Invalid non-negative integer", price.where("unit_amount"))
    currency = _currency(price)
    check_amount(amount, currency, price.where("unit_amount"))
    product = price.hash("product_data")
    if product is None:
        where = price.where("product_data")
        raise invalid(f"Missing required param: {where}.", where, "parameter_missing")
    product.supports("description", "images", "metadata", "name", "tax_code", "unit_label")
    product.metadata()
    product.text("unit_label", longest=_LONGEST_UNIT_LABEL)
    quantity = given.integer("quantity", least=1)
    return LineItem(
        id=state.ids.new("li"),
        price=state.ids.new("price"),
        product=state.ids.new("prod"),
        name=product.needed("name"),
        description=product.text("description", longest=_LONGEST_DESCRIPTION),
        unit_amount=amount,
        quantity=1 if quantity is None else quantity,
        currency=currency,
        metadata=given.metadata(),
        tax_behavior=price.text("tax_behavior") or "unspecified",
        tax_code=known_code(product.text("tax_code"), product.where("tax_code")),
    )


def _currency(price: Params) -> str:
    currency = price.needed("currency").lower()
    if currency not in PER_DOLLAR:
        raise invalid(f"Invalid currency: {currency}", price.where("currency"))
    return currency


def _expires_at(params: Params, now: int) -> int:
    at = params.integer("expires_at")
    if at is None:
        return now + _LONGEST_SECONDS
    if at > now + _LONGEST_SECONDS:
        side = "less than 24 hours"
    elif at < now + _SHORTEST_SECONDS:
        side = "at least 30 minutes"
    else:
        return at
    raise invalid(
        f"The `expires_at` timestamp must be {side} from Checkout Session creation.", "expires_at"
    )


def _address(params: Params, name: str) -> str | None:
    address = params.text(name)
    if address is not None and not re.match(r"https?://[^/\s]+", address):
        raise invalid("Not a valid URL", name, "url_invalid")
    return address


def _intent_data(given: Params | None) -> IntentData:
    if given is None:
        return IntentData()
    given.supports("capture_method", "metadata", *_LONGEST_OF_INTENT)
    capture = given.choice("capture_method", ("automatic", "automatic_async", "manual"))
    texts = {name: given.text(name, longest=most) for name, most in _LONGEST_OF_INTENT.items()}
    return IntentData(capture_method=capture, metadata=given.metadata(), **texts)


def _echoed(params: Params) -> dict[str, str | bool | None]:
    echoed: dict[str, str | bool | None] = {name: params.text(name) for name in ECHOED}
    echoed["allow_promotion_codes"] = params.boolean("allow_promotion_codes")
    params.text("client_reference_id", longest=_LONGEST_REFERENCE)
    return echoed


def _enabled(given: Params | None, *, default: bool) -> bool:
    enabled = None if given is None else given.boolean("enabled")
    return default if enabled is None else enabled
