"""What is told of a payment: each event whole, with no two numbers in it that are alike."""

from dataclasses import replace
from typing import Any

import pytest

from payments.commands.base import Command, by_member
from payments.commands.guild.settings import ChangeSettings
from payments.commands.payments.refund import ApproveRefund, DeclineRefund, RequestRefund
from payments.commands.payments.refund_outcome import GiveRefundUp
from payments.commands.points.move import GrantPoints, SpendPoints
from payments.domain.values.events import (
    EVENTS,
    DisputeWon,
    Event,
    FraudWarned,
    PaymentChargedBack,
    PaymentDisputed,
    PaymentExpired,
    PaymentFailed,
    PaymentInitiated,
    PaymentInquired,
    PaymentMismatch,
    PaymentPending,
    PaymentRefunded,
    PaymentSucceeded,
    PointsAwarded,
    PointsReverted,
    Priority,
    RefundFailed,
    RefundPending,
    RefundProposalChanged,
)
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import PaymentId
from payments.domain.values.money import Money
from payments.domain.values.provider_updates import (
    CheckoutStatus,
    DisputeStatus,
    FraudWarningUpdate,
    MoneyStatus,
    ProviderUpdate,
    RefundStatus,
)
from payments.domain.values.time import DAY, HOUR, Instant, later
from tests.support.ledgers import MemoryLedger
from tests.support.make import (
    ADA,
    BEN,
    EVE,
    GUILD,
    START,
    SYSTEM,
    checkout_update,
    dispute_update,
    euros,
    event,
    initiate,
    key,
    package,
    refund_update,
)

BOUGHT = replace(package(500, 1000), name="Starter")
LATER = later(START, HOUR)


def whole(at: Instant = LATER) -> dict[str, Any]:
    """What each event says of the payment."""
    return {
        "guild": GUILD,
        "at": at,
        "member": ADA,
        "payment": PaymentId("one"),
        "package": "Starter",
        "points": 500,
        "price": euros(1000),
    }


@pytest.fixture
def ledger() -> MemoryLedger:
    """Ada has begun to buy 500 points for 10 euros; she has 200 others."""
    empty = MemoryLedger()
    empty.put_up(GUILD, [BOUGHT])
    empty.run(grant(200))
    empty.run(initiate("one", of=BOUGHT))
    return empty


@pytest.fixture
def paid(ledger: MemoryLedger) -> MemoryLedger:
    """She has paid, two euros of tax with it."""
    ledger.run(event(checkout_update("one", of=BOUGHT, tax=200)))
    return ledger


def grant(points: int, expires_at: Instant | None = None) -> GrantPoints:
    return GrantPoints(
        key=key(),
        at=START,
        actor=by_member(BEN),
        guild=GUILD,
        member=ADA,
        points=points,
        expires_at=expires_at,
    )


def emitted_by(ledger: MemoryLedger, command: Command[Any]) -> list[Event]:
    """What is told when a command is carried out."""
    before = len(ledger.events)
    ledger.run(command)
    return ledger.events[before:]


def of(ledger: MemoryLedger, update: ProviderUpdate, at: Instant = LATER) -> list[Event]:
    """What is told when the provider tells something."""
    return emitted_by(ledger, event(update, at=at))


def request(amount: int, **more: Any) -> RequestRefund:
    return RequestRefund(
        key=key(),
        at=LATER,
        actor=by_member(BEN),
        guild=GUILD,
        payment=PaymentId("one"),
        refund="ours",
        moderator=BEN,
        amount=euros(amount),
        request="{}",
        **more,
    )


def test_the_beginning_of_a_purchase() -> None:
    ledger = MemoryLedger()
    ledger.put_up(GUILD, [BOUGHT])
    assert emitted_by(ledger, initiate("one", of=BOUGHT)) == [PaymentInitiated(**whole(START))]


def test_points_that_come_with_the_balance_after_it(ledger: MemoryLedger) -> None:
    assert of(ledger, checkout_update("one", of=BOUGHT)) == [
        PaymentSucceeded(**whole()),
        PointsAwarded(**whole(), awarded=500, balance=700),
    ]
    assert of(ledger, checkout_update("one", of=BOUGHT)) == []


def test_a_balance_has_no_points_whose_time_is_over(ledger: MemoryLedger) -> None:
    ledger.run(grant(30, expires_at=LATER))
    awarded = of(ledger, checkout_update("one", of=BOUGHT))[-1]
    assert awarded == PointsAwarded(**whole(), awarded=500, balance=700)


