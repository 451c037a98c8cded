"""Orders whose points a dispute wants: they give way as far as it needs them, and no further."""

from dataclasses import replace
from typing import Any

import pytest

from payments.commands.points.move import TransferPoints
from payments.commands.shop.end import CancelOrder, DenyOrder
from payments.commands.shop.fulfil import BeginFulfilment, FulfilOrder
from payments.commands.shop.return_order import ReturnOrder
from payments.domain.values.ids import AccountKey, OrderId
from payments.domain.values.items import ItemKind, ReturnRule
from payments.domain.values.orders import OrderState
from payments.domain.values.provider_updates import DisputeStatus, RefundStatus
from payments.domain.values.roles import RoleKey
from payments.domain.values.time import DAY, later
from tests.support.commands import grant
from tests.support.make import ADA, BEN, GUILD, dispute_update, refund_update
from tests.support.memory_ledger import MemoryLedger
from tests.support.shopping import HARBOUR_VIP, about, add_item, offer, place
from tests.support.small_ledgers import MATURE, common, ledger_with, standing, tell

TABLE = offer()


@pytest.fixture
def ledger() -> MemoryLedger:
    """Ada has bought 100 points and passed them on to Ben, who has ordered a table for them."""
    begun = ledger_with(("p1", ADA))
    begun.run(TransferPoints(**common(ADA), points=100, recipient=BEN))
    begun.run(add_item(TABLE, 10))
    begun.run(place(TABLE, "o1", member=BEN, at=MATURE))
    return begun


def state(ledger: MemoryLedger, order: str = "o1") -> OrderState:
    return ledger.orders[OrderId(order)].state


def disputed(status: DisputeStatus = DisputeStatus.OPEN, cents: int = 1000) -> Any:
    return dispute_update("p1", "dp", cents, status)


def test_what_a_denied_order_of_another_gives_back_goes_to_the_claim(ledger: MemoryLedger) -> None:
    ledger.run(BeginFulfilment(**about("o1", MATURE)))
    tell(ledger, disputed())
    assert standing(ledger, ADA).owed == 100
    ledger.run(DenyOrder(**about("o1", MATURE)))
    assert standing(ledger, ADA).owed == 0
    assert standing(ledger, BEN).balance == 0


def test_what_a_moderator_returns_of_another_goes_to_the_claim(ledger: MemoryLedger) -> None:
    ledger.run(FulfilOrder(**about("o1", MATURE)))
    tell(ledger, disputed())
    ledger.run(ReturnOrder(**about("o1", MATURE)))
    assert standing(ledger, ADA).owed == 0
    assert standing(ledger, BEN).balance == 0


def test_an_order_of_another_stands_once_the_claim_reaches_no_further() -> None:
    """A plain refund takes nothing from others, and the dispute is for a tenth."""
    ledger = ledger_with(("p1", ADA))
    ledger.run(TransferPoints(**common(ADA), points=100, recipient=BEN))
    cheap = offer(price=10)
    ledger.run(add_item(cheap, 10))
    ledger.run(place(cheap, "o1", member=BEN, at=MATURE, quantity=9))
    tell(ledger, refund_update("p1", "re", 900, RefundStatus.SUCCEEDED))
    tell(ledger, disputed(cents=100))
    assert standing(ledger, ADA).owed == 90
    assert standing(ledger, BEN).balance == 0  # ten are with the dispute
    assert state(ledger) is OrderState.PLACED


def test_an_order_that_is_fulfilled_while_a_claim_waits_stands_if_the_debt_is_paid(
    ledger: MemoryLedger,
) -> None:
    ledger.run(BeginFulfilment(**about("o1", MATURE)))
    tell(ledger, disputed(DisputeStatus.LOST))
    ledger.run(replace(grant(100), at=MATURE))
    assert standing(ledger, ADA).owed == 0
    ledger.run(FulfilOrder(**about("o1", MATURE)))
    assert state(ledger) is OrderState.FULFILLED


def test_points_that_have_lapsed_while_they_were_reserved_pay_no_debt() -> None:
    ledger = ledger_with(("p1", ADA))
    promised = offer(price=10)
    ledger.run(add_item(promised, 10))
    ledger.run(replace(grant(10), expires_at=later(MATURE, DAY)))
    ledger.run(place(promised, "o1", at=MATURE))
    ledger.run(TransferPoints(**common(ADA), points=100, recipient=BEN))
    tell(ledger, refund_update("p1", "re", 1000, RefundStatus.SUCCEEDED))
    ledger.run(CancelOrder(**about("o1", later(MATURE, 2 * DAY), ADA)))
    assert standing(ledger, ADA).owed == 100


def test_a_role_that_was_held_before_is_not_taken_after_a_late_win() -> None:
    ledger = ledger_with(("p1", ADA))
    role = offer("Harbour VIP", ItemKind.ROLE, returned=ReturnRule.LOST)
    ledger.run(add_item(role))
    ledger.run(place(role, "o1"))
    ledger.run(FulfilOrder(**about("o1"), held_before=True))
    for status in (DisputeStatus.LOST, DisputeStatus.WON):
        tell(ledger, disputed(status))
    term = ledger.role_terms[RoleKey(GUILD, ADA, HARBOUR_VIP)]
    assert state(ledger) is OrderState.FULFILLED
    assert term.is_wanted
    assert term.held_before


def test_an_order_that_two_payments_paid_for_stands_again_once_both_are_won() -> None:
    for last, first in (("p1", "p2"), ("p2", "p1")):
        ledger = ledger_with(("p1", ADA), ("p2", ADA))
        ledger.run(add_item(TABLE, 10))
        ledger.run(place(TABLE, "o1", quantity=2))
        ledger.run(FulfilOrder(**about("o1")))
        for status, of in (
            (DisputeStatus.LOST, "p1"),
            (DisputeStatus.LOST, "p2"),
            (DisputeStatus.WON, first),
        ):
            tell(ledger, dispute_update(of, f"dp {of}", 1000, status))
        assert state(ledger) is OrderState.RETURNED
        tell(ledger, dispute_update(last, f"dp {last}", 1000, DisputeStatus.WON))
        assert state(ledger) is OrderState.FULFILLED
        assert ledger.accounts[AccountKey(GUILD, ADA)].balance == 0


def test_an_order_that_could_not_stand_again_is_left_alone_later() -> None:
    """Its points came back by a late win, and paid for something else."""
    ledger = ledger_with(("p1", ADA))
    ledger.run(add_item(TABLE, 10))
    ledger.run(place(TABLE, "o1"))
    ledger.run(FulfilOrder(**about("o1")))
    tell(ledger, disputed(DisputeStatus.LOST))
    few = offer("A few", price=30)
    ledger.run(add_item(few, 10))
    tell(ledger, refund_update("p1", "re", 400, RefundStatus.PENDING))
    tell(ledger, disputed(DisputeStatus.WON))
    ledger.run(place(few, "o2", at=MATURE, quantity=2))
    tell(ledger, refund_update("p1", "re", 400, RefundStatus.FAILED))
    ledger.run(CancelOrder(**about("o2", MATURE, ADA)))
    assert state(ledger) is OrderState.RETURNED
    tell(ledger, refund_update("p1", "re 2", 1, RefundStatus.FAILED))
    assert state(ledger) is OrderState.RETURNED
