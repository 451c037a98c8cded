"""Stripe. The only place in production that imports its SDK."""

from payments.providers.stripe.kind import STRIPE

__all__ = ["STRIPE"]
