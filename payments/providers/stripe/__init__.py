"""Stripe. The only place in production that imports its SDK."""

from payments.providers.stripe.provider import StripeProvider

__all__ = ["StripeProvider"]
