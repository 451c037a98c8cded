"""The words of direct messages: for each kind of event the function that finds them.

A kind that is not in the table has no words on that channel.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from bot.delivery.check_words import released, waits
from bot.delivery.claims import charged_back, disputed, passed_points, won
from bot.delivery.standing import CardStanding
from bot.delivery.surplus_words import paid_twice
from bot.features.buying.debt import paid_debt
from bot.wording.balance import your_balance
from payments.domain.sentences.parts import Points, PointsChange, SlashCommand, Verbatim
from payments.domain.sentences.sentence import Sentence, plural
from payments.domain.values.events import (
    DisputeWon,
    Event,
    PassedPointsClaimed,
    PaymentChargedBack,
    PaymentDisputed,
    PaymentFailed,
    PaymentHeld,
    PaymentMismatch,
    PaymentPending,
    PaymentRefunded,
    PaymentReleased,
    PaymentSucceeded,
    PaymentSurplus,
    PointsVoided,
    RefundFailed,
    RefundPending,
)
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_updates import CheckoutStatus
from payments.providers.kind import WhoActs


def _succeeded(event: PaymentSucceeded, now: CardStanding) -> list[Sentence]:
    return [
        _added(event.points, now.server),
        _received(event, _paid(now.payment)),
        your_balance(now.balance.points),
        *paid_debt(now.paid_back, now.balance.debt),
    ]


def _received(event: PaymentSucceeded, paid: Money) -> Sentence:
    """Without an amount where the shop in which it was bought tells none."""
    if not paid.has_currency:
        return Sentence("Your payment for {package} was received.", package=event.package)
    return Sentence(
        "Your payment of {paid} for {package} was received.", paid=paid, package=event.package
    )


def _added(points: int, server: str | None) -> Sentence:
    if server is None:
        return Sentence("**{points} added.**", points=Points(points))
    return Sentence(
        "**{points} added** on {server}.", points=Points(points), server=Verbatim(server)
    )


def _pending(event: PaymentPending, now: CardStanding) -> list[Sentence]:
    """Nothing once the money has come or failed: such news is more urgent, and overtakes."""
    if now.payment.state is not PaymentState.PROCESSING:
        return []
    return [
        Sentence(
            "Your payment for {package} is on its way. This payment method takes a while; your "
            "points arrive as soon as the payment does.",
            package=event.package,
        )
    ]


def _failed(event: PaymentFailed, now: CardStanding) -> list[Sentence]:
    """Nothing if the money came after all, or if the command itself has told already."""
    if now.payment.state is not PaymentState.FAILED or now.payment.paid_instead is not None:
        return []
    if now.payment.checkout is CheckoutStatus.ABANDONED:
        return []
    return [
        Sentence(
            "Your payment for {package} did not go through. You were not charged. You can try "
            "again with {buy}.",
            package=event.package,
            buy=SlashCommand("buy"),
        )
    ]


def _refunded(event: PaymentRefunded, now: CardStanding) -> list[Sentence]:
    name, back = event.package, event.refunded
    if not back.has_currency:
        return _all_went_back(event, now)
    if now.payment.credited_at is None:
        return [
            Sentence(
                "{back} of your payment for {package} went back to you. It had brought no points, "
                "so none were taken back.",
                back=back,
                package=name,
            )
        ]
    paid, balance = _paid(now.payment), your_balance(now.balance.points)
    if back.minor >= paid.minor:
        whole = plural(
            "Your payment for {package} was refunded: {back} went back to you, and {points} was "
            "taken back.",
            "Your payment for {package} was refunded: {back} went back to you, and {points} were "
            "taken back.",
            event.points,
            package=name,
            back=back,
            points=Points(event.points),
        )
        return [whole, balance]
    return [
        Sentence(
            "In all, {back} of the {paid} that you paid for {package} went back to you, and the "
            "points for that part were taken back.",
            back=back,
            paid=paid,
            package=name,
        ),
        balance,
    ]


def _all_went_back(event: PaymentRefunded, now: CardStanding) -> list[Sentence]:
    """Where nobody knows how much it was."""
    if now.payment.credited_at is None:
        return [
            Sentence(
                "Your payment for {package} went back to you. It had brought no points, so none "
                "were taken back.",
                package=event.package,
            )
        ]
    whole = plural(
        "Your payment for {package} was refunded, and {points} was taken back.",
        "Your payment for {package} was refunded, and {points} were taken back.",
        event.points,
        package=event.package,
        points=Points(event.points),
    )
    return [whole, your_balance(now.balance.points)]


def _refund_pending(event: RefundPending, now: CardStanding) -> list[Sentence]:
    """Once for each refund; nothing once it has ended."""
    if event.again or not now.payment.refunding:
        return []
    needs_you = Sentence("Check your email: the payment provider needs something from you.")
    why = now.guide.why_pending(now.payment, event.reason)
    asks = [needs_you] if why is not None and why.acts is WhoActs.BUYER else []
    if now.payment.surplus_at is not None:
        return [
            Sentence(
                "A refund of {amount} for {package}, which you paid for twice, is on its way to "
                "you.",
                amount=event.amount,
                package=event.package,
            ),
            *asks,
        ]
    on_its_way = Sentence(
        "A refund of {amount} for {package} is on its way to you. The points for it are on hold "
        "until it arrives.",
        amount=event.amount,
        package=event.package,
    )
    return [on_its_way, your_balance(now.balance.points), *asks]


def _refund_failed(event: RefundFailed, now: CardStanding) -> list[Sentence]:
    """Nothing if the member never knew of it."""
    if now.payment.surplus_at is not None:
        return [
            Sentence(
                "The refund of {amount} for {package}, which you paid for twice, did not arrive. "
                "A moderator has been told.",
                amount=event.amount,
                package=event.package,
            )
        ]
    if not event.member_knows:
        return []
    return [
        Sentence(
            "The refund of {amount} for {package} did not arrive, and its points are yours again.",
            amount=event.amount,
            package=event.package,
        ),
        your_balance(now.balance.points),
    ]


def _mismatched(event: PaymentMismatch, now: CardStanding) -> list[Sentence]:
    """Nothing if the mismatch is settled: then the points have come."""
    if now.payment.mismatch is None:
        return []
    return [
        Sentence(
            "Something about your payment for {package} needs a check. Nothing is lost: a "
            "moderator is looking at it, and you will hear from us.",
            package=event.package,
        )
    ]


def _voided(event: PointsVoided, now: CardStanding) -> list[Sentence]:
    change, balance = PointsChange(-event.voided), your_balance(now.balance.points)
    if now.server is None:
        return [
            Sentence(
                "**{change}**: these points were bought in test mode, without real money, and the "
                "shop takes real money now.",
                change=change,
            ),
            balance,
        ]
    return [
        Sentence(
            "**{change}** on {server}: these points were bought in test mode, without real money, "
            "and the shop takes real money now.",
            change=change,
            server=Verbatim(now.server),
        ),
        balance,
    ]


def _paid(payment: Payment) -> Money:
    """What was paid, tax included; the price as long as that is not known."""
    if payment.paid is None:
        return payment.price
    return Money(minor=payment.paid, currency=payment.price.currency)


DIRECT: Final[Mapping[type[Event], Callable[[Any, CardStanding], Sequence[Sentence]]]] = {
    PaymentSucceeded: _succeeded,
    PaymentSurplus: paid_twice,
    PaymentHeld: waits,
    PaymentReleased: released,
    PaymentPending: _pending,
    PaymentFailed: _failed,
    PaymentRefunded: _refunded,
    RefundPending: _refund_pending,
    RefundFailed: _refund_failed,
    PaymentMismatch: _mismatched,
    PointsVoided: _voided,
    PaymentDisputed: disputed,
    PaymentChargedBack: charged_back,
    DisputeWon: won,
    PassedPointsClaimed: passed_points,
}
"""What the member reads; nothing where it is not true any more."""
