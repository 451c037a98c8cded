"""The providers that can be used. Another one is one more entry."""

from collections.abc import Callable
from functools import partial

from payments.infra.outbound import Outbound, Purpose
from payments.infra.settings import Settings
from payments.providers.errors import AccessRefused
from payments.providers.protocol import PaymentProvider
from payments.providers.stripe import StripeProvider


def build_providers(
    settings: Settings,
    *,
    outbound: Outbound,
    purpose: Purpose = Purpose.MEMBERS,
    refused: Callable[[str, AccessRefused], None] = lambda _name, _error: None,
) -> dict[str, PaymentProvider]:
    """All providers by name, as the settings say.

    Args:
        settings: The settings.
        outbound: The policy for calls.
        purpose: What calls are made for.
        refused: Called with a provider's name when it refuses our key.
    """
    api_url = settings.stripe_api_url
    stripe = StripeProvider(
        secret_key=settings.stripe_secret_key.get_secret_value(),
        webhook_secrets=settings.webhook_secrets,
        outbound=outbound,
        api_url=str(api_url).rstrip("/") if api_url else None,
        purpose=purpose,
        refused=partial(refused, StripeProvider.name),
    )
    return {stripe.name: stripe}
