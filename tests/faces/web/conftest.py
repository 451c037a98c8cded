"""The web face, over a real store."""

from tests.support.web import inbox, open_payment, parts, provider, web

__all__ = ["inbox", "open_payment", "parts", "provider", "web"]
