"""Which channels get which event."""

from collections.abc import Iterable

from payments.domain.values.events import (
    ChannelUnusable,
    CodeReplaced,
    CodesRunningOut,
    DisputeWon,
    Event,
    FraudWarned,
    FulfilmentRequested,
    InquiryClosed,
    IntegrationRecovered,
    IntegrationTroubled,
    OrderCancelled,
    OrderDenied,
    OrderEvent,
    OrderFailed,
    OrderFulfilled,
    OrderLapsed,
    OrderReturned,
    PassedPointsClaimed,
    PaymentChargedBack,
    PaymentCheckChanged,
    PaymentDisputed,
    PaymentEvent,
    PaymentExpired,
    PaymentFailed,
    PaymentHeld,
    PaymentInquired,
    PaymentMismatch,
    PaymentPending,
    PaymentRefunded,
    PaymentReleased,
    PaymentSucceeded,
    PaymentSurplus,
    PointsGranted,
    PointsRevoked,
    PointsTransferred,
    PointsVoided,
    ProviderAccessRefused,
    ProviderCallFailed,
    ProviderCallRequested,
    ProviderEventStuck,
    PurchaseBanLifted,
    PurchaseBanned,
    RefundFailed,
    RefundPending,
    RefundProposalChanged,
    RoleChanged,
    RoleTakenAway,
    RoleUnusable,
    SubscriberDisabled,
)
from payments.domain.values.guilds import EVERYTHING, Audience
from payments.domain.values.items import ItemKind
from payments.domain.values.time import MINUTE, SECOND
from payments.store.outbox.destination import Destination

DM = "dm"
"""The member's direct messages."""
ANSWER = "answer"
"""The answer to the member's own command, while it can still be changed."""
MOD = "mod"
"""The guild's moderators' channel."""
CARD = "card"
"""The cards about a payment that stand in the moderators' channel already."""
PROPOSAL = "proposal"
"""The card of a refund that a moderator asked for, from proposal to end."""
RECIPIENT = "recipient"
"""The direct messages of members about what others did with their points or rights."""
OWNER = "owner"
"""The direct messages of the guild's owner."""
ANNOUNCE = "announce"
"""The guild's announcement channel."""
HTTP = "http"
"""Another program that has subscribed."""
STAFF = "staff"
"""The cards of orders that wait for a person."""
ROLE = "role"
"""Roles on Discord that members ordered: given, and taken when their time is over."""
PANEL = "panel"
"""The panels from which members order and buy."""
MAIL = "mail"
"""The mailbox of a buyer."""
PROVIDER_CALL = "provider"
"""A payment provider, that is asked for something which must follow a commit."""

DISCORD_QUEUE = "discord"
"""What goes to people."""
HTTP_QUEUE = "http"
"""What goes to other programs: a slow one must not hold up people."""
FULFILMENT_QUEUE = "fulfilment"
"""What members ordered: a burst of messages must not hold it up."""
PROVIDER_QUEUE = "provider"
"""What providers are asked for: members wait for it."""
MAIL_QUEUE = "mail"
"""What goes to mailboxes, where mail is on: a slow mail server must hold up nothing else."""

ANNOUNCEABLE = (PaymentSucceeded.name, PointsTransferred.name)
"""What an owner may have announced to all."""

GIFTS_WAIT = MINUTE
"""How long a gift waits before it is announced: all of that time are one message. Microseconds."""

PANELS_WAIT = 3 * SECOND
"""How long a change waits before panels show it: all of that time are one. Microseconds."""

MAILED = (PaymentSucceeded, PaymentRefunded, OrderFulfilled, OrderReturned)
"""What buyers get in writing, where mail is on."""

_ROUTES: dict[type[Event], tuple[str, ...]] = {
    PaymentPending: (DM, ANSWER),
    PaymentHeld: (MOD, ANSWER, DM),
    PaymentCheckChanged: (CARD, ANSWER),
    PaymentReleased: (CARD, ANSWER, DM),
    PaymentSucceeded: (ANSWER, DM),
    PaymentSurplus: (MOD, DM),
    PaymentFailed: (ANSWER, DM),
    PaymentExpired: (ANSWER,),
    PaymentMismatch: (MOD, DM),
    PaymentInquired: (MOD,),
    InquiryClosed: (CARD,),
    PaymentDisputed: (MOD, DM, CARD),
    PaymentChargedBack: (MOD, DM, CARD),
    DisputeWon: (MOD, DM, CARD),
    FraudWarned: (MOD,),
    PaymentRefunded: (MOD, DM, CARD),
    RefundPending: (MOD, DM, CARD),
    RefundFailed: (MOD, DM, CARD),
    RefundProposalChanged: (PROPOSAL,),
    PointsTransferred: (RECIPIENT,),
    PointsGranted: (RECIPIENT,),
    PointsRevoked: (RECIPIENT,),
    PointsVoided: (DM,),
    PassedPointsClaimed: (DM,),
    PurchaseBanned: (RECIPIENT,),
    PurchaseBanLifted: (RECIPIENT,),
    ProviderEventStuck: (MOD,),
    ProviderAccessRefused: (MOD, OWNER),
    ProviderCallFailed: (MOD,),
    IntegrationTroubled: (MOD,),
    IntegrationRecovered: (MOD,),
    ChannelUnusable: (OWNER,),
    RoleUnusable: (OWNER,),
    CodesRunningOut: (OWNER,),
    RoleTakenAway: (MOD,),
    SubscriberDisabled: (MOD,),
    OrderFulfilled: (DM,),
    OrderDenied: (DM,),
    OrderCancelled: (DM,),
    OrderLapsed: (DM,),
    OrderFailed: (DM,),
    OrderReturned: (DM,),
    CodeReplaced: (DM,),
}


