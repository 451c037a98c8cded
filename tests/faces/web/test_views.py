"""Words for payments that were taken back."""

from dataclasses import replace

import pytest

from payments.domain.values.claims import Dispute, Refund
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.domain.values.points_names import PointsNames
from payments.domain.values.provider_updates import (
    CheckoutStatus,
    DisputeStatus,
    MoneyStatus,
    RefundStatus,
)
from payments.domain.values.share import Share
from payments.domain.values.time import HOUR, Instant, later
from payments.infra.reader import Reader
from tests.support.make import START, initiate
from webhooks.pages.views import error_view, view_of

BOUGHT = initiate("0199a3c4-0000-7000-8000-000000000001")
PAID = Payment(
    id=BOUGHT.payment,
    guild=BOUGHT.guild,
    member=BOUGHT.member,
    provider=BOUGHT.provider,
    livemode=False,
    package=BOUGHT.package.id,
    package_name=BOUGHT.package.name,
    points=1500,
    price=BOUGHT.package.price,
    maturity=0,
    created_at=START,
    money=MoneyStatus.PAID,
    paid=499,
    credited_at=START,
)


def refunded(amount: int, status: RefundStatus = RefundStatus.SUCCEEDED) -> Payment:
    return replace(
        PAID,
        refunds=(
            Refund(
                id="re",
                status=status,
                amount=Money(minor=amount, currency="EUR"),
                share=Share(part=amount),
            ),
        ),
    )


def disputed(status: DisputeStatus) -> Payment:
    return replace(
        PAID,
        disputes=(
            Dispute(
                id="dp",
                status=status,
                amount=Money(minor=499, currency="EUR"),
                share=Share(part=499),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("payment", "title"),
    [
        (PAID, "1,500 points added"),
        (refunded(499), "This payment was refunded"),
        (refunded(499, RefundStatus.PENDING), "This payment was refunded"),
        (refunded(499, RefundStatus.FAILED), "1,500 points added"),
        (refunded(100), "Part of this payment was refunded"),
        (disputed(DisputeStatus.OPEN), "This payment is disputed"),
        (disputed(DisputeStatus.LOST), "This payment is disputed"),
        (disputed(DisputeStatus.INQUIRY), "1,500 points added"),
        (disputed(DisputeStatus.WON), "1,500 points added"),
    ],
)
def test_what_became_of_paid_points_is_told(payment: Payment, title: str) -> None:
    view = view_of(payment, START)
    assert (str(view.title), view.final) == (title, True)


WAITING = replace(PAID, credited_at=None, money=MoneyStatus.UNPAID, paid=None)
OPEN = replace(WAITING, checkout=CheckoutStatus.OPEN, expires_at=later(START, HOUR))


@pytest.mark.parametrize(
    ("payment", "now", "mood", "title", "final"),
    [
        (WAITING, START, "wait", "Waiting for the confirmation", False),
        (OPEN, START, "wait", "Waiting for the confirmation", False),
        (OPEN, later(START, HOUR - 1), "wait", "Waiting for the confirmation", False),
        (OPEN, later(START, HOUR), "sad", "This checkout has expired", False),
        (
            replace(OPEN, money=MoneyStatus.PROCESSING),
            later(START, 2 * HOUR),
            "later",
            "Your payment is on its way",
            False,
        ),
        (
            replace(OPEN, money=MoneyStatus.FAILED),
            START,
            "sad",
            "The payment did not go through",
            True,
        ),
        (
            replace(WAITING, checkout=CheckoutStatus.ABANDONED),
            START,
            "sad",
            "The payment did not go through",
            True,
        ),
        (
            replace(OPEN, checkout=CheckoutStatus.EXPIRED),
            later(START, 2 * HOUR),
            "sad",
            "This checkout has expired",
            True,
        ),
        (
            replace(OPEN, mismatch="odd"),
            START,
            "bad",
            "A moderator is looking at this payment",
            False,
        ),
        (PAID, START, "good", "1,500 points added", True),
        (replace(PAID, mismatch="odd"), START, "good", "1,500 points added", True),
        (refunded(498), START, "sad", "Part of this payment was refunded", True),
    ],
)
def test_each_state_has_its_mood_and_says_whether_it_may_change(
    payment: Payment,
    now: Instant,
    mood: str,
    title: str,
    final: bool,  # noqa: FBT001 - as pytest gives it
) -> None:
    view = view_of(payment, now)
    assert (view.mood, str(view.title), view.final) == (mood, title, final)


def test_what_has_failed_and_what_has_lapsed_say_what_was_charged() -> None:
    failed = view_of(replace(OPEN, money=MoneyStatus.FAILED), START)
    expired = view_of(replace(OPEN, checkout=CheckoutStatus.EXPIRED), START)
    lapsed = view_of(OPEN, later(START, HOUR))
    again = "You can start again with /buy on Discord."
    assert str(failed.text) == str(expired.text) == f"Nothing was charged. {again}"
    assert str(lapsed.text).startswith("If you have paid, your points are on their way.")


def test_points_are_called_as_their_guild_calls_them() -> None:
    reader = Reader(names=PointsNames(one="shell", many="shells", symbol="🐚"))
    assert reader.say(view_of(PAID, START).title) == "1,500 shells 🐚 added"
    waiting = replace(PAID, credited_at=None, money=MoneyStatus.UNPAID, paid=None, points=1)
    assert reader.say(view_of(waiting, START).text).endswith("Then 1 shell 🐚 is yours.")


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (404, "There is nothing here"),
        (405, "This does not work here"),
        (500, "Something went wrong here"),
        (503, "Something went wrong here"),
    ],
)
def test_errors_have_words(status: int, title: str) -> None:
    assert str(error_view(status).title) == title
