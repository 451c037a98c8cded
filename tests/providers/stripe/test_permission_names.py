"""What Stripe refuses to a key is named as its dashboard names it."""

import pytest
import stripe

from payments.providers.stripe.key_access import access_refused, lacks, permission_name
from tests.support.stripe_errors import says


@pytest.mark.parametrize(
    ("error", "sentence", "permission", "found"),
    [
        (says(401), "Stripe refuses STRIPE_SECRET_KEY: it is unknown, expired", "", True),
        (says(403), "Stripe does not let STRIPE_SECRET_KEY do what is needed (403).", "", False),
        (
            stripe.PermissionError("needs 'rak_dispute_read'", http_status=403),
            "STRIPE_SECRET_KEY lacks the permission Disputes (read).",
            "Disputes (read)",
            True,
        ),
        (
            stripe.PermissionError("needs 'rak_tax_rate_write'", http_status=403),
            "STRIPE_SECRET_KEY lacks the permission Tax rate (write).",
            "Tax rate (write)",
            False,
        ),
    ],
)
def test_what_is_refused_to_the_key_is_named_as_in_the_dashboard(
    error: stripe.StripeError, sentence: str, permission: str, *, found: bool
) -> None:
    refusal = access_refused(error)
    assert refusal is not None
    assert str(refusal).startswith(sentence)
    assert (refusal.permission, refusal.is_found_by_look) == (permission, found)


@pytest.mark.parametrize("status", [400, 402, 404, 429, 500, None])
def test_anything_else_says_nothing_about_the_key(status: int | None) -> None:
    assert access_refused(says(status)) is None


def test_permissions_are_called_what_stripes_dashboard_calls_them() -> None:
    for resource, name in {
        "balance_transaction": "Balance and its transactions (read)",
        "charge": "Charges and Refunds (read)",
        "checkout_session": "Checkout Sessions (read)",
        "dispute": "Disputes (read)",
        "event": "Events (read)",
        "payment_intent": "Payment Intents (read)",
        "radar": "Radar, early fraud warnings (read)",
        "webhook": "Webhook Endpoints (read)",
    }.items():
        assert permission_name(resource, "read") == name
    assert not lacks("Unheard of (read)").is_found_by_look
