"""A provider's ids of things, and the payments that they belong to."""

from enum import StrEnum
from typing import NamedTuple

from payments.domain.values.provider_updates import (
    CheckoutUpdate,
    DisputeUpdate,
    ProviderUpdate,
    RefundUpdate,
)


class ReferenceKind(StrEnum):
    """What kind of thing of the provider's an id names."""

    CHECKOUT = "checkout"
    INTENT = "intent"
    CHARGE = "charge"
    REFUND = "refund"
    DISPUTE = "dispute"
    FRAUD_WARNING = "fraud_warning"


class ProviderReference(NamedTuple):
    """A provider's id of one thing."""

    provider: str
    kind: ReferenceKind
    id: str


def references_of(provider: str, told: ProviderUpdate) -> frozenset[ProviderReference]:
    """All ids that something told of a payment names as the payment's own."""
    ids: dict[ReferenceKind, str | None] = {ReferenceKind.INTENT: told.intent}
    if isinstance(told, CheckoutUpdate):
        ids[ReferenceKind.CHECKOUT] = told.session
    elif isinstance(told, RefundUpdate):
        ids[ReferenceKind.REFUND] = told.provider_id
    elif isinstance(told, DisputeUpdate):
        ids[ReferenceKind.DISPUTE] = told.dispute
    else:
        ids[ReferenceKind.FRAUD_WARNING] = told.warning
    return frozenset(ProviderReference(provider, kind, each) for kind, each in ids.items() if each)
