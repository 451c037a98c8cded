"""What members read of disputes: of their own payments, and of points that were passed on to them.

Nothing is said that is not true any more when the message is written.
"""

from bot.delivery.standing import CardStanding
from bot.wording.balance import your_balance
from payments.domain.sentences.parts import Points
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.events import (
    DisputeEvent,
    DisputeWon,
    PassedPointsClaimed,
    PaymentChargedBack,
    PaymentDisputed,
)
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_updates import DisputeStatus


def disputed(event: PaymentDisputed, now: CardStanding) -> list[Sentence]:
    """Nothing once it has ended, or if the payment had brought no points."""
    if not _stands(event, now, DisputeStatus.OPEN):
        return []
    return [
        Sentence(
            "Your payment for {package} is disputed: your bank has taken {amount} back. The points "
            "for it are on hold until the dispute is decided.",
            package=event.package,
            amount=event.disputed,
        ),
        your_balance(now.balance.points),
    ]


def charged_back(event: PaymentChargedBack, now: CardStanding) -> list[Sentence]:
    """Nothing if it was won after all, or if the payment had brought no points."""
    if not _stands(event, now, DisputeStatus.LOST):
        return []
    return [
        Sentence(
            "Your payment for {package} was charged back, and the points for it were taken back.",
            package=event.package,
        ),
        your_balance(now.balance.points),
    ]


def won(event: DisputeWon, now: CardStanding) -> list[Sentence]:
    """Nothing where something else has taken the points since."""
    if (
        not _stands(event, now, DisputeStatus.WON)
        or now.payment.state is not PaymentState.COMPLETED
    ):
        return []
    return [
        Sentence(
            "The dispute of your payment for {package} is over, and the points for it are yours "
            "again.",
            package=event.package,
        ),
        your_balance(now.balance.points),
    ]


def passed_points(event: PassedPointsClaimed, now: CardStanding) -> list[Sentence]:
    """Nothing if more has happened since: of that another message tells."""
    if (event.kept, event.gone) != (now.kept, now.gone):
        return []
    if event.gone and event.change < 0:
        what = Sentence(
            "**{points} given back.** They came from a payment that was charged back or refunded "
            "as fraud.",
            points=Points(-event.change),
        )
    elif event.gone:
        what = Sentence(
            "**{points} taken back.** They came from a payment that was charged back or refunded "
            "as fraud.",
            points=Points(event.gone),
        )
    elif event.change >= 0:  # the same points again where a bank thinks better of what it took
        what = Sentence(
            "**{points} on hold.** They came from a payment that is disputed now.",
            points=Points(event.kept),
        )
    else:
        what = Sentence(
            "**{points} back from hold.** They came from a payment that was disputed.",
            points=Points(-event.change),
        )
    return [what, your_balance(now.balance.points)]


def _stands(event: DisputeEvent, now: CardStanding, status: DisputeStatus) -> bool:
    dispute = now.payment.dispute(event.dispute)
    given = now.payment.credited_at is not None
    return given and dispute is not None and dispute.status is status
