"""The providers that can be used. Another one is one more entry."""

from payments.outside import Outside
from payments.providers.protocol import PaymentProvider
from payments.providers.stripe import StripeProvider
from payments.settings import Settings


def build_providers(settings: Settings, *, outside: Outside) -> dict[str, PaymentProvider]:
    """All providers by name, as the settings say."""
    api_url = settings.stripe_api_url
    stripe = StripeProvider(
        secret_key=settings.stripe_secret_key.get_secret_value(),
        webhook_secrets=settings.webhook_secrets,
        outside=outside,
        api_url=str(api_url).rstrip("/") if api_url else None,
    )
    return {stripe.name: stripe}
