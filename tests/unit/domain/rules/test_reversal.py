"""Reversals step by step: what they take, in which order, and what exactly comes back."""

import pytest

from payments.commands.base import Undo, by_member
from payments.commands.guild.settings import ChangeSettings
from payments.commands.points.move import GrantPoints, SpendPoints, TransferPoints
from payments.domain.errors import CannotUndo, NotEnoughPoints
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import AccountKey, House, PaymentId
from payments.domain.values.ledger import HoldSource
from payments.domain.values.provider_updates import (
    DisputeStatus,
    RefundStatus,
)
from payments.domain.values.time import DAY, HOUR, later
from tests.support.ledgers import Standing
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
from tests.support.small_ledgers import (
    HUNDRED,
    MATURE,
    buy,
    common,
    house,
    ledger_with,
    let_lapse,
    lots,
    standing,
)


def test_a_refund_takes_the_payments_own_points_first() -> None:
    ledger = ledger_with(("one", ADA), ("two", ADA))
    ledger.run(event(refund_update("two", "re_1", 1000), at=MATURE))
    assert lots(ledger, ADA) == {"one": 100}
    assert house(ledger, House.ISSUED) == -100


def test_then_the_buyers_other_points_then_debt() -> None:
    ledger = ledger_with(("one", ADA), ("two", ADA))
    ledger.run(SpendPoints(**common(ADA), points=150, note="a ship"))
    ledger.run(event(refund_update("one", "re_1", 1000, RefundStatus.PENDING), at=MATURE))
    assert standing(ledger, ADA) == Standing(balance=-50, in_lots=0, owed=50)
    sources = [hold.source for hold in ledger.holds.values()]
    assert sources == [HoldSource.LOT, HoldSource.DEBT]
    assert house(ledger, House.HELD) == 100


def test_a_refund_leaves_those_alone_to_whom_points_were_passed_on() -> None:
    ledger = ledger_with(("one", ADA))
    ledger.run(TransferPoints(**common(ADA), points=60, recipient=BEN))
    ledger.run(event(refund_update("one", "re_1", 1000), at=MATURE))
    assert standing(ledger, BEN).balance == 60
    assert standing(ledger, ADA) == Standing(balance=-60, in_lots=0, owed=60)


def test_a_buys_passes_half_to_b_who_spends_some_and_a_disputes_and_loses() -> None:
    ledger = ledger_with(("one", ADA))
    ledger.run(TransferPoints(**common(ADA), points=50, recipient=BEN))
    assert lots(ledger, BEN) == {"one": 50}
    ledger.run(SpendPoints(**common(BEN), points=20, note="a hat"))

    ledger.run(event(dispute_update("one", "dp_1", 1000, DisputeStatus.OPEN), at=MATURE))
    assert standing(ledger, ADA) == Standing(balance=-20, in_lots=0, owed=20)
    assert standing(ledger, BEN) == Standing(balance=0, in_lots=0, owed=0)
    assert (house(ledger, House.HELD), house(ledger, House.ISSUED)) == (100, -100)

    ledger.run(event(dispute_update("one", "dp_1", 1000, DisputeStatus.LOST), at=MATURE))
    assert (house(ledger, House.HELD), house(ledger, House.ISSUED)) == (0, 0)
    assert house(ledger, House.REDEEMED) == 20
    assert standing(ledger, ADA).owed == 20

    ledger.run(event(dispute_update("one", "dp_1", 1000, DisputeStatus.WON), at=MATURE))
    assert lots(ledger, ADA) == {"one": 50}
    assert lots(ledger, BEN) == {"one": 30}
    assert standing(ledger, ADA).owed == 0


def test_a_release_gives_repayments_back_to_the_lots_that_paid_them() -> None:
    ledger = ledger_with(("one", ADA))
    ledger.run(SpendPoints(**common(ADA), points=100, note="a ship"))
    ledger.run(event(dispute_update("one", "dp_1", 1000, DisputeStatus.OPEN), at=MATURE))
    assert standing(ledger, ADA) == Standing(balance=-100, in_lots=0, owed=100)

    buy(ledger, "two", ADA)
    assert standing(ledger, ADA) == Standing(balance=0, in_lots=0, owed=0)

    ledger.run(event(dispute_update("one", "dp_1", 1000, DisputeStatus.WON), at=MATURE))
    assert lots(ledger, ADA) == {"two": 100}
    assert standing(ledger, ADA).balance == 100


