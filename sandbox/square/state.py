"""What the local Square knows, and the one place where events are made."""

import json
from dataclasses import dataclass, field

from payments.domain.values.time import Clock, to_seconds
from sandbox.base.common import Json, NotPossible
from sandbox.square.ids import Ids
from sandbox.square.objects.checkout import Link, Order
from sandbox.square.objects.common import moment
from sandbox.square.objects.dispute import Dispute
from sandbox.square.objects.event import Event, Subscription
from sandbox.square.objects.payment import Payment, Refund
from sandbox.square.webhooks import EventDispatcher


@dataclass(slots=True, kw_only=True)
class State:
    """All objects by id, oldest first.

    Attributes:
        merchant: The seller's id.
        location: Their only location, which takes one currency.
        address: Where it is, such as `http://127.0.0.1:4242`.
        searchable_since: When the Events API was switched on, in Unix seconds; None while it is
            off.
        refund_statuses: What the next refunds become, instead of `COMPLETED`.
    """

    clock: Clock
    ids: Ids
    merchant: str
    location: str
    currency: str
    dispatcher: EventDispatcher | None = None
    address: str = ""
    links: dict[str, Link] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    payments: dict[str, Payment] = field(default_factory=dict)
    refunds: dict[str, Refund] = field(default_factory=dict)
    disputes: dict[str, Dispute] = field(default_factory=dict)
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)
    searchable_since: int | None = None
    refund_statuses: list[str] = field(default_factory=list)

    def now(self) -> int:
        """The time in whole Unix seconds."""
        return to_seconds(self.clock())

    def link(self, target: str) -> Link:
        """The link with this id, or of the order with this id.

        Raises:
            NotPossible: There is none, or it was deleted.
        """
        for each in self.links.values():
            if target in {each.id, each.order}:
                return each
        raise NotPossible(f"there is no payment link {target}")

    def payment(self, target: str) -> Payment:
        """The payment with this id, or of the order or link with this id.

        Raises:
            NotPossible: There is none.
        """
        if target in self.links:
            target = self.links[target].order
        if target in self.orders:
            target = self.orders[target].payment or ""
        if target not in self.payments:
            raise NotPossible(f"there is no payment {target}")
        return self.payments[target]

    def refund(self, refund_id: str) -> Refund:
        """A refund.

        Raises:
            NotPossible: There is none with this id.
        """
        if refund_id not in self.refunds:
            raise NotPossible(f"there is no refund {refund_id}")
        return self.refunds[refund_id]

    def dispute(self, dispute_id: str) -> Dispute:
        """A dispute.

        Raises:
            NotPossible: There is none with this id.
        """
        if dispute_id not in self.disputes:
            raise NotPossible(f"there is no dispute {dispute_id}")
        return self.disputes[dispute_id]

    def emit_payment(self, what: str, payment: Payment) -> Event | None:
        """Tell that a payment was `created` or `updated`."""
        return self.emit(f"payment.{what}", "payment", payment.id, payment.render())

    def emit_refund(self, what: str, refund: Refund) -> Event | None:
        """Tell that a refund was `created` or `updated`."""
        return self.emit(f"refund.{what}", "refund", refund.id, refund.render())

    def emit_dispute(self, what: str, dispute: Dispute) -> Event | None:
        """Tell that a dispute was `created`, or its `state.updated`."""
        return self.emit(f"dispute.{what}", "dispute", dispute.id, dispute.render())

    def emit_order(self, what: str, order: Order) -> Event | None:
        """Tell that an order was `created` or `updated`: only that, not what it is like."""
        shown = {
            "order_id": order.id,
            "version": order.version,
            "location_id": order.location,
            "state": order.state,
            "created_at": moment(order.created),
        }
        if what == "updated":
            shown["updated_at"] = moment(order.updated)
        return self.emit(f"order.{what}", f"order_{what}", order.id, shown)

    def emit(self, event_type: str, name: str, about: str, shown: Json) -> Event | None:
        """Tell that something happened; None if a plan prevented the event."""
        if self.dispatcher is not None and self.dispatcher.prevents(event_type):
            return None
        event = Event(
            id=self.ids.uuid(),
            type=event_type,
            created=self.now(),
            merchant=self.merchant,
            location=self.location,
            name=name,
            about=about,
            shown=json.dumps(shown),
        )
        self.events[event.id] = event
        if self.dispatcher is not None:
            self.dispatcher.dispatch(event)
        return event
