"""Payment intents whose money is only set aside: the session alone does not tell how they stand.

A session of such an intent is complete and unpaid when its money is set aside, and stays so when it
is let go of (Stripe: Place a hold on a payment method).
"""

from typing import Any, Final

from pydantic import BaseModel

from payments.domain.values.provider_updates import MoneyStatus
from payments.domain.values.time import Instant, from_seconds
from payments.providers.reading import Lenient
from payments.providers.stripe.fields import IdentifiedObject, Minor, Seconds
from payments.providers.stripe.ownership import CAPTURE, MANUAL

CAPTURED: Final = "charge.captured"
"""The event's object is a charge: what was set aside was taken, perhaps in the dashboard."""

HOLD_EVENTS: Final = frozenset(
    {"payment_intent.amount_capturable_updated", "payment_intent.canceled", CAPTURED}
)
"""The object of the others is a payment intent, whose session tells how it stands."""

WITH_INTENT: Final = ("payment_intent.latest_charge",)
"""What a session is fetched with, so that it tells how its money stands."""

_MONEY: Final = {
    "requires_capture": MoneyStatus.AUTHORIZED,
    "succeeded": MoneyStatus.PAID,
    "canceled": MoneyStatus.FAILED,
    "processing": MoneyStatus.PROCESSING,
}


class Card(BaseModel):
    """Part of how a charge was paid.

    Attributes:
        capture_before: Until when its money can be taken.
    """

    capture_before: Lenient[Seconds] = None


class PaymentMethod(BaseModel):
    """How a charge was paid."""

    card: Lenient[Card] = None


class HeldCharge(BaseModel):
    """The charge of an intent."""

    payment_method_details: Lenient[PaymentMethod] = None


class HeldIntent(IdentifiedObject):
    """The part of a payment intent that matters here (Stripe: The PaymentIntent object)."""

    capture_method: Lenient[str] = None
    status: Lenient[str] = None
    amount_received: Lenient[Minor] = None
    latest_charge: Lenient[HeldCharge] = None

    @property
    def is_held(self) -> bool:
        """Whether its money is only set aside when the buyer pays."""
        return self.capture_method == MANUAL

    @property
    def money(self) -> MoneyStatus | None:
        """How its money stands; None if only its session tells."""
        return _MONEY.get(self.status or "") if self.is_held else None

    @property
    def taken(self) -> int | None:
        """How much was taken, in minor units, where it may be less than what was set aside."""
        return self.amount_received if self.money is MoneyStatus.PAID else None

    @property
    def held_until(self) -> Instant | None:
        """Until when its money can be taken, if that is told."""
        charge = self.latest_charge
        method = charge.payment_method_details if charge else None
        before = method.card.capture_before if method and method.card else None
        return None if before is None else from_seconds(before)


def needs_intent(session: dict[str, Any]) -> bool:
    """Whether a session in a message must be fetched with its intent to be understood."""
    metadata = session.get("metadata")
    is_manual = isinstance(metadata, dict) and metadata.get(CAPTURE) == MANUAL
    return is_manual and session.get("status") == "complete"
