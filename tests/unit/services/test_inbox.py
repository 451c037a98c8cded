"""Messages that cannot be handled: they wait, hold nobody up, and are told of once."""

import asyncio
import json
from dataclasses import replace

from prometheus_client import CollectorRegistry
from sqlalchemy import select

from payments.commands.base import by_provider
from payments.commands.payments.inbox import MAX_ATTEMPTS, KeepFailedEvent
from payments.domain.values.ids import PaymentId
from payments.domain.values.inbox import InboxEvent, InboxStatus
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_updates import CheckoutStatus, MoneyStatus
from payments.domain.values.time import DAY, HOUR
from payments.providers.requests import ProviderEvent
from payments.runner.observers.metrics import Metrics
from payments.runner.runner import Runner
from payments.services.inbox import Inbox
from payments.store import tables
from payments.store.engine.database import Database
from payments.store.queries import Queries
from tests.conftest import Time
from tests.support.buying import kept, points
from tests.support.commands import put_up
from tests.support.fakes import FakeProvider
from tests.support.make import GUILD, checkout_update, event, initiate
from tests.support.stuck import stuck, unreadable


class Tripping(FakeProvider):
    """Trips over one message, as over an answer that nobody has expected."""

    async def look_up(self, event: ProviderEvent) -> ProviderEvent:
        if event.id == "evt_bad":
            raise AttributeError("an answer that nobody has expected")
        return await FakeProvider.look_up(self, event)


async def test_a_message_that_nobody_can_read_holds_no_other_up(
    runner: Runner, queries: Queries, database: Database, clock: Time
) -> None:
    provider = Tripping()
    inbox = Inbox(
        runner=runner, queries=queries, providers={"stripe": provider}, clock=clock, home=GUILD
    )
    await put_up(runner)
    await runner.run(initiate("p1", at=clock()))
    provider.checkouts_by_id["cs_p1"] = checkout_update("p1")
    for name in ("evt_bad", "evt_good"):
        body = json.dumps({"id": name, "session": "cs_p1", "old_version": True})
        await inbox.receive(provider, provider.events.read(body))
    await inbox.retry_due()
    assert await points(queries, clock) == 500
    assert sorted(await kept(database)) == [("failed", 2), ("handled", 2)]
    for _ in range(MAX_ATTEMPTS):
        clock.pass_(HOUR)
        await inbox.retry_due()
    assert ("quarantined", MAX_ATTEMPTS) in await kept(database)
    assert await stuck(database) == 1
    bad = await queries.inbox_event("evt_bad")
    assert bad is not None
    await inbox.retry(bad)  # a person has it tried again: nobody is told again
    assert await stuck(database) == 1


async def test_a_message_that_is_sent_again_goes_on_where_it_was(
    runner: Runner, queries: Queries, database: Database, clock: Time
) -> None:
    """Its first try fails by a mistake of ours, its second one waits for its payment."""
    provider = FakeProvider()
    inbox = Inbox(runner=runner, queries=queries, providers={"stripe": provider}, clock=clock)
    provider.checkouts_by_id["cs_p1"] = checkout_update("p1")
    provider.installations["cs_p1"] = await queries.installation()
    message = json.dumps({"id": "evt_1", "session": "cs_p1"})
    failed = InboxEvent(
        provider="stripe",
        id="evt_1",
        kind="test",
        body=message,
        received_at=clock(),
        status=InboxStatus.FAILED,
        reason="a mistake of ours",
        attempts=1,
        retry_at=clock(),
    )
    await runner.run(
        KeepFailedEvent(
            key=KeepFailedEvent.key_of("stripe", "evt_1", 1),
            at=clock(),
            actor=by_provider("stripe"),
            guild=None,
            inbox_event=failed,
        )
    )
    await inbox.retry_due()
    assert await kept(database) == [("pending", 2)]
    await inbox.receive(provider, provider.events.read(message))
    assert await kept(database) == [("pending", 2)]
    await put_up(runner)
    await runner.run(initiate("p1", at=clock()))
    clock.pass_(HOUR)
    await inbox.retry_due()
    assert await points(queries, clock) == 500


