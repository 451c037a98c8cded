"""Whose an object of a provider is: ours, or of something else that uses the same account.

This is decided before anything else of the object is looked at, in this order: what a stored
reference names is ours; so is what carries our installation's id; so is what carries the id of a
payment that was begun before installations had ids. All else is foreign, and so is all of another
account; of what is foreign and names nobody, the owner's mapping may adopt some
(`payments/domain/rules/adoption.py`).
"""

from dataclasses import dataclass
from typing import Final

from payments.domain.books import PAYMENTS, REFERENCES, Books, Needs
from payments.domain.values.ids import PaymentId
from payments.domain.values.traces import MetadataClaim, Traces

FOREIGN: Final = "It is of no payment of ours."
"""Why something is ignored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose an object is.

    Attributes:
        payment: The payment of ours that it belongs to, as far as one can be named.
        contradiction: Why it cannot be of that payment, although it is ours; None if it can.
        unknown: Whether only looking the object up can tell.
    """

    payment: PaymentId | None = None
    contradiction: str | None = None
    unknown: bool = False

    @property
    def is_foreign(self) -> bool:
        """Whether it does not concern us."""
        return self.payment is None and not self.unknown


def needs_of(traces: Traces) -> Needs:
    """What must be seen to tell whose an object is."""
    named = PAYMENTS.all_of(PaymentId(each.payment) for each in traces.claims)
    return REFERENCES.all_of(traces.references) | named


def owner_of(books: Books, traces: Traces) -> Owner:
    """Tell whose an object is.

    Raises:
        NeedsMore: The traces must be looked up first.
    """
    if traces.elsewhere:
        return Owner()
    books.require(REFERENCES, traces.references)
    named = sorted({whose for each in traces.references if (whose := books[REFERENCES][each])})
    if named:
        claimed = {PaymentId(each.payment) for each in traces.claims}
        return _one_of(named, claimed - {named[0]})
    ours = sorted({PaymentId(each.payment) for each in traces.claims if _is_ours(books, each)})
    if ours:
        return _one_of(ours, set())
    is_others = any(each.installation is not None for each in traces.claims)
    return Owner(unknown=not traces.whole and not is_others)


def _one_of(named: list[PaymentId], others: set[PaymentId]) -> Owner:
    payment = named[0]
    others = others.union(named[1:])
    if not others:
        return Owner(payment=payment)
    return Owner(payment=payment, contradiction="It names two payments.")


def _is_ours(books: Books, claim: MetadataClaim) -> bool:
    if claim.installation is not None:
        return claim.installation == books.installation()
    known = books.find_payment(PaymentId(claim.payment))
    return known is not None and known.installation is None
