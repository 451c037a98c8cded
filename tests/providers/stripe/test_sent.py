"""What is sent to Stripe, call by call, and what odd answers to it mean."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from payments.domain.values.ids import PaymentId
from payments.domain.values.money import Money
from payments.domain.values.provider_updates import (
    CheckoutStatus,
    DisputeUpdate,
    RefundStatus,
    RefundUpdate,
)
from payments.domain.values.time import DAY, HOUR, Instant, later, to_seconds
from payments.infra.outbound import Outbound, Policy, Purpose
from payments.providers.errors import AccessRefused, ProviderRefused, ProviderUnavailable
from payments.providers.requests import CheckoutRequest, ProviderEvent, RefundRequest
from payments.providers.stripe import StripeProvider
from payments.providers.stripe.updates import API_VERSION
from sandbox.stripe import Fault, LocalStripe
from tests.support.make import ADA, GUILD, START, euros, package

PAYMENT = PaymentId("0199a3c4-0000-7000-8000-000000000001")
REFUND = "0199a3c4-0000-7000-8000-000000000009"
QUICK = Policy(first_pause_seconds=0.001, longest_pause_seconds=0.002)

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


class Sent(list[tuple[str, str, dict[str, str], str | None]]):
    """Method, path, parameters and idempotency key of each call."""


@pytest.fixture
async def stripe() -> AsyncIterator[LocalStripe]:
    async with LocalStripe(secret_key="sk_test_1", clock=lambda: START, seed=1) as running:
        yield running


@pytest.fixture
async def provider(stripe: LocalStripe) -> AsyncIterator[StripeProvider]:
    opened = StripeProvider(
        secret_key="sk_test_1",
        webhook_secrets=["whsec_1"],
        outbound=Outbound(QUICK),
        api_url=stripe.url,
    )
    yield opened
    await opened.close()


@pytest.fixture
def sent(provider: StripeProvider, monkeypatch: pytest.MonkeyPatch) -> Sent:
    """Notes all calls from now on; they are still made."""
    noted = Sent()
    real = provider._http.request_async

    async def noting(method: str, url: str, headers: Any, post_data: Any = None) -> Any:
        parts = urlsplit(url)
        params = dict(parse_qsl(parts.query) + parse_qsl(post_data or ""))
        noted.append((method.upper(), parts.path, params, headers.get("Idempotency-Key")))
        assert headers["Stripe-Version"] == API_VERSION
        return await real(method, url, headers, post_data)

    monkeypatch.setattr(provider._http, "request_async", noting)
    return noted


async def paid(provider: StripeProvider, stripe: LocalStripe) -> tuple[str, str]:
    """A checkout that was paid, and what it was paid by."""
    request = provider.checkouts.request(CHECKOUT)
    opened = await provider.checkouts.open(request, idempotency_key="open")
    await stripe.pay(opened.update.session)
    found = await provider.checkouts.retrieve(opened.update.session)
    return opened.update.session, found.update.intent or ""


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
    assert await provider.refunds.of_payment(intent) == [update]
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
    again = await provider.listing.objects(later(START, -HOUR))
    assert {each.id for each in again}.isdisjoint(each.id for each in found), "one for each silence"


@pytest.mark.parametrize(
    "data", [b'{"data": [7]}', b'{"data": [{"id": "re_1"}]}', b'{"data": [{"created": 1}]}']
)
async def test_a_list_of_objects_that_makes_no_sense_is_none(
    provider: StripeProvider, stripe: LocalStripe, data: bytes
) -> None:
    stripe.faults.add(Fault(kind="malformed", path="/v1/disputes", body=data))
    with pytest.raises(ProviderUnavailable, match="its list of objects makes no sense"):
        await provider.listing.objects(START)


async def test_a_refund_that_tells_nothing_of_use_is_as_good_as_not_found(
    provider: StripeProvider, stripe: LocalStripe
) -> None:
    session, intent = await paid(provider, stripe)
    made = await stripe.refund(session, 100)
    stripe.state.refunds[made["id"]].amount = -1
    with pytest.raises(ProviderUnavailable, match=r"^Stripe: The refund makes no sense: amount\.$"):
        await provider.refunds.of_payment(intent)


async def test_an_event_that_says_all_itself_is_not_looked_up(
    provider: StripeProvider, sent: Sent
) -> None:
    event = ProviderEvent(id="evt_1", kind="refund.updated", created=START, body="{}")
    assert await provider.events.look_up(event) is event
    assert sent == []


async def test_a_charge_none_of_whose_refunds_are_there_is_no_concern_of_ours(
    provider: StripeProvider, sent: Sent
) -> None:
    event = ProviderEvent(
        id="evt_1", kind="charge.refunded", created=START, body="{}", look_up="ch_1"
    )
    found = await provider.events.look_up(event)
    assert found == replace(event, look_up=None, ignored="There is nothing of ours in it.")
    assert sent[0][:3] == (
        "GET",
        "/v1/refunds",
        {"charge": "ch_1", "expand[0]": "data.payment_intent", "limit": "100"},
    )


async def test_a_key_that_may_not_list_events_says_so_with_all_else_that_it_lacks(
    stripe: LocalStripe,
) -> None:
    """Thoroughly, each permission is tried; and each that is missing is named once."""
    refused: list[AccessRefused] = []
    stripe.add_restricted_key("rk_test_1", ("checkout_session_write", "charge_write"))
    provider = StripeProvider(
        secret_key="rk_test_1",
        webhook_secrets=["whsec_1"],
        outbound=Outbound(QUICK),
        api_url=stripe.url,
        refused=refused.append,
    )
    quick = await provider.access.refusals(thoroughly=False)
    assert quick == ["STRIPE_SECRET_KEY lacks the permission Events (read)."]
    thorough = await provider.access.refusals(thoroughly=True)
    assert thorough == [
        "STRIPE_SECRET_KEY lacks the permission Events (read).",
        "STRIPE_SECRET_KEY lacks the permission Payment Intents (read).",
        "STRIPE_SECRET_KEY lacks the permission Disputes (read).",
        "STRIPE_SECRET_KEY lacks the permission Radar, early fraud warnings (read).",
    ]
    assert refused == [], "health is no purchase: nobody has met it yet"
    with pytest.raises(AccessRefused):
        await provider.disputes.retrieve("dp_1")
    assert [each.permission for each in refused] == ["Disputes (read)"]
    await provider.close()


async def test_a_key_that_is_unknown_is_all_that_is_said(stripe: LocalStripe) -> None:
    provider = StripeProvider(
        secret_key="sk_test_wrong",
        webhook_secrets=["whsec_1"],
        outbound=Outbound(QUICK),
        api_url=stripe.url,
    )
    assert await provider.access.refusals(thoroughly=True) == [
        "Stripe refuses STRIPE_SECRET_KEY: it is unknown, expired or revoked."
    ]
    await provider.close()


async def test_a_key_that_may_all_lacks_nothing(provider: StripeProvider) -> None:
    assert await provider.access.refusals(thoroughly=True) == []
    assert await provider.access.refusals(thoroughly=False) == []


@pytest.mark.parametrize("header", [None, "", "yesterday"])
async def test_an_answer_without_a_readable_date_leaves_the_time_of_the_one_before(
    provider: StripeProvider, monkeypatch: pytest.MonkeyPatch, header: str | None
) -> None:
    assert await provider.access.time() == START
    parent = type(provider._http).__mro__[1]
    real = parent.request_async  # type: ignore[attr-defined] # the SDK has no type here

    async def undated(*args: Any, **kwargs: Any) -> Any:
        content, status, headers = await real(*args, **kwargs)
        kept = {name: value for name, value in headers.items() if name != "Date"}
        return content, status, kept | ({} if header is None else {"Date": header})

    monkeypatch.setattr(parent, "request_async", undated)
    assert await provider.access.time() == START
    provider._http.date = None
    assert await provider.access.time() is None


async def test_what_is_asked_for_health_opens_no_breaker_for_members(stripe: LocalStripe) -> None:
    outbound = Outbound(replace(QUICK, attempts=1, failures_to_open=1))
    provider = StripeProvider(
        secret_key="sk_test_1",
        webhook_secrets=["whsec_1"],
        outbound=outbound,
        api_url=stripe.url,
        purpose=Purpose.BACKGROUND,
    )
    stripe.faults.add(Fault(kind="error", status=503))
    with pytest.raises(ProviderUnavailable):
        await provider.access.ping()
    assert {line.purpose: state for line, state in outbound.states.items()} == {
        Purpose.HEALTH: "opened"
    }
    with pytest.raises(ProviderRefused):
        await provider.disputes.retrieve("dp_1")
    assert {line.purpose for line in outbound.states} == {Purpose.HEALTH, Purpose.BACKGROUND}
    await provider.close()


@pytest.mark.parametrize("secrets", [[], [""], ["whsec_1", " "]])
def test_case_1_without_a_signing_secret_there_is_no_provider(secrets: list[str]) -> None:
    with pytest.raises(ValueError, match="a signing secret is missing"):
        StripeProvider(secret_key="sk_test_1", webhook_secrets=secrets, outbound=Outbound())
