"""A small community that lives at random, as a state machine: in memory, and in the store."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
)

from payments.commands.base import Command, Undo, by_member
from payments.commands.points.move import GrantPoints, RevokePoints, SpendPoints, TransferPoints
from payments.domain.errors import Refused
from payments.domain.values.guilds import Package
from payments.domain.values.ids import AccountKey, MemberId
from payments.domain.values.ledger import TransferKind
from payments.domain.values.provider_updates import (
    CheckoutStatus,
    DisputeStatus,
    MoneyStatus,
    RefundStatus,
)
from payments.domain.values.share import Share
from payments.domain.values.time import DAY, HOUR, later
from tests.support.ledgers import Ledger, Standing, Whole, moved
from tests.support.make import (
    ADA,
    BEN,
    EVE,
    GUILD,
    START,
    checkout_update,
    dispute_update,
    event,
    initiate,
    key,
    package,
    refund_update,
)
from tests.support.memory_ledger import MemoryLedger
from tests.support.store_ledger import StoreLedger

MEMBERS = st.sampled_from([ADA, BEN, EVE])
PACKAGES = [package(100, 3), package(7, 700), package(1000, 999), package(1, 50_000)]
POINTS = st.integers(1, 120)


class Community(RuleBasedStateMachine):
    """Members buy, spend, pass on, are granted and revoked; payments are reversed and restored."""

    payments = Bundle("payments")
    given = Bundle("given")
    moves = Bundle("moves")

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.ledger = self.make_ledger()
        self.ledger.put_up(GUILD, PACKAGES)
        self.before = self.ledger.whole()
        self.after = self.before
        self.reversing = False

    def make_ledger(self) -> Ledger:
        return MemoryLedger()

    def do(self, command: Command[Any], *, reversing: bool = False) -> bool:
        """Carry a command out; whether it was not refused."""
        self.reversing = reversing
        self.before = self.after
        try:
            self.ledger.run(command)
        except Refused:
            assert self.ledger.whole() == self.before, "a refusal changed the books"
            return False
        self.after = self.ledger.whole()
        return True

    @initialize(target=payments)
    def begin_with_points_that_can_be_passed_on(self) -> Any:
        bought = [self.buy_one(member, PACKAGES[0], paid=True) for member in (ADA, ADA, BEN, EVE)]
        self.now = later(self.now, 73 * HOUR)
        return multiple(*bought)

    @rule(target=payments, member=MEMBERS, of=st.sampled_from(PACKAGES), paid=st.booleans())
    def buy(self, member: MemberId, of: Package, *, paid: bool) -> Any:
        return self.buy_one(member, of, paid=paid)

    def buy_one(self, member: MemberId, of: Package, *, paid: bool) -> Any:
        payment = f"payment-{len(self.after.payments)}"
        self.do(initiate(payment, member=member, of=of, at=self.now))
        if paid:
            update = checkout_update(payment, member=member, of=of)
            self.do(event(update, at=self.now), reversing=True)
        return payment, member, of

    @rule(
        payment=payments,
        status=st.sampled_from(CheckoutStatus),
        money=st.sampled_from(MoneyStatus),
        tax=st.sampled_from([0, 19]),
    )
    def hear_of_checkout(
        self, payment: Any, status: CheckoutStatus, money: MoneyStatus, tax: int
    ) -> None:
        name, member, of = payment
        update = checkout_update(name, member=member, of=of, status=status, money=money, tax=tax)
        self.do(event(update, at=self.now), reversing=True)

    @rule(
        payment=payments,
        refund=st.sampled_from(["re_1", "re_2", "re_3"]),
        percent=st.integers(1, 100),
        status=st.sampled_from(RefundStatus),
    )
    def hear_of_refund(self, payment: Any, refund: str, percent: int, status: RefundStatus) -> None:
        name, _, of = payment
        amount = max(1, of.price.minor * percent // 100)
        update = refund_update(name, f"{refund}_{name}", amount, status)
        self.do(event(update, at=self.now), reversing=True)

    @rule(
        payment=payments,
        dispute=st.sampled_from(["dp_1", "dp_2"]),
        percent=st.integers(1, 130),
        status=st.sampled_from(DisputeStatus),
        returned=st.sampled_from([0, 50, 100]),
    )
    def hear_of_dispute(
        self, payment: Any, dispute: str, percent: int, status: DisputeStatus, returned: int
    ) -> None:
        name, _, of = payment
        amount = max(1, of.price.minor * percent // 100)
        back = Share(part=returned if status is DisputeStatus.LOST else 0, whole=100)
        update = dispute_update(name, f"{dispute}_{name}", amount, status, returned=back)
        self.do(event(update, at=self.now), reversing=True)

    @rule(target=moves, member=MEMBERS, points=POINTS)
    def spend(self, member: MemberId, points: int) -> Any:
        return self.move(SpendPoints(**self.common(member), points=points, note="a hat"))

    @rule(target=moves, member=MEMBERS, points=POINTS)
    def revoke(self, member: MemberId, points: int) -> Any:
        return self.move(RevokePoints(**self.common(member), points=points))

    @rule(target=moves, member=MEMBERS, points=POINTS, days=st.none() | st.integers(1, 30))
    def grant(self, member: MemberId, points: int, days: int | None) -> Any:
        expires_at = None if days is None else later(self.now, days * DAY)
        granted = GrantPoints(
            **self.common(member), points=points, expires_at=expires_at, as_owner=True
        )
        return self.move(granted)

    @rule(target=moves, member=MEMBERS, recipient=MEMBERS, points=POINTS)
    def pass_on(self, member: MemberId, recipient: MemberId, points: int) -> Any:
        return self.move(TransferPoints(**self.common(member), points=points, recipient=recipient))

    @rule(done=consumes(moves))
    def undo(self, done: Any) -> None:
        command, result = done
        owner = AccountKey(GUILD, command.member)
        counted = self.after.accounts.get(owner, Standing(0, 0, 0)).balance
        known = set(self.after.transfers)
        if self.do(Undo.of(command, result, at=self.now)):
            new = [each for each in self.after.transfers.values() if each.id not in known]
            change = self.after.accounts.get(owner, Standing(0, 0, 0)).balance - counted
            change += sum(  # on the way: points whose time was over, or that a reversal wanted
                each.points
                for each in new
                if each.source == owner and each.kind in {TransferKind.LAPSE, TransferKind.HOLD}
            )
            change -= sum(
                each.points
                for each in new
                if each.destination == owner and each.kind is TransferKind.RELEASE
            )
            grant = isinstance(command, GrantPoints)
            assert change == (-command.points if grant else command.points)

    @rule(hours=st.sampled_from([1, 24, 73, 24 * 20]))
    def wait(self, hours: int) -> None:
        self.now = later(self.now, hours * HOUR)

    def common(self, member: MemberId) -> dict[str, Any]:
        return {
            "key": key(),
            "at": self.now,
            "actor": by_member(member),
            "guild": GUILD,
            "member": member,
        }

    def move(self, command: Command[Any]) -> Any:
        if not self.do(command):
            return multiple()
        return command, self.ledger.run(command)

    @invariant()
    def the_guild_sums_to_zero(self) -> None:
        assert sum(moved(self.after).values()) == 0

    @invariant()
    def each_balance_is_what_its_transfers_and_its_lots_say(self) -> None:
        sums = moved(self.after)
        for account, standing in self.after.accounts.items():
            assert standing.balance == sums[account]
            assert standing.balance == standing.in_lots - standing.owed

    @invariant()
    def only_a_reversal_takes_anyone_below_zero(self) -> None:
        for account, standing in self.after.accounts.items():
            before = self.before.accounts.get(account, Standing(0, 0, 0))
            if standing.balance < min(0, before.balance):
                assert self.reversing

    @invariant()
    def nobody_but_a_buyer_owes(self) -> None:
        buyers = {payment.buyer for payment, _, _ in self.after.payments.values()}
        assert all(
            account in buyers or not standing.owed
            for account, standing in self.after.accounts.items()
        )

    @invariant()
    def as_many_points_are_out_as_the_facts_ask_for(self) -> None:
        for payment, out, gone in self.after.payments.values():
            assert (out, gone) == (payment.target, payment.burn_target)

    @invariant()
    def nobody_owes_what_others_have_within_the_reach_of_a_claim(self) -> None:
        """Whose points are taken: also by a reversal of whoever has them."""
        for payment, taken in self.after.taken.items():
            claimed = self.after.payments[payment][0]
            assert taken.reached <= claimed.reach_target
            if taken.owed and taken.reached < claimed.reach_target:
                assert not taken.with_others

    @invariant()
    def only_the_buyer_and_who_was_given_the_payments_points_give_any(self) -> None:
        assert not any(taken.of_strangers for taken in self.after.taken.values())

    @invariant()
    def nothing_is_credited_twice(self) -> None:
        purchases = [t.payment for t in self.after.transfers.values() if t.kind == "purchase"]
        assert len(purchases) == len(set(purchases))


class CommunityInTheStore(Community):
    """The same over the real store, in step with the one in memory; and each key comes twice."""

    def make_ledger(self) -> Ledger:
        self.folder = Path(tempfile.mkdtemp(prefix="guildbank-test-"))
        self.twin = MemoryLedger()
        self.twin.put_up(GUILD, PACKAGES)
        return StoreLedger(self.folder)

    def do(self, command: Command[Any], *, reversing: bool = False) -> bool:
        done = super().do(command, reversing=reversing)
        assert outcome_of(self.twin.run, command) == outcome_of(self.ledger.run, command)
        again: Whole = self.ledger.whole()
        assert again == self.after, "the same key changed the books twice"
        assert again == self.twin.whole()
        return done

    def teardown(self) -> None:
        assert isinstance(self.ledger, StoreLedger)
        self.ledger.close()
        shutil.rmtree(self.folder)


def outcome_of(run: Callable[[Command[Any]], Any], command: Command[Any]) -> Any:
    """What a command returned, or the sentence with which it was refused."""
    try:
        return run(command)
    except Refused as refusal:
        return refusal.sentence
