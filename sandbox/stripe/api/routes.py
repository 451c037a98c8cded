"""Which request goes where, what it may be given, and what it answers."""

from dataclasses import dataclass
from typing import Final

from stripe import params
from stripe.params import checkout, radar, tax

from sandbox.base.common import Json
from sandbox.stripe.api import (
    customers,
    disputes,
    endpoints,
    intents,
    reading,
    refunds,
    sessions,
    taxes,
)
from sandbox.stripe.api.call import Call, Handler
from sandbox.stripe.api.errors import ApiError
from sandbox.stripe.api.published import words


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One kind of request.

    Attributes:
        handler: Carries it out.
        params: The SDK's type of its parameters; None if they are not looked at.
        kind: The object that is answered, or of which a list is answered.
    """

    method: str
    path: str
    handler: Handler
    params: type | None
    kind: str
    is_list: bool = False


def _get(path: str, handler: Handler, given: type, kind: str) -> Route:
    return Route(method="GET", path=path, handler=handler, params=given, kind=kind)


def _all(path: str, handler: Handler, given: type, kind: str) -> Route:
    return Route(method="GET", path=path, handler=handler, params=given, kind=kind, is_list=True)


def _post(path: str, handler: Handler, given: type, kind: str) -> Route:
    return Route(method="POST", path=path, handler=handler, params=given, kind=kind)


def _delete(path: str, handler: Handler, given: type, kind: str) -> Route:
    return Route(method="DELETE", path=path, handler=handler, params=given, kind=kind)


def _unknown(call: Call) -> Json:
    raise ApiError(404, f"Unrecognized request URL ({call.path}).", executed=False)


NOWHERE: Final = Route(method="*", path="", handler=_unknown, params=None, kind="")
"""Whatever else is asked."""

_SESSION = "checkout.session"
_SESSIONS = "/v1/checkout/sessions"
_WARNING = "radar.early_fraud_warning"
_WARNINGS = "/v1/radar/early_fraud_warnings"
_ENDPOINT = "webhook_endpoint"
_ENDPOINTS = "/v1/webhook_endpoints"
_TAXES = "/v1/tax/transactions"
_CUSTOMERS = "/v1/customers"
_BOOKED = "balance_transaction"
_BOOKINGS = "/v1/balance_transactions"

ROUTES: Final = (
    _post(_SESSIONS, sessions.create, checkout.SessionCreateParams, _SESSION),
    _all(_SESSIONS, sessions.listing, checkout.SessionListParams, _SESSION),
    _get(f"{_SESSIONS}/{{id}}", sessions.retrieve, checkout.SessionRetrieveParams, _SESSION),
    _post(f"{_SESSIONS}/{{id}}", sessions.update, checkout.SessionUpdateParams, _SESSION),
    _post(f"{_SESSIONS}/{{id}}/expire", sessions.expire, checkout.SessionExpireParams, _SESSION),
    _all(
        f"{_SESSIONS}/{{id}}/line_items",
        sessions.line_items,
        checkout.SessionLineItemListParams,
        "item",
    ),
    _all("/v1/payment_intents", reading.intents, params.PaymentIntentListParams, "payment_intent"),
    _get(
        "/v1/payment_intents/{id}",
        reading.intent,
        params.PaymentIntentRetrieveParams,
        "payment_intent",
    ),
    _post(
        "/v1/payment_intents/{id}/capture",
        intents.capture,
        params.PaymentIntentCaptureParams,
        "payment_intent",
    ),
    _post(
        "/v1/payment_intents/{id}/cancel",
        intents.cancel,
        params.PaymentIntentCancelParams,
        "payment_intent",
    ),
    _all("/v1/charges", reading.charges, params.ChargeListParams, "charge"),
    _get("/v1/charges/{id}", reading.charge, params.ChargeRetrieveParams, "charge"),
    _post("/v1/refunds", refunds.create, params.RefundCreateParams, "refund"),
    _all("/v1/refunds", refunds.listing, params.RefundListParams, "refund"),
    _get("/v1/refunds/{id}", refunds.retrieve, params.RefundRetrieveParams, "refund"),
    _post("/v1/refunds/{id}", refunds.update, params.RefundUpdateParams, "refund"),
    _post("/v1/refunds/{id}/cancel", refunds.cancel, params.RefundCancelParams, "refund"),
    _all("/v1/disputes", disputes.listing, params.DisputeListParams, "dispute"),
    _get("/v1/disputes/{id}", disputes.retrieve, params.DisputeRetrieveParams, "dispute"),
    _post("/v1/disputes/{id}", disputes.update, params.DisputeUpdateParams, "dispute"),
    _post("/v1/disputes/{id}/close", disputes.close, params.DisputeCloseParams, "dispute"),
    _all(_WARNINGS, disputes.listing_warnings, radar.EarlyFraudWarningListParams, _WARNING),
    _get(
        f"{_WARNINGS}/{{id}}",
        disputes.retrieve_warning,
        radar.EarlyFraudWarningRetrieveParams,
        _WARNING,
    ),
    _get("/v1/balance", reading.balance, params.BalanceRetrieveParams, "balance"),
    _all(_BOOKINGS, reading.transactions, params.BalanceTransactionListParams, _BOOKED),
    _get(
        f"{_BOOKINGS}/{{id}}", reading.transaction, params.BalanceTransactionRetrieveParams, _BOOKED
    ),
    _all("/v1/events", reading.events, params.EventListParams, "event"),
    _get("/v1/events/{id}", reading.event, params.EventRetrieveParams, "event"),
    _get("/v1/account", reading.account, params.AccountRetrieveCurrentParams, "account"),
    _get("/v1/accounts/{id}", reading.account, params.AccountRetrieveParams, "account"),
    _post(_ENDPOINTS, endpoints.create, params.WebhookEndpointCreateParams, _ENDPOINT),
    _all(_ENDPOINTS, endpoints.listing, params.WebhookEndpointListParams, _ENDPOINT),
    _get(
        f"{_ENDPOINTS}/{{id}}", endpoints.retrieve, params.WebhookEndpointRetrieveParams, _ENDPOINT
    ),
    _post(f"{_ENDPOINTS}/{{id}}", endpoints.update, params.WebhookEndpointUpdateParams, _ENDPOINT),
    _delete(
        f"{_ENDPOINTS}/{{id}}", endpoints.delete, params.WebhookEndpointDeleteParams, _ENDPOINT
    ),
    _post("/v1/tax/calculations", taxes.calculate, tax.CalculationCreateParams, "tax.calculation"),
    _post(
        f"{_TAXES}/create_from_calculation",
        taxes.record,
        tax.TransactionCreateFromCalculationParams,
        "tax.transaction",
    ),
    _post(
        f"{_TAXES}/create_reversal",
        taxes.reverse,
        tax.TransactionCreateReversalParams,
        "tax.transaction",
    ),
    _get(
        f"{_TAXES}/{{id}}",
        taxes.retrieve_transaction,
        tax.TransactionRetrieveParams,
        "tax.transaction",
    ),
    _get("/v1/tax_codes/{id}", taxes.retrieve_code, params.TaxCodeRetrieveParams, "tax_code"),
    _post(_CUSTOMERS, customers.create, params.CustomerCreateParams, "customer"),
    _all(_CUSTOMERS, customers.listing, params.CustomerListParams, "customer"),
    _get(f"{_CUSTOMERS}/{{id}}", customers.retrieve, params.CustomerRetrieveParams, "customer"),
    _post(f"{_CUSTOMERS}/{{id}}", customers.update, params.CustomerUpdateParams, "customer"),
    _delete(f"{_CUSTOMERS}/{{id}}", customers.delete, params.CustomerDeleteParams, "customer"),
    _all("/v1/payouts", reading.nothing, params.PayoutListParams, "payout"),
    _all("/v1/transfers", reading.nothing, params.TransferListParams, "transfer"),
    _all("/v1/invoices", reading.nothing, params.InvoiceListParams, "invoice"),
)
"""Everything that the local Stripe can do."""

API_VERSIONS: Final = frozenset(words(params.WebhookEndpointCreateParams, "api_version"))
"""Every version of the API that the SDK knows."""
