"""What follows from a payment's facts: its state, what can go back, and whose points that takes."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from payments.domain.values.claims import Dispute, Refund
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_updates import (
    CheckoutStatus,
    DisputeStatus,
    MoneyStatus,
    RefundStatus,
)
from payments.domain.values.share import ALL, Share
from tests.support.make import checkout_update, refund_update
from tests.support.paid import dispute, paid_payment, refund

OPEN, WON, LOST = DisputeStatus.OPEN, DisputeStatus.WON, DisputeStatus.LOST
DONE, PENDING, FAILED = RefundStatus.SUCCEEDED, RefundStatus.PENDING, RefundStatus.FAILED


def claimed(*claims: Refund | Dispute, **more: Any) -> Payment:
    """500 points for 4.99 € of which something goes back."""
    return paid_payment(
        refunds=tuple(each for each in claims if isinstance(each, Refund)),
        disputes=tuple(each for each in claims if isinstance(each, Dispute)),
        **more,
    )


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"money": MoneyStatus.UNPAID, "checkout": CheckoutStatus.ABSENT}, PaymentState.INITIATED),
        ({"money": MoneyStatus.UNPAID, "checkout": CheckoutStatus.OPEN}, PaymentState.INITIATED),
        ({"money": MoneyStatus.UNPAID, "checkout": CheckoutStatus.EXPIRED}, PaymentState.EXPIRED),
        ({"money": MoneyStatus.UNPAID, "checkout": CheckoutStatus.ABANDONED}, PaymentState.FAILED),
        ({"money": MoneyStatus.FAILED}, PaymentState.FAILED),
        ({"money": MoneyStatus.FAILED, "checkout": CheckoutStatus.EXPIRED}, PaymentState.FAILED),
        ({"money": MoneyStatus.PROCESSING}, PaymentState.PROCESSING),
        (
            {"money": MoneyStatus.PROCESSING, "checkout": CheckoutStatus.EXPIRED},
            PaymentState.PROCESSING,
        ),
        ({}, PaymentState.COMPLETED),
        ({"checkout": CheckoutStatus.ABANDONED}, PaymentState.COMPLETED),
        ({"refunds": (refund(498),)}, PaymentState.COMPLETED),
        ({"refunds": (refund(499),)}, PaymentState.REFUNDED),
        ({"refunds": (refund(500),)}, PaymentState.REFUNDED),
        ({"refunds": (refund(499, PENDING),)}, PaymentState.COMPLETED),
        ({"refunds": (refund(499),), "paid": 0}, PaymentState.COMPLETED),
        ({"refunds": (refund(499),), "paid": None}, PaymentState.COMPLETED),
        ({"disputes": (dispute(1, OPEN),)}, PaymentState.DISPUTED),
        ({"disputes": (dispute(499, WON),)}, PaymentState.COMPLETED),
        ({"disputes": (dispute(1, LOST),)}, PaymentState.CHARGED_BACK),
        ({"disputes": (dispute(0, LOST),)}, PaymentState.COMPLETED),
        ({"disputes": (dispute(499, LOST, returned=ALL),)}, PaymentState.COMPLETED),
        (
            {"disputes": (dispute(499, LOST, returned=Share(part=498, whole=499)),)},
            PaymentState.CHARGED_BACK,
        ),
        (
            {"disputes": (dispute(1, LOST), dispute(1, OPEN, "dp_2"))},
            PaymentState.DISPUTED,
        ),
        (
            {"disputes": (dispute(1, LOST),), "refunds": (refund(499),)},
            PaymentState.CHARGED_BACK,
        ),
        ({"disputes": (dispute(1, OPEN, intent="pi_of_another"),)}, PaymentState.COMPLETED),
        ({"disputes": (dispute(1, OPEN, intent="pi_p1"),)}, PaymentState.DISPUTED),
        (
            {"disputes": (dispute(1, OPEN, intent="pi_of_another"),), "intent": None},
            PaymentState.DISPUTED,
        ),
    ],
)
def test_its_state_follows_from_its_facts(facts: dict[str, Any], state: PaymentState) -> None:
    assert paid_payment(**facts).state is state


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({}, None),
        ({"money": MoneyStatus.PROCESSING}, "has not been paid"),
        ({"paid": 0}, "has not been paid"),
        ({"paid": None}, "has not been paid"),
        ({"disputes": (dispute(1, OPEN),)}, "the buyer's bank decides"),
        ({"disputes": (dispute(1, LOST),)}, "the buyer's bank decides"),
        ({"disputes": (dispute(1, WON),)}, None),
        ({"intent": None}, "refund it there"),
        ({"refunds": (refund(499),)}, "was refunded already, or is on its way"),
        ({"refunds": (refund(499, PENDING),)}, "was refunded already, or is on its way"),
        ({"refunds": (refund(498),)}, None),
        ({"refunds": (refund(499, FAILED),)}, None),
        ({"refunds": (refund(499, RefundStatus.PROPOSED),)}, None),
    ],
)
def test_why_nothing_can_go_back(facts: dict[str, Any], why: str | None) -> None:
    found = paid_payment(**facts).why_not_refundable
    assert (found is None) is (why is None)
    assert why is None or why in str(found)


@pytest.mark.parametrize(
    ("claims", "refunded", "refunding", "refundable", "is_refunding"),
    [
        ((), 0, 0, 499, False),
        ((refund(100),), 100, 0, 399, False),
        ((refund(100, PENDING),), 0, 100, 399, True),
        ((refund(100), refund(50, PENDING, "re_2")), 100, 50, 349, True),
        ((refund(100), refund(50, DONE, "re_2")), 150, 0, 349, False),
        ((refund(300), refund(300, DONE, "re_2")), 600, 0, 0, False),
        ((refund(100, FAILED),), 0, 0, 499, False),
        ((refund(0, PENDING),), 0, 0, 499, True),
        ((refund(100, intent="pi_of_another"),), 0, 0, 499, False),
        ((refund(100, PENDING, intent="pi_of_another"),), 0, 0, 499, False),
        ((refund(100, intent="pi_p1"),), 100, 0, 399, False),
    ],
)
def test_what_went_back_and_what_still_can(
    claims: tuple[Refund, ...],
    refunded: int,
    refunding: int,
    refundable: int,
    is_refunding: bool,  # noqa: FBT001 - a column of the table
) -> None:
    payment = claimed(*claims)
    assert (payment.refunded, payment.refunding, payment.refundable, payment.is_refunding) == (
        refunded,
        refunding,
        refundable,
        is_refunding,
    )


def test_a_refund_in_another_currency_counts_by_its_share() -> None:
    """A dollar's cents are never added to a euro's."""
    half = refund(300, currency="USD", share=Share(part=1, whole=2))
    assert claimed(half, paid=500).refunded == 250
    assert claimed(half, paid=499).refunded == 249
    assert claimed(half, paid=None).refunded == 0


def test_what_went_back_elsewhere_is_what_nobody_asked_for_here() -> None:
    order: Any = object()
    payment = claimed(
        refund(1),
        refund(2, PENDING, "re_2"),
        refund(4, FAILED, "re_3"),
        refund(8, DONE, "re_4", order=order),
        refund(16, DONE, "re_5", intent="pi_of_another"),
    )
    assert payment.refunded_elsewhere == 3


@pytest.mark.parametrize(
    ("claims", "target", "reach", "burn"),
    [
        ((), 0, 0, 0),
        ((refund(100, PENDING),), 100, 0, 0),
        ((refund(100),), 100, 0, 100),
        ((refund(100, is_fraud=True),), 100, 100, 100),
        ((refund(100, FAILED, is_fraud=True),), 0, 0, 0),
        ((dispute(100, OPEN),), 100, 100, 0),
        ((dispute(100, LOST),), 100, 100, 100),
        ((dispute(100, WON),), 0, 0, 0),
        ((dispute(100, LOST, returned=Share(part=1, whole=4)),), 75, 75, 75),
        ((refund(100), dispute(50, OPEN)), 150, 50, 100),
        ((refund(499),), 499, 0, 499),
        ((refund(500),), 500, 0, 500),
        ((refund(400), dispute(400, LOST)), 500, 400, 500),
        ((refund(100, intent="pi_of_another"),), 0, 0, 0),
    ],
)
def test_how_many_points_are_to_be_out_of_whose_hands(
    claims: tuple[Refund | Dispute, ...], target: int, reach: int, burn: int
) -> None:
    """For a payment of 5.00 €: 100 points for each euro."""
    payment = claimed(*claims, paid=500)
    assert (payment.target, payment.reach_target, payment.burn_target) == (target, reach, burn)
    assert claimed(*claims, paid=500, credited_at=None).target == 0


def test_points_are_rounded_down_and_all_of_them_are_all() -> None:
    thirds = [refund(1, DONE, f"re_{number}") for number in range(3)]
    assert [claimed(*thirds[:n], paid=3, points=100).target for n in range(4)] == [0, 33, 66, 100]


def test_with_a_fraud_warning_each_refund_is_for_fraud() -> None:
    payment = claimed(refund(100), fraud_warning="issfr_1", paid=500)
    assert payment.is_fraud(payment.refunds[0])
    assert payment.reach_target == 100
    assert payment.banning_claims == {"re_1"}


@pytest.mark.parametrize(
    ("claims", "banning"),
    [
        ((refund(1),), set()),
        ((refund(1, is_fraud=True),), {"re_1"}),
        ((refund(1, PENDING, is_fraud=True),), {"re_1"}),
        ((refund(1, FAILED, is_fraud=True),), set()),
        ((dispute(1, OPEN),), set()),
        ((dispute(1, WON),), set()),
        ((dispute(1, LOST),), {"dp_1"}),
        ((dispute(1, LOST, returned=ALL),), set()),
        ((dispute(1, LOST), refund(1, is_fraud=True)), {"dp_1", "re_1"}),
        ((dispute(1, LOST, intent="pi_of_another"),), set()),
        ((refund(1, is_fraud=True, intent="pi_of_another"),), set()),
    ],
)
def test_what_bans_the_buyer(claims: tuple[Refund | Dispute, ...], banning: set[str]) -> None:
    assert claimed(*claims).banning_claims == banning


def test_what_was_told_of_a_checkout_only_moves_forward() -> None:
    """What comes late says less than what is known, and takes nothing back."""
    begun = paid_payment(
        checkout=CheckoutStatus.ABSENT,
        money=MoneyStatus.UNPAID,
        paid=None,
        intent=None,
        session=None,
    )
    update = checkout_update("p1", tax=95)
    paid = begun.with_checkout(update)
    assert (paid.checkout, paid.money, paid.paid, paid.intent, paid.session) == (
        CheckoutStatus.COMPLETE,
        MoneyStatus.PAID,
        594,
        "pi_p1",
        "cs_p1",
    )
    late = replace(
        update, status=CheckoutStatus.OPEN, money=MoneyStatus.UNPAID, total=1, intent=None
    )
    assert paid.with_checkout(late) == paid
    assert paid.with_checkout(replace(update, total=1)).paid == 594
    assert begun.with_checkout(late).paid is None
    ends = replace(late, expires_at=begun.created_at)
    assert begun.with_checkout(ends).expires_at == begun.created_at
    assert begun.with_checkout(ends).with_checkout(late).expires_at == begun.created_at


def test_a_second_refund_under_our_id_is_kept_under_its_own() -> None:
    """The provider made two of one that was asked for here: none of them replaces the other."""
    first = replace(refund_update("p1", "r1", 100), provider_id="re_1")
    second = replace(refund_update("p1", "r1", 100), provider_id="re_2")
    payment = paid_payment().with_refund(first).with_refund(second)
    assert [(each.id, each.provider_id, each.version) for each in payment.refunds] == [
        ("r1", "re_1", 1),
        ("re_2", "re_2", 1),
    ]
    again = payment.with_refund(first)
    assert {each.id: each.version for each in again.refunds} == {"r1": 2, "re_2": 1}
    assert again.claim_of(second) == again.refund("re_2")
    unnamed = replace(first, provider_id=None)
    assert again.claim_of(unnamed) == again.refund("r1")


def test_an_answer_that_leaves_something_out_takes_nothing_away() -> None:
    update = replace(
        refund_update("p1", "r1", 100), is_fraud=True, intent="pi_p1", provider_id="re_1"
    )
    known = paid_payment().with_refund(update)
    bare = replace(update, is_fraud=False, intent=None, provider_id=None)
    (kept,) = known.with_refund(bare).refunds
    assert (kept.is_fraud, kept.intent, kept.provider_id, kept.version) == (
        True,
        "pi_p1",
        "re_1",
        2,
    )
    (alone,) = paid_payment().with_refund(bare).refunds
    assert (alone.is_fraud, alone.intent, alone.provider_id, alone.version) == (
        False,
        None,
        None,
        1,
    )
    assert (kept.amount, kept.share) == (Money(minor=100, currency="EUR"), Share(part=100))


def test_a_share_of_what_is_not_known_is_nothing() -> None:
    assert Share(part=1).of(None) == 0
    assert Share(part=1).of(4) == Fraction(1, 4)
    assert Share(part=1, whole=2).of(None) == Fraction(1, 2)
    assert Share(part=1, whole=2).of(4) == Fraction(1, 2)
    for part, whole in ((-1, None), (0, 0), (1, -1)):
        with pytest.raises(ValueError, match="not a share"):
            Share(part=part, whole=whole)
    assert Share(part=0, whole=1).of(None) == 0
