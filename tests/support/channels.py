"""Channels that take deliveries as a test says, and how deliveries ended."""

import asyncio

from payments.notifications.channel import Delivery


class Ends:
    """Notes how deliveries ended, and lets tests wait for it."""

    def __init__(self) -> None:
        self.ended: asyncio.Queue[tuple[str, str]] = asyncio.Queue()

    def delivery_ended(self, channel: str, end: str) -> None:
        self.ended.put_nowait((channel, end))


class FakeChannel:
    """Takes deliveries; raises what it is told to, the first one first."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.taken: list[Delivery] = []

    async def deliver(self, delivery: Delivery) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.taken.append(delivery)


class Waiting:
    """A channel that takes a delivery and waits, as discord.py does on a rate limit."""

    def __init__(self) -> None:
        self.taken: asyncio.Queue[Delivery] = asyncio.Queue()
        self.goes_on = asyncio.Event()
        self.stopped = asyncio.Event()
        self.arrived: list[Delivery] = []

    async def deliver(self, delivery: Delivery) -> None:
        self.taken.put_nowait(delivery)
        try:
            await self.goes_on.wait()
        except asyncio.CancelledError:
            self.stopped.set()
            raise
        self.arrived.append(delivery)
