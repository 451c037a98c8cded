"""Purchase bans: of members with a payment that was charged back or refunded for fraud."""

from typing import TypedDict

from payments.domain.books import PURCHASE_BANS, Books
from payments.domain.values.events import PurchaseBanLifted, PurchaseBanned
from payments.domain.values.ids import AccountKey, GuildId, MemberId, PaymentId
from payments.domain.values.payment import Payment
from payments.domain.values.time import Instant


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
        known = books.purchase_banned_by(after.buyer)
        left = tuple(each for each in known if each != after.id)
        books[PURCHASE_BANS][after.buyer] = left
        if known and not left:
            books.emit(PurchaseBanLifted(**_about(books, after.buyer)))


def ban_from_buying(books: Books, member: AccountKey, payments: list[PaymentId]) -> None:
    """Note payments for which a member may not buy, and tell them if they could before."""
    known = books.purchase_banned_by(member)
    books[PURCHASE_BANS][member] = (*known, *(each for each in payments if each not in known))
    if not known:
        books.emit(PurchaseBanned(**_about(books, member)))


def lift_purchase_ban(books: Books, member: AccountKey) -> tuple[PaymentId, ...]:
    """Lift a member's purchase ban, and tell them. Returns the payments that it was for."""
    lifted = books.purchase_banned_by(member)
    books[PURCHASE_BANS][member] = ()
    books.emit(PurchaseBanLifted(**_about(books, member)))
    return lifted


class _About(TypedDict):
    guild: GuildId
    member: MemberId
    at: Instant


def _about(books: Books, member: AccountKey) -> _About:
    return _About(guild=member.guild, member=MemberId(int(member.owner)), at=books.at)
