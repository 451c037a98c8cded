"""Reversals step by step: what they take, in which order, and what exactly comes back."""

from dataclasses import replace
from typing import Any

import pytest

from payments.commands.base import Undo, by_member
from payments.commands.guild.settings import ChangeSettings
from payments.commands.payments.purchase_ban import LiftPurchaseBan
from payments.commands.payments.refund_quote import QuoteRefund
from payments.commands.points.move import GrantPoints, SpendPoints, TransferPoints
from payments.domain.values.errors import CannotUndo, NotEnoughPoints, Refused
from payments.domain.values.guilds import GuildSettings, Package
from payments.domain.values.ids import AccountKey, House, MemberId, PaymentId
from payments.domain.values.ledger import HoldSource, Lot
from payments.domain.values.provider_updates import (
    DisputeStatus,
    FraudWarningUpdate,
    ProviderUpdate,
    RefundStatus,
)
from payments.domain.values.time import DAY, HOUR, later
from tests.support.ledgers import MemoryLedger, Standing, branch, moved
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

HUNDRED = package(100, 1000)
MATURE = later(START, 100 * HOUR)


def ledger_with(*payments: tuple[str, MemberId]) -> MemoryLedger:
    """A ledger in which these payments of 100 points were made and paid."""
    ledger = MemoryLedger()
    ledger.put_up(GUILD, [HUNDRED, package(100, 3)])
    for payment, member in payments:
        buy(ledger, payment, member)
    return ledger


def buy(ledger: MemoryLedger, payment: str, member: MemberId, of: Package = HUNDRED) -> None:
    ledger.run(initiate(payment, member=member, of=of))
    ledger.run(event(checkout_update(payment, member=member, of=of)))


def common(member: MemberId) -> dict[str, Any]:
    return {
        "key": key(),
        "at": MATURE,
        "actor": by_member(member),
        "guild": GUILD,
        "member": member,
    }


def standing(ledger: MemoryLedger, member: MemberId) -> Standing:
    return ledger.whole().accounts.get(AccountKey(GUILD, member), Standing(0, 0, 0))


def house(ledger: MemoryLedger, account: House) -> int:
    return moved(ledger.whole())[AccountKey(GUILD, account)]


def lots(ledger: MemoryLedger, member: MemberId) -> dict[str | None, int]:
    """Points in open lots by the payment that they came from."""
    account = ledger.accounts[AccountKey(GUILD, member)]
    return {lot.terms.payment: lot.remaining for lot in account.lots}


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
    _let_lapse(ledger, own, later(MATURE, DAY))
    late = later(MATURE, 2 * DAY)
    ledger.run(event(refund_update("one", "re_1", 1000, RefundStatus.PENDING), at=late))
    assert standing(ledger, ADA) == Standing(balance=0, in_lots=0, owed=0)
    assert house(ledger, House.EXPIRED) == 140
    assert house(ledger, House.HELD) == 0
    ledger.run(event(refund_update("one", "re_1", 1000), at=late))
    assert house(ledger, House.ISSUED) == -100


def _let_lapse(ledger: MemoryLedger, lot: Lot, when: Any) -> None:
    """Give a lot of a payment an end, as a package with limited points would."""
    from dataclasses import replace  # noqa: PLC0415 - only here

    key_ = lot.account
    account = ledger.accounts[key_]
    limited = replace(lot, terms=replace(lot.terms, expires_at=when))
    others = tuple(each for each in account.lots if each.id != lot.id)
    ledger.accounts[key_] = replace(account, lots=(*others, limited))
    ledger.lots[limited.id] = limited


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


def tell(ledger: MemoryLedger, *updates: ProviderUpdate) -> None:
    for each in updates:
        ledger.run(event(each, at=MATURE))


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
