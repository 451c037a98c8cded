"""A claim that is told again otherwise: what is given back, told and lifted, and what is not."""

import pytest

from payments.commands.payments.refund_quote import QuoteRefund
from payments.commands.points.move import TransferPoints
from payments.domain.values.events import PointsAwarded, PointsReverted
from payments.domain.values.ids import AccountKey, PaymentId
from payments.domain.values.provider_updates import DisputeStatus
from tests.support.make import ADA, BEN, EVE, GUILD, dispute_update, event, key
from tests.support.memory_ledger import MemoryLedger
from tests.support.small_ledgers import MATURE, common, ledger_with, standing

OPEN, WON, LOST = DisputeStatus.OPEN, DisputeStatus.WON, DisputeStatus.LOST


def hear(ledger: MemoryLedger, name: str, amount: int, status: DisputeStatus, seen: int) -> None:
    ledger.run(event(dispute_update("p1", name, amount, status, seen=seen)))


def test_a_dispute_of_less_than_at_first_gives_the_difference_back_and_tells_it() -> None:
    ledger = ledger_with(("p1", ADA))
    hear(ledger, "dp_1", 1000, OPEN, 0)
    hear(ledger, "dp_1", 400, OPEN, 1)
    assert standing(ledger, ADA).balance == 60
    (taken,) = (each for each in ledger.events if isinstance(each, PointsReverted))
    assert (taken.reverted, taken.balance) == (100, 0)
    *_, given = (each for each in ledger.events if isinstance(each, PointsAwarded))
    assert (given.awarded, given.balance) == (60, 60)
    hear(ledger, "dp_1", 400, OPEN, 2)
    told = [each for each in ledger.events if isinstance(each, PointsAwarded | PointsReverted)]
    assert len(told) == 3, "the purchase, the dispute, and what came back of it"


@pytest.mark.parametrize("first", ["dp_1", "dp_2"])
def test_a_buyer_stays_barred_until_the_last_lost_dispute_is_won_after_all(first: str) -> None:
    ledger = ledger_with(("p1", ADA))
    account = AccountKey(GUILD, ADA)
    second = "dp_2" if first == "dp_1" else "dp_1"
    for name in (first, second):
        hear(ledger, name, 100, LOST, 0)
    assert ledger.purchase_bans[account] == ("p1",)
    hear(ledger, first, 100, WON, 1)
    assert ledger.purchase_bans[account] == ("p1",)
    hear(ledger, second, 100, WON, 1)
    assert ledger.purchase_bans[account] == ()


def test_a_quote_names_whom_most_would_be_taken_from_first_and_then_by_who_they_are() -> None:
    ledger = ledger_with(("p1", ADA))
    for member, points in ((EVE, 30), (BEN, 30)):
        ledger.run(TransferPoints(**common(ADA), points=points, recipient=member))
    quote = ledger.run(
        QuoteRefund(
            key=key(),
            at=MATURE,
            actor=common(ADA)["actor"],
            guild=GUILD,
            payment=PaymentId("p1"),
            amount=None,
            is_fraud=True,
        )
    )
    assert quote.from_holders == ((BEN, 30), (EVE, 30))
    assert quote.now.passed_on == ((BEN, 30), (EVE, 30))
    assert (quote.points, quote.from_payment) == (100, 40)
