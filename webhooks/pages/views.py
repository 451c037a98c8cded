"""What the pages say: a payment's state as text that a member understands."""

from dataclasses import dataclass
from typing import Final

from payments.domain.rules.check_standing import is_settled, standing_of
from payments.domain.sentences.parts import Points
from payments.domain.sentences.sentence import Sentence, plural
from payments.domain.values.payment import Payment
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.time import Instant

LATE: Final = Sentence(
    "This takes longer than usual. You can close this page: your points come by themselves, and a "
    "message on Discord tells you."
)
BACK_TO_CHECKOUT: Final = Sentence("Back to the checkout")
CHOOSE_AGAIN: Final = Sentence("Choose another way to pay")
BACK_TO_DISCORD: Final = Sentence("Back to Discord")
TEST_MODE: Final = Sentence("Test mode: no real money")
RUNNING: Final = Sentence("Guildbank is running")
WHAT_HERE: Final = Sentence("Members buy points with /buy on Discord, and come here to pay.")


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
    title: Sentence
    text: Sentence
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
    title=Sentence("There is nothing here"),
    text=Sentence("This link is not complete, or it is not one of ours."),
)
BROKEN = View(
    mood="bad",
    title=Sentence("Something went wrong here"),
    text=Sentence("Nothing is lost. Please try again in a minute."),
)
NOT_THIS_WAY = View(
    mood="sad",
    title=Sentence("This does not work here"),
    text=Sentence("Please go back to Discord, and use the button there."),
)
LEFT = View(
    mood="sad",
    title=Sentence("Nothing was charged"),
    text=Sentence(
        "You left the checkout. It stays open for a while: the button on Discord still works."
    ),
)
LAPSED = View(
    mood="sad",
    title=Sentence("This checkout has expired"),
    text=Sentence(
        "If you have paid, your points are on their way. If not, nothing was charged. You can "
        "start again with /buy on Discord."
    ),
    final=False,
)
"""Its time is over, and the provider has not told yet how it ended."""
EXPIRED = View(
    mood="sad",
    title=Sentence("This checkout has expired"),
    text=Sentence("Nothing was charged. You can start again with /buy on Discord."),
)
FAILED = View(
    mood="sad",
    title=Sentence("The payment did not go through"),
    text=Sentence("Nothing was charged. You can start again with /buy on Discord."),
)
DECLINED = View(
    mood="sad",
    title=Sentence("The payment was declined"),
    text=Sentence("Nothing was charged. You can go back and choose another way to pay."),
    final=False,
)
"""The money of a checkout that the buyer had approved could not be taken; it is still open."""
MISMATCH = View(
    mood="bad",
    title=Sentence("A moderator is looking at this payment"),
    text=Sentence(
        "Something about it does not fit. Nothing is lost, and there is nothing that you have to "
        "do: you will hear from us."
    ),
    final=False,
)
REFUNDED = View(
    mood="sad",
    title=Sentence("This payment was refunded"),
    text=Sentence("The money is on its way back to you, and the points were taken back."),
)
PARTLY_REFUNDED = View(
    mood="sad",
    title=Sentence("Part of this payment was refunded"),
    text=Sentence("The points for that part were taken back; the rest of them are yours."),
)
DISPUTED = View(
    mood="sad",
    title=Sentence("This payment is disputed"),
    text=Sentence("Its points are on hold or were taken back."),
)

PAID_TWICE = View(
    mood="sad",
    title=Sentence("You paid twice"),
    text=Sentence(
        "Your points came with the first payment. This second one goes back to you, and there is "
        "nothing that you have to do."
    ),
)
PAID_TWICE_AND_BACK = View(
    mood="sad",
    title=Sentence("This payment was refunded"),
    text=Sentence("You had paid twice. Your points came with the first payment, and are yours."),
)
NOT_NOW: Final = Sentence("This can't be paid right now")


def error_view(status: int) -> View:
    """What a page says instead, for an HTTP status from 400."""
    if status >= 500:  # noqa: PLR2004 - from here on it is our fault
        return BROKEN
    return NOT_FOUND if status == 404 else NOT_THIS_WAY  # noqa: PLR2004 - as above


def has_lapsed(payment: Payment, now: Instant) -> bool:
    """Whether its checkout's time is over."""
    return payment.expires_at is not None and payment.expires_at <= now


def view_of(payment: Payment, now: Instant) -> View:  # noqa: PLR0911 - one for each state
    """What a member should know now of their payment; no ids, no names of people.

    Args:
        payment: The payment.
        now: The time.
    """
    if payment.credited_at is not None:
        return _view_of_credited(payment)
    if payment.surplus_at is not None:
        return _view_of_surplus(payment)
    if payment.mismatch is not None:
        return MISMATCH
    if (standing := standing_of(payment)) is not None:
        return _view_of_held(payment, standing)
    if payment.state is PaymentState.INITIATED:
        return LAPSED if has_lapsed(payment, now) else _waiting(payment)
    if payment.state is PaymentState.PROCESSING:
        return _processing(payment)
    return FAILED if payment.state is PaymentState.FAILED else EXPIRED


def _view_of_held(payment: Payment, standing: Sentence) -> View:
    """Its money was set aside, and not taken."""
    if is_settled(payment):
        return View(mood="sad", title=Sentence("Nothing was charged"), text=standing)
    return View(mood="later", title=_CHECKED, text=standing, final=False)


_CHECKED: Final = Sentence("A moderator checks your purchase")


def _waiting(payment: Payment) -> View:
    return View(
        mood="wait",
        title=Sentence("Waiting for the confirmation"),
        text=plural(
            "This takes a few seconds. Then {points} is yours.",
            "This takes a few seconds. Then {points} are yours.",
            payment.points,
            points=Points(payment.points),
        ),
        final=False,
    )


def _processing(payment: Payment) -> View:
    return View(
        mood="later",
        title=Sentence("Your payment is on its way"),
        text=plural(
            "This method can take some days. When the money has arrived, {points} is yours, and a "
            "message on Discord tells you. You can close this page.",
            "This method can take some days. When the money has arrived, {points} are yours, and a "
            "message on Discord tells you. You can close this page.",
            payment.points,
            points=Points(payment.points),
        ),
        final=False,
    )


def _view_of_surplus(payment: Payment) -> View:
    """Its purchase was paid by another way before."""
    back = payment.paid is not None and payment.refunded >= payment.paid
    return PAID_TWICE_AND_BACK if back else PAID_TWICE


def _view_of_credited(payment: Payment) -> View:
    if payment.state in {PaymentState.DISPUTED, PaymentState.CHARGED_BACK}:
        return DISPUTED
    if payment.target:
        return REFUNDED if payment.target == payment.points else PARTLY_REFUNDED
    return View(
        mood="good",
        title=Sentence("{points} added", points=Points(payment.points)),
        text=Sentence("Thank you! You can close this page and go back to Discord."),
    )
