"""Authorizations, captures and refunds (PayPal: Payments v2)."""

from dataclasses import dataclass

from sandbox.base.common import Json
from sandbox.paypal.objects.amount import Amount, fee_of
from sandbox.paypal.objects.common import given, link, moment
from sandbox.paypal.objects.order import PAYEE

AUTHORIZED_SECONDS = 29 * 24 * 60 * 60
"""How long an authorization can be captured."""

_PROTECTED: Json = {
    "status": "ELIGIBLE",
    "dispute_categories": ["ITEM_NOT_RECEIVED", "UNAUTHORIZED_TRANSACTION"],
}


@dataclass(slots=True, kw_only=True)
class Authorization:
    """Money that was set aside for a seller, to be captured or voided."""

    id: str
    api: str
    order: str
    created: int
    updated: int
    amount: Amount
    custom_id: str | None
    invoice_id: str | None
    status: str = "CREATED"
    captured: int = 0

    def render(self) -> Json:
        """As the API shows it inside an order."""
        own = f"{self.api}/v2/payments/authorizations/{self.id}"
        return {
            "id": self.id,
            "status": self.status,
            "amount": self.amount.render(),
            "seller_protection": _PROTECTED,
            "expiration_time": moment(self.created + AUTHORIZED_SECONDS),
            "create_time": moment(self.created),
            "update_time": moment(self.updated),
            "links": [
                link(own, "self"),
                link(f"{own}/capture", "capture", "POST"),
                link(f"{own}/void", "void", "POST"),
                link(f"{self.api}/v2/checkout/orders/{self.order}", "up"),
            ],
        } | given(custom_id=self.custom_id, invoice_id=self.invoice_id)

    def render_whole(self) -> Json:
        """As the API shows it alone, and events do."""
        return self.render() | {
            "payee": PAYEE,
            "supplementary_data": {"related_ids": {"order_id": self.order}},
        }


@dataclass(slots=True, kw_only=True)
class Capture:
    """A payment's money, on its way to the seller or there.

    Attributes:
        reason: Why it is pending or declined, in PayPal's words.
        refunded: What went back by the seller's refunds that were not refused, in minor units.
        reversed: What PayPal took back itself.
    """

    id: str
    api: str
    order: str
    created: int
    updated: int
    amount: Amount
    custom_id: str | None
    invoice_id: str | None
    status: str
    reason: str | None = None
    authorization: str | None = None
    refunded: int = 0
    reversed: int = 0

    @property
    def refundable(self) -> int:
        """What can still be refunded, in minor units."""
        return self.amount.minor - self.refunded - self.reversed

    @property
    def arrived(self) -> bool:
        """Whether the money came to the seller, whatever became of it since."""
        return self.status in {"COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED"}

    def recount(self, now: int) -> None:
        """Let its status follow from what went back."""
        self.updated = now
        gone = self.refunded + self.reversed
        self.status = "COMPLETED"
        if gone:
            self.status = "REFUNDED" if gone >= self.amount.minor else "PARTIALLY_REFUNDED"

    def render(self) -> Json:
        """As the API shows it inside an order."""
        own = f"{self.api}/v2/payments/captures/{self.id}"
        up = f"{self.api}/v2/checkout/orders/{self.order}"
        if self.authorization is not None:
            up = f"{self.api}/v2/payments/authorizations/{self.authorization}"
        shown: Json = {
            "id": self.id,
            "status": self.status,
            "amount": self.amount.render(),
            "final_capture": True,
            "seller_protection": _PROTECTED,
            "create_time": moment(self.created),
            "update_time": moment(self.updated),
            "links": [
                link(own, "self"),
                link(f"{own}/refund", "refund", "POST"),
                link(up, "up"),
            ],
        }
        if self.arrived:
            fee = fee_of(self.amount)
            shown["seller_receivable_breakdown"] = {
                "gross_amount": self.amount.render(),
                "paypal_fee": fee.render(),
                "net_amount": self.amount.of(self.amount.minor - fee.minor).render(),
            }
        return shown | given(
            status_details=None if self.reason is None else {"reason": self.reason},
            custom_id=self.custom_id,
            invoice_id=self.invoice_id,
        )

    def render_whole(self) -> Json:
        """As the API shows it alone, and events do."""
        related = {"order_id": self.order} | given(authorization_id=self.authorization)
        return self.render() | {"payee": PAYEE, "supplementary_data": {"related_ids": related}}


@dataclass(slots=True, kw_only=True)
class Refund:
    """Money that goes back to a buyer.

    Attributes:
        total: What of the capture has been refunded together with this one, in minor units.
        reversal: Whether PayPal took it back itself, after a dispute or a bank's reversal.
    """

    id: str
    api: str
    capture: str
    created: int
    updated: int
    amount: Amount
    total: int
    status: str
    custom_id: str | None = None
    invoice_id: str | None = None
    note: str | None = None
    reversal: bool = False

    @property
    def counts(self) -> bool:
        """Whether its money is gone, or on its way."""
        return self.status in {"COMPLETED", "PENDING"}

    def render(self) -> Json:
        """As the API shows it."""
        shown: Json = {
            "id": self.id,
            "status": self.status,
            "amount": self.amount.render(),
            "seller_payable_breakdown": {
                "gross_amount": self.amount.render(),
                "paypal_fee": self.amount.of(0).render(),
                "net_amount": self.amount.render(),
                "total_refunded_amount": self.amount.of(self.total).render(),
            },
            "create_time": moment(self.created),
            "update_time": moment(self.updated),
            "links": [
                link(f"{self.api}/v2/payments/refunds/{self.id}", "self"),
                link(f"{self.api}/v2/payments/captures/{self.capture}", "up"),
            ],
        }
        details = {"reason": "ECHECK"} if self.status == "PENDING" else None
        return shown | given(
            status_details=details,
            custom_id=self.custom_id,
            invoice_id=self.invoice_id,
            note_to_payer=self.note,
        )