async def test_a_checkout_that_was_replaced_disturbs_no_paid_payment(
    runner: Runner, queries: Queries
) -> None:
    await put_up(runner)
    await runner.run(initiate("p1"))
    await runner.run(event(checkout_update("p1")))
    old = replace(
        checkout_update("p1", status=CheckoutStatus.EXPIRED, money=MoneyStatus.UNPAID),
        session="cs_old",
    )
    result = await runner.run(event(old))
    assert result.status is InboxStatus.HANDLED
    payment = await queries.payment(PaymentId("p1"))
    assert payment is not None
    assert (payment.mismatch, payment.state) == (None, PaymentState.COMPLETED)


async def counts(database: Database) -> list[int]:
    """The counts on the cards, in their order."""
    query = select(tables.events.c.body).where(tables.events.c.name == "provider_event.stuck")
    bodies = await database.transact(lambda c: c.execute(query).scalars().all())
    return sorted(json.loads(each)["count"] for each in bodies)


async def test_one_cause_is_one_card_with_a_count_however_many_messages_it_stops(
    runner: Runner, database: Database, clock: Time
) -> None:
    await asyncio.gather(*(runner.run(unreadable(clock, number)) for number in range(25)))
    assert await counts(database) == [1, 10]
    await runner.run(unreadable(clock, 25, "Another reason."))
    assert await counts(database) == [1, 1, 10]
    clock.pass_(DAY)
    await runner.run(unreadable(clock, 26))
    assert await counts(database) == [1, 1, 1, 10]


async def test_what_is_no_concern_of_ours_is_counted(
    runner: Runner, queries: Queries, clock: Time
) -> None:
    registry = CollectorRegistry()
    provider = FakeProvider()
    inbox = Inbox(
        runner=runner,
        queries=queries,
        providers={"stripe": provider},
        clock=clock,
        metrics=Metrics(registry),
    )
    await put_up(runner)
    await runner.run(initiate("p1", at=clock()))
    for number, payment in enumerate(("p1", "p2", "p3")):
        provider.checkouts_by_id[f"cs_{payment}"] = checkout_update(payment)
        body = json.dumps({"id": f"evt_{number}", "session": f"cs_{payment}"})
        await inbox.receive(provider, provider.events.read(body))
    name = "guildbank_ignored_events_total"
    assert registry.get_sample_value(name, {"provider": "stripe"}) == 2


async def test_a_message_whose_provider_is_not_set_up_any_more_is_left_to_a_person(
    runner: Runner, queries: Queries, database: Database, clock: Time
) -> None:
    provider = FakeProvider()
    provider.checkouts_by_id["cs_p1"] = checkout_update("p1")
    provider.installations["cs_p1"] = await queries.installation()
    inbox = Inbox(runner=runner, queries=queries, providers={}, clock=clock, home=GUILD)
    await inbox.receive(
        provider, provider.events.read(json.dumps({"id": "evt_1", "session": "cs_p1"}))
    )
    for _ in range(MAX_ATTEMPTS):
        clock.pass_(HOUR)
        await inbox.retry_due()
    found = await queries.inbox_event("evt_1")
    assert found is not None
    assert (found.status, found.reason) == (
        InboxStatus.QUARANTINED,
        "Its provider is not set up.",
    )
    assert await stuck(database) == 1


async def test_a_kept_message_that_cannot_be_read_any_more_is_left_to_a_person(
    runner: Runner, queries: Queries, database: Database, clock: Time
) -> None:
    kept_before = unreadable(clock, 1)
    waiting = replace(
        kept_before.inbox_event, body="no JSON", status=InboxStatus.FAILED, retry_at=clock()
    )
    await runner.run(replace(kept_before, inbox_event=waiting))
    providers = {"stripe": FakeProvider()}
    inbox = Inbox(runner=runner, queries=queries, providers=providers, clock=clock, home=GUILD)
    for _ in range(MAX_ATTEMPTS):
        await inbox.retry_due()
        clock.pass_(HOUR)
    found = await queries.inbox_event("evt_1")
    assert found is not None
    assert (found.status, found.reason) == (InboxStatus.QUARANTINED, "It is no JSON.")
    assert await stuck(database) == 1
