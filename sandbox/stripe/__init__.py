"""A local Stripe: Checkout, payments, refunds, disputes, events and signed webhooks.

It is held to the published behaviour of API version 2026-10-28.endive. No real money moves.
"""

from sandbox.base.common import NotPossible
from sandbox.base.faults import Fault
from sandbox.stripe.server import LocalStripe

__all__ = ["Fault", "LocalStripe", "NotPossible"]
