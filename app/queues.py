"""Workers of queues that need no Discord."""

from collections.abc import Mapping
from dataclasses import dataclass

from payments.domain.values.time import Clock
from payments.notifications.channel import DeliveryChannel
from payments.notifications.worker import RETRY_AFTER, DeliveryEnds, Worker
from payments.store.outbox.deliveries import Deliveries


@dataclass(frozen=True, slots=True, kw_only=True)
class Queues:
    """What all workers have in common.

    Attributes:
        deliveries: What waits.
        clock: Tells the time.
        ends: Who counts.
    """

    deliveries: Deliveries
    clock: Clock
    ends: DeliveryEnds

    def worker(
        self,
        queue: str,
        channels: Mapping[str, DeliveryChannel],
        *,
        slots: int = 8,
        retry_after: int = RETRY_AFTER,
    ) -> Worker:
        """What delivers from one queue.

        Args:
            queue: Its name.
            channels: The channels of it, by name.
            slots: How many deliveries go at once.
            retry_after: Pause after the first failed attempt. Microseconds.
        """
        return Worker(
            deliveries=self.deliveries,
            queue=queue,
            channels=channels,
            clock=self.clock,
            ends=self.ends,
            slots=slots,
            retry_after=retry_after,
        )
