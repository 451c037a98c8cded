"""What the pages say: a payment's state as text that a member understands."""

from dataclasses import dataclass

from babel.numbers import format_decimal

from payments.domain.values.payment import Payment
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.points_names import POINTS, PointsNames
from payments.domain.values.time import Instant

AGAIN = "You can start again with /buy on Discord."


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a page says.

    Attributes:
        mood: `good`, `wait` (seconds), `later` (days), `sad` or `bad`: the page's colour and sign.
        title: One short line.
        text: What it means for the member.
        final: Whether it will not change any more, so that the page need not ask again.
    """

    mood: str
    title: str
    text: str
    final: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where on Discord the member came from.

    Attributes:
        name: What the guild is called; None if nobody has seen it yet.
        url: Leads there; on a phone it opens Discord itself.
    """

    name: str | None
    url: str


NOT_FOUND = View(
    mood="sad",
    title="There is nothing here",
    text="This link is not complete, or it is not one of ours.",
)
BROKEN = View(
    mood="bad",
    title="Something went wrong here",
    text="Nothing is lost. Please try again in a minute.",
)
NOT_THIS_WAY = View(
    mood="sad",
    title="This does not work here",
    text="Please go back to Discord, and use the button there.",
)
LEFT = View(
    mood="sad",
    title="Nothing was charged",
    text="You left the checkout. It stays open for a while: the button on Discord still works.",
)
LAPSED = View(
    mood="sad",
    title="This checkout has expired",
    text=f"If you have paid, your points are on their way. If not, nothing was charged. {AGAIN}",
    final=False,
)
"""Its time is over, and the provider has not told yet how it ended."""
EXPIRED = View(
    mood="sad",
    title="This checkout has expired",
    text=f"Nothing was charged. {AGAIN}",
)
FAILED = View(
    mood="sad",
    title="The payment did not go through",
    text=f"Nothing was charged. {AGAIN}",
)
MISMATCH = View(
    mood="bad",
    title="A moderator is looking at this payment",
    text="Something about it does not fit. Nothing is lost, and there is nothing that you have to "
    "do: you will hear from us.",
    final=False,
)
REFUNDED = View(
    mood="sad",
    title="This payment was refunded",
    text="The money is on its way back to you, and the points were taken back.",
)
PARTLY_REFUNDED = View(
    mood="sad",
    title="Part of this payment was refunded",
    text="The points for that part were taken back; the rest of them are yours.",
)
DISPUTED = View(
    mood="sad",
    title="This payment is disputed",
    text="Its points are on hold or were taken back.",
)


def error_view(status: int) -> View:
    """What a page says instead, for an HTTP status from 400."""
    if status >= 500:  # noqa: PLR2004 - from here on it is our fault
        return BROKEN
    return NOT_FOUND if status == 404 else NOT_THIS_WAY  # noqa: PLR2004 - as above


def points_text(points: int, names: PointsNames = POINTS) -> str:
    """A number of points with its noun: `1,500 points`."""
    return names.counted(points, format_decimal(points, locale="en"))


def has_lapsed(payment: Payment, now: Instant) -> bool:
    """Whether its checkout's time is over."""
    return payment.expires_at is not None and payment.expires_at <= now


def view_of(payment: Payment, now: Instant, names: PointsNames = POINTS) -> View:
    """What a member should know now of their payment; no ids, no names of people.

    Args:
        payment: The payment.
        now: The time.
        names: What its guild calls its points.
    """
    if payment.credited_at is not None:
        return _view_of_credited(payment, names)
    if payment.mismatch is not None:
        return MISMATCH
    if payment.state is PaymentState.INITIATED:
        return LAPSED if has_lapsed(payment, now) else _waiting(payment, names)
    if payment.state is PaymentState.PROCESSING:
        return _processing(payment, names)
    return FAILED if payment.state is PaymentState.FAILED else EXPIRED


def _waiting(payment: Payment, names: PointsNames) -> View:
    return View(
        mood="wait",
        title="Waiting for the confirmation",
        text=f"This takes a few seconds. Then {points_text(payment.points, names)} "
        f"{_are(payment.points)} yours.",
        final=False,
    )


def _processing(payment: Payment, names: PointsNames) -> View:
    return View(
        mood="later",
        title="Your payment is on its way",
        text="This method can take some days. When the money has arrived, "
        f"{points_text(payment.points, names)} {_are(payment.points)} yours, and a message on "
        "Discord tells you. You can close this page.",
        final=False,
    )


def _view_of_credited(payment: Payment, names: PointsNames) -> View:
    if payment.state in {PaymentState.DISPUTED, PaymentState.CHARGED_BACK}:
        return DISPUTED
    if payment.target:
        return REFUNDED if payment.target == payment.points else PARTLY_REFUNDED
    return View(
        mood="good",
        title=f"+{points_text(payment.points, names)} {_are(payment.points)} yours",
        text="Thank you! You can close this page and go back to Discord.",
    )


def _are(points: int) -> str:
    return "is" if points == 1 else "are"
