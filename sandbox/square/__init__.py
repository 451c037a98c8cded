"""A local Square: payment links, orders, payments, refunds, disputes, events and signed webhooks.

It is held to Square's published document. No real money moves.
"""

from sandbox.base.common import NotPossible
from sandbox.base.faults import Fault
from sandbox.square.server import LocalSquare

__all__ = ["Fault", "LocalSquare", "NotPossible"]
