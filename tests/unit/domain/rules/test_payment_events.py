"""What is told of a payment: each event whole, with no two numbers in it that are alike."""

import pytest

from payments.commands.base import by_member
from payments.commands.points.move import SpendPoints
from payments.domain.values.events import (
    EVENTS,
    PaymentExpired,
    PaymentFailed,
    PaymentInitiated,
    PaymentPending,
    PaymentSucceeded,
    PointsAwarded,
    PointsReverted,
    Priority,
)
from payments.domain.values.provider_updates import (
    CheckoutStatus,
    MoneyStatus,
)
from tests.support.make import (
    ADA,
    GUILD,
    START,
    checkout_update,
    initiate,
    key,
    refund_update,
)
from tests.support.memory_ledger import MemoryLedger
from tests.support.payment_events import (
    BOUGHT,
    LATER,
    emitted_by,
    grant,
    ledger,
    of,
    paid,
    whole,
)

__all__ = ["ledger", "paid"]  # fixtures


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


def test_points_that_are_owed_are_told_as_taken_with_a_balance_below_nothing(
    paid: MemoryLedger,
) -> None:
    spent = SpendPoints(
        key=key(), at=START, actor=by_member(ADA), guild=GUILD, member=ADA, points=650
    )
    paid.run(spent)
    reverted = of(paid, refund_update("one", "re_1", 600))[-1]
    assert reverted == PointsReverted(**whole(), reverted=250, balance=-200)


RANKED = {
    Priority.HIGH: {
        "payment.failed",
        "payment.surplus",
        "payment.error",
        "payment.inquired",
        "payment.disputed",
        "payment.charged_back",
        "payment.fraud_warned",
        "refund.failed",
        "order.failed",
        "provider_event.stuck",
        "provider.access_refused",
        "integration.troubled",
        "channel.unusable",
        "subscriber.disabled",
        "provider.call_failed",
        "provider.call_requested",
        "role.unusable",
    },
    Priority.MEDIUM: {
        "payment.success",
        "payment.held",
        "payment.check_changed",
        "payment.released",
        "payment.dispute_won",
        "payment.inquiry_closed",
        "payment.refunded",
        "refund.pending",
        "refund.proposal_changed",
        "points.awarded",
        "points.reverted",
        "points.voided",
        "points.transferred",
        "points.granted",
        "points.revoked",
        "points.claimed",
        "purchase_ban.begun",
        "purchase_ban.lifted",
        "order.placed",
        "order.reminded",
        "order.fulfilled",
        "order.denied",
        "order.cancelled",
        "order.lapsed",
        "order.returned",
        "order.code_replaced",
        "order.fulfilment_requested",
        "role.changed",
        "role.taken_away",
    },
    Priority.LOW: {
        "payment.initiated",
        "payment.pending",
        "payment.expired",
        "item.changed",
        "package.changed",
        "item.codes_low",
        "integration.recovered",
    },
}
"""Events by how urgent they are."""


def test_what_a_person_must_look_at_goes_first_and_the_course_of_things_last() -> None:
    assert Priority.HIGH < Priority.MEDIUM < Priority.LOW
    ranked = {
        priority: {name for name, kind in EVENTS.items() if kind.priority is priority}
        for priority in Priority
    }
    assert ranked == RANKED
