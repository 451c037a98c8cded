"""Stripe as a provider, against the local Stripe over HTTP."""

import json

import pytest

from payments.domain.values.provider_updates import CheckoutStatus, CheckoutUpdate, MoneyStatus
from payments.domain.values.time import HOUR, later
from payments.infra.outbound import Outbound
from payments.providers.errors import ProviderRefused
from payments.providers.protocol import Refusal
from payments.providers.requests import RefundRequest
from payments.providers.stripe.provider import StripeProvider
from sandbox.stripe import LocalStripe
from tests.support.bare_stripe import (
    KEY,
    PAYMENT,
    QUICK,
    outbound,
    paid,
    provider,
    refund_of,
    request,
    stripe,
)
from tests.support.make import ADA, GUILD, START, euros, package

__all__ = ["outbound", "provider", "stripe"]  # fixtures


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
