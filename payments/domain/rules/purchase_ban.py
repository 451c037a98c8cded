"""Purchase bans: of members with a payment that was charged back or refunded for fraud."""

from payments.domain.books import PURCHASE_BANS, Books
from payments.domain.values.ids import AccountKey, PaymentId
from payments.domain.values.payment import Payment


def follow_claims(books: Books, before: Payment) -> None:
    """Ban the buyer once a dispute of this payment is lost, or it is refunded for fraud.

    Once no such claim is left (a late win, a refund that failed), the ban is lifted again. A ban
    that a moderator has lifted comes back only for another claim, not when the same is reported
    again.
    """
    after = books.payment(before.id)
    if after.banning_claims - before.banning_claims:
        ban_from_buying(books, after.buyer, [after.id])
    elif before.banning_claims and not after.banning_claims:
        left = tuple(each for each in books.purchase_banned_by(after.buyer) if each != after.id)
        books[PURCHASE_BANS][after.buyer] = left


def ban_from_buying(books: Books, member: AccountKey, payments: list[PaymentId]) -> None:
    """Note payments for which a member may not buy."""
    known = books.purchase_banned_by(member)
    books[PURCHASE_BANS][member] = (*known, *(each for each in payments if each not in known))


def lift_purchase_ban(books: Books, member: AccountKey) -> tuple[PaymentId, ...]:
    """Lift a member's purchase ban. Returns the payments that it was for."""
    lifted = books.purchase_banned_by(member)
    books[PURCHASE_BANS][member] = ()
    return lifted
