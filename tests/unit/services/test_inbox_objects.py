"""Messages about objects of which the provider says nothing of use."""

import json
from dataclasses import replace

from payments.commands.payments.inbox import TRIES_OF_THE_GONE
from payments.domain.values.inbox import InboxStatus
from payments.domain.values.time import HOUR, MINUTE
from payments.providers.errors import ProviderRefused, ProviderUnavailable
from payments.providers.protocol import Refusal
from payments.providers.requests import ProviderEvent
from payments.runner.runner import Runner
from payments.services.inbox import Inbox
from payments.store.engine.database import Database
from payments.store.queries import Queries
from tests.conftest import Time
from tests.support.buying import kept, points
from tests.support.commands import put_up
from tests.support.databases import only_on_sqlite
from tests.support.fakes import FakeProvider
from tests.support.make import GUILD, checkout_update, initiate
from tests.support.stuck import stuck


class Broken(FakeProvider):
    """Gives no usable answer about an object until it is fixed."""

    mended = False

    async def look_up(self, event: ProviderEvent) -> ProviderEvent:
        if self.mended:
            return await FakeProvider.look_up(self, event)
        raise ProviderUnavailable(f"no usable answer, not about {event.kind}", answered=True)


@only_on_sqlite
async def test_an_object_without_a_usable_answer_is_given_to_a_person_after_a_day_and_still_tried(
    runner: Runner, queries: Queries, database: Database, clock: Time
) -> None:
    provider = Broken()
    inbox = Inbox(
        runner=runner, queries=queries, providers={"stripe": provider}, clock=clock, home=GUILD
    )
    await put_up(runner)
    await runner.run(initiate("p1", at=clock()))
    provider.checkouts_by_id["cs_p1"] = checkout_update("p1")
    body = json.dumps({"id": "evt_1", "session": "cs_p1", "old_version": True})
    await inbox.receive(provider, provider.events.read(body))
    for _ in range(22):
        await inbox.retry_due()
        clock.pass_(HOUR)
    assert await stuck(database) == 0
    for _ in range(5):
        await inbox.retry_due()
        clock.pass_(HOUR)
    assert await stuck(database) == 1
    assert [status for status, _ in await kept(database)] == ["quarantined"]
    provider.mended = True
    await inbox.retry_due()
    assert await points(queries, clock) == 500
    assert await stuck(database) == 1


class Forgetful(FakeProvider):
    """Knows no object."""

    async def look_up(self, event: ProviderEvent) -> ProviderEvent:
        raise ProviderRefused(
            f"no such object, not that of {event.kind}", why=Refusal.UNKNOWN_OBJECT
        )


async def test_an_object_that_the_provider_does_not_know_concerns_us_only_if_it_is_ours(
    runner: Runner, queries: Queries, database: Database, clock: Time
) -> None:
    provider = Forgetful()
    inbox = Inbox(
        runner=runner, queries=queries, providers={"stripe": provider}, clock=clock, home=GUILD
    )
    await put_up(runner)
    await runner.run(initiate("p1", at=clock()))
    for name, payment in (("evt_ours", "p1"), ("evt_theirs", "p2")):
        provider.checkouts_by_id[f"cs_{payment}"] = checkout_update(payment)
        body = json.dumps({"id": name, "session": f"cs_{payment}", "old_version": True})
        event = provider.events.read(body)
        unseen = replace(event.found[0].traces, whole=False)
        event = replace(event, found=(replace(event.found[0], traces=unseen),))
        await inbox.receive(provider, event)
    statuses = []
    for _ in range(TRIES_OF_THE_GONE):
        await inbox.retry_due()
        clock.pass_(MINUTE)
        ours, theirs = (
            await queries.inbox_event("evt_ours"),
            await queries.inbox_event("evt_theirs"),
        )
        assert ours is not None
        assert theirs is not None
        statuses.append((ours.status, theirs.status, theirs.retry_at is None))
    failed, ignored = InboxStatus.FAILED, InboxStatus.IGNORED
    assert statuses[0] == (failed, failed, False), "it may only be late at the provider"
    assert statuses[-1] == (failed, ignored, True)
    assert await stuck(database) == 0
