"""Which request goes where."""

from sandbox.stripe.api import disputes, endpoints, reading, refunds, sessions
from sandbox.stripe.api.call import Handler

ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("POST", "/v1/checkout/sessions", sessions.create),
    ("GET", "/v1/checkout/sessions", sessions.listing),
    ("GET", "/v1/checkout/sessions/{id}", sessions.retrieve),
    ("POST", "/v1/checkout/sessions/{id}", sessions.update),
    ("POST", "/v1/checkout/sessions/{id}/expire", sessions.expire),
    ("GET", "/v1/checkout/sessions/{id}/line_items", sessions.line_items),
    ("GET", "/v1/payment_intents", reading.intents),
    ("GET", "/v1/payment_intents/{id}", reading.intent),
    ("GET", "/v1/charges", reading.charges),
    ("GET", "/v1/charges/{id}", reading.charge),
    ("POST", "/v1/refunds", refunds.create),
    ("GET", "/v1/refunds", refunds.listing),
    ("GET", "/v1/refunds/{id}", refunds.retrieve),
    ("POST", "/v1/refunds/{id}", refunds.update),
    ("POST", "/v1/refunds/{id}/cancel", refunds.cancel),
    ("GET", "/v1/disputes", disputes.listing),
    ("GET", "/v1/disputes/{id}", disputes.retrieve),
    ("POST", "/v1/disputes/{id}", disputes.update),
    ("POST", "/v1/disputes/{id}/close", disputes.close),
    ("GET", "/v1/radar/early_fraud_warnings", disputes.listing_warnings),
    ("GET", "/v1/radar/early_fraud_warnings/{id}", disputes.retrieve_warning),
    ("GET", "/v1/balance", reading.balance),
    ("GET", "/v1/balance_transactions", reading.transactions),
    ("GET", "/v1/balance_transactions/{id}", reading.transaction),
    ("GET", "/v1/events", reading.events),
    ("GET", "/v1/events/{id}", reading.event),
    ("GET", "/v1/account", reading.account),
    ("GET", "/v1/accounts/{id}", reading.account),
    ("POST", "/v1/webhook_endpoints", endpoints.create),
    ("GET", "/v1/webhook_endpoints", endpoints.listing),
    ("GET", "/v1/webhook_endpoints/{id}", endpoints.retrieve),
    ("POST", "/v1/webhook_endpoints/{id}", endpoints.update),
    ("DELETE", "/v1/webhook_endpoints/{id}", endpoints.delete),
)
"""Method, path and handler of everything that the local Stripe can do."""
