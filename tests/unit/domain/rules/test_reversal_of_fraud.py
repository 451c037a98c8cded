"""Refunds because of fraud reach as far as a dispute, and bar the buyer."""

from dataclasses import replace

import pytest

from payments.commands.base import Undo, by_member
from payments.commands.payments.purchase_ban import LiftPurchaseBan
from payments.commands.payments.refund_quote import QuoteRefund
from payments.commands.points.move import SpendPoints, TransferPoints
from payments.domain.errors import Refused
from payments.domain.values.ids import AccountKey, PaymentId
from payments.domain.values.provider_updates import FraudWarningUpdate, ProviderUpdate, RefundStatus
from tests.support.ledgers import Standing
from tests.support.make import ADA, BEN, EVE, GUILD, initiate, key, refund_update
from tests.support.memory_ledger import branch
from tests.support.small_ledgers import HUNDRED, MATURE, common, ledger_with, lots, standing, tell


def fraud_warning_update(
    status: RefundStatus = RefundStatus.SUCCEEDED, amount: int = 1000
) -> ProviderUpdate:
    return replace(refund_update("one", "re_1", amount, status), is_fraud=True)


WARNED = FraudWarningUpdate(payment=PaymentId("one"), warning="issfr_1", actionable=True)
REFUNDED = refund_update("one", "re_1", 1000)


@pytest.mark.parametrize(
    "updates",
    [
        pytest.param((fraud_warning_update(),), id="by its reason"),
        pytest.param((WARNED, REFUNDED), id="after a warning"),
        pytest.param((REFUNDED, WARNED), id="the warning comes late"),
    ],
)
def test_case_57_a_refund_for_fraud_reaches_as_far_as_a_dispute_and_bars(
    updates: tuple[ProviderUpdate, ...],
) -> None:
    ledger = ledger_with(("one", ADA))
    ledger.run(TransferPoints(**common(ADA), points=80, recipient=BEN))
    tell(ledger, *updates)
    assert standing(ledger, ADA) == Standing(balance=0, in_lots=0, owed=0)
    assert standing(ledger, BEN) == Standing(balance=0, in_lots=0, owed=0)
    assert ledger.purchase_bans[AccountKey(GUILD, ADA)] == ("one",)
    with pytest.raises(Refused, match="refunded as fraud"):
        ledger.run(initiate("two", member=ADA, of=HUNDRED))


def test_a_refund_for_fraud_that_fails_gives_everything_back_and_lifts_the_bar() -> None:
    ledger = ledger_with(("one", ADA))
    ledger.run(TransferPoints(**common(ADA), points=80, recipient=BEN))
    tell(ledger, fraud_warning_update(RefundStatus.PENDING))
    assert ledger.purchase_bans[AccountKey(GUILD, ADA)] == ("one",)
    tell(ledger, fraud_warning_update(RefundStatus.FAILED))
    assert (lots(ledger, ADA), lots(ledger, BEN)) == ({"one": 20}, {"one": 80})
    assert ledger.purchase_bans[AccountKey(GUILD, ADA)] == ()


def test_a_warning_alone_takes_nothing_and_bars_nobody() -> None:
    ledger = ledger_with(("one", ADA))
    tell(ledger, WARNED)
    assert lots(ledger, ADA) == {"one": 100}
    assert not ledger.purchase_bans.get(AccountKey(GUILD, ADA))


def test_a_bar_that_was_lifted_stays_lifted_when_the_same_refund_is_told_again() -> None:
    ledger = ledger_with(("one", ADA))
    tell(ledger, fraud_warning_update(RefundStatus.PENDING))
    lift = LiftPurchaseBan(key=key(), at=MATURE, actor=by_member(EVE), guild=GUILD, member=ADA)
    lifted = ledger.run(lift)
    tell(ledger, fraud_warning_update(), WARNED)
    assert ledger.purchase_bans[AccountKey(GUILD, ADA)] == ()
    ledger.run(Undo.of(lift, lifted, at=MATURE))
    assert ledger.purchase_bans[AccountKey(GUILD, ADA)] == ("one",)


def test_the_quote_of_a_refund_for_fraud_says_what_it_would_take_from_whom() -> None:
    ledger = ledger_with(("one", ADA))
    for member, points in ((BEN, 30), (EVE, 50)):
        ledger.run(TransferPoints(**common(ADA), points=points, recipient=member))
    ledger.run(SpendPoints(**common(EVE), points=5, note="a pin"))
    quote = QuoteRefund(
        key=key(),
        at=MATURE,
        actor=by_member(EVE),
        guild=GUILD,
        payment=PaymentId("one"),
        amount=None,
    )
    plain = branch(ledger).run(quote)
    assert (plain.from_payment, plain.from_holders, plain.debt, plain.bans_buyer) == (
        20,
        (),
        80,
        False,
    )
    fraud = branch(ledger).run(replace(quote, key=key(), is_fraud=True))
    assert fraud.from_holders == ((EVE, 45), (BEN, 30))
    assert (fraud.from_payment, fraud.debt, fraud.points, fraud.bans_buyer) == (20, 5, 100, True)


def test_a_part_refunded_for_fraud_reaches_no_farther_than_its_part() -> None:
    ledger = ledger_with(("one", ADA))
    ledger.run(TransferPoints(**common(ADA), points=100, recipient=BEN))
    tell(ledger, refund_update("one", "re_2", 500), fraud_warning_update(amount=300))
    assert standing(ledger, ADA).owed == 50
    assert lots(ledger, BEN) == {"one": 70}
