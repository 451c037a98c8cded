"""Who bears what a set of reversals takes: a pure function of free points and claims.

Each claim wants points in the order of the rule: what remains of the payment's points with the
buyer; the buyer's other points; the payment's points wherever they were passed on to, as far as the
claim reaches; the rest is debt. Points have an order of their own: they go to their own payment's
claim first, then to the claims on whoever holds them, oldest payment first.

Every claim asks for the best points that have not been refused to it; points that are asked for
more than once go to whom they prefer; whoever was refused asks for the next. This is the "deferred
acceptance" of Gale and Shapley: its end does not depend on who asks first, and no claim that leaves
debt could have points that would rather go to it. So nothing depends on the order of the facts.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from payments.domain.values.ids import AccountKey, LotId, PaymentId
from payments.domain.values.ledger import Lot


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedPoints:
    """What the refunds and disputes of one payment take.

    Attributes:
        payment: Whose points.
        buyer: The buyer's account.
        points: How many.
        reach: How many of those may be taken from whom they were passed on to.
    """

    payment: PaymentId
    buyer: AccountKey
    points: int
    reach: int


Taken = dict[PaymentId, dict[LotId, int]]
"""How many points each payment's claims take of each lot; what is missing is the buyer's debt."""


def share_out(claims: Iterable[ClaimedPoints], lots: Iterable[Lot]) -> Taken:
    """Find out which claim takes how many points of which lot.

    Args:
        claims: All claims that may want the same points.
        lots: The lots of the buyers and of those to whom points were passed on, with all points
            that are in them or that these claims keep from them.
    """
    in_order = sorted(claims, key=lambda claim: claim.payment)
    free = {lot.id: lot for lot in lots}
    wishes = {claim.payment: _wishes(claim, free.values()) for claim in in_order}
    limits = {(payment, lot.id): lot.remaining for payment in wishes for lot in wishes[payment]}
    while True:
        asked: defaultdict[LotId, dict[PaymentId, int]] = defaultdict(dict)
        for claim in in_order:
            for lot, points in _ask(claim, wishes[claim.payment], limits).items():
                asked[lot][claim.payment] = points
        refused = False
        for lot, wanted in asked.items():
            refused |= _refuse(free[lot], wanted, limits)
        if not refused:
            return {
                claim.payment: {
                    lot: wanted[claim.payment]
                    for lot, wanted in asked.items()
                    if claim.payment in wanted
                }
                for claim in in_order
            }


def _wishes(claim: ClaimedPoints, lots: Iterable[Lot]) -> list[Lot]:
    """The lots that a claim may take from, best first."""
    own = [x for x in lots if x.account == claim.buyer and x.terms.payment == claim.payment]
    other = [x for x in lots if x.account == claim.buyer and x.terms.payment != claim.payment]
    passed_on = [x for x in lots if x.account != claim.buyer and x.terms.payment == claim.payment]
    for some in (own, other):
        some.sort(key=lambda lot: lot.spending_order)
    # Who had them first gives first: points that come to somebody later change nothing for others.
    passed_on.sort(key=lambda lot: (lot.opened_at, lot.account, lot.spending_order))
    return [*own, *other, *(passed_on if claim.reach else [])]


def _ask(
    claim: ClaimedPoints, wishes: Iterable[Lot], limits: dict[tuple[PaymentId, LotId], int]
) -> dict[LotId, int]:
    """The best points for a claim, without those that were refused to it."""
    asked = {}
    left, reach = claim.points, claim.reach
    for lot in wishes:
        reaching = lot.account != claim.buyer
        points = min(left, limits[claim.payment, lot.id], reach if reaching else left)
        if points:
            asked[lot.id] = points
            left -= points
            reach -= points if reaching else 0
    return asked


def _refuse(
    lot: Lot, wanted: dict[PaymentId, int], limits: dict[tuple[PaymentId, LotId], int]
) -> bool:
    """Serve who asks for points of a lot, its own payment first; whether somebody got less."""
    left, refused = lot.remaining, False
    for payment in sorted(wanted, key=lambda each: (each != lot.terms.payment, each)):
        served = min(left, wanted[payment])
        left -= served
        if served < wanted[payment]:
            limits[payment, lot.id] = served
            refused = True
    return refused
