"""What is sent to Stripe, call by call."""

import json

import pytest

from payments.domain.values.money import Money
from payments.domain.values.provider_updates import (
    CheckoutStatus,
    DisputeUpdate,
    RefundStatus,
    RefundUpdate,
)
from payments.domain.values.time import DAY, HOUR, Instant, later, to_seconds
from payments.providers.requests import CheckoutRequest, RefundRequest
from payments.providers.stripe.provider import StripeProvider
from payments.providers.stripe.updates import API_VERSION
from sandbox.stripe import LocalStripe
from tests.support.bare_stripe import PAYMENT, Sent, outbound, paid, provider, sent, stripe
from tests.support.make import ADA, GUILD, START, euros, package

__all__ = ["outbound", "provider", "sent", "stripe"]  # fixtures

REFUND = "0199a3c4-0000-7000-8000-000000000009"

CHECKOUT = CheckoutRequest(
    payment=PAYMENT,
    installation="this",
    guild=GUILD,
    member=ADA,
    package=package().id,
    description="Starter (500 points)",
    price=Money(minor=499, currency="EUR"),
    expires_at=later(START, HOUR),
    success_url="https://shop.example/pay/1/success",
    cancel_url="https://shop.example/pay/1/cancel",
)


def refund_request(intent: str, amount: int = 200, *, fraudulent: bool = False) -> RefundRequest:
    return RefundRequest(
        refund=REFUND,
        payment=PAYMENT,
        installation="this",
        intent=intent,
        amount=euros(amount),
        fraudulent=fraudulent,
    )


async def test_a_checkout_as_it_is_asked_for(provider: StripeProvider, sent: Sent) -> None:
    request = provider.checkouts.request(CHECKOUT)
    metadata = {
        "guildbank_payment": PAYMENT,
        "guildbank_installation": "this",
        "guildbank_guild": str(GUILD),
        "guildbank_member": str(ADA),
        "guildbank_package": package().id,
    }
    assert json.loads(request) == {
        "mode": "payment",
        "client_reference_id": PAYMENT,
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": "eur",
                    "unit_amount": 499,
                    "product_data": {"name": "Starter (500 points)"},
                },
            }
        ],
        "metadata": metadata,
        "payment_intent_data": {"metadata": metadata},
        "expires_at": to_seconds(START) + 3600,
        "success_url": "https://shop.example/pay/1/success",
        "cancel_url": "https://shop.example/pay/1/cancel",
    }
    opened = await provider.checkouts.open(request, idempotency_key="open")
    session = opened.update.session
    assert (await provider.checkouts.retrieve(session)).url == opened.url
    expired = await provider.checkouts.expire(session, idempotency_key="expire")
    assert expired.status is CheckoutStatus.EXPIRED
    path = "/v1/checkout/sessions"
    assert [(method, where, key) for method, where, _, key in sent] == [
        ("POST", path, "open"),
        ("GET", f"{path}/{session}", None),
        ("POST", f"{path}/{session}/expire", "expire"),
    ]


@pytest.mark.parametrize(
    ("fraudulent", "reason"), [(False, "requested_by_customer"), (True, "fraudulent")]
)
async def test_a_refund_as_it_is_asked_for(
    provider: StripeProvider, stripe: LocalStripe, sent: Sent, *, fraudulent: bool, reason: str
) -> None:
    _, intent = await paid(provider, stripe)
    sent.clear()
    request = provider.refunds.request(refund_request(intent, fraudulent=fraudulent))
    assert json.loads(request) == {
        "payment_intent": intent,
        "amount": 200,
        "reason": reason,
        "metadata": {
            "guildbank_payment": PAYMENT,
            "guildbank_installation": "this",
            "guildbank_refund": REFUND,
        },
        "expand": ["payment_intent"],
    }
    update = await provider.refunds.make(request, idempotency_key="r:refund:1")
    ((method, path, _, key),) = sent
    assert (method, path, key) == ("POST", "/v1/refunds", "r:refund:1")
    assert update == RefundUpdate(
        payment=update.payment,
        refund=REFUND,
        status=RefundStatus.SUCCEEDED,
        amount=euros(200),
        provider_id=update.provider_id,
        intent=intent,
        is_fraud=fraudulent,
    )
    assert await provider.refunds.of_payment(intent, ()) == [update]
    assert sent[-1] == (
        "GET",
        "/v1/refunds",
        {"payment_intent": intent, "expand[0]": "data.payment_intent", "limit": "100"},
        None,
    )


async def test_a_dispute_is_looked_up_with_whose_payment_it_is(
    provider: StripeProvider, stripe: LocalStripe, sent: Sent
) -> None:
    session, intent = await paid(provider, stripe)
    made = await stripe.open_dispute(session)
    sent.clear()
    update = await provider.disputes.retrieve(made["id"])
    assert isinstance(update, DisputeUpdate)
    assert (update.dispute, update.intent, update.amount) == (made["id"], intent, euros(499))
    assert sent == [
        (
            "GET",
            f"/v1/disputes/{made['id']}",
            {"expand[0]": "payment_intent", "expand[1]": "charge.payment_intent"},
            None,
        )
    ]


async def test_a_fee_is_looked_up_with_the_balance(
    provider: StripeProvider, stripe: LocalStripe, sent: Sent
) -> None:
    _, intent = await paid(provider, stripe)
    sent.clear()
    fee = await provider.refunds.fee_of(intent)
    assert fee is not None
    assert (fee.minor > 0, fee.currency) == (True, "EUR")
    assert sent == [
        (
            "GET",
            f"/v1/payment_intents/{intent}",
            {"expand[0]": "latest_charge.balance_transaction"},
            None,
        )
    ]


async def test_objects_are_listed_as_far_back_as_each_may_have_turned_round(
    provider: StripeProvider, sent: Sent
) -> None:
    assert await provider.listing.objects(START) == []
    since = to_seconds(START)
    assert [(path, params["created[gte]"]) for _, path, params, _ in sent] == [
        ("/v1/refunds", str(since - 30 * 86_400)),
        ("/v1/disputes", str(since - 365 * 86_400)),
        ("/v1/radar/early_fraud_warnings", str(since)),
    ]
    sent.clear()
    await provider.listing.objects(Instant(DAY))
    assert [params["created[gte]"] for _, _, params, _ in sent] == ["0", "0", "86400"]


async def test_listed_objects_come_as_messages_from_old_to_new(
    provider: StripeProvider, stripe: LocalStripe
) -> None:
    session, _ = await paid(provider, stripe)
    first, second = [await stripe.refund(session, amount) for amount in (100, 200)]
    dispute = await stripe.open_dispute(session)
    found = await provider.listing.objects(START)
    at = to_seconds(START)
    assert [(each.id, each.kind, each.look_up) for each in found] == [
        (f"listed_{first['id']}_{at}", "refund.updated", first["id"]),
        (f"listed_{second['id']}_{at}", "refund.updated", second["id"]),
        (f"listed_{dispute['id']}_{at}", "charge.dispute.updated", dispute["id"]),
    ]
    for each in found:
        body = json.loads(each.body)
        assert (body["object"], body["api_version"]) == ("event", API_VERSION)
        assert body["livemode"] is False
    again = await provider.listing.objects(later(START, -HOUR))
    assert {each.id for each in again}.isdisjoint(each.id for each in found), "one for each silence"
