"""Disputes (Square: Disputes API)."""

from dataclasses import dataclass

from sandbox.base.common import Json
from sandbox.square.objects.common import moment, money

REASONS = (
    *("AMOUNT_DIFFERS", "CANCELLED", "DUPLICATE", "NO_KNOWLEDGE", "NOT_AS_DESCRIBED"),
    *("NOT_RECEIVED", "PAID_BY_OTHER_MEANS", "CUSTOMER_REQUESTS_CREDIT", "EMV_LIABILITY_SHIFT"),
)
STATES = (
    *("INQUIRY_EVIDENCE_REQUIRED", "INQUIRY_PROCESSING", "INQUIRY_CLOSED"),
    *("EVIDENCE_REQUIRED", "PROCESSING", "WON", "LOST", "ACCEPTED"),
)
_RESPONSE_SECONDS = 14 * 24 * 60 * 60


@dataclass(slots=True, kw_only=True)
class Dispute:
    """A buyer's bank wants money back; an inquiry only asks."""

    id: str
    created: int
    updated: int
    location: str
    payment: str
    amount: int
    currency: str
    reason: str
    state: str
    version: int = 1

    @property
    def open(self) -> bool:
        """Whether it is undecided."""
        return self.state in {
            *("INQUIRY_EVIDENCE_REQUIRED", "INQUIRY_PROCESSING"),
            *("EVIDENCE_REQUIRED", "PROCESSING"),
        }

    @property
    def inquiry(self) -> bool:
        """Whether the bank only asks."""
        return self.state.startswith("INQUIRY_")

    def change(self, state: str, now: int) -> None:
        """Give it another state, and so another version."""
        self.state, self.updated = state, now
        self.version += 1

    def render(self) -> Json:
        """As the API shows it."""
        return {
            "id": self.id,
            "dispute_id": self.id,
            "amount_money": money(self.amount, self.currency),
            "reason": self.reason,
            "state": self.state,
            "due_at": moment(self.created + _RESPONSE_SECONDS),
            "disputed_payment": {"payment_id": self.payment},
            "card_brand": "VISA",
            "created_at": moment(self.created),
            "updated_at": moment(self.updated),
            "reported_at": moment(self.created),
            "version": self.version,
            "location_id": self.location,
        }