_ABOUT_ONE = (PointsGranted, PointsRevoked, PurchaseBanned, PurchaseBanLifted)
"""What a member is told that somebody else did."""

_UNSEEN = (FulfilmentRequested, CodeReplaced)
"""What changes nothing on the card of an order."""

_CHANGED = (ANSWER, CARD, PROPOSAL)
"""Where a message is changed: of two changes the later one must be the last."""


def route(event: Event, audience: Audience) -> Iterable[Destination]:
    """Where an event is delivered; the log and the metrics get all.

    Messages to the same person keep their order, and so do changes of the same message.
    """
    for channel in _ROUTES.get(type(event), ()):
        yield Destination(channel=channel, queue=DISCORD_QUEUE, lane=_lane(event, channel))
    if isinstance(event, PaymentRefunded | RefundFailed) and event.asked_by is not None:
        yield Destination(channel=PROPOSAL, queue=DISCORD_QUEUE, lane=_lane(event, PROPOSAL))
    if isinstance(event, ProviderCallRequested):
        called = f"{event.provider}:{event.call}:{event.object}"
        yield Destination(channel=PROVIDER_CALL, queue=PROVIDER_QUEUE, target=called)
    if isinstance(event, OrderEvent) and event.by_person and not isinstance(event, _UNSEEN):
        kept_in_order = f"{STAFF}:{event.order}"
        yield Destination(channel=STAFF, queue=DISCORD_QUEUE, lane=kept_in_order)
    if (lane := _role_lane(event)) is not None:
        yield Destination(channel=ROLE, queue=FULFILMENT_QUEUE, lane=lane)
    if event.panel in audience.panels:
        lane = f"{PANEL}:{event.guild}:{event.name}"
        yield Destination(channel=PANEL, queue=DISCORD_QUEUE, lane=lane, wait=PANELS_WAIT)
    if event.name in audience.announced:
        yield _announced(event)
    for subscriber, kinds in audience.subscribers:
        if event.name in kinds or EVERYTHING in kinds:
            yield Destination(channel=HTTP, queue=HTTP_QUEUE, target=subscriber)


def route_with_mail(event: Event, audience: Audience) -> Iterable[Destination]:
    """The same where mail is on; mails to the same person keep their order."""
    yield from route(event, audience)
    if isinstance(event, MAILED):
        lane = f"{MAIL}:{event.guild}:{event.member}"
        yield Destination(channel=MAIL, queue=MAIL_QUEUE, lane=lane)


def _announced(event: Event) -> Destination:
    """Gifts of a guild keep their order, and wait for each other: they may be many."""
    if not isinstance(event, PointsTransferred):
        return Destination(channel=ANNOUNCE, queue=DISCORD_QUEUE)
    lane = f"{ANNOUNCE}:{event.guild}"
    return Destination(channel=ANNOUNCE, queue=DISCORD_QUEUE, lane=lane, wait=GIFTS_WAIT)


def _lane(event: Event, channel: str) -> str | None:
    if channel == DM and isinstance(event, PaymentEvent | OrderEvent):
        return f"person:{event.member}"
    if channel in _CHANGED and isinstance(event, PaymentEvent):
        return f"{channel}:{event.payment}"
    if channel == RECIPIENT and isinstance(event, PointsTransferred):
        return f"person:{event.recipient}"
    if channel == RECIPIENT and isinstance(event, _ABOUT_ONE):
        return f"person:{event.member}"
    return None


def _role_lane(event: Event) -> str | None:
    """What is to happen with one member's role keeps its order; None if it is about no role."""
    if isinstance(event, RoleChanged):
        return f"{ROLE}:{event.guild}:{event.member}:{event.role}"
    if isinstance(event, FulfilmentRequested) and event.kind == ItemKind.ROLE:
        return f"{ROLE}:{event.guild}:{event.member}:{event.item}"
    return None