def test_what_is_released_pays_other_debt_at_once() -> None:
    ledger = ledger_with(("one", ADA), ("two", ADA))
    ledger.run(SpendPoints(**common(ADA), points=200, note="a fleet"))
    for payment in ("one", "two"):
        update = dispute_update(payment, f"dp_{payment}", 1000, DisputeStatus.OPEN)
        ledger.run(event(update, at=MATURE))
    ledger.run(GrantPoints(**common(ADA), as_owner=True, points=100, note="sorry"))
    assert standing(ledger, ADA) == Standing(balance=-100, in_lots=0, owed=100)
    # The grant paid the debt of the first; released, it pays the debt of the second.
    ledger.run(event(dispute_update("one", "dp_one", 1000, DisputeStatus.WON), at=MATURE))
    assert standing(ledger, ADA) == Standing(balance=0, in_lots=0, owed=0)
    ledger.run(event(dispute_update("two", "dp_two", 1000, DisputeStatus.WON), at=MATURE))
    assert lots(ledger, ADA) == {None: 100}


@pytest.mark.parametrize("order", [(1, 1, 1), (2, 1), (1, 2), (3,)])
def test_case_41_partial_refunds_that_add_up_take_exactly_the_packages_points(
    order: tuple[int, ...],
) -> None:
    ledger = ledger_with()
    buy(ledger, "one", ADA, package(100, 3))
    for number, amount in enumerate(order):
        ledger.run(event(refund_update("one", f"re_{number}", amount), at=MATURE))
    assert standing(ledger, ADA).balance == 0
    assert house(ledger, House.ISSUED) == 0


def test_case_41_a_refund_that_fails_in_between_gives_exactly_its_share_back() -> None:
    ledger = ledger_with()
    buy(ledger, "one", ADA, package(100, 3))
    for number in range(3):
        ledger.run(event(refund_update("one", f"re_{number}", 1), at=MATURE))
    ledger.run(event(refund_update("one", "re_0", 1, RefundStatus.FAILED), at=MATURE))
    assert standing(ledger, ADA).balance == 100 - 200 // 3


def test_points_that_lapsed_count_as_returned() -> None:
    ledger = ledger_with()
    grant = GrantPoints(
        **common(ADA), as_owner=True, points=40, note="", expires_at=later(MATURE, DAY)
    )
    ledger.run(grant)
    buy(ledger, "one", ADA)
    own = next(lot for lot in ledger.accounts[AccountKey(GUILD, ADA)].lots if lot.terms.payment)
    let_lapse(ledger, own, later(MATURE, DAY))
    late = later(MATURE, 2 * DAY)
    ledger.run(event(refund_update("one", "re_1", 1000, RefundStatus.PENDING), at=late))
    assert standing(ledger, ADA) == Standing(balance=0, in_lots=0, owed=0)
    assert house(ledger, House.EXPIRED) == 140
    assert house(ledger, House.HELD) == 0
    ledger.run(event(refund_update("one", "re_1", 1000), at=late))
    assert house(ledger, House.ISSUED) == -100


def test_released_points_of_a_lot_that_would_lapse_live_on_for_a_week() -> None:
    ledger = ledger_with(("one", ADA))
    ends = later(MATURE, DAY)
    ledger.run(TransferPoints(**common(ADA), points=100, recipient=BEN))
    ledger.run(GrantPoints(**common(ADA), as_owner=True, points=30, note="", expires_at=ends))
    ledger.run(event(refund_update("one", "re_1", 1000, RefundStatus.PENDING), at=MATURE))
    late = later(MATURE, 3 * DAY)
    ledger.run(event(refund_update("one", "re_1", 1000, RefundStatus.FAILED), at=late))
    account = ledger.accounts[AccountKey(GUILD, ADA)]
    assert {lot.terms.expires_at for lot in account.lots} == {later(late, 7 * DAY)}


