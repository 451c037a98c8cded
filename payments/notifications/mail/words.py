"""What mails say: a receipt, money that went back, an order that is done or was returned.

They hold no secret: no code, no note of somebody's, and no link that does anything for a member but
the one that stops mail.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from payments.domain.sentences.parts import Moment, Points, SlashCommand, Verbatim, Written
from payments.domain.sentences.sentence import Sentence, Value
from payments.domain.values.events import PaymentRefunded
from payments.domain.values.money import Money
from payments.domain.values.orders import Order
from payments.domain.values.payment import Payment
from payments.integrations.mail.letter import Letter

NAME_LENGTH: Final = 100
"""The most characters of a name that somebody else gave."""

Rows = tuple[tuple[Sentence, Value], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """Who writes.

    Attributes:
        server: What the server is called; None if that is not known here.
        provider: What people call who took the money, if the mail is about that.
        stop_url: The page that stops mail.
    """

    server: str | None
    provider: str = ""
    stop_url: str | None = None

    @property
    def name(self) -> Verbatim | Sentence:
        """The server's name, or what stands for it."""
        if self.server is None:
            return Sentence("a Discord server")
        return Verbatim(self.server, NAME_LENGTH)

    def small(self) -> tuple[Sentence, ...]:
        """Why somebody gets this mail."""
        return (
            Sentence(
                "You get this mail because you paid {server} on Discord with this address. "
                "Questions are answered there.",
                server=self.name,
            ),
        )


def receipt(payment: Payment, shop: Shop) -> Letter:
    """That money arrived."""
    paid = Money(minor=payment.paid or 0, currency=payment.price.currency)
    package = Verbatim(payment.package_name, NAME_LENGTH)
    return Letter(
        subject=Sentence("Receipt from {server}: {package}", server=shop.name, package=package),
        title=Sentence("Thank you for your purchase"),
        lines=(
            Sentence(
                "Your payment of {amount} arrived, and {points} are in your account.",
                amount=paid,
                points=Points(payment.points),
            ),
        ),
        rows=_about_payment(payment, shop, paid),
        small=shop.small(),
        stop_url=shop.stop_url,
    )


def refund(event: PaymentRefunded, payment: Payment, shop: Shop) -> Letter:
    """That money went back."""
    paid = Money(minor=payment.paid or 0, currency=payment.price.currency)
    return Letter(
        subject=Sentence("Refund of {amount} from {server}", amount=event.amount, server=shop.name),
        title=Sentence("Your refund"),
        lines=(
            Sentence(
                "{amount} was refunded to your payment method. It may take up to 10 days until you "
                "see it there.",
                amount=event.amount,
            ),
        ),
        rows=(
            (Sentence("Refunded"), event.amount),
            (Sentence("Refunded in all"), event.refunded),
            *_about_payment(payment, shop, paid),
        ),
        small=shop.small(),
        stop_url=shop.stop_url,
    )


def fulfilled(order: Order, shop: Shop) -> Letter:
    """That an order is done."""
    return Letter(
        subject=Sentence("Your order is done: {item}", item=_item(order)),
        title=Sentence("Your order is done"),
        lines=(
            Sentence(
                "Your order on {server} was fulfilled. {command} on Discord shows what you got.",
                server=shop.name,
                command=SlashCommand("orders"),
            ),
        ),
        rows=_about_order(order, Sentence("Fulfilled"), order.fulfilled_at),
        small=shop.small(),
        stop_url=shop.stop_url,
    )


def returned(order: Order, shop: Shop) -> Letter:
    """That an order was returned."""
    said: Sequence[Sentence] = ()
    if order.reason:
        said = (Sentence("The reason: {reason}", reason=order.reason),)
    return Letter(
        subject=Sentence("Your order was returned: {item}", item=_item(order)),
        title=Sentence("Your order was returned"),
        lines=(
            Sentence(
                "Your order on {server} was taken back. {command} on Discord shows your points.",
                server=shop.name,
                command=SlashCommand("balance"),
            ),
            *said,
        ),
        rows=_about_order(order, Sentence("Returned"), order.ended_at),
        small=shop.small(),
        stop_url=shop.stop_url,
    )


def trial(server: str) -> Letter:
    """What `guildbank mail test` sends."""
    return Letter(
        subject=Sentence("Test mail of {server}", server=Verbatim(server, NAME_LENGTH)),
        title=Sentence("Mail works"),
        lines=(Sentence("Whoever runs the bot wanted to see whether mail arrives. It does."),),
    )


def _about_payment(payment: Payment, shop: Shop, paid: Money) -> Rows:
    rows: list[tuple[Sentence, Value]] = [
        (Sentence("Seller"), shop.name),
        (Sentence("Package"), Verbatim(payment.package_name, NAME_LENGTH)),
        (Sentence("Points"), Points(payment.points)),
        (Sentence("Paid"), paid),
    ]
    if payment.credited_at is not None:
        rows.append((Sentence("Paid on"), Moment(payment.credited_at)))
    if shop.provider:
        rows.append((Sentence("Paid by"), Written(shop.provider)))
    return (*rows, (Sentence("Payment"), Written(payment.id)))


def _about_order(order: Order, ended: Sentence, at: int | None) -> Rows:
    rows: list[tuple[Sentence, Value]] = [
        (Sentence("Item"), _item(order)),
        (Sentence("Pieces"), order.quantity),
        (Sentence("Cost"), Points(order.offer.price * order.quantity)),
        (Sentence("Ordered"), Moment(order.placed_at)),
    ]
    if at is not None:
        rows.append((ended, Moment(at)))
    return (*rows, (Sentence("Order"), Written(order.id)))


def _item(order: Order) -> Verbatim:
    return Verbatim(order.offer.name, NAME_LENGTH)
