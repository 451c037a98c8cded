"""Transfers that somebody is told of, and a worker that tells all there is to tell."""

import asyncio
from collections.abc import Mapping

import pytest

from payments.commands.base import by_member
from payments.commands.points.move import GrantPoints, TransferPoints
from payments.domain.values.ids import MemberId
from payments.notifications.channel import DeliveryChannel
from payments.notifications.worker import Worker
from payments.runner.runner import Runner
from payments.store.engine.database import Database
from payments.store.outbox.deliveries import Deliveries
from tests.conftest import Time
from tests.support.make import BEN, GUILD, START, key


class Counted:
    """Counts how deliveries ended."""

    def __init__(self) -> None:
        self.ends: list[str] = []

    def delivery_ended(self, channel: str, end: str) -> None:
        del channel
        self.ends.append(end)


@pytest.fixture
def ends() -> Counted:
    return Counted()


@pytest.fixture
def worker(
    database: Database, channels: Mapping[str, DeliveryChannel], clock: Time, ends: Counted
) -> Worker:
    deliveries = Deliveries(database)
    return Worker(deliveries=deliveries, channels=channels, clock=clock, ends=ends)


async def rich(runner: Runner, *members: MemberId) -> None:
    for member in members:
        await runner.run(
            GrantPoints(
                key=key(),
                at=START,
                actor=by_member(BEN),
                guild=GUILD,
                member=member,
                points=500,
                as_owner=True,
            )
        )


async def pass_on(
    runner: Runner, clock: Time, sender: MemberId, recipient: MemberId, points: int, note: str = ""
) -> None:
    await runner.run(
        TransferPoints(
            key=key(),
            at=clock(),
            actor=by_member(sender),
            guild=GUILD,
            member=sender,
            recipient=recipient,
            points=points,
            note=note,
        )
    )


async def deliver_all(worker: Worker) -> None:
    """Until nothing is due any more."""
    while await worker._begin_some():
        await asyncio.gather(*worker._under_way)
