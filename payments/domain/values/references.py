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
    CAPTURE = "capture"
    """Money that was taken after the buyer had approved it."""
    AUTHORIZATION = "authorization"
    """Money that was set aside after the buyer had approved it."""
    REFUND = "refund"
    DISPUTE = "dispute"
    FRAUD_WARNING = "fraud_warning"
    ENTITLEMENT = "entitlement"
    """What somebody bought in the provider's own shop: their payment begins with it."""


class ProviderReference(NamedTuple):
    """A provider's id of one thing."""

    provider: str
    kind: ReferenceKind
    id: str


def references_of(
    provider: str, update: ProviderUpdate, *, paid_by: ReferenceKind = ReferenceKind.CHECKOUT
) -> frozenset[ProviderReference]:
    """All ids that an update names as the payment's own.

    Args:
        provider: Whose update.
        update: The update.
        paid_by: By what kind of thing the payment is paid.
    """
    ids: dict[ReferenceKind, str | None] = {ReferenceKind.INTENT: update.intent}
    if isinstance(update, CheckoutUpdate):
        ids[paid_by] = update.session
        if update.authorization != update.intent:
            ids[ReferenceKind.AUTHORIZATION] = update.authorization
    elif isinstance(update, RefundUpdate):
        ids[ReferenceKind.REFUND] = update.provider_id
    elif isinstance(update, DisputeUpdate):
        ids[ReferenceKind.DISPUTE] = update.dispute
    else:
        ids[ReferenceKind.FRAUD_WARNING] = update.warning
    return frozenset(ProviderReference(provider, kind, each) for kind, each in ids.items() if each)