@pytest.mark.parametrize(
    ("checkout", "money", "expected"),
    [
        (CheckoutStatus.COMPLETE, MoneyStatus.PROCESSING, PaymentPending),
        (CheckoutStatus.COMPLETE, MoneyStatus.FAILED, PaymentFailed),
        (CheckoutStatus.EXPIRED, MoneyStatus.UNPAID, PaymentExpired),
    ],
)
def test_a_purchase_that_takes_a_while_or_comes_to_nothing_is_told_once(
    ledger: MemoryLedger,
    checkout: CheckoutStatus,
    money: MoneyStatus,
    expected: type[PaymentPending],
) -> None:
    update = checkout_update("one", of=BOUGHT, status=checkout, money=money)
    assert of(ledger, update) == [expected(**whole())]
    assert of(ledger, update) == []


def test_two_parts_that_go_back_are_told_with_what_went_back_in_all(paid: MemoryLedger) -> None:
    paid.run(grant(20))
    assert of(paid, refund_update("one", "re_1", 300)) == [
        PaymentRefunded(**whole(), refunded=euros(300), amount=euros(300), refund="re_1"),
        PointsReverted(**whole(), reverted=125, balance=595),
    ]
    assert of(paid, refund_update("one", "re_2", 600)) == [
        PaymentRefunded(**whole(), refunded=euros(900), amount=euros(600), refund="re_2"),
        PointsReverted(**whole(), reverted=250, balance=345),
    ]


def test_who_asked_for_a_refund_and_when_is_told_with_it(paid: MemoryLedger) -> None:
    assert emitted_by(paid, request(600)) == [
        PointsReverted(**whole(), reverted=250, balance=450)
    ], "nobody else has said yet that money is on its way"
    done = replace(refund_update("one", "ours", 600), provider_id="re_1")
    assert of(paid, done, later(LATER, HOUR)) == [
        PaymentRefunded(
            **whole(later(LATER, HOUR)),
            refunded=euros(600),
            amount=euros(600),
            refund="ours",
            asked_by=BEN,
            asked_at=LATER,
        )
    ]


def test_a_refund_on_its_way_is_told_once_for_each_reason(paid: MemoryLedger) -> None:
    pending = refund_update("one", "re_1", 600, RefundStatus.PENDING)
    assert of(paid, pending) == [
        RefundPending(**whole(), amount=euros(600)),
        PointsReverted(**whole(), reverted=250, balance=450),
    ]
    assert of(paid, pending) == []
    why = replace(pending, pending_reason="charge_pending")
    assert of(paid, why) == [
        RefundPending(**whole(), amount=euros(600), reason="charge_pending", again=True)
    ]
    assert of(paid, why) == []


def test_a_refund_of_ours_on_its_way_names_who_asked(paid: MemoryLedger) -> None:
    paid.run(request(600))
    pending = refund_update("one", "ours", 600, RefundStatus.PENDING)
    assert of(paid, pending) == [RefundPending(**whole(), amount=euros(600), asked_by=BEN)]


def proposal(amount: int, why_not: str) -> RefundProposalChanged:
    return RefundProposalChanged(
        **whole(), refund="ours", amount=euros(amount), asked_by=BEN, why_not=why_not
    )


def of_proposals(ledger: MemoryLedger, update: ProviderUpdate) -> list[Event]:
    return [each for each in of(ledger, update) if isinstance(each, RefundProposalChanged)]


@pytest.fixture
def waiting(paid: MemoryLedger) -> MemoryLedger:
    """A refund of 9 of the 12 euros waits for a second moderator."""
    settings = GuildSettings(guild=GUILD, approval_limit=euros(100))
    paid.run(
        ChangeSettings(key=key(), at=LATER, actor=by_member(BEN), guild=GUILD, settings=settings)
    )
    assert emitted_by(paid, request(900)) == [], "nothing has changed for it yet"
    return paid


ALL_GONE = "All of this payment was refunded already, or is on its way back."
DISPUTED = "This payment is disputed: the buyer's bank decides where its money goes."


def test_a_refund_that_waits_is_told_of_when_it_cannot_be_made_any_more(
    waiting: MemoryLedger,
) -> None:
    assert of_proposals(waiting, refund_update("one", "re_1", 300)) == [], "9 are left"
    assert of_proposals(waiting, refund_update("one", "re_2", 100)) == [
        proposal(900, "At most 8.00 EUR of this payment can be refunded.")
    ]
    pending = refund_update("one", "re_3", 800, RefundStatus.PENDING)
    assert of_proposals(waiting, pending) == [proposal(900, ALL_GONE)]
    assert of_proposals(waiting, replace(pending, pending_reason="processing", seen=1)) == []
    done = refund_update("one", "re_3", 800, seen=2)
    assert of_proposals(waiting, done) == [proposal(900, ALL_GONE)], "it is not on its way now"


