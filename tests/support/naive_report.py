"""A report that is counted naively, over all of the books at each moment."""

from bisect import bisect_left
from collections import Counter
from typing import NamedTuple

from payments.domain.values.ids import House, PaymentId
from payments.domain.values.ledger import Transfer, TransferKind
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import DisputeStatus, RefundStatus
from payments.domain.values.time import Instant
from tests.support.ledgers import Whole


class Moment(NamedTuple):
    """The books after a step."""

    at: Instant
    whole: Whole
    unspent: dict[PaymentId, int]
    ends: Counter[Instant]
    """Points in lots that have an end, by their end."""


class Naive:
    """Counts one thing after the other, over all of the books."""

    def __init__(self, moments: list[Moment], start: Instant, end: Instant) -> None:
        self.whole = moments[-1].whole
        self.moments = moments
        self.start, self.end = start, end
        self.payments = [payment for payment, _, _ in self.whole.payments.values()]
        self.reported_at = _reported_at(moments)

    def within(self, at: Instant | None) -> bool:
        return at is not None and self.start <= at < self.end

    def sold(self) -> list[Payment]:
        return [each for each in self.payments if self.within(each.credited_at)]

    def gross(self) -> Counter[str]:
        sums: Counter[str] = Counter()
        for each in self.sold():
            sums[each.price.currency] += each.paid or 0
        return sums

    def tax(self) -> Counter[str]:
        sums: Counter[str] = Counter()
        for each in self.sold():
            sums[each.price.currency] += (each.paid or 0) - each.price.minor
        return sums

    def refunded(self) -> Counter[str]:
        sums: Counter[str] = Counter()
        for payment in self.payments:
            for refund in payment.refunds:
                if refund.status is RefundStatus.SUCCEEDED and self.gone(payment, refund.id):
                    sums[refund.amount.currency] += refund.amount.minor
        return sums

    def refunded_tax(self) -> Counter[str]:
        """Of each payment the tax in all that was refunded by the end, less that by the start."""
        sums: Counter[str] = Counter()
        for each in self.payments:
            if each.credited_at is None or not each.paid:
                continue
            tax = each.paid - each.price.minor
            by = [
                sum(
                    refund.amount.minor
                    for refund in each.refunds
                    if refund.status is RefundStatus.SUCCEEDED
                    and max(self.reported_at[refund.id], each.credited_at) < moment
                )
                for moment in (self.start, self.end)
            ]
            before, after = (min(amount, each.paid) * tax // each.paid for amount in by)
            sums[each.price.currency] += after - before
        return sums

    def disputed(self) -> Counter[str]:
        sums: Counter[str] = Counter()
        for payment in self.payments:
            for dispute in payment.disputes:
                if dispute.status is DisputeStatus.LOST and self.gone(payment, dispute.id):
                    sums[dispute.amount.currency] += dispute.left.minor
        return sums

    def gone(self, payment: Payment, claim: str) -> bool:
        credited = payment.credited_at
        return credited is not None and self.within(max(credited, self.reported_at[claim]))

    def moved(self) -> list[Transfer]:
        return [each for each in self.whole.transfers.values() if self.within(each.at)]

    def net(self, house: House, *kinds: TransferKind) -> int:
        """Points that went to a house less those that came from it; undone ones where they were."""
        points = 0
        for each in self.moved():
            first = self.whole.transfers[each.undoes] if each.undoes else each
            if first.kind in kinds:
                points += each.points * ((each.destination.owner is house) * 2 - 1)
        return points

    def at(self, moment: Instant) -> Moment | None:
        place = bisect_left([each.at for each in self.moments], moment)
        return self.moments[place - 1] if place else None

    def worth(self, moment: Instant) -> Counter[str]:
        sums: Counter[str] = Counter()
        then = self.at(moment)
        for payment in self.payments if then else []:
            assert then is not None
            share = payment.price.minor * then.unspent.get(payment.id, 0)
            sums[payment.price.currency] += share // payment.points
        return sums


def _reported_at(moments: list[Moment]) -> dict[str, Instant]:
    """Since when each refund stands as succeeded, and each dispute as lost."""
    reported_at: dict[str, Instant] = {}
    stood: dict[str, bool] = {}
    for moment in moments:
        for payment, _, _ in moment.whole.payments.values():
            for refund in payment.refunds:
                if refund.status is RefundStatus.SUCCEEDED and not stood.get(refund.id):
                    reported_at[refund.id] = moment.at
                stood[refund.id] = refund.status is RefundStatus.SUCCEEDED
            for dispute in payment.disputes:
                if dispute.status is DisputeStatus.LOST and not stood.get(dispute.id):
                    reported_at[dispute.id] = moment.at
                stood[dispute.id] = dispute.status is DisputeStatus.LOST
    return reported_at
