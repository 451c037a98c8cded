"""What nobody delivered is found, however long nobody listened."""

from dataclasses import replace

import pytest
from sqlalchemy import Connection, delete, select

from payments.commands.base import by_provider
from payments.commands.payments.inbox import MAX_ATTEMPTS, KeepFailedEvent
from payments.domain.values.inbox import InboxEvent, InboxStatus
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.time import DAY, HOUR, MINUTE, Instant, from_seconds, later, to_seconds
from payments.providers.requests import ProviderEvent
from payments.providers.stripe.provider import StripeProvider
from payments.providers.stripe.reversals import StripeDisputes
from payments.services import lookups as look_ups
from payments.services.reconciliation import Reconciliation
from payments.store import tables
from sandbox.stripe import Fault
from tests.support.make import key
from tests.support.shop import Shop
from tests.support.stripe_events import happened
from tests.support.web import event_body


async def watermark(shop: Shop) -> Instant | None:
    return (await shop.queries.provider_state("stripe", livemode=False)).listed_until


async def test_case_19_what_was_created_while_the_endpoint_was_missing_is_taken_in(
    paid: Shop, reconciliation: Reconciliation
) -> None:
    """Stripe never counts it as undelivered: there was nobody to deliver it to."""
    paid.stripe.state.endpoints.clear()
    await paid.stripe.refund(paid.session, amount=200)
    paid.clock.pass_(3 * DAY)
    report = await reconciliation.reconcile()
    await paid.settle()
    assert (report.missed > 0, report.failed) == (True, ())
    assert await paid.points() == 500 - 500 * 200 // 499


async def test_the_watermark_is_the_time_of_the_last_event_by_stripes_clock(
    paid: Shop, reconciliation: Reconciliation
) -> None:
    assert await watermark(paid) is None
    await reconciliation.reconcile()
    used = "checkout.session.completed"
    newest = max(each["created"] for each in paid.stripe.events(used))
    assert await watermark(paid) == from_seconds(newest)
    paid.clock.pass_(DAY)
    await reconciliation.reconcile()
    assert await watermark(paid) == from_seconds(newest)  # nothing more has happened


async def test_what_came_days_after_the_last_list_is_taken_in(
    paid: Shop, reconciliation: Reconciliation
) -> None:
    """The list begins where the last one ended, not shortly before now."""
    await reconciliation.reconcile()
    assert await watermark(paid) is not None
    paid.stripe.state.endpoints.clear()
    await paid.stripe.refund(paid.session, amount=200)
    paid.clock.pass_(3 * DAY)
    assert (await reconciliation.reconcile()).missed > 0
    await paid.settle()
    assert await paid.points() == 500 - 500 * 200 // 499


async def test_after_a_list_that_failed_the_next_one_begins_where_the_last_complete_one_ended(
    paid: Shop, reconciliation: Reconciliation
) -> None:
    """Also the first one, which asks for all 30 days."""
    paid.stripe.state.endpoints.clear()
    await paid.stripe.refund(paid.session, amount=200)
    paid.clock.pass_(20 * DAY)
    paid.stripe.faults.add(Fault(kind="error", status=400, path="/v1/events"))
    assert len((await reconciliation.reconcile()).failed) == 1
    assert await watermark(paid) is None
    assert (await reconciliation.reconcile()).missed > 0
    await paid.settle()
    assert await paid.points() == 500 - 500 * 200 // 499


async def test_what_is_visible_late_is_found_by_the_overlap(
    paid: Shop, reconciliation: Reconciliation
) -> None:
    """An event that is older than the last one listed, by less than an hour."""
    paid.clock.pass_(DAY)
    now = to_seconds(paid.clock())
    happened(paid.stripe, "evt_new", created=now)
    assert (await reconciliation.reconcile()).missed == 1
    assert await watermark(paid) == from_seconds(now)
    for name, minutes in (("evt_late", 50), ("evt_far_too_late", 70)):
        happened(paid.stripe, name, created=now - 60 * minutes)
        newest_last = sorted(paid.stripe.state.events.values(), key=lambda each: each.created)
        paid.stripe.state.events = {each.id: each for each in newest_last}
    assert (await reconciliation.reconcile()).missed == 1
    assert await paid.queries.inbox_event("evt_late") is not None


async def test_a_list_from_a_later_time_leaves_the_watermark(
    paid: Shop, reconciliation: Reconciliation
) -> None:
    """`--since` may leave a gap; one that begins before the watermark leaves none."""
    await reconciliation.reconcile(later(paid.clock(), -MINUTE))
    assert await watermark(paid) is None
    await reconciliation.reconcile()
    before = await watermark(paid)
    assert before is not None
    paid.clock.pass_(DAY)
    await paid.stripe.refund(paid.session, amount=100)
    await reconciliation.reconcile(later(paid.clock(), -MINUTE))
    assert await watermark(paid) == before
    await reconciliation.reconcile(later(before, -MINUTE))
    assert (await watermark(paid) or 0) > before


