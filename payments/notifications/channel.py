"""Where deliveries go, and how a channel says that one did not arrive."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from payments.domain.values.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event on its way to one channel. Comes at least once: the receiver is idempotent.

    Attributes:
        id: Counts up; the database may give one out again after it was restored from a backup.
        nonce: Under which Discord takes it once within a few minutes, however often it is sent:
            random, the same for all attempts, at most 25 characters.
        event: What happened.
        channel: Where it goes.
        attempt: Number of this attempt, from 1.
        target: To whom, if the channel leads to several.
    """

    id: int
    nonce: str
    event: Event
    channel: str
    attempt: int
    target: str | None = None


@runtime_checkable
class SumsUp(Protocol):
    """A channel that tells several events of one kind in one message."""

    @property
    def summed(self) -> Collection[str]:
        """The names of the events that it sums up."""
        ...

    async def deliver_all(self, together: Sequence[Delivery]) -> None:
        """Deliver events of one kind to one person, in their order: one message for all of them.

        Raises as `DeliveryChannel.deliver`; what it raises is so for all of them.
        """
        ...


class DeliveryChannel(Protocol):
    """One way to tell someone."""

    async def deliver(self, delivery: Delivery) -> None:
        """Deliver it.

        Raises:
            Postpone: Not now.
            GiveUp: Never.
            Exception: It went wrong; uses up one attempt.
        """
        ...
