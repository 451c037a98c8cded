"""A key that Stripe refuses: what needs it waits, people are told, and its mending is noticed."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import select
from structlog.testing import capture_logs

from payments.commands.base import by_provider
from payments.commands.payments.inbox import MAX_ATTEMPTS, KeepFailedEvent
from payments.domain.values.errors import Refused
from payments.domain.values.ids import PaymentId
from payments.domain.values.inbox import InboxStatus
from payments.domain.values.provider_updates import RefundStatus
from payments.domain.values.time import DAY, HOUR, MINUTE
from payments.infra.outbound import Outbound, Policy
from payments.providers.stripe import StripeProvider
from payments.providers.stripe.inspection import NEEDED, USEFUL, Permission
from payments.providers.stripe.key_access import lacks, permission_name
from payments.runner.observers.metrics import Metrics
from payments.runner.runner import Runner
from payments.services.checkout import CheckoutService
from payments.services.health import Health, usual_checks
from payments.services.inbox import Inbox
from payments.services.provider_access import AccessRefusals, ProviderAccess, leave_to_others
from payments.services.reconciliation import Reconciliation
from payments.services.refunds import RefundService
from payments.store import tables
from payments.store.engine.database import Alone
from payments.store.queries import Queries
from payments.store.records.provider_states import ProviderStates
from sandbox.stripe import Fault
from sandbox.stripe.api.permissions import permission_for
from tests.conftest import Time
from tests.providers.stripe.test_reversals import Shop, local, paid, provider, shop
from tests.support.databases import all_migrations
from tests.support.make import ADA, BEN, GUILD, euros, key, package
from tests.support.web import PAYMENT, SECRET

__all__ = ["local", "paid", "provider", "shop"]  # fixtures

QUICK = Policy(first_pause_seconds=0.001, longest_pause_seconds=0.002)
KEY = "rk_test_guildbank"
ALL = [permission_for(each.method.upper(), each.path) for each in NEEDED]
UNKNOWN = "Stripe refuses STRIPE_SECRET_KEY: it is unknown, expired or revoked."
NO_DISPUTES = "STRIPE_SECRET_KEY lacks the permission Disputes (read)."


@dataclass(kw_only=True)
class Watched:
    """The paid shop after a change of its key."""

    shop: Shop
    inbox: Inbox
    access: ProviderAccess
    refusals: AccessRefusals
    provider: StripeProvider
    registry: CollectorRegistry
    health: Health

    def let(self, *permissions: str) -> None:
        """What Stripe lets the key do from now on."""
        self.shop.stripe.add_restricted_key(KEY, permissions)

    async def waiting(self) -> tuple[str, int]:
        """What became of the message about the dispute, and how many tries it has used."""
        table = tables.provider_events
        query = select(table).where(table.c.kind == "charge.dispute.created")
        row = await self.shop.database.transact(lambda c: c.execute(query).mappings().one())
        return row["status"], row["attempts"]

    async def trouble(self) -> str | None:
        return (await self.shop.queries.provider_state("stripe", livemode=False)).trouble

    async def dispute(self) -> None:
        """A dispute is opened, and told once."""
        self.shop.stripe.plan("never", "charge.dispute.funds_withdrawn", times=None)
        await self.shop.stripe.open_dispute(self.shop.session)
        await self.shop.stripe.drain()

    async def pass_days(self, days: int) -> None:
        for _ in range(days * 24):
            self.shop.clock.pass_(HOUR)
            await self.inbox.retry_due()


@pytest.fixture
async def watched(
    paid: Shop, queries: Queries, runner: Runner, clock: Time
) -> AsyncIterator[Watched]:
    refusals, registry, outbound = AccessRefusals(clock), CollectorRegistry(), Outbound(QUICK)
    provider = StripeProvider(
        secret_key=KEY,
        webhook_secrets=[SECRET],
        outbound=outbound,
        api_url=paid.stripe.url,
        refused=lambda error: refusals.note("stripe", error),
    )
    providers = {"stripe": provider}
    inbox = Inbox(runner=runner, queries=queries, providers=providers, clock=clock, home=GUILD)
    access = ProviderAccess(
        providers=providers,
        refusals=refusals,
        states=ProviderStates(paid.database),
        queries=queries,
        runner=runner,
        guilds=(GUILD,),
        clock=clock,
        shown=Metrics(registry),
        mended=inbox.retry_waiting,
    )
    health = Health(
        usual_checks(
            queries=queries,
            migrations=all_migrations(),
            providers=providers,
            outbound=outbound,
            clock=clock,
        )
    )
    yield Watched(
        shop=paid,
        inbox=inbox,
        access=access,
        refusals=refusals,
        provider=provider,
        registry=registry,
        health=health,
    )
    await provider.close()


def no_change(watched: Watched) -> None:
    """Stripe does not know the key."""


def no_disputes(watched: Watched) -> None:
    watched.let(*(each for each in ALL if each != "dispute_read"))


@pytest.mark.parametrize("refuse", [no_change, no_disputes])
async def test_case_55_a_message_waits_for_as_long_as_the_key_is_refused(
    watched: Watched, refuse: Callable[[Watched], None]
) -> None:
    """For days, without a try used up and without a card about the message; then at once."""
    refuse(watched)
    await watched.dispute()
    await watched.pass_days(3)
    assert await watched.waiting() == ("failed", 1)
    assert await watched.shop.points() == 500
    assert await watched.shop.times_emitted("provider_event.stuck") == 0
    await watched.access.look()
    watched.let(*ALL)
    await watched.access.look()
    assert (await watched.waiting())[0] == "handled"
    assert await watched.shop.points() == 0


@pytest.mark.parametrize(("refuse", "words"), [(no_change, UNKNOWN), (no_disputes, NO_DISPUTES)])
async def test_a_refusal_is_told_by_status_log_metrics_and_one_card(
    watched: Watched, refuse: Callable[[Watched], None], words: str
) -> None:
    refuse(watched)
    with capture_logs() as logged:
        for _ in range(20):
            await watched.access.look()
            watched.shop.clock.pass_(MINUTE)
    assert await watched.trouble() == words
    refused = [each for each in logged if each["event"] == "provider.refuses_us"]
    assert [(each["log_level"], each["reason"]) for each in refused] == [("error", words)]
    assert await watched.shop.times_emitted("provider.access_refused") == 1
    assert shown(watched) == 1
    report = await watched.health.look()
    assert report.outcomes["access"].state == f"refused: {words}"
    assert (report.status, report.outcomes["provider"].state) == ("degraded", "ok")


def shown(watched: Watched) -> float | None:
    labels = {"provider": "stripe"}
    return watched.registry.get_sample_value("guildbank_provider_refuses", labels)


async def test_it_is_told_again_each_day_that_it_lasts(watched: Watched) -> None:
    for _ in range(3):
        await watched.access.look()
        watched.shop.clock.pass_(DAY)
    assert await watched.shop.times_emitted("provider.access_refused") == 3


async def test_what_is_mended_is_all_well_again(watched: Watched) -> None:
    await watched.access.look()
    watched.let(*ALL)
    await watched.access.look()
    assert await watched.trouble() is None
    assert shown(watched) == 0
    assert (await watched.health.look()).outcomes["access"].state == "ok"


async def test_a_permission_that_is_taken_away_is_noticed_by_the_call_that_misses_it(
    watched: Watched,
) -> None:
    """Each permission is tried but from time to time; who looks in between asks for little."""
    watched.let(*ALL)
    await watched.access.look()
    no_disputes(watched)
    await watched.access.look()
    assert await watched.trouble() is None
    assert not watched.refusals.fresh.is_set()
    await watched.dispute()
    await watched.inbox.retry_due()
    assert watched.refusals.fresh.is_set()
    await watched.access.look()
    assert await watched.trouble() == NO_DISPUTES


async def test_a_permission_that_is_missing_is_noticed_within_the_hour_without_a_call(
    watched: Watched,
) -> None:
    watched.let(*ALL)
    await watched.access.look()
    no_disputes(watched)
    watched.shop.clock.pass_(HOUR)
    await watched.access.look()
    assert await watched.trouble() == NO_DISPUTES


async def test_a_refusal_whose_cause_no_look_finds_counts_for_a_while(watched: Watched) -> None:
    watched.let(*ALL)
    watched.refusals.note("stripe", lacks("Mandates (read)"))
    await watched.access.look()
    assert await watched.trouble() == "STRIPE_SECRET_KEY lacks the permission Mandates (read)."
    watched.shop.clock.pass_(11 * MINUTE)
    await watched.access.look()
    assert await watched.trouble() is None


async def test_a_provider_that_is_away_says_nothing_of_the_key(watched: Watched) -> None:
    await watched.access.look()
    watched.let(*ALL)
    watched.shop.stripe.faults.add(Fault(kind="error", status=503, times=99))
    await watched.access.look()
    assert await watched.trouble() == UNKNOWN


async def test_it_is_said_at_the_start_and_another_process_looks_only_at_what_it_meets(
    watched: Watched,
) -> None:
    """The first look comes at once, not after the first pause."""
    with capture_logs() as logged:
        await first_look(watched, leave_to_others)
        assert logged == []
        watched.refusals.note("stripe", lacks("Disputes (read)"))
        await first_look(watched, leave_to_others)  # and finds that it is the whole key
    assert [each["event"] for each in logged] == ["provider.refuses_us"]
    await ProviderStates(watched.shop.database).refused("stripe", None, None, livemode=False)
    with capture_logs() as logged:
        await first_look(watched, watched.shop.database.alone)
    assert [each["event"] for each in logged] == ["provider.refuses_us"]


async def first_look(watched: Watched, alone: Alone) -> None:
    """Run until the first look is over."""
    over = asyncio.Event()

    @contextlib.asynccontextmanager
    async def noted(what: str) -> AsyncIterator[bool]:
        async with alone(what) as mine:
            yield mine
        over.set()

    running = asyncio.create_task(watched.access.run(noted))
    try:
        async with asyncio.timeout(30):
            await over.wait()
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


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


async def test_a_member_reads_a_sentence_and_nothing_is_charged(
    watched: Watched, runner: Runner, queries: Queries, clock: Time
) -> None:
    buying = CheckoutService(
        runner=runner,
        queries=queries,
        provider=watched.provider,
        clock=clock,
        new_id=lambda: PAYMENT.replace("1", "2"),
        public_url="http://localhost:8080",
        sells_in=lambda _: True,
    )
    with pytest.raises(Refused, match="does not let this bot sell right now"):
        await buying.buy(key=key(), guild=GUILD, member=ADA, package=package().id)


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
        providers={"stripe": watched.provider},
        clock=clock,
    )
    watched.let(*ALL)
    await reconciliation.go_on(watched.provider)
    assert [each.amount for each in watched.shop.stripe.state.refunds.values()] == [499]


@pytest.mark.parametrize("permission", [*NEEDED, *USEFUL], ids=lambda each: each.name)
def test_permissions_are_called_as_the_doctor_calls_them(permission: Permission) -> None:
    needed = permission_for(permission.method.upper(), permission.path)
    assert permission_name(*needed.rsplit("_", 1)) == permission.name
