"""Whose points a reversal takes, not only how many: everybody else keeps what is theirs."""

import pytest

from payments.commands.base import Undo
from payments.commands.points.move import GrantPoints, SpendPoints, TransferPoints
from payments.domain.values.ids import House
from payments.domain.values.provider_updates import DisputeStatus, RefundStatus
from tests.support.ledgers import Standing
from tests.support.make import ADA, BEN, EVE, dispute_update, event, refund_update
from tests.support.memory_ledger import MemoryLedger
from tests.support.small_ledgers import MATURE, buy, common, house, ledger_with, lots, standing


def passed_on(points: int = 100) -> MemoryLedger:
    """Ada has passed points of `one` on to Ben, who has bought and was given some of his own."""
    ledger = ledger_with(("one", ADA), ("bens", BEN), ("eves", EVE))
    ledger.run(GrantPoints(**common(BEN), as_owner=True, points=30, note="a prize"))
    ledger.run(TransferPoints(**common(ADA), points=points, recipient=BEN))
    return ledger


def dispute(ledger: MemoryLedger, amount: int, status: DisputeStatus) -> None:
    ledger.run(event(dispute_update("one", "dp_1", amount, status), at=MATURE))


def test_a_dispute_takes_only_its_own_payments_points_from_a_recipient() -> None:
    ledger = passed_on()
    dispute(ledger, 1000, DisputeStatus.OPEN)
    assert lots(ledger, BEN) == {None: 30, "bens": 100}
    assert lots(ledger, EVE) == {"eves": 100}
    assert standing(ledger, ADA) == Standing(balance=0, in_lots=0, owed=0)


def test_what_a_recipient_has_spent_of_them_is_the_buyers_debt_not_theirs() -> None:
    """Ben spends the prize first, then his own or Ada's points: he never pays for her dispute."""
    ledger = passed_on()
    ledger.run(SpendPoints(**common(BEN), points=200, note="a ship"))
    left = lots(ledger, BEN)
    assert sum(left.values()) == 30
    dispute(ledger, 1000, DisputeStatus.OPEN)
    taken = left.pop("one", 0)
    assert lots(ledger, BEN) == left
    assert standing(ledger, BEN).owed == 0
    assert standing(ledger, ADA) == Standing(balance=taken - 100, in_lots=0, owed=100 - taken)


def test_a_dispute_about_a_part_takes_the_buyers_points_before_the_recipients() -> None:
    ledger = passed_on(60)
    dispute(ledger, 500, DisputeStatus.OPEN)
    assert lots(ledger, ADA) == {}
    assert lots(ledger, BEN) == {None: 30, "bens": 100, "one": 50}


def test_the_buyers_other_points_go_before_those_that_were_passed_on() -> None:
    ledger = passed_on(60)
    buy(ledger, "later", ADA)
    dispute(ledger, 1000, DisputeStatus.OPEN)
    assert lots(ledger, ADA) == {"later": 40}
    assert lots(ledger, BEN) == {None: 30, "bens": 100, "one": 60}


@pytest.mark.parametrize("end", [DisputeStatus.WON, DisputeStatus.LOST])
def test_a_dispute_that_ends_gives_each_their_own_back_or_nobody_anything(
    end: DisputeStatus,
) -> None:
    ledger = passed_on(70)
    before = {member: lots(ledger, member) for member in (ADA, BEN, EVE)}
    dispute(ledger, 1000, DisputeStatus.OPEN)
    dispute(ledger, 1000, end)
    if end is DisputeStatus.WON:
        assert {member: lots(ledger, member) for member in before} == before
        assert house(ledger, House.ISSUED) == -300
    else:
        assert lots(ledger, ADA) == {}
        assert lots(ledger, BEN) == {None: 30, "bens": 100}
        assert house(ledger, House.ISSUED) == -200
    assert house(ledger, House.HELD) == 0


