"""What may watch every change. An observer that fails never harms a payment."""

from typing import Any

from payments.commands.base import Command
from payments.domain.values.events import Event, PaymentSucceeded, PointsAwarded
from payments.domain.values.ledger import Transfer


class Observer:
    """Is called with what was committed; an observer overrides what it cares for.

    Called after the commit, in a thread of its own, in the order of the commits: a slow one holds
    nobody up.
    """

    def on_transaction_created(self, transfer: Transfer) -> None:
        """Points moved."""

    def on_event(self, event: Event) -> None:
        """A fact was committed; the ones that most care for have a method of their own."""
        if isinstance(event, PaymentSucceeded):
            self.on_payment_completed(event)
        elif isinstance(event, PointsAwarded):
            self.on_points_awarded(event)

    def on_payment_completed(self, event: PaymentSucceeded) -> None:
        """A payment's money came."""

    def on_points_awarded(self, event: PointsAwarded) -> None:
        """A payment's points came to its buyer."""

    def on_error(self, command: Command[Any], error: Exception) -> None:
        """A command went wrong (one that was refused did not)."""
