"""Tells members what becomes of points that were passed on to them from a disputed payment."""

from collections.abc import Mapping
from typing import NamedTuple

from payments.domain.books import Books
from payments.domain.rules.payment_events import about
from payments.domain.values.events import PassedPointsClaimed
from payments.domain.values.ids import MemberId, PaymentId


class KeptFrom(NamedTuple):
    """What a payment's reversals keep from a member, and how much of it is gone for good."""

    kept: int = 0
    gone: int = 0


def kept_from_others(books: Books, payment: PaymentId) -> Mapping[MemberId, KeptFrom]:
    """What the reversals of a payment keep from members other than its buyer."""
    buyer = books.payment(payment).buyer
    found: dict[MemberId, KeptFrom] = {}
    for piece in books.standing_holds(payment):
        if piece.account == buyer:
            continue
        member = MemberId(int(piece.account.owner))
        kept, gone = found.get(member, KeptFrom())
        found[member] = KeptFrom(kept + piece.standing, gone + piece.burned)
    return found


def tell_others(books: Books, payment: PaymentId, before: Mapping[MemberId, KeptFrom]) -> None:
    """Tell each of them what has changed since `before`."""
    now = kept_from_others(books, payment)
    for member in sorted(before.keys() | now.keys()):
        then, after = before.get(member, KeptFrom()), now.get(member, KeptFrom())
        if then == after:
            continue
        facts = about(books.payment(payment), books.at)
        facts["member"] = member
        books.emit(
            PassedPointsClaimed(
                **facts, kept=after.kept, gone=after.gone, change=after.kept - then.kept
            )
        )
