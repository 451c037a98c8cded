"""Disputes step by step, beside refunds: whose points they take, and what comes back."""

import pytest

from payments.commands.base import Undo
from payments.commands.points.move import GrantPoints, SpendPoints, TransferPoints
from payments.domain.values.ids import House
from payments.domain.values.provider_updates import DisputeStatus, ProviderUpdate, RefundStatus
from tests.support.ledgers import Standing
from tests.support.make import ADA, BEN, dispute_update, refund_update
from tests.support.small_ledgers import MATURE, common, house, ledger_with, lots, standing, tell

PENDING = refund_update("one", "re_1", 1000, RefundStatus.PENDING)
FAILED = refund_update("one", "re_1", 1000, RefundStatus.FAILED)
OPENED = dispute_update("one", "dp_1", 1000, DisputeStatus.OPEN)
LOST = dispute_update("one", "dp_1", 1000, DisputeStatus.LOST)
WON = dispute_update("one", "dp_1", 1000, DisputeStatus.WON)


@pytest.mark.parametrize(
    "updates",
    [
        pytest.param((PENDING, OPENED, FAILED, LOST), id="the refund first"),
        pytest.param((OPENED, LOST, PENDING, FAILED), id="the dispute first"),
        pytest.param((PENDING, FAILED, OPENED, LOST), id="one after the other"),
    ],
)
def test_case_49_a_dispute_ends_the_same_whenever_the_refund_fails(
    updates: tuple[ProviderUpdate, ...],
) -> None:
    ledger = ledger_with(("one", ADA))
    ledger.run(TransferPoints(**common(ADA), points=100, recipient=BEN))
    tell(ledger, *updates)
    assert standing(ledger, ADA) == Standing(balance=0, in_lots=0, owed=0)
    assert standing(ledger, BEN) == Standing(balance=0, in_lots=0, owed=0)
    assert house(ledger, House.ISSUED) == house(ledger, House.HELD) == 0


def test_a_dispute_takes_the_debt_of_an_earlier_refund_from_those_who_have_the_points() -> None:
    ledger = ledger_with(("one", ADA))
    ledger.run(TransferPoints(**common(ADA), points=100, recipient=BEN))
    tell(ledger, PENDING)
    assert (standing(ledger, ADA).owed, standing(ledger, BEN).balance) == (100, 100)
    tell(ledger, OPENED)
    assert (standing(ledger, ADA).owed, standing(ledger, BEN).balance) == (0, 0)
    tell(ledger, WON)
    assert (standing(ledger, ADA).owed, standing(ledger, BEN).balance) == (100, 100)
    assert lots(ledger, BEN) == {"one": 100}


def test_debt_that_was_repaid_stays_repaid_when_a_dispute_comes() -> None:
    ledger = ledger_with(("one", ADA))
    ledger.run(TransferPoints(**common(ADA), points=100, recipient=BEN))
    tell(ledger, PENDING)
    ledger.run(GrantPoints(**common(ADA), as_owner=True, points=30, note=""))
    tell(ledger, OPENED)
    assert standing(ledger, ADA) == Standing(balance=0, in_lots=0, owed=0)
    assert lots(ledger, BEN) == {"one": 30}


@pytest.mark.parametrize("first", ["refund", "dispute"])
def test_the_dispute_takes_its_points_out_of_the_holders_own_pending_refund(first: str) -> None:
    """Ben's refund may fail or not: Ada's points are no longer his."""
    ledger = ledger_with(("one", ADA), ("two", BEN))
    ledger.run(TransferPoints(**common(ADA), points=100, recipient=BEN))
    ledger.run(SpendPoints(**common(BEN), points=100, note="his own are the older ones"))
    bens = [
        refund_update("two", "re_2", 1000, x) for x in (RefundStatus.PENDING, RefundStatus.FAILED)
    ]
    had = dict(lots(ledger, BEN))
    tell(ledger, *((bens[0], OPENED) if first == "refund" else (OPENED, bens[0])))
    assert standing(ledger, ADA).owed == 100 - had["one"]
    assert standing(ledger, BEN) == Standing(balance=-had["one"], in_lots=0, owed=had["one"])
    tell(ledger, bens[1])
    assert standing(ledger, BEN) == Standing(
        balance=had.get("two", 0), in_lots=had.get("two", 0), owed=0
    )
    tell(ledger, WON)
    assert lots(ledger, BEN) == had


def test_points_of_a_spending_that_is_undone_go_to_the_dispute() -> None:
    ledger = ledger_with(("one", ADA))
    ledger.run(TransferPoints(**common(ADA), points=100, recipient=BEN))
    spend = SpendPoints(**common(BEN), points=60, note="a hat")
    done = ledger.run(spend)
    tell(ledger, OPENED)
    assert standing(ledger, ADA).owed == 60
    ledger.run(Undo.of(spend, done, at=MATURE))
    assert standing(ledger, BEN).balance == 0
    assert standing(ledger, ADA) == Standing(balance=0, in_lots=0, owed=0)
    tell(ledger, WON)
    assert lots(ledger, BEN) == {"one": 100}


def test_a_dispute_reaches_no_farther_than_its_share() -> None:
    ledger = ledger_with(("one", ADA))
    ledger.run(TransferPoints(**common(ADA), points=100, recipient=BEN))
    tell(
        ledger,
        refund_update("one", "re_1", 500),
        dispute_update("one", "dp_1", 300, DisputeStatus.OPEN),
    )
    assert standing(ledger, ADA).owed == 50
    assert lots(ledger, BEN) == {"one": 70}


def test_a_dispute_never_takes_a_recipients_own_points() -> None:
    ledger = ledger_with(("one", ADA), ("two", BEN))
    ledger.run(TransferPoints(**common(ADA), points=40, recipient=BEN))
    ledger.run(SpendPoints(**common(ADA), points=60, note="a ship"))
    tell(ledger, OPENED)
    assert lots(ledger, BEN) == {"two": 100}
    assert standing(ledger, ADA).owed == 60


def test_what_the_buyer_gets_goes_to_whom_points_were_taken_from() -> None:
    ledger = ledger_with(("one", ADA))
    ledger.run(TransferPoints(**common(ADA), points=100, recipient=BEN))
    tell(ledger, OPENED)
    ledger.run(GrantPoints(**common(ADA), as_owner=True, points=30, note=""))
    assert standing(ledger, ADA).balance == 0
    assert lots(ledger, BEN) == {"one": 30}
    tell(ledger, LOST)
    assert lots(ledger, BEN) == {"one": 30}
    tell(ledger, WON)
    assert lots(ledger, ADA) == {None: 30}
    assert lots(ledger, BEN) == {"one": 100}