async def test_case_19_the_end_of_a_dispute_that_nobody_told_is_looked_up(
    paid: Shop, reconciliation: Reconciliation
) -> None:
    """Its events are long gone at Stripe, or never were: the points would stay on hold."""
    dispute = await paid.stripe.open_dispute(paid.session)
    await paid.settle()
    assert await paid.points() == 0
    paid.stripe.plan("never", "*", times=None)
    await paid.stripe.win_dispute(dispute["id"])
    report = await reconciliation.reconcile()
    assert (report.disputes, report.changed, report.failed) == (1, 1, ())
    assert await paid.points() == 500
    assert await paid.state() is PaymentState.COMPLETED
    assert (await reconciliation.reconcile()).disputes == 0


@pytest.mark.parametrize(
    ("status", "sentences"), [(500, 1), (404, 1), (403, 1)], ids=["away", "gone", "refused"]
)
async def test_a_dispute_that_cannot_be_looked_up_is_named_and_stops_nothing(
    paid: Shop, reconciliation: Reconciliation, status: int, sentences: int
) -> None:
    await paid.stripe.open_dispute(paid.session)
    await paid.settle()
    paid.stripe.faults.add(Fault(kind="error", status=status, path="/v1/disputes/*", times=3))
    report = await reconciliation.reconcile()
    assert len(report.failed) == sentences
    assert report.failed[0].startswith("Dispute")


async def test_an_answer_that_nobody_expected_is_named_and_stops_nothing(
    paid: Shop, reconciliation: Reconciliation, monkeypatch: pytest.MonkeyPatch
) -> None:
    await paid.stripe.open_dispute(paid.session)
    await paid.settle()

    async def trip(_self: StripeDisputes, _dispute: str) -> None:
        raise TypeError("a mistake of ours")

    monkeypatch.setattr(StripeDisputes, "retrieve", trip)
    report = await reconciliation.reconcile()
    assert [each.rpartition(": ")[2] for each in report.failed] == ["TypeError."]


async def test_each_run_in_the_background_goes_on_where_the_last_one_stopped(
    paid: Shop, reconciliation: Reconciliation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(look_ups, "AT_ONCE", 2)
    monkeypatch.setattr(look_ups, "PAGE", 1)
    dispute = await paid.stripe.open_dispute(paid.session)
    await paid.settle()
    await copy_dispute(paid, dispute["id"], 5)
    asked: list[str] = []
    ask = StripeDisputes.retrieve

    async def noted(self: StripeDisputes, name: str) -> object:
        asked.append(name)
        return await ask(self, dispute["id"])

    monkeypatch.setattr(StripeDisputes, "retrieve", noted)
    reports = [(await reconciliation.reconcile()).disputes for _ in range(4)]
    assert reports == [2, 2, 1, 2]
    assert sorted(asked[:5]) == sorted({*asked})
    asked.clear()
    assert (await reconciliation.reconcile(thorough=True)).disputes == 5
    assert len(asked) == 5
    await paid.database.transact(
        lambda c: c.execute(
            delete(tables.disputes).where(tables.disputes.c.dispute_id != dispute["id"])
        )
    )


async def copy_dispute(paid: Shop, name: str, count: int) -> None:
    """As if the same payment had that many disputes."""
    table = tables.disputes

    def work(connection: Connection) -> None:
        row = dict(connection.execute(select(table)).mappings().one())
        for number in range(1, count):
            connection.execute(table.insert().values({**row, "dispute_id": f"{name}_{number}"}))

    await paid.database.transact(work)


async def test_what_is_quarantined_is_tried_again_once_a_day_and_at_each_request(
    paid: Shop, reconciliation: Reconciliation, provider: StripeProvider
) -> None:
    (charge,) = paid.stripe.state.charges.values()
    intent = charge.payment_intent
    dispute = {"id": "du_x", "object": "dispute", "payment_intent": intent}
    event = provider.events.read(event_body("charge.dispute.created", id="evt_x", session=dispute))
    await give_up(paid, event)
    paid.stripe.faults.add(Fault(kind="error", status=400, path="/v1/disputes/du_x", times=9))
    tries = []
    for hours in (0, 1, 22, 2, 0):
        paid.clock.pass_(hours * HOUR)
        tries.append((await reconciliation.reconcile()).quarantined)
    assert tries == [1, 0, 0, 1, 0]
    assert (await reconciliation.reconcile(thorough=True)).quarantined == 1
    assert await paid.times_emitted("provider_event.stuck") == 0


async def give_up(paid: Shop, event: ProviderEvent) -> None:
    """Leave a message to a person, as after many tries."""
    inbox_event = InboxEvent(
        provider="stripe",
        id=event.id,
        kind=event.kind,
        body=event.body,
        received_at=paid.clock(),
        status=InboxStatus.QUARANTINED,
        reason="Stripe: AuthenticationError, status 401, code None.",
        attempts=MAX_ATTEMPTS,
    )
    await paid.runner.run(
        KeepFailedEvent(
            key=key(),
            at=paid.clock(),
            actor=by_provider("stripe"),
            guild=None,
            inbox_event=replace(inbox_event),
        )
    )
