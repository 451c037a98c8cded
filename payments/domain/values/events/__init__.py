"""Events: what has happened, once it is committed."""

from payments.domain.values.events.base import Event, PaymentEvent, Priority
from payments.domain.values.events.disputes import (
    DisputeEvent,
    DisputeWon,
    FraudWarned,
    InquiryClosed,
    PaymentChargedBack,
    PaymentDisputed,
    PaymentInquired,
)
from payments.domain.values.events.guild import (
    ChannelUnusable,
    ProviderAccessRefused,
    ProviderEventStuck,
    SubscriberDisabled,
)
from payments.domain.values.events.members import PurchaseBanLifted, PurchaseBanned
from payments.domain.values.events.payments import (
    PaymentExpired,
    PaymentFailed,
    PaymentInitiated,
    PaymentMismatch,
    PaymentPending,
    PaymentRefunded,
    PaymentSucceeded,
    ProviderCallFailed,
    ProviderCallRequested,
    RefundFailed,
    RefundPending,
    RefundProposalChanged,
)
from payments.domain.values.events.points import (
    PassedPointsClaimed,
    PointsAwarded,
    PointsGranted,
    PointsReverted,
    PointsRevoked,
    PointsTransferred,
    PointsVoided,
)
from payments.domain.values.events.registry import EVENTS

__all__ = [
    "EVENTS",
    "ChannelUnusable",
    "DisputeEvent",
    "DisputeWon",
    "Event",
    "FraudWarned",
    "InquiryClosed",
    "PassedPointsClaimed",
    "PaymentChargedBack",
    "PaymentDisputed",
    "PaymentEvent",
    "PaymentExpired",
    "PaymentFailed",
    "PaymentInitiated",
    "PaymentInquired",
    "PaymentMismatch",
    "PaymentPending",
    "PaymentRefunded",
    "PaymentSucceeded",
    "PointsAwarded",
    "PointsGranted",
    "PointsReverted",
    "PointsRevoked",
    "PointsTransferred",
    "PointsVoided",
    "Priority",
    "ProviderAccessRefused",
    "ProviderCallFailed",
    "ProviderCallRequested",
    "ProviderEventStuck",
    "PurchaseBanLifted",
    "PurchaseBanned",
    "RefundFailed",
    "RefundPending",
    "RefundProposalChanged",
    "SubscriberDisabled",
]
