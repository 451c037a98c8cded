"""A checkout as the tests open it."""

from typing import Any

import stripe
from stripe.checkout import Session

PARAMS: dict[str, Any] = {
    "mode": "payment",
    "client_reference_id": "payment-1",
    "success_url": "https://example.com/done?session={CHECKOUT_SESSION_ID}",
    "cancel_url": "https://example.com/back",
    "metadata": {"payment": "payment-1"},
    "payment_intent_data": {"metadata": {"payment": "payment-1"}},
    "line_items": [
        {
            "quantity": 1,
            "price_data": {
                "currency": "usd",
                "unit_amount": 499,
                "product_data": {"name": "500 points"},
            },
        }
    ],
}


async def open_session(
    client: stripe.StripeClient, *, key: str | None = None, **changes: Any
) -> Session:
    """A checkout over 4.99 USD, with other parameters if given."""
    options: stripe.RequestOptions = {} if key is None else {"idempotency_key": key}
    params: Any = PARAMS | changes
    return await client.v1.checkout.sessions.create_async(params, options)
