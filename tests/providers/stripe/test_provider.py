"""Stripe as a provider, against the local Stripe over HTTP."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Literal

import pytest
import stripe as stripe_sdk

from payments.domain.values.ids import PaymentId
from payments.domain.values.provider_updates import CheckoutStatus, CheckoutUpdate, MoneyStatus
from payments.domain.values.time import HOUR, Instant, later
from payments.infra.outbound import Line, Outbound, Policy, Purpose
from payments.providers.errors import AccessRefused, ProviderRefused, ProviderUnavailable
from payments.providers.protocol import Refusal
from payments.providers.requests import CheckoutRequest, RefundRequest
from payments.providers.stripe import StripeProvider
from payments.providers.stripe.calls import Calls
from sandbox.stripe import Fault, LocalStripe
from tests.support.make import ADA, GUILD, START, euros, package

PAYMENT = PaymentId("0199a3c4-0000-7000-8000-000000000001")
KEY = f"{PAYMENT}:checkout:1"
IN_AN_HOUR = later(START, HOUR)
LINE = Line(integration="stripe", purpose=Purpose.MEMBERS)
QUICK = Policy(first_pause_seconds=0.001, longest_pause_seconds=0.002)


@pytest.fixture
async def stripe() -> AsyncIterator[LocalStripe]:
    async with LocalStripe(secret_key="sk_test_1", clock=lambda: START, seed=1) as running:
        yield running


@pytest.fixture
def outbound() -> Outbound:
    return Outbound(QUICK)


@pytest.fixture
async def provider(stripe: LocalStripe, outbound: Outbound) -> AsyncIterator[StripeProvider]:
    opened = StripeProvider(
        secret_key="sk_test_1",
        webhook_secrets=["whsec_1"],
        outbound=outbound,
        api_url=stripe.url,
    )
    yield opened
    await opened.close()


def request(provider: StripeProvider, expires_at: Instant = IN_AN_HOUR) -> str:
    bought = package()
    return provider.checkouts.request(
        CheckoutRequest(
            payment=PAYMENT,
            installation="this",
            guild=GUILD,
            member=ADA,
            package=bought.id,
            description="Starter (500 points)",
            price=bought.price,
            expires_at=expires_at,
            success_url="http://localhost:8080/pay/1/success",
            cancel_url="http://localhost:8080/pay/1/cancel",
        )
    )


async def test_a_checkout_is_opened_with_all_that_is_needed_to_recognise_it(
    provider: StripeProvider,
) -> None:
    opened = await provider.checkouts.open(request(provider), idempotency_key=KEY)
    update = opened.update
    assert opened.url.startswith("http://127.0.0.1:")
    assert (update.status, update.money) == (CheckoutStatus.OPEN, MoneyStatus.UNPAID)
    assert (update.reference.payment, update.reference.guild) == (PAYMENT, GUILD)
    assert (update.reference.member, update.reference.package) == (ADA, package().id)
    assert (update.subtotal, update.total, update.currency) == (499, 499, "EUR")
    assert update.expires_at == later(START, HOUR)


async def test_case_53_the_same_key_opens_one_checkout(provider: StripeProvider) -> None:
    first = await provider.checkouts.open(request(provider), idempotency_key=KEY)
    second = await provider.checkouts.open(request(provider), idempotency_key=KEY)
    assert first == second


async def test_the_same_key_with_another_request_is_refused(provider: StripeProvider) -> None:
    await provider.checkouts.open(request(provider), idempotency_key=KEY)
    with pytest.raises(ProviderRefused, match="IdempotencyError"):
        await provider.checkouts.open(
            request(provider, later(START, 2 * HOUR)), idempotency_key=KEY
        )


async def test_a_checkout_can_be_looked_up_paid_and_expired(
    provider: StripeProvider, stripe: LocalStripe
) -> None:
    opened = await provider.checkouts.open(request(provider), idempotency_key=KEY)
    await stripe.pay(opened.update.session)
    paid = await provider.checkouts.retrieve(opened.update.session)
    assert (paid.update.status, paid.update.money) == (CheckoutStatus.COMPLETE, MoneyStatus.PAID)
    assert paid.update.intent is not None
    other = await provider.checkouts.open(request(provider), idempotency_key="other")
    expired = await provider.checkouts.expire(other.update.session, idempotency_key="expire")
    assert expired.status is CheckoutStatus.EXPIRED


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


async def test_after_five_failures_the_breaker_opens_and_closes_again(
    stripe: LocalStripe,
) -> None:
    outbound = Outbound(replace(QUICK, open_seconds=0.05))
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
    assert outbound.states == {LINE: "opened"}
    with pytest.raises(ProviderUnavailable, match="not reachable"):
        await provider.checkouts.open(request(provider), idempotency_key=KEY)
    async with asyncio.timeout(10):
        while outbound.states != {LINE: "closed"}:
            with contextlib.suppress(ProviderUnavailable):
                await provider.checkouts.open(request(provider), idempotency_key=KEY)
    await provider.close()


def refund_of(provider: StripeProvider, intent: str) -> str:
    return provider.refunds.request(
        RefundRequest(
            refund="r1", payment=PAYMENT, installation="this", intent=intent, amount=euros(499)
        )
    )


async def paid(provider: StripeProvider, stripe: LocalStripe) -> tuple[str, str]:
    """A checkout that was paid, and what it was paid by."""
    opened = await provider.checkouts.open(request(provider), idempotency_key=KEY)
    await stripe.pay(opened.update.session)
    found = await provider.checkouts.retrieve(opened.update.session)
    return opened.update.session, found.update.intent or ""


async def test_what_stripe_does_not_know_is_told_apart(provider: StripeProvider) -> None:
    for ask in (
        provider.checkouts.retrieve("cs_unknown"),
        provider.disputes.retrieve("dp_unknown"),
    ):
        with pytest.raises(ProviderRefused) as refused:
            await ask
        assert refused.value.why is Refusal.UNKNOWN_OBJECT


async def test_why_money_cannot_go_back_is_told_apart(
    provider: StripeProvider, stripe: LocalStripe
) -> None:
    session, intent = await paid(provider, stripe)
    await stripe.refund(session, 200)
    with pytest.raises(ProviderRefused) as too_much:
        await provider.refunds.make(refund_of(provider, intent), idempotency_key="r1:refund:1")
    await stripe.refund(session)
    with pytest.raises(ProviderRefused) as refunded:
        await provider.refunds.make(refund_of(provider, intent), idempotency_key="r1:refund:2")
    assert (too_much.value.why, refunded.value.why) == (Refusal.OTHER, Refusal.REFUNDED)


async def test_what_the_bank_has_asked_for_is_told_apart(
    provider: StripeProvider, stripe: LocalStripe
) -> None:
    session, intent = await paid(provider, stripe)
    await stripe.open_dispute(session)
    with pytest.raises(ProviderRefused) as refused:
        await provider.refunds.make(refund_of(provider, intent), idempotency_key="r1:refund:1")
    assert refused.value.why is Refusal.DISPUTED


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


async def test_case_33_an_old_event_is_understood_by_looking_its_session_up(
    provider: StripeProvider, stripe: LocalStripe
) -> None:
    opened = await provider.checkouts.open(request(provider), idempotency_key=KEY)
    await stripe.pay(opened.update.session)
    event = json.dumps(
        {
            "id": "evt_1",
            "object": "event",
            "api_version": "2019-05-16",
            "created": 1,
            "data": {
                "object": {
                    "id": opened.update.session,
                    "object": "checkout.session",
                    "mode": "payment",
                    "old": "shape",
                }
            },
            "livemode": False,
            "type": "checkout.session.completed",
        }
    )
    read = provider.events.read(event)
    assert read.updates == ()
    assert read.look_up == opened.update.session
    found = await provider.events.look_up(read)
    (update,) = found.updates
    assert isinstance(update, CheckoutUpdate)
    assert update.money is MoneyStatus.PAID


async def test_each_answer_tells_the_time_by_stripes_clock(
    provider: StripeProvider, stripe: LocalStripe
) -> None:
    assert await provider.access.time() == START
    strange = StripeProvider(
        secret_key="sk_test_2",
        webhook_secrets=["whsec_1"],
        outbound=Outbound(QUICK),
        api_url=stripe.url,
    )
    assert await strange.access.time() == START, "a refused key is answered, too"
    await strange.close()


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
    ("key", "livemode"),
    [("sk_live_1", True), ("rk_live_1", True), ("sk_test_1", False), ("rk_test_1", False)],
)
def test_the_keys_prefix_tells_the_mode(key: str, livemode: bool) -> None:  # noqa: FBT001 - a case
    provider = StripeProvider(secret_key=key, webhook_secrets=["whsec_1"], outbound=Outbound())
    assert provider.livemode is livemode


async def test_the_request_is_written_in_one_way_and_with_all_of_its_parts(
    provider: StripeProvider,
) -> None:
    written = request(provider)
    assert written == request(provider)
    params = json.loads(written)
    metadata = {
        "guildbank_payment": PAYMENT,
        "guildbank_installation": "this",
        "guildbank_guild": str(GUILD),
        "guildbank_member": str(ADA),
        "guildbank_package": package().id,
    }
    assert params["metadata"] == metadata
    assert params["payment_intent_data"] == {"metadata": metadata}
    assert params["expires_at"] == 1_790_003_600
    assert "allow_promotion_codes" not in params


def test_a_refund_carries_what_it_is_recognised_by(provider: StripeProvider) -> None:
    written = provider.refunds.request(
        RefundRequest(
            refund="r1", payment=PAYMENT, installation="this", intent="pi_1", amount=euros(499)
        )
    )
    assert json.loads(written)["metadata"] == {
        "guildbank_payment": PAYMENT,
        "guildbank_installation": "this",
        "guildbank_refund": "r1",
    }


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
