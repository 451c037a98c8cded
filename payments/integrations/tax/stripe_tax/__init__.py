"""Stripe Tax for sales by other providers than Stripe."""

from payments.integrations.tax.stripe_tax.kind import STRIPE_TAX

__all__ = ["STRIPE_TAX"]
