"""A key that Stripe refuses: what needs it waits, people are told, and its mending is noticed."""

from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from payments.domain.errors import Refused
from payments.domain.values.time import DAY, HOUR, MINUTE
from payments.providers.stripe.inspection import NEEDED, USEFUL, Permission
from payments.providers.stripe.key_access import lacks, permission_name
from payments.runner.runner import Runner
from payments.services.checkout import CheckoutService
from payments.services.provider_access import leave_to_others
from payments.store.queries import Queries
from payments.store.records.provider_states import ProviderStates
from sandbox.stripe import Fault
from sandbox.stripe.api.permissions import permission_for
from tests.conftest import Time
from tests.support.databases import only_on_sqlite
from tests.support.key_access import (
    ALL,
    NO_DISPUTES,
    UNKNOWN,
    Watched,
    first_look,
    no_change,
    no_disputes,
)
from tests.support.make import ADA, GUILD, key, package
from tests.support.selling import sellers_of
from tests.support.web import PAYMENT

pytestmark = only_on_sqlite


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


async def test_a_member_reads_a_sentence_and_nothing_is_charged(
    watched: Watched, runner: Runner, queries: Queries, clock: Time
) -> None:
    buying = CheckoutService(
        runner=runner,
        queries=queries,
        sellers=sellers_of({"stripe": watched.provider}),
        clock=clock,
        new_id=lambda: PAYMENT.replace("1", "2"),
        public_url="http://localhost:8080",
        sells_in=lambda _: True,
    )
    with pytest.raises(Refused, match="does not let this bot sell right now"):
        await buying.buy(key=key(), guild=GUILD, member=ADA, package=package().id)


@pytest.mark.parametrize("permission", [*NEEDED, *USEFUL], ids=lambda each: each.name)
def test_permissions_are_called_as_the_doctor_calls_them(permission: Permission) -> None:
    needed = permission_for(permission.method.upper(), permission.path)
    assert permission_name(*needed.rsplit("_", 1)) == permission.name