def test_a_refund_that_waits_is_told_of_when_it_can_be_made_again(waiting: MemoryLedger) -> None:
    opened = dispute_update("one", "dp_1", 1200, DisputeStatus.OPEN)
    assert of_proposals(waiting, opened) == [proposal(900, DISPUTED)]
    won = dispute_update("one", "dp_1", 1200, DisputeStatus.WON, seen=1)
    assert of_proposals(waiting, won) == [proposal(900, "")]


def test_a_refund_that_was_declined_is_told_of_no_more(waiting: MemoryLedger) -> None:
    waiting.run(
        DeclineRefund(
            key=key(),
            at=LATER,
            actor=by_member(BEN),
            guild=GUILD,
            payment=PaymentId("one"),
            refund="ours",
            moderator=BEN,
        )
    )
    assert of_proposals(waiting, refund_update("one", "re_1", 1200)) == []


@pytest.mark.parametrize("status", [RefundStatus.SUCCEEDED, RefundStatus.PENDING])
def test_a_refund_that_fails_after_the_buyer_heard_of_it(
    paid: MemoryLedger, status: RefundStatus
) -> None:
    of(paid, refund_update("one", "re_1", 600, status))
    assert of(paid, refund_update("one", "re_1", 600, RefundStatus.FAILED)) == [
        RefundFailed(**whole(), amount=euros(600), member_knows=True),
        PointsAwarded(**whole(), awarded=250, balance=700),
    ]


def test_a_refund_that_fails_before_the_buyer_heard_of_it(paid: MemoryLedger) -> None:
    paid.run(request(600))
    assert of(paid, refund_update("one", "ours", 600, RefundStatus.FAILED)) == [
        RefundFailed(**whole(), amount=euros(600), asked_by=BEN, member_knows=False),
        PointsAwarded(**whole(), awarded=250, balance=700),
    ]


def test_a_refund_that_was_never_known_to_be_on_its_way_fails(paid: MemoryLedger) -> None:
    assert of(paid, refund_update("one", "re_1", 600, RefundStatus.FAILED)) == [
        RefundFailed(**whole(), amount=euros(600), member_knows=False)
    ]


def test_a_refund_that_stands_in_an_unknown_way_tells_the_buyer_nothing(
    paid: MemoryLedger,
) -> None:
    strange = replace(
        refund_update("one", "re_1", 600, RefundStatus.PENDING), unknown="requires_magic"
    )
    assert of(paid, strange) == [
        PointsReverted(**whole(), reverted=250, balance=450),
        PaymentMismatch(
            **whole(),
            reason="The provider says of re_1 that it is “requires_magic”, which is not known "
            "here. Its points are on hold.",
        ),
    ]
    assert of(paid, strange) == [], "a person was told already"
    failed = of(paid, refund_update("one", "re_1", 600, RefundStatus.FAILED))
    assert failed[0] == RefundFailed(**whole(), amount=euros(600), member_knows=False)


def test_a_refund_that_the_provider_would_not_make_is_told_as_failed(paid: MemoryLedger) -> None:
    paid.run(request(600))
    given_up = GiveRefundUp(
        key=key(), at=LATER, actor=SYSTEM, guild=GUILD, payment=PaymentId("one"), refund="ours"
    )
    assert emitted_by(paid, given_up) == [
        RefundFailed(**whole(), amount=euros(600), asked_by=BEN, member_knows=False),
        PointsAwarded(**whole(), awarded=250, balance=700),
    ]


def test_of_a_refund_that_waits_for_approval_nothing_is_told_until_it_is_approved(
    paid: MemoryLedger,
) -> None:
    settings = GuildSettings(guild=GUILD, approval_limit=euros(1))
    paid.run(
        ChangeSettings(key=key(), at=START, actor=by_member(EVE), guild=GUILD, settings=settings)
    )
    decision: dict[str, Any] = {
        "at": LATER,
        "actor": by_member(EVE),
        "guild": GUILD,
        "payment": PaymentId("one"),
        "refund": "ours",
        "moderator": EVE,
    }
    assert emitted_by(paid, request(600)) == []
    declined = replace(request(600), refund="declined")
    assert emitted_by(paid, declined) == []
    no = DeclineRefund(key=key(), **decision | {"refund": "declined"})
    assert emitted_by(paid, no) == [], "whoever asked for it is told by the answer"
    assert emitted_by(paid, ApproveRefund(key=key(), **decision)) == [
        PointsReverted(**whole(), reverted=250, balance=450)
    ]