def test_points_that_are_given_back_at_the_moment_they_are_taken_keep_their_end() -> None:
    """Which of two messages of one moment comes first is nothing that points may depend on."""
    ends: set[object] = set()
    for words in (("failed", "succeeded"), ("succeeded", "failed")):
        ledger = ledger_with(("one", ADA))
        day = later(MATURE, DAY)
        ledger.run(event(refund_update("one", "re_1", 500, RefundStatus.PENDING), at=MATURE))
        ledger.run(SpendPoints(**common(ADA), points=10, note="a pin"))
        ledger.run(GrantPoints(**common(ADA), as_owner=True, points=30, note="", expires_at=day))
        for word in words:
            refund = "re_1" if word == "failed" else "re_2"
            ledger.run(event(refund_update("one", refund, 500, RefundStatus(word)), at=MATURE))
        account = ledger.accounts[AccountKey(GUILD, ADA)]
        ends.add(frozenset((lot.terms.expires_at, lot.remaining) for lot in account.lots))
    assert len(ends) == 1


def test_a_refund_that_is_told_before_the_payment_ends_at_zero() -> None:
    ledger = ledger_with()
    ledger.run(initiate("one", member=ADA, of=HUNDRED))
    ledger.run(event(refund_update("one", "re_1", 1000), at=MATURE))
    ledger.run(event(checkout_update("one", member=ADA, of=HUNDRED), at=MATURE))
    assert standing(ledger, ADA).balance == 0
    assert house(ledger, House.ISSUED) == 0


def test_a_spend_is_undone_exactly() -> None:
    ledger = ledger_with(("one", ADA), ("two", ADA))
    ledger.run(GrantPoints(**common(ADA), as_owner=True, points=10, note=""))
    before = lots(ledger, ADA)
    spend = SpendPoints(**common(ADA), points=150, note="a ship")
    done = ledger.run(spend)
    ledger.run(Undo.of(spend, done, at=MATURE))
    assert lots(ledger, ADA) == before
    again = Undo.of(spend, done, at=MATURE)
    ledger.done.pop(again.key)
    with pytest.raises(CannotUndo, match="already"):
        ledger.run(again)


def test_passing_on_cannot_be_undone_once_the_points_are_gone() -> None:
    ledger = ledger_with(("one", ADA))
    transfer = TransferPoints(**common(ADA), points=60, recipient=BEN)
    done = ledger.run(transfer)
    ledger.run(SpendPoints(**common(BEN), points=1, note="a pin"))
    with pytest.raises(CannotUndo, match="1 of these points"):
        ledger.run(Undo.of(transfer, done, at=MATURE))
    assert standing(ledger, EVE) == Standing(0, 0, 0)


def test_nothing_is_taken_from_a_payment_that_was_never_paid() -> None:
    ledger = ledger_with(("one", ADA))
    ledger.run(initiate("two", member=ADA, of=HUNDRED))
    ledger.run(event(refund_update("two", "re_1", 1000), at=MATURE))
    assert standing(ledger, ADA).balance == 100
    assert ledger.payments[PaymentId("two")].state == "initiated"


def test_only_mature_points_are_passed_on_even_if_older_ones_are_not() -> None:
    ledger = ledger_with(("old", ADA))
    wanted = GuildSettings(guild=GUILD, maturity=0)
    ledger.run(
        ChangeSettings(key=key(), at=START, actor=by_member(BEN), guild=GUILD, settings=wanted)
    )
    ledger.run(initiate("new", member=ADA, of=HUNDRED))
    paid = checkout_update("new", member=ADA, of=HUNDRED)
    ledger.run(event(paid, at=later(START, HOUR)))
    early = {**common(ADA), "at": later(START, 2 * HOUR)}
    ledger.run(TransferPoints(**early, points=60, recipient=BEN))
    assert lots(ledger, ADA) == {"old": 100, "new": 40}
    assert lots(ledger, BEN) == {"new": 60}
    with pytest.raises(NotEnoughPoints):
        ledger.run(TransferPoints(**{**early, "key": key()}, points=41, recipient=BEN))


@pytest.mark.parametrize(("order", "balance"), [((0, 1), 70), ((1, 0), 80)])
def test_the_amount_is_the_one_that_was_answered_last(order: tuple[int, ...], balance: int) -> None:
    updates = [
        dispute_update("one", "dp_1", 200, DisputeStatus.OPEN),
        dispute_update("one", "dp_1", 300, DisputeStatus.LOST),
    ]
    ledger = ledger_with(("one", ADA))
    for number in order:
        ledger.run(event(updates[number], at=MATURE))
    assert standing(ledger, ADA).balance == balance
