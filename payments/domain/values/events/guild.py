"""Events that tell a guild's people what to mend."""

from dataclasses import dataclass

from payments.domain.values.events.base import Event, Priority
from payments.domain.values.ids import SubscriberId
from payments.domain.values.integration_trouble import IntegrationTrouble


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderEventStuck(Event):
    """A provider's message could not be handled, and is left to a person.

    Attributes:
        provider: Who sent it.
        event: The provider's id of it.
        kind: The provider's name for what happened.
        reason: Why, in a sentence.
        count: How many messages were left for that reason by then, this one among them.
    """

    name = "provider_event.stuck"
    priority = Priority.HIGH

    provider: str
    event: str
    kind: str
    reason: str
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderAccessRefused(Event):
    """A payment provider refuses us: it does not know our key, or the key lacks a permission.

    Attributes:
        provider: Which one.
        reason: What it refuses, in sentences.
    """

    name = "provider.access_refused"
    priority = Priority.HIGH

    provider: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationTroubled(Event):
    """A payment provider or another service that we call does not do well.

    Attributes:
        integration: Its name.
        trouble: What is wrong.
        made: Number of calls in the last quarter of an hour.
        failed: Those that got no answer, or were turned away for now.
        timed_out: Those that ran out of time.
        fallbacks: How often something else was used in place of an answer.
        milliseconds: How long an answer took on average; 0 if there was none.
        usual_milliseconds: How long it usually takes; 0 if that is not known.
    """

    name = "integration.troubled"
    priority = Priority.HIGH

    integration: str
    trouble: IntegrationTrouble
    made: int
    failed: int
    timed_out: int
    fallbacks: int
    milliseconds: int
    usual_milliseconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationRecovered(Event):
    """What was wrong with a payment provider or another service is over.

    Attributes:
        integration: Its name.
        trouble: What was wrong.
    """

    name = "integration.recovered"
    priority = Priority.LOW

    integration: str
    trouble: IntegrationTrouble


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelUnusable(Event):
    """A channel of the settings cannot be used: a message to it was not sent.

    Attributes:
        setting: Which one, such as `mod_channel`.
        channel: Discord's id of it; None if none is set.
        reason: What is wrong, in a sentence without its full stop.
    """

    name = "channel.unusable"
    priority = Priority.HIGH

    setting: str
    channel: int | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriberDisabled(Event):
    """A subscriber was disabled, because nothing reached it for days.

    Attributes:
        subscriber: Our id of it.
        host: The host of its address.
        reason: What went wrong last, in a sentence without its full stop.
    """

    name = "subscriber.disabled"
    priority = Priority.HIGH

    subscriber: SubscriberId
    host: str
    reason: str
