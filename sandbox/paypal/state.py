"""What the local PayPal knows, and the one place where events are made."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from payments.domain.values.time import Clock, to_seconds
from sandbox.base.common import Json, NotPossible
from sandbox.paypal.ids import Ids
from sandbox.paypal.objects.dispute import Dispute
from sandbox.paypal.objects.event import SUMMARIES, Event, Webhook
from sandbox.paypal.objects.order import Order
from sandbox.paypal.objects.payment import Authorization, Capture, Refund
from sandbox.paypal.webhooks import EventDispatcher

TOKEN_SECONDS = 32_400


@dataclass(slots=True, kw_only=True)
class State:
    """All objects by id, oldest first.

    Attributes:
        address: Where it is, such as `http://127.0.0.1:4242`.
        tokens: Access tokens, each with the Unix seconds at which it ends.
        capture_issues: What the next captures are refused with.
        capture_reasons: Why the next captures are pending, such as `PENDING_REVIEW`.
        refund_issues: What the next refunds are refused with.
        refund_statuses: What the next refunds start as, instead of `COMPLETED`.
    """

    clock: Clock
    ids: Ids
    dispatcher: EventDispatcher | None = None
    address: str = ""
    tokens: dict[str, int] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    authorizations: dict[str, Authorization] = field(default_factory=dict)
    captures: dict[str, Capture] = field(default_factory=dict)
    refunds: dict[str, Refund] = field(default_factory=dict)
    disputes: dict[str, Dispute] = field(default_factory=dict)
    webhooks: dict[str, Webhook] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)
    capture_issues: list[str] = field(default_factory=list)
    capture_reasons: list[str] = field(default_factory=list)
    refund_issues: list[str] = field(default_factory=list)
    refund_statuses: list[str] = field(default_factory=list)

    def now(self) -> int:
        """The time in whole Unix seconds."""
        return to_seconds(self.clock())

    def issue_token(self) -> str:
        """A new access token."""
        token = self.ids.token()
        self.tokens[token] = self.now() + TOKEN_SECONDS
        return token

    def accepts(self, token: str) -> bool:
        """Whether a token was issued and has not ended."""
        return self.tokens.get(token, 0) > self.now()

    def known_order(self, order_id: str) -> Order | None:
        """An order that has not lapsed; None if it has, or there never was one."""
        order = self.orders.get(order_id)
        if order is None or (order.status != "COMPLETED" and order.lapses <= self.now()):
            return None
        return order

    def order(self, order_id: str) -> Order:
        """An order that has not lapsed.

        Raises:
            NotPossible: There is none with this id.
        """
        order = self.known_order(order_id)
        if order is None:
            raise NotPossible(f"there is no order {order_id}, or it has lapsed")
        return order

    def capture(self, target: str) -> Capture:
        """The capture with this id, or of the order with this id.

        Raises:
            NotPossible: There is none.
        """
        if target in self.captures:
            return self.captures[target]
        order = self.orders.get(target)
        if order is None or not order.captures:
            raise NotPossible(f"{target} has no capture")
        return self.captures[order.captures[-1]]

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

    def is_disputed(self, capture: Capture) -> bool:
        """Whether a case about a capture is open."""
        return any(each.open for each in self.disputes.values() if each.capture == capture.id)

    def is_charged_back(self, capture: Capture) -> bool:
        """Whether the buyer's bank disputes a capture, or has done so with success."""
        return any(
            each.channel == "EXTERNAL" and (each.open or each.taken > 0)
            for each in self.disputes.values()
            if each.capture == capture.id
        )

    def render_order(self, order: Order) -> Json:
        """An order with its payments."""
        payments = {
            "authorizations": [self.authorizations[each].render() for each in order.authorizations],
            "captures": [self.captures[each].render() for each in order.captures],
            "refunds": [self.refunds[each].render() for each in order.refunds],
        }
        return order.render({name: each for name, each in payments.items() if each})

    def emit_order(self, event_type: str, order: Order) -> Event | None:
        """Tell that something happened to an order."""
        about = (order.id, *order.captures)
        return self.emit(event_type, "checkout-order", self.render_order(order), about=about)

    def emit_capture(self, event_type: str, capture: Capture) -> Event | None:
        """Tell that something happened to a capture."""
        shown = capture.render_whole()
        return self.emit(event_type, "capture", shown, about=(capture.id, capture.order))

    def emit_refund(self, event_type: str, refund: Refund) -> Event | None:
        """Tell that money of a capture goes back: the resource is the refund."""
        return self.emit(event_type, "refund", refund.render(), about=(refund.id, refund.capture))

    def emit_dispute(self, event_type: str, dispute: Dispute) -> Event | None:
        """Tell that something happened to a dispute."""
        shown = dispute.render(self.captures[dispute.capture])
        about = (dispute.id, dispute.capture)
        return self.emit(event_type, "dispute", shown, version="1.0", about=about)

    def emit(
        self,
        event_type: str,
        resource_type: str,
        shown: Json,
        *,
        version: str = "2.0",
        about: Iterable[str] = (),
    ) -> Event | None:
        """Tell that something happened; None if a plan prevented the event."""
        if self.dispatcher is not None and self.dispatcher.prevents(event_type):
            return None
        event = Event(
            id=self.ids.event(),
            api=self.address,
            type=event_type,
            created=self.now(),
            resource_type=resource_type,
            resource_version=version,
            summary=_summary(event_type, shown),
            resource=json.dumps(shown),
            about=frozenset(about),
        )
        self.events[event.id] = event
        if self.dispatcher is not None:
            self.dispatcher.dispatch(event)
        return event


def _summary(event_type: str, shown: Json) -> str:
    if event_type in SUMMARIES:
        return SUMMARIES[event_type]
    amount = shown.get("amount") or shown.get("dispute_amount") or {}
    what = event_type.rpartition(".")[2].lower()
    said = " ".join(str(amount.get(name, "")) for name in ("value", "currency_code"))
    return f"Payment {what} for {said}".strip()
