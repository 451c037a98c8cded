"""Stripe as a provider, where Stripe is busy, slow or away, refuses, or makes no sense."""

import json
from dataclasses import replace
from typing import Literal

import pytest
import stripe as stripe_sdk

from payments.domain.values.provider_updates import CheckoutStatus
from payments.infra.outbound import Line, Outbound, Purpose
from payments.providers.errors import AccessRefused, ProviderRefused, ProviderUnavailable
from payments.providers.stripe.calls import Calls
from payments.providers.stripe.provider import StripeProvider
from sandbox.stripe import Fault, LocalStripe
from tests.support.bare_stripe import KEY, QUICK, outbound, provider, request, stripe
from tests.support.make import START

__all__ = ["outbound", "provider", "stripe"]  # fixtures

LINE = Line(integration="stripe", purpose=Purpose.MEMBERS)


@pytest.mark.parametrize("kind", ["drop", "half", "malformed"])
async def test_a_fault_that_passes_is_survived(
    provider: StripeProvider, stripe: LocalStripe, kind: Literal["drop", "half", "malformed"]
) -> None:
    """What was done under the key already is found again, not done twice."""
    stripe.faults.add(Fault(kind=kind, times=2, done=True))
    opened = await provider.checkouts.open(request(provider), idempotency_key=KEY)
    assert opened.update.status is CheckoutStatus.OPEN


@pytest.mark.parametrize("status", [409, 429])
async def test_case_54_whoever_is_busy_is_asked_three_times_in_all(
    provider: StripeProvider, stripe: LocalStripe, status: int
) -> None:
    stripe.faults.add(Fault(kind="error", status=status, times=2))
    await provider.checkouts.open(request(provider), idempotency_key=KEY)
    stripe.faults.add(Fault(kind="error", status=status, times=3))
    with pytest.raises(ProviderUnavailable) as error:
        await provider.checkouts.open(request(provider), idempotency_key="another")
    assert not error.value.key_spent


async def test_case_53_a_500_is_replayed_for_its_key_so_that_it_is_spent(
    provider: StripeProvider, stripe: LocalStripe
) -> None:
    stripe.faults.add(Fault(kind="error", status=500, times=1))
    with pytest.raises(ProviderUnavailable) as error:
        await provider.checkouts.open(request(provider), idempotency_key=KEY)
    assert error.value.key_spent
    opened = await provider.checkouts.open(request(provider), idempotency_key="another")
    assert opened.update.status is CheckoutStatus.OPEN


async def test_a_wrong_key_is_refused_without_being_shown(stripe: LocalStripe) -> None:
    outbound = Outbound(QUICK)
    provider = StripeProvider(
        secret_key="sk_test_wrong",
        webhook_secrets=["whsec_1"],
        outbound=outbound,
        api_url=stripe.url,
    )
    with pytest.raises(AccessRefused, match="refuses STRIPE_SECRET_KEY") as error:
        await provider.checkouts.retrieve("cs_1")
    assert "sk_test_wrong" not in str(error.value)
    await provider.close()


async def failed_often(
    stripe: LocalStripe, *, open_seconds: float
) -> tuple[StripeProvider, Outbound]:
    """Stripe did not answer five times; it would now."""
    outbound = Outbound(replace(QUICK, open_seconds=open_seconds))
    provider = StripeProvider(
        secret_key="sk_test_1",
        webhook_secrets=["whsec_1"],
        outbound=outbound,
        api_url=stripe.url,
    )
    stripe.faults.add(Fault(kind="drop", times=5))
    for _ in range(2):
        with pytest.raises(ProviderUnavailable) as error:
            await provider.checkouts.open(request(provider), idempotency_key=KEY)
        assert not error.value.key_spent
    return provider, outbound


async def test_after_five_failures_the_breaker_opens(stripe: LocalStripe) -> None:
    provider, outbound = await failed_often(stripe, open_seconds=3600)
    assert outbound.states == {LINE: "opened"}
    with pytest.raises(ProviderUnavailable, match="not reachable"):
        await provider.checkouts.open(request(provider), idempotency_key=KEY)
    await provider.close()


