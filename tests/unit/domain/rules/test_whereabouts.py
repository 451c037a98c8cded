"""Where a payment's points are: each point is in exactly one place, and only its own count."""

import pytest

from payments.commands.payments.inspect import InspectPayment
from payments.commands.points.move import GrantPoints, SpendPoints, TransferPoints
from payments.domain.rules.whereabouts import Whereabouts
from payments.domain.values.ids import AccountKey, PaymentId
from payments.domain.values.provider_updates import DisputeStatus, RefundStatus
from payments.domain.values.time import DAY, Instant, later
from tests.support.make import (
    ADA,
    BEN,
    EVE,
    GUILD,
    dispute_update,
    event,
    initiate,
    refund_update,
)
from tests.support.memory_ledger import MemoryLedger
from tests.support.small_ledgers import HUNDRED, MATURE, buy, common, ledger_with, let_lapse, lots

END = later(MATURE, DAY)


def find(ledger: MemoryLedger, payment: str = "one", at: Instant = MATURE) -> Whereabouts:
    asked = {name: value for name, value in common(ADA).items() if name != "member"} | {"at": at}
    return ledger.run(InspectPayment(**asked, payment=PaymentId(payment))).now


def places(found: Whereabouts) -> dict[str, object]:
    """What is not nothing."""
    each = {
        "unspent": found.unspent,
        "passed_on": found.passed_on,
        "lapsed": found.lapsed,
        "taken": found.taken,
        "spent": found.spent,
    }
    total = found.unspent + found.with_others + found.lapsed + found.taken + found.spent
    assert total in {0, 100}, "all that it gave, or nothing was given"
    return {name: value for name, value in each.items() if value}


def test_a_payment_that_was_not_paid_gave_nothing() -> None:
    ledger = ledger_with()
    ledger.run(initiate("one", member=ADA, of=HUNDRED))
    assert places(find(ledger)) == {}


def test_points_that_nobody_has_touched_are_unspent() -> None:
    """The buyer's other points, and those of others, are no concern of this payment."""
    ledger = ledger_with(("one", ADA), ("two", ADA), ("bens", BEN))
    assert places(find(ledger)) == {"unspent": 100}
    assert places(find(ledger, "bens")) == {"unspent": 100}


def test_points_that_were_passed_on_are_listed_by_who_has_most() -> None:
    ledger = ledger_with(("one", ADA), ("bens", BEN))
    for recipient, points in ((EVE, 10), (BEN, 30)):
        ledger.run(TransferPoints(**common(ADA), points=points, recipient=recipient))
    found = find(ledger)
    assert places(found) == {"unspent": 60, "passed_on": ((BEN, 30), (EVE, 10))}
    assert found.with_others == 40


def test_of_two_who_have_as_many_the_order_is_always_the_same() -> None:
    for order in ((BEN, EVE), (EVE, BEN)):
        ledger = ledger_with(("one", ADA))
        for recipient in order:
            ledger.run(TransferPoints(**common(ADA), points=20, recipient=recipient))
        assert find(ledger).passed_on == ((BEN, 20), (EVE, 20))


def test_who_has_spent_all_that_was_passed_on_is_not_listed() -> None:
    ledger = ledger_with(("one", ADA))
    for recipient in (BEN, EVE):
        ledger.run(TransferPoints(**common(ADA), points=20, recipient=recipient))
    ledger.run(SpendPoints(**common(BEN), points=20, note="a ship"))
    assert places(find(ledger)) == {"unspent": 60, "passed_on": ((EVE, 20),), "spent": 20}


def test_other_points_of_a_recipient_are_not_of_this_payment() -> None:
    ledger = ledger_with(("one", ADA), ("bens", BEN))
    ledger.run(GrantPoints(**common(BEN), as_owner=True, points=7, note="a prize"))
    ledger.run(TransferPoints(**common(ADA), points=5, recipient=BEN))
    assert places(find(ledger)) == {"unspent": 95, "passed_on": ((BEN, 5),)}


@pytest.mark.parametrize(
    ("status", "amount", "taken"),
    [
        (DisputeStatus.OPEN, 1000, {"taken": 100}),
        (DisputeStatus.OPEN, 400, {"unspent": 60, "taken": 40}),
        (DisputeStatus.LOST, 400, {"unspent": 60, "taken": 40}),
        (DisputeStatus.WON, 400, {"unspent": 100}),
    ],
)
def test_what_a_dispute_has_set_aside_is_taken(
    status: DisputeStatus, amount: int, taken: dict[str, int]
) -> None:
    ledger = ledger_with(("one", ADA), ("two", ADA))
    ledger.run(event(dispute_update("one", "dp_1", amount, DisputeStatus.OPEN), at=MATURE))
    if status is not DisputeStatus.OPEN:
        ledger.run(event(dispute_update("one", "dp_1", amount, status), at=MATURE))
    assert places(find(ledger)) == taken
    assert places(find(ledger, "two")) == {"unspent": 100}


def test_what_another_payments_reversal_took_of_it_is_spent_for_this_one() -> None:
    """A dispute about `one` takes points of `two` once those of `one` are gone."""
    ledger = ledger_with(("one", ADA))
    ledger.run(SpendPoints(**common(ADA), points=100, note="a ship"))
    buy(ledger, "two", ADA)
    ledger.run(event(dispute_update("one", "dp_1", 300, DisputeStatus.OPEN), at=MATURE))
    assert places(find(ledger)) == {"spent": 100}
    assert places(find(ledger, "two")) == {"unspent": 70, "spent": 30}


def test_passed_on_points_that_come_back_to_pay_their_own_debt_are_taken() -> None:
    ledger = ledger_with(("one", ADA))
    ledger.run(TransferPoints(**common(ADA), points=100, recipient=BEN))
    ledger.run(event(refund_update("one", "re_1", 1000, RefundStatus.SUCCEEDED), at=MATURE))
    ledger.run(TransferPoints(**common(BEN), points=40, recipient=ADA))
    assert places(find(ledger)) == {"passed_on": ((BEN, 60),), "taken": 40}


def test_points_whose_time_is_over_have_lapsed_with_whomever_they_are() -> None:
    """Whether or not they are gone yet, nobody has them; other payments' points do not count."""
    ledger = ledger_with(("one", ADA), ("two", ADA), ("bens", BEN))
    for member in (ADA, BEN):
        for lot in ledger.accounts[AccountKey(GUILD, member)].lots:
            let_lapse(ledger, lot, END)
    ledger.run(TransferPoints(**common(ADA), points=60, recipient=EVE))
    before = places(find(ledger, at=Instant(END - 1)))
    assert before == {"unspent": 40, "passed_on": ((EVE, 60),)}
    assert lots(ledger, EVE) == {"one": 60}
    assert places(find(ledger, at=END)) == {"lapsed": 100}
    assert places(find(ledger, "two", at=END)) == {"lapsed": 100}
    assert find(ledger, at=END).passed_on == ()
