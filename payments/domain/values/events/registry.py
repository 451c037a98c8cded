"""Facts that were committed, for those who are notified of them.

Named in the past tense here, and by `name` on the queue. Each is written in the same transaction as
what it tells.
"""

from payments.domain.values.events.base import Event
from payments.domain.values.events.disputes import (
    DisputeWon,
    FraudWarned,
    InquiryClosed,
    PaymentChargedBack,
    PaymentDisputed,
    PaymentInquired,
)
from payments.domain.values.events.guild import (
    ChannelUnusable,
    IntegrationRecovered,
    IntegrationTroubled,
    ProviderAccessRefused,
    ProviderEventStuck,
    SubscriberDisabled,
)
from payments.domain.values.events.members import PurchaseBanLifted, PurchaseBanned
from payments.domain.values.events.orders import (
    CodeReplaced,
    CodesRunningOut,
    FulfilmentRequested,
    ItemChanged,
    OrderCancelled,
    OrderDenied,
    OrderFailed,
    OrderFulfilled,
    OrderLapsed,
    OrderPlaced,
    OrderReminded,
    OrderReturned,
    PackageChanged,
    RoleChanged,
    RoleTakenAway,
    RoleUnusable,
)
from payments.domain.values.events.payments import (
    PaymentCheckChanged,
    PaymentExpired,
    PaymentFailed,
    PaymentHeld,
    PaymentInitiated,
    PaymentMismatch,
    PaymentPending,
    PaymentRefunded,
    PaymentReleased,
    PaymentSucceeded,
    PaymentSurplus,
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

EVENTS: dict[str, type[Event]] = {
    kind.name: kind
    for kind in (
        PaymentInitiated,
        PaymentPending,
        PaymentHeld,
        PaymentCheckChanged,
        PaymentReleased,
        PaymentSucceeded,
        PaymentFailed,
        PaymentExpired,
        PaymentMismatch,
        PaymentInquired,
        InquiryClosed,
        PaymentDisputed,
        PaymentChargedBack,
        DisputeWon,
        FraudWarned,
        PaymentSurplus,
        PaymentRefunded,
        RefundPending,
        RefundFailed,
        RefundProposalChanged,
        PointsAwarded,
        PointsReverted,
        PointsTransferred,
        PointsGranted,
        PointsVoided,
        PointsRevoked,
        PassedPointsClaimed,
        PurchaseBanned,
        PurchaseBanLifted,
        ProviderEventStuck,
        ProviderAccessRefused,
        ProviderCallRequested,
        ProviderCallFailed,
        ChannelUnusable,
        IntegrationTroubled,
        IntegrationRecovered,
        SubscriberDisabled,
        ItemChanged,
        PackageChanged,
        CodeReplaced,
        CodesRunningOut,
        OrderPlaced,
        OrderReminded,
        OrderFulfilled,
        OrderDenied,
        OrderCancelled,
        OrderLapsed,
        OrderFailed,
        OrderReturned,
        FulfilmentRequested,
        RoleChanged,
        RoleTakenAway,
        RoleUnusable,
    )
}
"""Every kind by its name on the queue."""
