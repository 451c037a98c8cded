"""Purchases with two ways to pay, in memory or in a store."""

from payments.commands.base import by_member
from payments.commands.payments.buy import InitiatePayment, OpenCheckout
from payments.commands.payments.ways import ChooseWay
from payments.domain.values.guilds import Package
from payments.domain.values.ids import CommandKey, MemberId, PaymentId
from payments.domain.values.payment_facts import UNCHOSEN
from payments.domain.values.provider_updates import CheckoutStatus, MoneyStatus
from payments.domain.values.time import Instant
from tests.support.make import ADA, START, checkout_update, key, package


def begin_purchase(
    payment: str, *, member: MemberId = ADA, of: Package | None = None, at: Instant = START
) -> InitiatePayment:
    """A member begins to buy, where several ways are on."""
    bought = of or package()
    return InitiatePayment(
        key=CommandKey(f"buy:{payment}"),
        at=at,
        actor=by_member(member),
        guild=bought.guild,
        member=member,
        package=bought,
        provider=UNCHOSEN,
        livemode=False,
        payment=PaymentId(payment),
        request="{}",
        answer=None,
    )


def choose(
    purchase: str,
    provider: str,
    fresh: str,
    *,
    member: MemberId = ADA,
    of: Package | None = None,
    at: Instant = START,
    named: CommandKey | None = None,
) -> ChooseWay:
    """A member chooses a way: `fresh` is the purchase itself the first time."""
    bought = of or package()
    return ChooseWay(
        key=named or key("choose"),
        at=at,
        actor=by_member(member),
        guild=bought.guild,
        payment=PaymentId(purchase),
        provider=provider,
        livemode=False,
        fresh=PaymentId(fresh),
        installation=None,
        request="{}",
    )


def opened(
    payment: str, *, member: MemberId = ADA, of: Package | None = None, at: Instant = START
) -> OpenCheckout:
    """The provider has opened its checkout."""
    bought = of or package()
    update = checkout_update(
        payment,
        member=member,
        of=bought,
        status=CheckoutStatus.OPEN,
        money=MoneyStatus.UNPAID,
    )
    return OpenCheckout(
        key=key("open"),
        at=at,
        actor=by_member(member),
        guild=bought.guild,
        payment=PaymentId(payment),
        url=f"https://pay.example/{payment}",
        update=update,
    )
