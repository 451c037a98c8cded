"""The web face, over a real store."""

from tests.support.web import intake, open_payment, parts, provider, web

__all__ = ["intake", "open_payment", "parts", "provider", "web"]
