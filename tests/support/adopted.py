"""Something that was bought in a provider's own shop, and what the provider says of it."""

from typing import Any

from payments.commands.base import by_provider
from payments.commands.payments.adopt import AdoptPayment
from payments.commands.payments.inbox import RecordProviderEvent
from payments.domain.values.adoption import Adoption
from payments.domain.values.ids import PackageId, PaymentId
from payments.domain.values.inbox import Found
from payments.domain.values.money import NO_AMOUNT, UNKNOWN_CURRENCY
from payments.domain.values.provider_updates import (
    UNNAMED,
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
from payments.domain.values.references import ProviderReference, ReferenceKind
from payments.domain.values.share import ALL
from payments.domain.values.time import Instant
from payments.domain.values.traces import Traces
from tests.support.make import ADA, GUILD, START, key

SHOP = "shop"
ENTITLEMENT = ProviderReference(SHOP, ReferenceKind.ENTITLEMENT, "ent_1")

PAID = CheckoutUpdate(
    session=ENTITLEMENT.id,
    reference=Reference(payment=UNNAMED),
    status=CheckoutStatus.COMPLETE,
    money=MoneyStatus.PAID,
    subtotal=None,
    total=None,
    currency=UNKNOWN_CURRENCY,
)
"""The provider says that it is paid, and nothing of how much."""


def taken_back(status: RefundStatus = RefundStatus.SUCCEEDED) -> RefundUpdate:
    """The provider has taken the whole thing back."""
    return RefundUpdate(
        payment=UNNAMED,
        refund=ENTITLEMENT.id,
        status=status,
        amount=NO_AMOUNT,
        share=ALL,
        provider_id=ENTITLEMENT.id,
    )


def disputed(status: DisputeStatus) -> DisputeUpdate:
    """The buyer's bank asks for all of it."""
    return DisputeUpdate(
        payment=UNNAMED, dispute="dispute_1", status=status, amount=NO_AMOUNT, share=ALL
    )


def adoption(payment: str = "adopted", **more: Any) -> Adoption:
    """Ada has bought 500 points in the provider's shop; `more` is otherwise."""
    usual: dict[str, Any] = {
        "reference": ENTITLEMENT,
        "livemode": True,
        "guild": GUILD,
        "member": ADA,
        "package": PackageId("starter"),
        "package_name": "Starter",
        "points": 500,
        "payment": PaymentId(payment),
    }
    return Adoption(**(usual | more))


def adopting(payment: str = "adopted", **more: Any) -> AdoptPayment:
    """The command that makes a payment of it."""
    made = adoption(payment, **more)
    return AdoptPayment(
        key=AdoptPayment.key_of(made.reference),
        at=START,
        actor=by_provider(made.reference.provider),
        guild=made.guild,
        reference=made.reference,
        adoption=made,
    )


def told(
    update: ProviderUpdate,
    *,
    becomes: Adoption | None = None,
    at: Instant = START,
    **traces: Any,
) -> RecordProviderEvent:
    """A message about it that names the thing alone; `becomes` is what it may be adopted as."""
    known = {"references": frozenset({ENTITLEMENT})}
    named = Traces(**(known | traces))
    name = key("message")
    return RecordProviderEvent(
        key=RecordProviderEvent.key_of(SHOP, name, 1, (update,)),
        at=at,
        actor=by_provider(SHOP),
        guild=None,
        provider=SHOP,
        event=name,
        event_kind="test",
        body="{}",
        received_at=at,
        found=(Found(traces=named, update=update, adoption=becomes),),
    )
