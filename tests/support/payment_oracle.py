"""A naive oracle: what facts about one payment come to.

Checkout and money only move forward. Of a refund or dispute the last answer of the provider counts.

Written from the rules alone, with plain numbers; it shares nothing with the program but the kinds
of facts.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from payments.domain.values.provider_updates import (
    CheckoutUpdate,
    DisputeUpdate,
    ProviderUpdate,
    RefundUpdate,
)

CHECKOUT = ("absent", "open", "expired", "complete")
MONEY = ("unpaid", "processing", "failed", "paid")
"""Of two words about the same thing the one further right is the later one, and stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the facts come to.

    Attributes:
        state: The word that people read.
        checkout: How far the checkout is.
        given: Points that the payment has brought.
        out: How many of them are not to be in anybody's hands.
        gone: How many of those are gone for good; the others are on hold.
        charged_back: Whether its buyer may not buy.
    """

    state: str
    checkout: str
    given: int
    out: int
    gone: int
    charged_back: bool


def expect(points: int, updates: Iterable[ProviderUpdate]) -> Expected:
    """What one payment of `points` points comes to once all of this was told."""
    checkout, money, paid = "absent", "unpaid", 0
    refunds: dict[str, tuple[str, int]] = {}
    disputes: dict[str, tuple[str, Fraction]] = {}
    for each in updates:
        if isinstance(each, CheckoutUpdate):
            checkout = _later(CHECKOUT, checkout, str(each.status))
            money = _later(MONEY, money, str(each.money))
            if each.money == "paid":
                paid = each.total or 0
        elif isinstance(each, RefundUpdate):
            refunds[each.refund] = (str(each.status), each.amount.minor)
        elif isinstance(each, DisputeUpdate):
            back = Fraction(each.returned.part, each.returned.whole or 1)
            left = each.amount.minor * (1 - back)
            disputes[each.dispute] = (str(each.status), left)
    if money != "paid":
        return Expected(
            state=_unpaid(checkout, money),
            checkout=checkout,
            given=0,
            out=0,
            gone=0,
            charged_back=_lost(disputes),
        )
    done = sum(amount for word, amount in refunds.values() if word == "succeeded")
    on_their_way = sum(amount for word, amount in refunds.values() if word == "pending")
    claimed = sum(left for word, left in disputes.values() if word == "open")
    lost = sum(left for word, left in disputes.values() if word == "lost")
    return Expected(
        state=_paid(disputes, done, paid),
        checkout=checkout,
        given=points,
        out=_share(points, done + on_their_way + claimed + lost, paid),
        gone=_share(points, done + lost, paid),
        charged_back=_lost(disputes),
    )


def _later(words: tuple[str, ...], one: str, other: str) -> str:
    return max(one, other, key=words.index)


def _share(points: int, part: Fraction | int, whole: int) -> int:
    return math.floor(Fraction(points) * min(part, whole) / whole)


def _lost(disputes: dict[str, tuple[str, Fraction]]) -> bool:
    return any(word == "lost" and left for word, left in disputes.values())


def _unpaid(checkout: str, money: str) -> str:
    if money != "unpaid":
        return money
    return "expired" if checkout == "expired" else "initiated"


def _paid(disputes: dict[str, tuple[str, Fraction]], done: int, paid: int) -> str:
    if any(word == "open" for word, _ in disputes.values()):
        return "disputed"
    if _lost(disputes):
        return "charged_back"
    return "refunded" if done >= paid else "completed"