DISPUTE: dict[str, Any] = {
    "dispute": "dp_1",
    "disputed": Money(minor=700, currency="EUR"),
    "reason": "fraudulent",
    "due_by": later(START, 7 * DAY),
}


def disputed(status: DisputeStatus, **more: Any) -> list[Any]:
    facts = {"reason": "fraudulent", "due_by": DISPUTE["due_by"]} | more
    return [replace(dispute_update("one", "dp_1", 700, status), **facts)]


def test_a_dispute_from_the_first_question_to_a_late_win(paid: MemoryLedger) -> None:
    """700 of 1200 cents: 291 of 500 points, rounded down."""
    (asked,), (opened,) = disputed(DisputeStatus.INQUIRY), disputed(DisputeStatus.OPEN)
    assert of(paid, asked) == [PaymentInquired(**whole(), **DISPUTE)]
    assert of(paid, asked) == []
    assert of(paid, opened) == [
        PaymentDisputed(**whole(), **DISPUTE),
        PointsReverted(**whole(), reverted=291, balance=409),
    ]
    (lost,) = disputed(DisputeStatus.LOST, reason="", due_by=None)
    assert of(paid, lost) == [PaymentChargedBack(**whole(), **DISPUTE)], "what is left out stays"
    (won,) = disputed(DisputeStatus.WON)
    assert of(paid, won) == [
        DisputeWon(**whole(), **DISPUTE),
        PointsAwarded(**whole(), awarded=291, balance=700),
    ]


@pytest.mark.parametrize("before", [None, DisputeStatus.INQUIRY])
def test_a_dispute_that_ended_before_anything_moved_is_no_win(
    paid: MemoryLedger, before: DisputeStatus | None
) -> None:
    if before is not None:
        of(paid, *disputed(before))
    assert of(paid, *disputed(DisputeStatus.WON)) == []


def test_of_two_disputes_each_is_told_by_itself(paid: MemoryLedger) -> None:
    of(paid, *disputed(DisputeStatus.OPEN))
    other = dispute_update("one", "dp_2", 100, DisputeStatus.INQUIRY)
    assert of(paid, other) == [
        PaymentInquired(**whole(), dispute="dp_2", disputed=euros(100), reason="", due_by=None)
    ]


def warning(*, actionable: bool = True) -> FraudWarningUpdate:
    return FraudWarningUpdate(payment=PaymentId("one"), warning="issfr_1", actionable=actionable)


def test_a_warning_of_fraud_is_told_once_while_something_can_be_done(paid: MemoryLedger) -> None:
    assert of(paid, warning()) == [FraudWarned(**whole())]
    assert of(paid, replace(warning(), warning="issfr_2")) == []


def test_a_warning_of_fraud_about_which_nothing_can_be_done_is_not_told(
    paid: MemoryLedger,
) -> None:
    assert of(paid, warning(actionable=False)) == []


def test_a_warning_of_fraud_about_what_went_back_already_is_not_told(paid: MemoryLedger) -> None:
    of(paid, refund_update("one", "re_1", 1200))
    assert of(paid, warning()) == []


def test_a_warning_of_fraud_that_comes_before_the_money_is_told(ledger: MemoryLedger) -> None:
    assert of(ledger, warning()) == [FraudWarned(**whole())]


def test_points_that_are_owed_are_told_as_taken_with_a_balance_below_nothing(
    paid: MemoryLedger,
) -> None:
    spent = SpendPoints(
        key=key(), at=START, actor=by_member(ADA), guild=GUILD, member=ADA, points=650
    )
    paid.run(spent)
    reverted = of(paid, refund_update("one", "re_1", 600))[-1]
    assert reverted == PointsReverted(**whole(), reverted=250, balance=-200)


def test_what_a_person_must_look_at_goes_first_and_the_course_of_things_last() -> None:
    assert Priority.HIGH < Priority.MEDIUM < Priority.LOW
    ranked = {
        priority: {name for name, kind in EVENTS.items() if kind.priority is priority}
        for priority in Priority
    }
    assert ranked == {
        Priority.HIGH: {
            "payment.failed",
            "payment.error",
            "payment.inquired",
            "payment.disputed",
            "payment.charged_back",
            "payment.fraud_warned",
            "refund.failed",
            "provider_event.stuck",
            "provider.access_refused",
            "channel.unusable",
            "subscriber.disabled",
        },
        Priority.MEDIUM: {
            "payment.success",
            "payment.dispute_won",
            "payment.refunded",
            "refund.pending",
            "refund.proposal_changed",
            "points.awarded",
            "points.reverted",
            "points.voided",
            "points.transferred",
            "points.granted",
        },
        Priority.LOW: {"payment.initiated", "payment.pending", "payment.expired"},
    }