async def test_a_breaker_whose_time_is_over_closes_with_the_next_call(stripe: LocalStripe) -> None:
    provider, outbound = await failed_often(stripe, open_seconds=0)
    assert outbound.states == {LINE: "half-opened"}
    await provider.checkouts.open(request(provider), idempotency_key=KEY)
    assert outbound.states == {LINE: "closed"}
    await provider.close()


async def test_what_is_refused_does_not_open_the_breaker(
    provider: StripeProvider, outbound: Outbound
) -> None:
    for _ in range(10):
        with pytest.raises(ProviderRefused):
            await provider.checkouts.retrieve("cs_unknown")
    assert outbound.states == {LINE: "closed"}


async def test_a_call_that_takes_too_long_is_given_up(stripe: LocalStripe) -> None:
    provider = StripeProvider(
        secret_key="sk_test_1",
        webhook_secrets=["whsec_1"],
        outbound=Outbound(replace(QUICK, timeout_seconds=0.05, attempts=1)),
        api_url=stripe.url,
    )
    stripe.faults.add(Fault(kind="slow", seconds=5))
    with pytest.raises(ProviderUnavailable, match=r"Timeout|APIConnectionError"):
        await provider.checkouts.open(request(provider), idempotency_key=KEY)
    await provider.close()


async def test_who_cannot_be_connected_to_is_unavailable() -> None:
    """A port on which nobody listens any more."""
    async with LocalStripe(secret_key="sk_test_1", clock=lambda: START) as gone:
        url = gone.url
    provider = StripeProvider(
        secret_key="sk_test_1", webhook_secrets=["whsec_1"], outbound=Outbound(QUICK), api_url=url
    )
    with pytest.raises(ProviderUnavailable) as error:
        await provider.checkouts.open(request(provider), idempotency_key=KEY)
    assert not error.value.key_spent
    await provider.close()


@pytest.mark.parametrize(
    ("fault", "answered"),
    [
        (Fault(kind="error", status=500, times=9), True),
        (Fault(kind="malformed", times=9), True),
        (Fault(kind="error", status=503, times=9), False),
        (Fault(kind="error", status=429, times=9), False),
        (Fault(kind="drop", times=9), False),
    ],
)
async def test_an_answer_of_no_use_is_told_apart_from_an_outage(
    provider: StripeProvider,
    stripe: LocalStripe,
    fault: Fault,
    answered: bool,  # noqa: FBT001 - a case
) -> None:
    stripe.faults.add(fault)
    with pytest.raises(ProviderUnavailable) as unavailable:
        await provider.checkouts.retrieve("cs_test_1")
    assert unavailable.value.answered is answered


async def test_a_session_that_is_no_purchase_is_refused_when_it_is_looked_up(
    provider: StripeProvider, stripe: LocalStripe
) -> None:
    opened = await provider.checkouts.open(request(provider), idempotency_key=KEY)
    stripe.state.sessions[opened.update.session].status = "half-open"
    with pytest.raises(ProviderRefused, match="makes no sense: status"):
        await provider.checkouts.retrieve(opened.update.session)


async def test_a_dispute_that_makes_no_sense_is_refused_when_it_is_looked_up(
    provider: StripeProvider, stripe: LocalStripe
) -> None:
    opened = await provider.checkouts.open(request(provider), idempotency_key=KEY)
    await stripe.pay(opened.update.session)
    made = await stripe.open_dispute(opened.update.session)
    stripe.state.disputes[made["id"]].amount = -1
    with pytest.raises(ProviderRefused, match="makes no sense: amount"):
        await provider.disputes.retrieve(made["id"])


@pytest.mark.parametrize("data", [{"data": {}}, {"data": None}, {}])
async def test_a_list_that_is_none_is_no_usable_answer(data: dict[str, object]) -> None:
    answered = stripe_sdk.StripeObject()
    answered._last_response = stripe_sdk.StripeResponse(json.dumps(data), 200, {})
    calls = Calls(Outbound(), Purpose.BACKGROUND)

    async def ask(_params: dict[str, object]) -> stripe_sdk.StripeObject:
        return answered

    with pytest.raises(ProviderUnavailable, match="no list") as unavailable:
        await calls.make_all(ask, {})
    assert unavailable.value.answered
