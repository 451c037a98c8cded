"""What others sell on the same account."""

from payments.providers.stripe.provider import StripeProvider
from tests.support.web import Web


async def sell(provider: StripeProvider, web: Web, metadata: dict[str, str]) -> str:
    """Another product on the account opens a checkout. Returns Stripe's id of it."""
    session = await provider.refunds._client.v1.checkout.sessions.create_async(
        {
            "mode": "payment",
            "metadata": metadata,
            "payment_intent_data": {"metadata": metadata},
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": "eur",
                        "unit_amount": 499,
                        "product_data": {"name": "A mug"},
                    },
                }
            ],
            "success_url": f"{web.url}/x",
        }
    )
    return str(session.id)
