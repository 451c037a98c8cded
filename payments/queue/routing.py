"""Which channels hear of which event."""

from collections.abc import Iterable

from payments.domain.events import (
    DisputeWon,
    Event,
    FraudWarned,
    PaymentChargedBack,
    PaymentDisputed,
    PaymentDoubted,
    PaymentEvent,
    PaymentExpired,
    PaymentFailed,
    PaymentInquired,
    PaymentPending,
    PaymentRefunded,
    PaymentSucceeded,
    PointsTransferred,
    ProviderEventStuck,
    RefundFailed,
)

DM = "dm"
"""The member's direct messages."""
ANSWER = "answer"
"""The answer to the member's own command, while it can still be changed."""
MOD = "mod"
"""The guild's moderators' channel."""
RECIPIENT = "recipient"
"""The direct messages of whoever was given points."""

_ROUTES: dict[type[Event], tuple[str, ...]] = {
    PaymentPending: (DM, ANSWER),
    PaymentSucceeded: (ANSWER, DM),
    PaymentFailed: (ANSWER, DM),
    PaymentExpired: (ANSWER,),
    PaymentDoubted: (MOD, DM),
    PaymentInquired: (MOD,),
    PaymentDisputed: (MOD,),
    PaymentChargedBack: (MOD,),
    DisputeWon: (MOD,),
    FraudWarned: (MOD,),
    PaymentRefunded: (MOD, DM),
    RefundFailed: (MOD,),
    PointsTransferred: (RECIPIENT,),
    ProviderEventStuck: (MOD,),
}


def route(event: Event) -> Iterable[tuple[str, str | None]]:
    """The channels to which an event is delivered; the log and the metrics hear of all.

    Each comes with its lane: messages to the same person keep their order.
    """
    return [(channel, _lane(event, channel)) for channel in _ROUTES.get(type(event), ())]


def _lane(event: Event, channel: str) -> str | None:
    if channel == DM and isinstance(event, PaymentEvent):
        return f"person:{event.member}"
    if channel == RECIPIENT and isinstance(event, PointsTransferred):
        return f"person:{event.recipient}"
    return None
