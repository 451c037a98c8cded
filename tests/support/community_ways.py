"""A small community some of whose purchases can be paid in two ways, as a state machine.

The oracle knows one rule: of the ways of a purchase, the one whose money is seen first, paid or set
aside, counts as if there were no other, and whatever is told of the others moves no point.
"""

from collections import Counter
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, multiple, rule

from payments.commands.base import SYSTEM, Command
from payments.commands.payments.refund_outcome import GiveRefundUp
from payments.commands.payments.surplus import RefundSurplus
from payments.domain.values.guilds import Package
from payments.domain.values.ids import MemberId, PaymentId
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import DisputeStatus, MoneyStatus, RefundStatus
from tests.support.community_machine import MEMBERS, PACKAGES, Community
from tests.support.make import EVE, GUILD, checkout_update, event, key, package, refund_update
from tests.support.ways import begin_purchase, choose, opened

TOLD = [each for each in RefundStatus if each is not RefundStatus.PROPOSED]
"""What a provider may say of a refund: only people propose one."""


class Choosing(Community):
    """Members also begin purchases with two ways to pay; what is paid twice goes back."""

    def __init__(self) -> None:
        self.purchases: list[tuple[PaymentId, PaymentId]] = []
        self.first: dict[tuple[PaymentId, PaymentId], PaymentId] = {}
        """By purchase, of which way money was seen first, paid or set aside."""
        self.paid: set[PaymentId] = set()
        """Which ways were seen paid."""
        self.won: Counter[PaymentId] = Counter()
        """How many disputes of a way were won at the same time, at most."""
        super().__init__()

    def do(self, command: Command[Any], *, reversing: bool = False) -> bool:
        done = super().do(command, reversing=reversing)
        for ways in self.purchases:
            for way in ways:
                money = self.way(way).money
                if money in {MoneyStatus.PAID, MoneyStatus.AUTHORIZED}:
                    self.first.setdefault(ways, way)
                if money is MoneyStatus.PAID:
                    self.paid.add(way)
                disputes = self.way(way).disputes
                won = sum(each.status is DisputeStatus.WON for each in disputes)
                self.won[way] = max(self.won[way], won)
        return done

    def way(self, payment: PaymentId) -> Payment:
        """How one stands."""
        return self.after.payments[payment][0]

    @initialize(target=Community.payments, first=st.sampled_from([0, 1]))
    def begin_with_money_that_came_twice(self, first: int) -> Any:
        begun = self.begin(EVE, PACKAGES[2])
        for which in (first, 1 - first):
            self.pay(0, which)
        return begun

    @rule(target=Community.payments, member=MEMBERS, of=st.sampled_from(PACKAGES))
    def buy_with_a_choice(self, member: MemberId, of: Package) -> Any:
        return self.begin(member, of)

    def begin(self, member: MemberId, of: Package) -> Any:
        """In two tabs: both ways are open."""
        number = len(self.after.payments)
        began, other = f"payment-{number}", f"payment-{number + 1}"
        about: dict[str, Any] = {"member": member, "of": of, "at": self.now}
        if not self.do(begin_purchase(began, **about)):
            return multiple()
        for provider, name in (("stripe", began), ("other", other)):
            if not self.do(choose(began, provider, name, **about)):
                return multiple()
            assert self.do(opened(name, **about))
        self.purchases.append((PaymentId(began), PaymentId(other)))
        return multiple((began, member, of), (other, member, of))

    @rule(number=st.integers(0, 3), which=st.sampled_from([0, 1]))
    def a_way_is_paid(self, number: int, which: int) -> None:
        self.pay(number, which)

    def pay(self, number: int, which: int) -> None:
        if self.purchases:
            found = self.way(self.purchases[number % len(self.purchases)][which])
            bought = package(found.points, found.price.minor)
            update = checkout_update(found.id, member=found.member, of=bought)
            self.do(event(update, at=self.now), reversing=True)

    @rule(number=st.integers(0, 3), end=st.sampled_from([*TOLD, None]))
    def what_was_paid_twice_goes_back(self, number: int, end: RefundStatus | None) -> None:
        """Or does not: the provider says how it ends, or would not make it at all."""
        back = [way for ways in self.purchases for way in ways if self.way(way).goes_back]
        if not back:
            return
        found = self.way(back[number % len(back)])
        refund = f"surplus-{len(found.refunds)}-{found.id}"
        amount = Money(minor=found.refundable, currency=found.price.currency)
        common: dict[str, Any] = {
            "at": self.now,
            "actor": SYSTEM,
            "guild": GUILD,
            "payment": found.id,
        }
        noted = RefundSurplus(
            key=RefundSurplus.key_of(found), refund=refund, amount=amount, request="{}", **common
        )
        assert self.do(noted)
        if end is None:
            self.do(GiveRefundUp(key=key(), refund=refund, **common))
        else:
            self.do(event(refund_update(found.id, refund, amount.minor, end), at=self.now))

    @invariant()
    def of_two_ways_the_one_that_is_paid_first_counts(self) -> None:
        given = {
            each.payment: each.points
            for each in self.after.transfers.values()
            if each.kind == "purchase"
        }
        for ways in self.purchases:
            first = self.first.get(ways)
            for way in ways:
                found = self.way(way)
                is_credited = way == first and way in self.paid
                assert given.get(way, 0) == (found.points if is_credited else 0)
                assert (found.credited_at is not None) == is_credited
                assert found.paid_instead == (None if way == first else first)
                is_surplus = found.money is MoneyStatus.PAID and way != first
                assert (found.surplus_at is not None) == is_surplus

    @invariant()
    def what_is_told_of_another_way_moves_no_point(self) -> None:
        others = {way for ways, first in self.first.items() for way in ways if way != first} | {
            way for ways in self.purchases if ways not in self.first for way in ways
        }
        assert not [each for each in self.after.transfers.values() if each.payment in others]
        assert all(self.after.payments[way][1:] == (0, 0) for way in others)
        taken = [self.after.taken[way] for way in others]
        assert not any(each.reached or each.owed for each in taken)

    @invariant()
    def no_more_goes_back_by_itself_than_was_paid_twice(self) -> None:
        for ways in self.purchases:
            for way in ways:
                found = self.way(way)
                back = [
                    each
                    for each in found.refunds
                    if each.is_by_itself
                    and each.status in {RefundStatus.PENDING, RefundStatus.SUCCEEDED}
                ]
                assert len(back) <= (found.surplus_at is not None)
                tries = sum(each.is_by_itself for each in found.refunds)
                assert tries <= 1 + self.won[way], "what has failed is not tried again"
