"""A local PayPal: orders, captures, refunds, disputes, and signed webhooks.

It is held to the published documents of Orders v2, Payments v2, Webhooks v1 and Disputes v1. No
real money moves.
"""

from sandbox.base.common import NotPossible
from sandbox.base.faults import Fault
from sandbox.paypal.server import LocalPayPal

__all__ = ["Fault", "LocalPayPal", "NotPossible"]
