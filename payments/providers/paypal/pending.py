"""Why PayPal's refunds take longer, and why it does not make them (PayPal: Payments v2)."""

from collections.abc import Mapping
from typing import Final

from payments.domain.sentences.sentence import Sentence
from payments.providers.kind import PendingReason, WhoActs

PENDING: Final[Mapping[str, PendingReason]] = {
    "ECHECK": PendingReason(
        words=Sentence("PayPal takes the money from the seller's bank, which takes a few days.")
    ),
    "INSUFFICIENT_FUNDS": PendingReason(
        words=Sentence(
            "There is too little money in the provider's account. Top it up, and the refund goes "
            "on."
        ),
        acts=WhoActs.OPERATOR,
    ),
}
"""`status_details.reason` of a refund. The published schema has the first alone."""

REFUSED: Final[Mapping[str, Sentence]] = {
    "REFUND_FAILED_INSUFFICIENT_FUNDS": Sentence(
        "There is too little money in the PayPal account, and no bank account to take it from."
    ),
    "REFUND_TIME_LIMIT_EXCEEDED": Sentence(
        "The payment is too old: PayPal gives back for 180 days."
    ),
    "REFUND_AMOUNT_EXCEEDED": Sentence("That is more than is left of the payment at PayPal."),
    "PENDING_CAPTURE": Sentence("The payment itself has not arrived at PayPal yet."),
    "MAX_NUMBER_OF_REFUNDS_EXCEEDED": Sentence(
        "PayPal makes no more partial refunds of this payment."
    ),
    "REFUND_NOT_ALLOWED": Sentence("PayPal does not allow a refund of this payment."),
    "REFUND_IS_RESTRICTED": Sentence("PayPal does not allow a refund of this payment."),
    "PARTIAL_REFUND_NOT_ALLOWED": Sentence("PayPal gives back only all of this payment."),
    "REFUND_AMOUNT_TOO_LOW": Sentence("PayPal does not give back so little."),
    "PAYEE_ACCOUNT_LOCKED_OR_CLOSED": Sentence("The PayPal account is locked or closed."),
    "PAYEE_ACCOUNT_RESTRICTED": Sentence("The PayPal account is restricted. Its owner must act."),
    "PAYER_ACCOUNT_LOCKED_OR_CLOSED": Sentence("The buyer's PayPal account is locked or closed."),
}
"""`details[].issue` of a refund that was not made. Another one is shown as it stands."""
