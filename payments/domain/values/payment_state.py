"""In which state a payment is, and which statuses come after which."""

from enum import StrEnum

from payments.domain.values.provider_updates import (
    CheckoutStatus,
    DisputeStatus,
    MoneyStatus,
    RefundStatus,
)


class PaymentState(StrEnum):
    """The state of a payment as people see it."""

    INITIATED = "initiated"
    PROCESSING = "processing"
    AUTHORIZED = "authorized"
    """Its money is set aside and not taken: a moderator checks it, or has just decided."""
    COMPLETED = "completed"
    FAILED = "failed"
    EXPIRED = "expired"
    REFUNDED = "refunded"
    DISPUTED = "disputed"
    CHARGED_BACK = "charged_back"


CHECKOUT_ORDER = list(CheckoutStatus)
MONEY_ORDER = list(MoneyStatus)
UNDER_WAY = (RefundStatus.PENDING, DisputeStatus.OPEN)
