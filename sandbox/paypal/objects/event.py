"""Events and the addresses that get them (PayPal: Webhooks v1)."""

import json
from dataclasses import dataclass

from sandbox.base.common import Json
from sandbox.paypal.objects.common import link, moment

EVENT_TYPES = (
    *("CHECKOUT.ORDER.APPROVED", "CHECKOUT.ORDER.COMPLETED", "CHECKOUT.PAYMENT-APPROVAL.REVERSED"),
    *("PAYMENT.AUTHORIZATION.CREATED", "PAYMENT.AUTHORIZATION.VOIDED"),
    *("PAYMENT.CAPTURE.COMPLETED", "PAYMENT.CAPTURE.PENDING", "PAYMENT.CAPTURE.DENIED"),
    *("PAYMENT.CAPTURE.DECLINED", "PAYMENT.CAPTURE.REFUNDED", "PAYMENT.CAPTURE.REVERSED"),
    *("PAYMENT.REFUND.PENDING", "PAYMENT.REFUND.FAILED"),
    *("CUSTOMER.DISPUTE.CREATED", "CUSTOMER.DISPUTE.UPDATED", "CUSTOMER.DISPUTE.RESOLVED"),
)
"""What happens here, as far as PayPal names it (PayPal: Webhook event names)."""

SUMMARIES = {
    "CHECKOUT.ORDER.APPROVED": "An order has been approved by buyer",
    "CHECKOUT.ORDER.COMPLETED": "Checkout Order Completed",
    "CHECKOUT.PAYMENT-APPROVAL.REVERSED": "A payment has been reversed after approval.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened.

    Attributes:
        resource: The text of the JSON object that it is about, as it was then.
        about: Ids by which the list of events finds it.
    """

    id: str
    api: str
    type: str
    created: int
    resource_type: str
    resource_version: str
    summary: str
    resource: str
    about: frozenset[str] = frozenset()

    def render(self) -> Json:
        """As webhooks and the API show it."""
        own = f"{self.api}/v1/notifications/webhooks-events/{self.id}"
        return {
            "id": self.id,
            "event_version": "1.0",
            "create_time": moment(self.created).replace("Z", ".000Z"),
            "resource_type": self.resource_type,
            "resource_version": self.resource_version,
            "event_type": self.type,
            "summary": self.summary,
            "resource": json.loads(self.resource),
            "links": [link(own, "self"), link(f"{own}/resend", "resend", "POST")],
        }


@dataclass(slots=True, kw_only=True)
class Webhook:
    """An address that gets events.

    Attributes:
        types: Those that it wants, or `*`.
    """

    id: str
    api: str
    url: str
    types: tuple[str, ...]

    def wants(self, event_type: str, /) -> bool:
        """Whether an event of this type is sent there."""
        return "*" in self.types or event_type in self.types

    def render(self) -> Json:
        """As the API shows it."""
        own = f"{self.api}/v1/notifications/webhooks/{self.id}"
        return {
            "id": self.id,
            "url": self.url,
            "event_types": [{"name": each, "status": "ENABLED"} for each in self.types],
            "links": [
                link(own, "self"),
                link(own, "update", "PATCH"),
                link(own, "delete", "DELETE"),
            ],
        }