def test_points_that_went_through_several_hands_are_found_with_the_last() -> None:
    ledger = ledger_with(("one", ADA), ("eves", EVE))
    ledger.run(TransferPoints(**common(ADA), points=80, recipient=BEN))
    ledger.run(TransferPoints(**common(BEN), points=50, recipient=EVE))
    dispute(ledger, 1000, DisputeStatus.OPEN)
    assert [lots(ledger, member) for member in (ADA, BEN, EVE)] == [{}, {}, {"eves": 100}]
    dispute(ledger, 1000, DisputeStatus.WON)
    expected = [{"one": 20}, {"one": 30}, {"one": 50, "eves": 100}]
    assert [lots(ledger, member) for member in (ADA, BEN, EVE)] == expected


def test_points_that_came_back_by_an_undo_are_taken_from_the_buyer() -> None:
    ledger = ledger_with(("one", ADA))
    transfer = TransferPoints(**common(ADA), points=80, recipient=BEN)
    done = ledger.run(transfer)
    ledger.run(Undo.of(transfer, done, at=MATURE))
    dispute(ledger, 1000, DisputeStatus.OPEN)
    assert standing(ledger, ADA) == Standing(balance=0, in_lots=0, owed=0)
    assert standing(ledger, BEN) == Standing(balance=0, in_lots=0, owed=0)


def test_two_disputes_of_two_buyers_take_from_one_recipient_what_is_of_each() -> None:
    ledger = ledger_with(("one", ADA), ("eves", EVE), ("bens", BEN))
    ledger.run(TransferPoints(**common(ADA), points=40, recipient=BEN))
    ledger.run(TransferPoints(**common(EVE), points=70, recipient=BEN))
    update = dispute_update("eves", "dp_2", 1000, DisputeStatus.OPEN)
    ledger.run(event(update, at=MATURE))
    assert lots(ledger, BEN) == {"one": 40, "bens": 100}
    dispute(ledger, 1000, DisputeStatus.OPEN)
    assert lots(ledger, BEN) == {"bens": 100}


def test_a_refund_that_is_no_fraud_takes_nothing_from_a_recipient_whatever_is_pending() -> None:
    ledger = passed_on()
    for status in (RefundStatus.PENDING, RefundStatus.SUCCEEDED, RefundStatus.FAILED):
        ledger.run(event(refund_update("one", "re_1", 1000, status), at=MATURE))
        assert lots(ledger, BEN) == {None: 30, "bens": 100, "one": 100}


def test_points_that_come_back_by_an_undo_pay_the_debt_of_whoever_gets_them() -> None:
    """Ada owes 60 for a refund; 60 come back to her from Ben, to whom she had passed them on."""
    ledger = ledger_with(("one", ADA))
    transfer = TransferPoints(**common(ADA), points=60, recipient=BEN)
    done = ledger.run(transfer)
    ledger.run(event(refund_update("one", "re_1", 1000), at=MATURE))
    assert standing(ledger, ADA) == Standing(balance=-60, in_lots=0, owed=60)
    ledger.run(Undo.of(transfer, done, at=MATURE))
    assert standing(ledger, ADA) == Standing(balance=0, in_lots=0, owed=0)
    assert standing(ledger, BEN) == Standing(balance=0, in_lots=0, owed=0)


def test_what_is_undone_for_one_pays_no_debt_of_another() -> None:
    """A grant that is taken back from Ben leaves what Ada owes as it is."""
    ledger = ledger_with(("one", ADA))
    ledger.run(SpendPoints(**common(ADA), points=100, note="a ship"))
    ledger.run(event(refund_update("one", "re_1", 1000), at=MATURE))
    grant = GrantPoints(**common(BEN), as_owner=True, points=30, note="a prize")
    done = ledger.run(grant)
    ledger.run(Undo.of(grant, done, at=MATURE))
    assert standing(ledger, ADA) == Standing(balance=-100, in_lots=0, owed=100)
    assert standing(ledger, BEN) == Standing(balance=0, in_lots=0, owed=0)
