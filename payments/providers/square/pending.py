"""Why Square's refunds take longer, and why it does not make them (Square: Refunds API, errors)."""

from collections.abc import Mapping
from typing import Final

from payments.domain.sentences.sentence import Sentence
from payments.providers.kind import PendingReason

PENDING: Final[Mapping[str, PendingReason]] = {
    "PENDING": PendingReason(
        words=Sentence(
            "Square has not sent it yet. If there is too little money in the Square balance, it "
            "takes the rest from the seller's bank, which takes a few days."
        )
    ),
}
"""Square says only that a refund is pending, never why."""

REFUSED: Final[Mapping[str, Sentence]] = {
    "REFUND_AMOUNT_INVALID": Sentence("That is more than is left of the payment at Square."),
    "REFUND_ALREADY_PENDING": Sentence(
        "Another refund of this payment is on its way at Square. Try again once it has arrived."
    ),
    "PAYMENT_NOT_REFUNDABLE": Sentence("Square does not allow a refund of this payment."),
    "REFUND_ERROR_PAYMENT_NEEDS_COMPLETION": Sentence(
        "The payment itself has not arrived at Square yet."
    ),
    "REFUND_DECLINED": Sentence("The buyer's bank does not take the money back."),
    "INSUFFICIENT_PERMISSIONS_FOR_REFUND": Sentence(
        "Square's access token may not make refunds. The Square account's owner must allow it."
    ),
}
"""`errors[].code` of a refund that was not made. Another one is shown as it stands."""
