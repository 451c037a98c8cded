"""Calls that follow a commit: made once, for as long as they are of use, with what was stored."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from payments.domain.values.ids import PaymentId
from payments.domain.values.inbox import InboxStatus
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_calls import CallStatus, ProviderCall
from payments.domain.values.time import HOUR, MINUTE, later
from payments.notifications.provider_calls import ProviderCallChannel
from payments.notifications.routing import PROVIDER_CALL, PROVIDER_QUEUE
from payments.notifications.worker import Worker
from payments.providers.errors import AccessRefused, ProviderRefused, ProviderUnavailable
from payments.runner.runner import Runner
from payments.store import tables
from payments.store.engine.database import Database
from payments.store.outbox.deliveries import Deliveries
from payments.store.queries import Queries
from payments.store.verify.verify import verify
from tests.conftest import Time
from tests.support.adopted import ENTITLEMENT, SHOP, adoption, told
from tests.support.approving import (
    APPROVED,
    BOUGHT,
    CAPTURE,
    CONSUME,
    ORDER,
    UNTIL,
    Approving,
    approved,
)
from tests.support.channels import Ends
from tests.support.commands import put_up
from tests.support.databases import only_on_sqlite
from tests.support.make import ADA, GUILD, START, initiate
from tests.support.refunder import NothingTwice

AWAY = ProviderUnavailable("It cannot be reached.")
SPENT = ProviderUnavailable("It has failed.", key_spent=True)


class Around:
    """The queue of calls, whose worker goes on when the test says so."""

    def __init__(
        self, database: Database, runner: Runner, provider: Approving, clock: Time, ends: Ends
    ) -> None:
        self.database, self.runner, self.provider, self.clock = database, runner, provider, clock
        self.queries = Queries(database.reader)
        self.ends = ends
        self.worker = Worker(
            deliveries=Deliveries(database),
            queue=PROVIDER_QUEUE,
            channels={
                PROVIDER_CALL: ProviderCallChannel(
                    providers=dict.fromkeys(("stripe", SHOP), provider),
                    runner=runner,
                    queries=self.queries,
                    refunder=NothingTwice(),
                    clock=clock,
                )
            },
            clock=clock,
            ends=ends,
            idle_seconds=3600,
            beat_seconds=3600,
        )

    async def next(self, *, after: int = 0) -> str:
        """Let time pass and the next delivery be tried; how it ended."""
        self.clock.pass_(after)
        self.worker.wake()
        async with asyncio.timeout(20):
            channel, end = await self.ends.ended.get()
        assert channel == PROVIDER_CALL
        return end

    async def call(self, key: Any = CAPTURE) -> ProviderCall:
        found = await self.queries.provider_call(key)
        assert found is not None
        return found

    async def points(self) -> int:
        return (await self.queries.balance(GUILD, ADA, self.clock())).points

    async def waiting(self) -> list[tuple[str, int]]:
        """Statuses of the deliveries of calls, with their attempts."""
        table = tables.deliveries.c
        query = select(table.status, table.attempts).where(table.channel == PROVIDER_CALL)
        found = await self.database.transact(
            lambda connection: connection.execute(query.order_by(table.delivery_id)).all()
        )
        return [(row.status, row.attempts) for row in found]


@pytest.fixture
def provider(tmp_path: Path) -> Approving:
    return Approving(folder=tmp_path)


@pytest.fixture
async def around(
    database: Database, runner: Runner, provider: Approving, clock: Time, ends: Ends
) -> AsyncIterator[Around]:
    """Ada has begun to buy; at the end the books must prove themselves."""
    await put_up(runner)
    await runner.run(initiate("one"))
    here = Around(database, runner, provider, clock, ends)
    running = asyncio.create_task(here.worker.run())
    yield here
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert await database.snapshot(lambda connection: list(verify(connection))) == []


async def test_an_approved_payment_is_captured_once_and_credited(around: Around) -> None:
    for _ in range(3):
        await around.runner.run(approved())
    stored = await around.call()
    assert (stored.status, stored.attempt, stored.until) == (CallStatus.WAITING, 1, UNTIL)
    assert await around.points() == 0
    assert await around.next() == "delivered"
    assert await around.points() == 500
    assert around.provider.asked == [["cs_one:capture:1", ORDER, '{"exact": "request"}']]
    assert (await around.call()).status is CallStatus.DONE
    await around.runner.run(approved())  # a late repetition
    assert await around.waiting() == [("delivered", 0)]


async def test_what_is_sent_was_stored_before(around: Around) -> None:
    """Also the number of its attempt: a killed process sends the same again."""
    stored: list[ProviderCall] = []

    async def look(_key: str) -> None:
        stored.append(await around.call())

    around.provider.before = look
    await around.runner.run(approved())
    assert await around.next() == "delivered"
    (call,) = stored
    assert call.status is CallStatus.WAITING
    assert around.provider.asked == [[call.idempotency_key, ORDER, call.request]]


async def test_a_lost_answer_leads_to_the_same_call_under_its_key(around: Around) -> None:
    around.provider.lost = [AWAY]
    await around.runner.run(approved())
    assert await around.next() == "postponed"
    assert await around.points() == 0
    assert await around.next(after=MINUTE) == "delivered"
    assert await around.points() == 500
    assert [each[0] for each in around.provider.asked] == ["cs_one:capture:1"] * 2
    assert len(around.provider.done) == 1


@only_on_sqlite
@pytest.mark.parametrize("error", [AWAY, AccessRefused("The key is refused.")], ids=repr)
async def test_an_outage_postpones_and_uses_up_no_attempt(around: Around, error: Exception) -> None:
    around.provider.failures = [error] * 12
    await around.runner.run(approved())
    ends = {await around.next(after=5 * HOUR) for _ in range(12)}
    assert ends == {"postponed"}
    assert await around.waiting() == [("waiting", 0)]
    assert await around.next(after=HOUR) == "delivered"
    assert await around.points() == 500
    assert (await around.call()).attempt == 1


async def test_after_its_time_nothing_is_asked_for_and_moderators_are_told(
    around: Around,
) -> None:
    around.provider.failures = [AWAY]
    await around.runner.run(approved())
    assert await around.next() == "postponed"
    assert await around.next(after=UNTIL - START) == "given_up"
    assert len(around.provider.asked) == 1
    assert (await around.call()).status is CallStatus.LAPSED
    assert await told_moderators(around) == ["It could not be done in time."]


async def told_moderators(around: Around) -> list[str]:
    events, deliveries = tables.events, tables.deliveries
    query = (
        select(events.c.body)
        .select_from(deliveries.join(events))
        .where(deliveries.c.channel == "mod", events.c.name == "provider.call_failed")
    )
    bodies = await around.database.transact(lambda c: list(c.execute(query).scalars()))
    return [json.loads(each)["reason"] for each in bodies]


async def test_what_was_done_in_time_counts_after_it(around: Around) -> None:
    around.provider.lost = [AWAY]
    await around.runner.run(approved())
    assert await around.next() == "postponed"
    assert await around.next(after=UNTIL - START) == "given_up"
    assert await around.points() == 500
    assert (await around.call()).status is CallStatus.DONE


async def test_a_new_key_is_used_only_after_a_look_up(around: Around) -> None:
    around.provider.failures = [SPENT, SPENT]
    around.provider.silent = [AWAY]
    await around.runner.run(approved())
    assert await around.next() == "postponed"
    assert (await around.call()).attempt == 1  # the look-up had no answer
    assert await around.next(after=MINUTE) == "postponed"
    assert (await around.call()).attempt == 2
    assert await around.next(after=MINUTE) == "delivered"
    assert [each[0].rsplit(":")[-1] for each in around.provider.asked] == ["1", "1", "2"]
    assert await around.points() == 500


async def test_a_failure_after_the_effect_needs_no_new_key(around: Around) -> None:
    around.provider.lost = [SPENT]
    await around.runner.run(approved())
    assert await around.next() == "postponed"
    assert await around.points() == 500
    assert await around.next(after=MINUTE) == "delivered"
    assert len(around.provider.asked) == 1


async def test_what_another_key_has_done_is_found(around: Around) -> None:
    await around.provider.do("by hand", ORDER, "")
    await around.runner.run(approved())
    assert await around.next() == "delivered"
    assert await around.points() == 500
    assert (await around.call()).status is CallStatus.DONE


async def test_a_declined_card_ends_the_attempt_and_another_approval_begins_the_next(
    around: Around,
) -> None:
    """Nobody is told: the buyer reads it at the provider."""
    around.provider.failures = [ProviderRefused("The card was declined.", code="DECLINED")]
    await around.runner.run(approved())
    assert await around.next() == "delivered"
    assert (await around.call()).status is CallStatus.REFUSED
    assert await told_moderators(around) == []
    await around.runner.run(approved(at=later(START, MINUTE)))
    assert (await around.call()).attempt == 2
    assert await around.next(after=MINUTE) == "delivered"
    assert [each[0] for each in around.provider.asked] == ["cs_one:capture:1", "cs_one:capture:2"]
    assert await around.points() == 500


async def test_what_does_not_fit_its_payment_is_not_captured(around: Around) -> None:
    result = await around.runner.run(approved(replace(APPROVED, subtotal=1)))
    assert result.status is InboxStatus.QUARANTINED
    assert await around.queries.provider_call(CAPTURE) is None
    assert await around.waiting() == []


async def test_a_key_of_the_other_mode_waits_for_a_person(around: Around) -> None:
    around.provider.livemode = True
    await around.runner.run(approved())
    assert await around.next() == "postponed"
    assert await around.next(after=HOUR) == "postponed"
    assert around.provider.asked == []
    around.provider.livemode = False
    assert await around.next(after=HOUR) == "delivered"
    assert await around.points() == 500


async def test_an_entitlement_is_credited_first_and_then_used_up(around: Around) -> None:
    around.provider.livemode = True
    credited: list[int] = []

    async def look(_key: str) -> None:
        credited.append(await around.points())

    around.provider.before = look
    for _ in range(2):
        await around.runner.run(told(BOUGHT, becomes=adoption()))
    assert await around.next() == "delivered"
    assert (credited, await around.points()) == ([500], 500)
    assert around.provider.done == [["ent_1:consume:1", ENTITLEMENT.id]]
    assert (await around.call(CONSUME)).status is CallStatus.DONE
    assert await around.waiting() == [("delivered", 0)]


async def test_an_entitlement_that_is_refused_is_a_persons_matter(around: Around) -> None:
    around.provider.livemode = True
    around.provider.failures = [ProviderRefused("It is somebody else's.")]
    await around.runner.run(told(BOUGHT, becomes=adoption()))
    assert await around.next() == "delivered"
    assert (await around.call(CONSUME)).status is CallStatus.REFUSED
    assert await told_moderators(around) == ["It is somebody else's."]
    payment = await around.queries.payment(PaymentId("adopted"))
    assert payment is not None
    assert payment.state is PaymentState.COMPLETED
