"""What can be wrong at Stripe is named, with the way out."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
import stripe

from payments.domain.values.time import DAY, HOUR, MINUTE, Instant, later
from payments.infra.clock import system_clock
from payments.infra.finding import FindingState
from payments.providers.stripe.inspection import NEEDED_EVENTS, Inspector, TrialAnswer
from payments.providers.stripe.updates import API_VERSION
from payments.services.lookups import SETTLING
from payments.services.reconciliation import OVERLAP
from sandbox.base.faults import Kind
from sandbox.stripe import Fault
from sandbox.stripe.objects.endpoint import Endpoint
from tests.faces.command_line.doctor.conftest import KEY, SIGNING, Installation
from tests.sandbox.stripe.buying import open_session
from tests.support.restricted_keys import JUST_ENOUGH

NARROW = "rk_test_narrow"

USEFUL = {
    "balance_transaction_read": "Balance and its transactions (read)",
    "webhook_read": "Webhook Endpoints (read)",
    "payment_intent_write": "Payment Intents (write)",
}


def the_endpoint(well: Installation) -> Endpoint:
    (endpoint,) = well.stripe.state.endpoints.values()
    return endpoint


async def test_a_wrong_key_is_named_and_nothing_beyond_is_asked(well: Installation) -> None:
    found = await well.examine(stripe_secret_key="sk_test_wrong")
    key = found.the("Stripe key")
    assert key.state == FindingState.ERROR
    assert "API keys" in key.remedy
    assert not found.of("Stripe permissions")


async def test_a_stripe_in_trouble_is_named(well: Installation) -> None:
    well.stripe.faults.add(Fault(kind="error", status=503))
    assert "503" in (await well.examine()).the("Stripe key").words


@pytest.mark.parametrize("kind", ["drop", "half", "malformed"])
async def test_a_stripe_that_says_nothing_of_use_is_named(well: Installation, kind: Kind) -> None:
    well.stripe.faults.add(Fault(kind=kind, times=3))
    assert "cannot be reached" in (await well.examine()).the("Stripe key").words


async def test_a_key_that_may_just_what_is_needed_is_well(well: Installation) -> None:
    well.stripe.add_restricted_key(NARROW, JUST_ENOUGH | USEFUL)
    found = await well.examine(stripe_secret_key=NARROW)
    assert [each.state for each in found.of("Stripe permissions")] == [FindingState.OK]
    assert [each.state for each in found.of("Stripe endpoint")] == [FindingState.OK]


@pytest.mark.parametrize("missing", JUST_ENOUGH)
async def test_each_permission_that_a_key_lacks_is_named(well: Installation, missing: str) -> None:
    without = {missing, missing.replace("_read", "_write")}  # who may write may read
    well.stripe.add_restricted_key(NARROW, (JUST_ENOUGH | USEFUL).keys() - without)
    found, *_ = (await well.examine(stripe_secret_key=NARROW)).of("Stripe permissions")
    assert found.state == FindingState.ERROR
    assert found.words == f"The restricted key lacks: {JUST_ENOUGH[missing]}."


@pytest.mark.parametrize("missing", USEFUL)
async def test_a_permission_that_would_be_useful_is_named(well: Installation, missing: str) -> None:
    well.stripe.add_restricted_key(NARROW, (JUST_ENOUGH | USEFUL).keys() - {missing})
    found = await well.examine(stripe_secret_key=NARROW)
    lacking = found.the("Stripe permissions")
    assert lacking.state == FindingState.WARNING
    assert lacking.words.endswith(f"{USEFUL[missing]}.")
    unseen = [each for each in found.of("Stripe endpoint") if each.state == FindingState.WARNING]
    assert bool(unseen) is (missing == "webhook_read")


async def test_a_key_that_may_more_is_named(well: Installation) -> None:
    well.stripe.add_restricted_key(NARROW, {**JUST_ENOUGH, **USEFUL, "payout_write": ""})
    found = (await well.examine(stripe_secret_key=NARROW)).the("Stripe permissions")
    assert found.state == FindingState.WARNING
    assert "more than is needed: Payouts (read)" in found.words


async def test_a_secret_key_for_real_money_may_more_than_is_needed(well: Installation) -> None:
    well.stripe.add_restricted_key("sk_live_all", (JUST_ENOUGH | USEFUL))
    found = await well.examine(stripe_secret_key="sk_live_all")
    assert "Live mode" in found.of("Stripe key")[0].words
    assert "Checkout Sessions (write)" in found.the("Stripe permissions").remedy


async def test_an_endpoint_that_is_missing_is_named(well: Installation) -> None:
    the_endpoint(well).url = "https://elsewhere.example/webhooks/stripe"
    found = (await well.examine()).the("Stripe endpoint")
    assert found.state == FindingState.ERROR
    assert well.door in found.words


async def test_an_endpoint_that_is_disabled_is_named(well: Installation) -> None:
    the_endpoint(well).status = "disabled"
    found = (await well.examine()).the("Stripe endpoint")
    assert found.state == FindingState.ERROR
    assert "reconcile" in found.remedy


async def test_events_that_are_missing_are_named(well: Installation) -> None:
    the_endpoint(well).enabled_events = tuple(NEEDED_EVENTS - {"refund.failed"})
    found = (await well.examine()).the("Stripe endpoint")
    assert found.state == FindingState.ERROR
    assert found.words.endswith("does not send: refund.failed.")


async def test_all_events_are_all_that_are_needed(well: Installation) -> None:
    the_endpoint(well).enabled_events = ("*",)
    assert not [each for each in (await well.examine()).of("Stripe endpoint") if each.remedy]


@pytest.mark.parametrize("version", [None, "2020-08-27"])
async def test_another_version_of_the_api_is_named(well: Installation, version: str | None) -> None:
    the_endpoint(well).api_version = version
    found = (await well.examine()).the("Stripe endpoint")
    assert found.state == FindingState.WARNING
    assert API_VERSION in found.words


async def test_two_endpoints_of_one_address_are_named(well: Installation) -> None:
    twin = well.stripe.add_webhook_endpoint(f"{well.door}/", SIGNING)
    twin.api_version = API_VERSION
    assert "Delete all but one" in (await well.examine()).the("Stripe endpoint").remedy


def soon() -> Instant:
    """When what Stripe writes now should have come long since."""
    return later(system_clock(), SETTLING + MINUTE)


async def write(well: Installation) -> None:
    """Stripe writes an event."""
    http = stripe.AIOHTTPClient()
    client = stripe.StripeClient(KEY, base_addresses={"api": well.stripe.url}, http_client=http)
    session = await open_session(client)
    await http.close_async()  # type: ignore[no-untyped-call]  # untyped in the SDK
    await well.stripe.expire(session.id)


def miss(well: Installation, how: str) -> None:
    """Let what Stripe writes from now on not come."""
    endpoint = the_endpoint(well)
    match how:
        case "another secret":
            endpoint.secrets = ("whsec_of_another_endpoint",)
        case "disabled":
            endpoint.status = "disabled"
        case _:
            well.stripe.state.endpoints.clear()


@pytest.mark.parametrize("how", ["another secret", "disabled", "deleted"])
async def test_what_has_not_come_is_named_whatever_stripe_thinks_of_it(
    well: Installation, how: str
) -> None:
    miss(well, how)
    await write(well)
    found = (await well.examine(clock=soon)).the("Stripe deliveries")
    assert found.state == FindingState.WARNING
    assert "Of the last 1 messages that Stripe wrote, 1 have not come." in found.words
    assert "guildbank reconcile" in found.remedy


async def test_what_has_come_by_another_way_is_not_missing(well: Installation) -> None:
    """As after a reconciliation, whatever Stripe thinks of its deliveries."""
    miss(well, "another secret")
    await write(well)
    await well.running.services.reconciliation.reconcile()
    found = (await well.examine(clock=soon)).of("Stripe deliveries")
    assert [each.state for each in found] == [FindingState.OK]


async def test_what_may_still_come_is_not_missing(well: Installation) -> None:
    miss(well, "another secret")
    await write(well)
    found = (await well.examine()).of("Stripe deliveries")
    assert [each.state for each in found] == [FindingState.OK]


async def test_what_was_listed_already_is_not_asked_for_again(well: Installation) -> None:
    """The watermark, less the overlap: older ones may be archived or forgotten here."""
    miss(well, "another secret")
    await write(well)
    states = well.running.services.provider_states
    await states.listed("stripe", later(system_clock(), OVERLAP + HOUR), livemode=False)
    found = (await well.examine(clock=lambda: later(system_clock(), DAY))).of("Stripe deliveries")
    assert [each.state for each in found] == [FindingState.OK]


@pytest.mark.parametrize("data", [None, [{"id": 5}], [{"id": "evt_1"}]])
async def test_a_list_that_makes_no_sense_is_named(
    well: Installation, monkeypatch: pytest.MonkeyPatch, data: object
) -> None:
    class Strange(Inspector):
        async def _ask(self, method: str, path: str, params: Mapping[str, Any]) -> TrialAnswer:
            found = await super()._ask(method, path, params)
            return replace(found, body={"data": data}) if "created" in params else found

    monkeypatch.setattr("payments.providers.stripe.doctor.Inspector", Strange)
    found = (await well.examine()).the("Stripe deliveries")
    assert (found.state, found.words) == (
        FindingState.ERROR,
        "Stripe: its list of events makes no sense.",
    )


async def test_what_stripe_did_not_say_of_a_key_is_not_made_up(well: Installation) -> None:
    well.stripe.add_restricted_key(NARROW, JUST_ENOUGH | USEFUL)
    well.stripe.faults.add(Fault(kind="error", status=429, path="/v1/disputes"))
    found = (await well.examine(stripe_secret_key=NARROW)).the("Stripe permissions")
    assert found.state == FindingState.ERROR
    assert "429" in found.words
