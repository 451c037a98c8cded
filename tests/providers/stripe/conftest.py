"""Stripe's messages, at the real web face."""

from tests.support.web import inbox, open_payment, parts, provider, web

__all__ = ["inbox", "open_payment", "parts", "provider", "web"]
