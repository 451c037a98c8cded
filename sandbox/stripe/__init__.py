"""A local Stripe: Checkout, payments, refunds, disputes, events and signed webhooks.

It is held to the published behaviour of API version 2026-10-28.endive. No real money moves.
"""

from sandbox.stripe.faults import Fault
from sandbox.stripe.server import LocalStripe
from sandbox.stripe.state import NotPossible

__all__ = ["Fault", "LocalStripe", "NotPossible"]
