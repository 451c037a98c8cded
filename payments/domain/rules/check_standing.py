"""What a buyer reads of a purchase that is checked before they are charged."""

from typing import Final

from payments.domain.sentences.sentence import Sentence
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import MoneyStatus
from payments.domain.values.purchase_check import CheckStatus

WAITS: Final = Sentence("Your payment waits for a moderator's check. Nothing has been charged.")
APPROVED: Final = Sentence(
    "A moderator has approved your payment. Your points arrive as soon as it is charged."
)
REFUSED: Final = Sentence(
    "A moderator did not accept this purchase. You were not charged, and the amount that was "
    "reserved is released."
)
LAPSED: Final = Sentence(
    "No moderator checked this purchase in time. You were not charged, and the amount that was "
    "reserved is released."
)
SURPLUS: Final = Sentence(
    "Another payment for this purchase came first. This one is not charged, and the amount that "
    "was reserved is released."
)
NOT_TAKEN: Final = Sentence(
    "A moderator has approved your payment, but it could not be charged. Nothing was taken."
)
ENDED: Final = Sentence(
    "The amount that was reserved for this purchase was released before a moderator had checked "
    "it. You were not charged."
)


def standing_of(payment: Payment) -> Sentence | None:
    """How a purchase stands whose money was set aside; None if it was not, or if it was taken."""
    check = payment.check
    if check is None or check.authorized_at is None or payment.money is MoneyStatus.PAID:
        return None
    if payment.paid_instead is not None:
        return SURPLUS
    if check.status is CheckStatus.REFUSED:
        return REFUSED
    if check.status is CheckStatus.LAPSED:
        return LAPSED
    is_held = payment.money is MoneyStatus.AUTHORIZED
    if check.status is CheckStatus.APPROVED:
        return APPROVED if is_held else NOT_TAKEN
    return WAITS if is_held else ENDED


def is_settled(payment: Payment) -> bool:
    """Whether nothing more can come of it, unless somebody acts at the provider."""
    return standing_of(payment) not in {None, WAITS, APPROVED}
