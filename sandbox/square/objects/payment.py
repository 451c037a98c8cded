"""Payments and refunds (Square: Payments API, Refunds API)."""

from dataclasses import dataclass, field

from sandbox.base.common import Json
from sandbox.square.objects.common import given, moment, money


@dataclass(slots=True, kw_only=True)
class Payment:
    """One try to pay an order.

    Attributes:
        status: APPROVED, PENDING, COMPLETED, CANCELED or FAILED; paid is COMPLETED alone.
        source: `CARD`, or `BANK_ACCOUNT`, which takes days.
        token: Its version: another one after each change.
        refunded: What went back or is on its way, in the smallest unit.
        fee: What Square keeps; None while it is not known.
    """

    id: str
    address: str
    created: int
    updated: int
    location: str
    order: str
    amount: int
    currency: str
    status: str
    token: str
    email: str
    source: str = "CARD"
    note: str | None = None
    refunded: int = 0
    refunds: list[str] = field(default_factory=list)
    fee: int | None = None

    def render(self) -> Json:
        """As the API shows it."""
        shown: Json = {
            "id": self.id,
            "created_at": moment(self.created),
            "updated_at": moment(self.updated),
            "amount_money": money(self.amount, self.currency),
            "total_money": money(self.amount, self.currency),
            "status": self.status,
            "source_type": self.source,
            "location_id": self.location,
            "order_id": self.order,
            "buyer_email_address": self.email,
            "receipt_number": self.id[:4],
            "receipt_url": f"{self.address}/receipts/{self.id}",
            "application_details": {"square_product": "ECOMMERCE_API"},
            "version_token": self.token,
        }
        if self.status in {"APPROVED", "COMPLETED"}:
            shown["approved_money"] = money(self.amount, self.currency)
        if self.source == "CARD":
            shown["card_details"] = self._card()
        if self.refunded:
            shown["refunded_money"] = money(self.refunded, self.currency)
        if self.fee is not None:
            fee = {
                "effective_at": moment(self.updated),
                "type": "INITIAL",
                "amount_money": money(self.fee, self.currency),
            }
            shown["processing_fee"] = [fee]
        return shown | given(note=self.note, refund_ids=list(self.refunds) or None)

    def _card(self) -> Json:
        statuses = {"COMPLETED": "CAPTURED", "APPROVED": "AUTHORIZED", "CANCELED": "VOIDED"}
        shown: Json = {
            "status": statuses.get(self.status, "FAILED"),
            "card": {
                "card_brand": "VISA",
                "last_4": "1111",
                "exp_month": 12,
                "exp_year": 2034,
                "card_type": "CREDIT",
                "bin": "411111",
            },
            "entry_method": "KEYED",
            "cvv_status": "CVV_ACCEPTED",
            "avs_status": "AVS_ACCEPTED",
        }
        if self.status == "FAILED":
            shown["errors"] = [
                {
                    "category": "PAYMENT_METHOD_ERROR",
                    "code": "GENERIC_DECLINE",
                    "detail": "Authorization error: 'GENERIC_DECLINE'",
                }
            ]
        return shown


@dataclass(slots=True, kw_only=True)
class Refund:
    """Money that goes back to a buyer: PENDING, COMPLETED, REJECTED or FAILED."""

    id: str
    created: int
    updated: int
    location: str
    payment: str
    order: str
    amount: int
    currency: str
    status: str
    reason: str | None = None

    @property
    def counts(self) -> bool:
        """Whether its money is gone, or on its way."""
        return self.status in {"PENDING", "COMPLETED"}

    def render(self) -> Json:
        """As the API shows it."""
        return {
            "id": self.id,
            "status": self.status,
            "location_id": self.location,
            "destination_type": "CARD",
            "amount_money": money(self.amount, self.currency),
            "payment_id": self.payment,
            "order_id": self.order,
            "created_at": moment(self.created),
            "updated_at": moment(self.updated),
        } | given(reason=self.reason)
