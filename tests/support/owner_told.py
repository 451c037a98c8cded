"""What a server's owner is told in direct messages."""

import pytest

from payments.domain.values.time import MINUTE, later
from payments.notifications.channel import Delivery, DeliveryChannel
from payments.store.engine.database import Database
from payments.store.outbox.deliveries import Deliveries
from payments.store.rows.codec import decode_event
from tests.conftest import Time
from tests.faces.discord.conftest import World, said

Channels = dict[str, DeliveryChannel]


class OwnerIsTold:
    """Delivers what waits for the owner; the words of all of it."""

    def __init__(
        self, deliveries: Deliveries, channels: Channels, world: World, clock: Time
    ) -> None:
        self._deliveries, self._channels = deliveries, channels
        self._world, self._clock = world, clock

    async def __call__(self) -> list[str]:
        now = self._clock()
        messages = []
        for each in await self._deliveries.claim(
            urgent=9,
            oldest=0,
            channels=("owner",),
            now=now,
            until=later(now, MINUTE),
            lease=f"{now}",
        ):
            happened = decode_event(each.name, each.body)
            await self._channels["owner"].deliver(
                Delivery(id=each.id, nonce=each.nonce, event=happened, channel="owner", attempt=1)
            )
            await self._deliveries.deliver(each, now)
            messages.append(said(self._world.guild.owner.dm_channel.last_message))
        return messages


@pytest.fixture
def owner_is_told(database: Database, channels: Channels, world: World, clock: Time) -> OwnerIsTold:
    return OwnerIsTold(Deliveries(database), channels, world, clock)
