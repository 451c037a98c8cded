"""Disputes (PayPal: Disputes v1, Disputes lifecycle)."""

from dataclasses import dataclass, field

from sandbox.base.common import Json
from sandbox.paypal.objects.amount import Amount
from sandbox.paypal.objects.common import given, link, moment
from sandbox.paypal.objects.order import MERCHANT
from sandbox.paypal.objects.payment import Capture

STAGES = ("INQUIRY", "CHARGEBACK", "PRE_ARBITRATION", "ARBITRATION")
TALKED_OVER = frozenset(
    {"MERCHANDISE_OR_SERVICE_NOT_RECEIVED", "MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED"}
)
"""Reasons for which buyer and seller talk first, in the stage INQUIRY."""

REASONS = (
    *sorted(TALKED_OVER),
    *("UNAUTHORISED", "CREDIT_NOT_PROCESSED", "DUPLICATE_TRANSACTION", "INCORRECT_AMOUNT"),
    *("PAYMENT_BY_OTHER_MEANS", "CANCELED_RECURRING_BILLING", "PROBLEM_WITH_REMITTANCE", "OTHER"),
)
BUYER_WINS = frozenset({"RESOLVED_BUYER_FAVOUR", "ACCEPTED", "RESOLVED_WITH_PAYOUT"})
OUTCOMES = (*sorted(BUYER_WINS), "RESOLVED_SELLER_FAVOUR", "CANCELED_BY_BUYER", "DENIED")
CHANNELS = ("INTERNAL", "EXTERNAL", "ALERT")

_STATES = {
    "WAITING_FOR_SELLER_RESPONSE": "REQUIRED_ACTION",
    "WAITING_FOR_BUYER_RESPONSE": "REQUIRED_OTHER_PARTY_ACTION",
    "UNDER_REVIEW": "UNDER_PAYPAL_REVIEW",
}
_RESPONSE_SECONDS = 10 * 24 * 60 * 60


@dataclass(slots=True, kw_only=True)
class Dispute:
    """A buyer, or their bank, wants money back.

    Attributes:
        taken: What the seller has lost by it so far, in minor units.
        movements: What money moved, oldest first, as the API shows it.
        appealable: Whether the seller may appeal against the outcome.
    """

    id: str
    api: str
    created: int
    updated: int
    capture: str
    amount: Amount
    reason: str
    stage: str
    channel: str
    status: str
    outcome: str | None = None
    taken: int = 0
    movements: list[Json] = field(default_factory=list)
    adjudications: list[Json] = field(default_factory=list)
    appealable: bool = False

    @property
    def open(self) -> bool:
        """Whether it is undecided."""
        return self.status != "RESOLVED"

    @property
    def state(self) -> str:
        """What is to be done, as lists sort it."""
        if not self.open:
            return "APPEALABLE" if self.appealable else "RESOLVED"
        if self.stage == "INQUIRY":
            return "OPEN_INQUIRIES"
        return _STATES.get(self.status, "REQUIRED_ACTION")

    def moved(self, kind: str, amount: int, now: int) -> None:
        """Note that money of the seller's moved: `DEBIT` or `CREDIT`."""
        self.movements.append(
            {
                "affected_party": "SELLER",
                "amount": self.amount.of(amount).render(),
                "initiated_time": moment(now),
                "type": kind,
                "reason": "DISPUTE_SETTLEMENT",
            }
        )

    def render_listed(self) -> Json:
        """As lists show it."""
        shown: Json = {
            "dispute_id": self.id,
            "create_time": moment(self.created),
            "update_time": moment(self.updated),
            "reason": self.reason,
            "status": self.status,
            "dispute_state": self.state,
            "dispute_amount": self.amount.render(),
            "dispute_life_cycle_stage": self.stage,
            "dispute_channel": self.channel,
            "links": [link(f"{self.api}/v1/customer/disputes/{self.id}", "self")],
        }
        due = None
        if self.status == "WAITING_FOR_SELLER_RESPONSE":
            due = moment(self.updated + _RESPONSE_SECONDS)
        return shown | given(seller_response_due_date=due)

    def render(self, capture: Capture) -> Json:
        """As the API shows it alone, and events do."""
        shown = self.render_listed()
        del shown["dispute_state"]
        transaction: Json = {
            "buyer_transaction_id": f"B{capture.id[1:]}",
            "seller_transaction_id": capture.id,
            "create_time": moment(capture.created),
            "transaction_status": capture.status,
            "gross_amount": capture.amount.render(),
            "buyer": {"name": "Pat Buyer"},
            "seller": {"merchant_id": MERCHANT, "name": "Sandbox Seller"},
        } | given(custom=capture.custom_id, invoice_number=capture.invoice_id)
        outcome = None
        if self.outcome is not None:
            outcome = {
                "outcome_code": self.outcome,
                "amount_refunded": self.amount.of(self.taken).render(),
            }
        return (
            {"disputed_transactions": [transaction]}
            | shown
            | given(
                dispute_outcome=outcome,
                money_movements=self.movements or None,
                adjudications=self.adjudications or None,
            )
        )
