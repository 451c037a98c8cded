"""The providers that can be used. Another one is one more entry."""

from payments.outside import Outside, Purpose
from payments.providers.protocol import PaymentProvider
from payments.providers.stripe import StripeProvider
from payments.settings import Settings


def build_providers(
    settings: Settings, *, outside: Outside, purpose: Purpose = Purpose.MEMBERS
) -> dict[str, PaymentProvider]:
    """All providers by name, as the settings say.

    Args:
        settings: The settings.
        outside: The policy for calls.
        purpose: What calls are made for.
    """
    api_url = settings.stripe_api_url
    stripe = StripeProvider(
        secret_key=settings.stripe_secret_key.get_secret_value(),
        webhook_secrets=settings.webhook_secrets,
        outside=outside,
        api_url=str(api_url).rstrip("/") if api_url else None,
        purpose=purpose,
    )
    return {stripe.name: stripe}
