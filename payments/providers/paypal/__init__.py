"""PayPal: orders that buyers approve on its page, and whose money we then take."""

from payments.providers.paypal.kind import PAYPAL_KIND

__all__ = ["PAYPAL_KIND"]
