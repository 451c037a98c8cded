"""Stripe's messages, at the real web face."""

from tests.support.web import intake, open_payment, parts, provider, web

__all__ = ["intake", "open_payment", "parts", "provider", "web"]
