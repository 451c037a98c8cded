"""Short ways to make what tests need."""

from itertools import count

from payments.commands.base import SYSTEM, by_member, by_provider
from payments.commands.payments.buy import InitiatePayment
from payments.commands.payments.inbox import RecordProviderEvent
from payments.domain.values.guilds import Package
from payments.domain.values.ids import CommandKey, GuildId, MemberId, PackageId, PaymentId
from payments.domain.values.inbox import Found
from payments.domain.values.money import Money
from payments.domain.values.provider_updates import (
    CheckoutStatus,
    CheckoutUpdate,
    DisputeStatus,
    DisputeUpdate,
    MoneyStatus,
    ProviderUpdate,
    Reference,
    RefundStatus,
    RefundUpdate,
)
from payments.domain.values.references import references_of
from payments.domain.values.share import NOTHING, Share
from payments.domain.values.time import HOUR, Instant
from payments.domain.values.traces import MetadataClaim, Traces

GUILD = GuildId(900_000_000_000_000_001)
ADA = MemberId(100_000_000_000_000_001)
BEN = MemberId(100_000_000_000_000_002)
EVE = MemberId(100_000_000_000_000_003)
START = Instant(1_790_000_000_000_000)
"""When the tests' time begins: in September 2026."""
NONCE = "5f1d0c7a9be2463815f0d7aa"
"""The nonce of a delivery that a test makes itself."""

_numbers = count(1)


def key(name: str = "key") -> CommandKey:
    """A key that was not used before."""
    return CommandKey(f"{name}:{next(_numbers)}")


def euros(minor: int) -> Money:
    """An amount in cents of a euro."""
    return Money(minor=minor, currency="EUR")


def package(
    points: int = 500, minor: int = 499, currency: str = "EUR", guild: GuildId = GUILD
) -> Package:
    """A package for sale."""
    return Package(
        id=PackageId(f"package-{points}-{minor}-{currency}"),
        guild=guild,
        name=f"{points} for {minor}",
        points=points,
        price=Money(minor=minor, currency=currency),
    )


def initiate(
    payment: str,
    *,
    member: MemberId = ADA,
    of: Package | None = None,
    at: Instant = START,
    answer: str | None = None,
) -> InitiatePayment:
    """A member begins to buy."""
    bought = of or package()
    return InitiatePayment(
        key=CommandKey(f"buy:{payment}"),
        at=at,
        actor=by_member(member),
        guild=bought.guild,
        member=member,
        package=bought,
        provider="stripe",
        livemode=False,
        payment=PaymentId(payment),
        request="{}",
        answer=answer,
    )


def checkout_update(
    payment: str,
    *,
    member: MemberId = ADA,
    of: Package | None = None,
    status: CheckoutStatus = CheckoutStatus.COMPLETE,
    money: MoneyStatus = MoneyStatus.PAID,
    tax: int = 0,
) -> CheckoutUpdate:
    """A provider tells of a checkout; by default that it was paid."""
    bought = of or package()
    return CheckoutUpdate(
        session=f"cs_{payment}",
        reference=Reference(
            payment=PaymentId(payment), guild=bought.guild, member=member, package=bought.id
        ),
        status=status,
        money=money,
        subtotal=bought.price.minor,
        total=bought.price.minor + tax,
        currency=bought.price.currency,
        intent=f"pi_{payment}",
    )


def refund_update(
    payment: str,
    refund: str,
    amount: int,
    status: RefundStatus = RefundStatus.SUCCEEDED,
    *,
    seen: int = 0,
    currency: str = "EUR",
    share: Share | None = None,
) -> RefundUpdate:
    """A provider tells of a refund, asked for when `seen` answers about it had been applied."""
    return RefundUpdate(
        payment=PaymentId(payment),
        refund=refund,
        status=status,
        amount=Money(minor=amount, currency=currency),
        share=share,
        provider_id=refund,
        seen=seen,
    )


def dispute_update(
    payment: str,
    dispute: str,
    amount: int,
    status: DisputeStatus,
    *,
    returned: Share = NOTHING,
    seen: int = 0,
    currency: str = "EUR",
    share: Share | None = None,
) -> DisputeUpdate:
    """A provider tells of a dispute, asked for when `seen` answers about it had been applied."""
    return DisputeUpdate(
        payment=PaymentId(payment),
        dispute=dispute,
        status=status,
        amount=Money(minor=amount, currency=currency),
        share=share,
        returned=returned,
        seen=seen,
    )


def found(update: ProviderUpdate, installation: str | None = None) -> Found:
    """What was told, from an object that carries our metadata and ids."""
    payment = update.reference.payment if isinstance(update, CheckoutUpdate) else update.payment
    claim = MetadataClaim(payment=payment, installation=installation)
    traces = Traces(references=references_of("stripe", update), claims=(claim,))
    return Found(traces=traces, update=update)


def event(
    update: ProviderUpdate,
    *,
    id: str | None = None,  # noqa: A002 - the provider calls it so
    at: Instant = START,
) -> RecordProviderEvent:
    """A provider's message that tells something."""
    name = id or f"evt_{next(_numbers)}"
    return RecordProviderEvent(
        key=RecordProviderEvent.key_of("stripe", name, 1),
        at=at,
        actor=by_provider("stripe"),
        guild=None,
        provider="stripe",
        event=name,
        event_kind="test",
        body="{}",
        received_at=at,
        found=(found(update),),
    )


__all__ = [
    "ADA",
    "BEN",
    "EVE",
    "GUILD",
    "HOUR",
    "NONCE",
    "START",
    "SYSTEM",
    "checkout_update",
    "dispute_update",
    "euros",
    "event",
    "found",
    "initiate",
    "key",
    "package",
    "refund_update",
]
