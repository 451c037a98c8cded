"""A key that Stripe refused is mended: what waited is tried again."""

from dataclasses import replace

from payments.commands.base import by_provider
from payments.commands.payments.inbox import MAX_ATTEMPTS, KeepFailedEvent
from payments.domain.values.ids import PaymentId
from payments.domain.values.inbox import InboxStatus
from payments.domain.values.provider_updates import RefundStatus
from payments.domain.values.time import DAY
from payments.runner.runner import Runner
from payments.services.reconciliation import Reconciliation
from payments.services.refunds import RefundService
from payments.services.surplus import SurplusRefunds
from payments.store.queries import Queries
from payments.store.records.provider_states import ProviderStates
from tests.conftest import Time
from tests.support.databases import on_both, only_on_sqlite
from tests.support.key_access import ALL, Watched
from tests.support.make import BEN, GUILD, euros, key
from tests.support.web import PAYMENT

pytestmark = only_on_sqlite


@on_both
async def test_a_message_that_an_older_version_gave_up_is_tried_again(watched: Watched) -> None:
    """It counted the refusals as tries, and quarantined the message."""
    await watched.dispute()
    await watched.inbox.retry_due()
    (given_up,) = await watched.shop.queries.waiting_inbox_events("stripe")
    quarantined = replace(
        given_up, status=InboxStatus.QUARANTINED, attempts=MAX_ATTEMPTS, retry_at=None
    )
    await watched.shop.runner.run(
        KeepFailedEvent(
            key=key(),
            at=watched.shop.clock(),
            actor=by_provider("stripe"),
            guild=None,
            inbox_event=quarantined,
        )
    )
    await watched.access.look()
    await watched.inbox.retry_quarantined(watched.provider)  # it is refused still
    assert await watched.waiting() == ("quarantined", MAX_ATTEMPTS)
    watched.let(*ALL)
    await watched.access.look()
    assert await watched.waiting() == ("handled", MAX_ATTEMPTS + 1)
    assert await watched.shop.points() == 0


async def test_what_is_left_to_a_person_for_too_long_is_not_tried_any_more(
    watched: Watched,
) -> None:
    await watched.dispute()
    await watched.inbox.retry_due()
    (given_up,) = await watched.shop.queries.waiting_inbox_events("stripe")
    old = replace(given_up, status=InboxStatus.QUARANTINED, retry_at=None)
    await watched.shop.runner.run(
        KeepFailedEvent(
            key=key(),
            at=watched.shop.clock(),
            actor=by_provider("stripe"),
            guild=None,
            inbox_event=old,
        )
    )
    watched.shop.clock.pass_(29 * DAY)
    assert await watched.inbox.retry_quarantined(watched.provider) == 1
    watched.shop.clock.pass_(2 * DAY)
    assert await watched.inbox.retry_quarantined(watched.provider) == 0


async def test_a_refund_waits_with_its_points_and_is_sent_once_the_key_is_mended(
    watched: Watched, runner: Runner, queries: Queries, clock: Time
) -> None:
    refunding = RefundService(
        runner=runner,
        queries=queries,
        providers={"stripe": watched.provider},
        clock=clock,
        new_id=lambda: PAYMENT.replace("1", "3"),
    )
    asked = await refunding.ask(
        key=key(), guild=GUILD, moderator=BEN, payment=PaymentId(PAYMENT), amount=euros(499)
    )
    assert (asked.refund.status, asked.problem) == (RefundStatus.PENDING, "")
    assert await watched.shop.points() == 0
    assert await watched.shop.times_emitted("refund.failed") == 0
    watched.let(*ALL)
    assert await refunding.look_up(asked.payment)
    assert [each.amount for each in watched.shop.stripe.state.refunds.values()] == [499]


async def test_a_refund_that_waited_is_sent_at_once_however_young_it_is(
    watched: Watched, runner: Runner, queries: Queries, clock: Time
) -> None:
    """Its call was refused, so nothing of it is on its way: there is nothing to wait for."""
    refunding = RefundService(
        runner=runner,
        queries=queries,
        providers={"stripe": watched.provider},
        clock=clock,
        new_id=lambda: PAYMENT.replace("1", "3"),
    )
    await refunding.ask(
        key=key(), guild=GUILD, moderator=BEN, payment=PaymentId(PAYMENT), amount=euros(499)
    )
    reconciliation = Reconciliation(
        runner=runner,
        queries=queries,
        states=ProviderStates(watched.shop.database),
        inbox=watched.inbox,
        refunding=refunding,
        surplus=SurplusRefunds(
            runner=runner,
            queries=queries,
            providers={"stripe": watched.provider},
            clock=clock,
            new_id=lambda: "surplus",
        ),
        providers={"stripe": watched.provider},
        clock=clock,
    )
    watched.let(*ALL)
    await reconciliation.go_on(watched.provider)
    assert [each.amount for each in watched.shop.stripe.state.refunds.values()] == [499]
