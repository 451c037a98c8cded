"""Why Stripe's refunds take longer.

Stripe, page "The Refund object": `pending_reason`; and its status `requires_action`.
"""

from collections.abc import Mapping
from typing import Final

from payments.domain.sentences.sentence import Sentence
from payments.providers.kind import PendingReason, WhoActs

PENDING: Final[Mapping[str, PendingReason]] = {
    "processing": PendingReason(
        words=Sentence("The buyer's bank is working on it, which takes a few days.")
    ),
    "charge_pending": PendingReason(
        words=Sentence("The payment itself has not arrived yet. The refund follows it.")
    ),
    "insufficient_funds": PendingReason(
        words=Sentence(
            "There is too little money in the provider's account. Top it up, and the refund goes "
            "on."
        ),
        acts=WhoActs.OPERATOR,
    ),
    "requires_action": PendingReason(
        words=Sentence("The buyer must act first: the provider has written to them by email."),
        acts=WhoActs.BUYER,
    ),
}
