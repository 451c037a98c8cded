"""What goes back of a payment: its refunds and disputes, as last told.

Each is a share of the payment, kept beside its amount of money: a claim may be in another currency
than the payment, and amounts of two currencies are never computed with.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from payments.domain.values.ids import MemberId
from payments.domain.values.money import Money
from payments.domain.values.provider_updates import (
    DisputeStatus,
    DisputeUpdate,
    RefundStatus,
    RefundUpdate,
)
from payments.domain.values.share import NOTHING, Share
from payments.domain.values.time import Instant

BY_ITSELF: Final = MemberId(0)
"""In the place of a moderator: what was paid twice is refunded without anybody asking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPlace:
    """Where a card stands on Discord, so that it can be changed later."""

    channel: int
    message: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundOrder:
    """How a refund that was asked for here came about.

    Attributes:
        by: The moderator who asked, or `BY_ITSELF`.
        at: When.
        reason: Why, in their words, unescaped; empty if they gave none.
        approved_by: The second moderator, where one was needed.
        request: The exact request for the provider, as it wrote it.
        attempt: Number of the current attempt to send it; part of its idempotency key.
        card: Where moderators see it; None if that is not known.
    """

    by: MemberId
    at: Instant
    reason: str
    request: str
    approved_by: MemberId | None = None
    attempt: int = 1
    card: CardPlace | None = None

    @property
    def moderator(self) -> MemberId | None:
        """The moderator who asked; None if nobody had to."""
        return None if self.by == BY_ITSELF else self.by


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """One refund of a payment, as last told.

    Attributes:
        id: Ours if it was asked for here, else the provider's.
        amount: What goes back, in the refund's own currency.
        share: How much of the payment that is.
        provider_id: The provider's id, once it is known there.
        order: How it was asked for; None if that was not done here.
        intent: The provider's id of the payment that it is of, if given.
        pending_reason: The provider's word for why it is still on its way; empty if not given.
        unknown: The provider's word for how it stands, if we do not know that word.
        version: How many of the provider's answers about it were applied.
        is_fraud: Whether it was made because the payment is taken for fraud.
    """

    id: str
    status: RefundStatus
    amount: Money
    share: Share
    provider_id: str | None = None
    order: RefundOrder | None = None
    intent: str | None = None
    pending_reason: str = ""
    unknown: str = ""
    version: int = 0
    is_fraud: bool = False

    @classmethod
    def answered(cls, update: RefundUpdate, known: "Refund | None", *, id: str) -> "Refund":  # noqa: A002 - the field's name
        """A refund as the provider answered about it; what it leaves out stays as it was known."""
        return cls(
            id=id,
            status=update.status,
            amount=_known_amount(update, known),
            share=update.share or Share(part=update.amount.minor),
            provider_id=update.provider_id or (known.provider_id if known else None),
            order=known.order if known else None,
            intent=update.intent or (known.intent if known else None),
            pending_reason=update.pending_reason,
            unknown=update.unknown,
            version=known.version + 1 if known else 1,
            is_fraud=update.is_fraud or (known is not None and known.is_fraud),
        )

    @property
    def is_by_itself(self) -> bool:
        """Whether it was made without anybody asking, because its purchase was paid twice."""
        return self.order is not None and self.order.by == BY_ITSELF

    @property
    def idempotency_key(self) -> str:
        """The key under which the provider is asked for it: id and attempt, no clock."""
        return f"{self.id}:refund:{self.order.attempt if self.order else 1}"

    def claimed(self, paid: int | None) -> Fraction:
        """How much of a payment it claims, as a share; the payment is given in minor units."""
        return self.share.of(paid)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """One dispute of a payment, as last told.

    Attributes:
        amount: What is disputed, in the dispute's own currency; may exceed what was paid.
        share: How much of the payment that is.
        returned: How much of what it took came back although it was lost; at most all.
        reason: The bank's reason in the provider's words; empty if not given.
        due_by: Until when it can be answered, if it can.
        intent: The provider's id of the payment that it is of, if given.
        unknown: The provider's word for how it stands, if we do not know that word.
        version: How many of the provider's answers about it were applied.
    """

    id: str
    status: DisputeStatus
    amount: Money
    share: Share
    returned: Share = NOTHING
    reason: str = ""
    due_by: Instant | None = None
    intent: str | None = None
    unknown: str = ""
    version: int = 0

    @classmethod
    def answered(cls, update: DisputeUpdate, known: "Dispute | None") -> "Dispute":
        """A dispute as the provider answered about it; what it leaves out stays as it was known."""
        return cls(
            id=update.dispute,
            status=update.status,
            amount=update.amount,
            share=update.share or Share(part=update.amount.minor),
            returned=update.returned,
            reason=update.reason or (known.reason if known else ""),
            due_by=update.due_by or (known.due_by if known else None),
            intent=update.intent or (known.intent if known else None),
            unknown=update.unknown,
            version=known.version + 1 if known else 1,
        )

    @property
    def left(self) -> Money:
        """What it claims, less what came back."""
        return left_of(self.amount, self.returned)

    @property
    def is_charged_back(self) -> bool:
        """Whether it was lost, and not all of its money came back."""
        is_lost = self.status is DisputeStatus.LOST and self.share.part > 0
        return is_lost and self.returned.of(None) < 1

    def claimed(self, paid: int | None) -> Fraction:
        """How much of a payment it claims, as a share; the payment is given in minor units."""
        return self.share.of(paid) * (1 - self.returned.of(None))


Claim = Refund | Dispute


def _known_amount(update: RefundUpdate, known: Refund | None) -> Money:
    """What the update tells, or else what was asked for: some providers tell no amounts."""
    if known is None or update.amount.has_currency:
        return update.amount
    return known.amount


def left_of(amount: Money, returned: Share) -> Money:
    """What is left of an amount of which a share came back; rounded up to whole minor units."""
    back = int(amount.minor * returned.of(None))
    return Money(minor=amount.minor - back, currency=amount.currency)
