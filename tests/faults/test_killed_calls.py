"""A worker is killed with -9 around its call to a provider; another one ends what it began."""

import asyncio
import signal
from pathlib import Path

import pytest

from payments.domain.values.provider_calls import CallStatus
from payments.domain.values.time import SECOND
from payments.notifications.provider_calls import ProviderCallChannel
from payments.notifications.routing import PROVIDER_CALL, PROVIDER_QUEUE
from payments.notifications.worker import LEASE, Worker
from payments.runner.runner import Runner
from payments.store.engine.database import Database
from payments.store.outbox.deliveries import Deliveries
from payments.store.queries import Queries
from payments.store.verify.verify import verify
from tests.conftest import Time
from tests.support.approving import CAPTURE, Approving, approved
from tests.support.channels import Ends
from tests.support.commands import put_up
from tests.support.forked import Forking
from tests.support.make import ADA, GUILD, initiate
from tests.support.refunder import NothingTwice
from tests.support.typed import kept_environment

SECONDS = 60
"""How long a process may take to start and to be killed."""


async def killed(forking: Forking, url: str, folder: Path, point: str) -> None:
    """Let a process make the call, and be killed at that point."""
    arguments = (url, str(folder), point)
    process = await forking.begin(
        "tests.faults.calling_victim", arguments, folder, kept_environment()
    )
    async with asyncio.timeout(SECONDS):
        _, errors = await process.communicate()
    assert process.returncode == -signal.SIGKILL, errors.decode()


@pytest.mark.parametrize(
    ("point", "left"),
    [("before", (0, 0)), ("after", (1, 0)), ("noted", (1, 500))],
)
async def test_a_call_is_made_once_wherever_its_worker_was_killed(
    runner: Runner,
    database: Database,
    database_url: str,
    clock: Time,
    tmp_path: Path,
    forking: Forking,
    point: str,
    left: tuple[int, int],
) -> None:
    """It has left this many calls and points."""
    queries = Queries(database.reader)
    await put_up(runner)
    await runner.run(initiate("one"))
    await runner.run(approved())
    await killed(forking, database_url, tmp_path, point)
    provider = Approving(folder=tmp_path)
    points = (await queries.balance(GUILD, ADA, clock())).points
    assert (len(provider.asked), points) == left
    ends = Ends()
    channel = ProviderCallChannel(
        providers={"stripe": provider},
        runner=runner,
        queries=queries,
        refunder=NothingTwice(),
        clock=clock,
    )
    clock.pass_(LEASE + SECOND)
    worker = Worker(
        deliveries=Deliveries(database),
        queue=PROVIDER_QUEUE,
        channels={PROVIDER_CALL: channel},
        clock=clock,
        ends=ends,
        idle_seconds=3600,
        beat_seconds=3600,
    )
    running = asyncio.create_task(worker.run())
    async with asyncio.timeout(SECONDS):
        assert await ends.ended.get() == (PROVIDER_CALL, "delivered")
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert {each[0] for each in provider.asked} == {"cs_one:capture:1"}
    assert len(provider.done) == 1
    assert (await queries.balance(GUILD, ADA, clock())).points == 500
    call = await queries.provider_call(CAPTURE)
    assert call is not None
    assert call.status is CallStatus.DONE
    assert await database.snapshot(lambda connection: list(verify(connection))) == []
