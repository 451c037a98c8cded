"""A process whose worker makes calls to a provider, and kills itself with -9 at a point of one.

Arguments: the database, the provider's folder, and the point: `before` the call, `after` it, or
once it is `noted` in the books, before the delivery has ended.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from payments.domain.values.time import Instant
from payments.notifications.provider_calls import ProviderCallChannel
from payments.notifications.routing import PROVIDER_CALL, PROVIDER_QUEUE, route
from payments.notifications.worker import Worker
from payments.runner.runner import Runner
from payments.store.engine.database import open_database
from payments.store.outbox.claimed import ClaimedDelivery
from payments.store.outbox.deliveries import Deliveries
from payments.store.queries import Queries
from tests.support.approving import Approving, nothing
from tests.support.channels import Ends
from tests.support.make import START
from tests.support.refunder import NothingTwice


async def die(_key: str) -> None:
    """End at once, as a crash does: nothing is written or closed any more."""
    os.kill(os.getpid(), signal.SIGKILL)


class Noted(Deliveries):
    """An outbox in which no delivery ends."""

    async def deliver(self, claimed: ClaimedDelivery, now: Instant) -> bool:
        await die("")
        return await super().deliver(claimed, now)


async def call(url: str, folder: Path, point: str) -> None:
    """Make the call that waits."""
    database = open_database(url)
    runner = Runner(database, route=route)
    runner.start()
    provider = Approving(
        folder=folder,
        before=die if point == "before" else nothing,
        after=die if point == "after" else nothing,
    )
    channel = ProviderCallChannel(
        providers={"stripe": provider},
        runner=runner,
        queries=Queries(database.reader),
        refunder=NothingTwice(),
        clock=lambda: START,
    )
    worker = Worker(
        deliveries=Noted(database) if point == "noted" else Deliveries(database),
        queue=PROVIDER_QUEUE,
        channels={PROVIDER_CALL: channel},
        clock=lambda: START,
        ends=Ends(),
    )
    await worker.run()


if __name__ == "__main__":
    asyncio.run(call(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))
