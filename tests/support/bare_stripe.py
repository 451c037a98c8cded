"""The local Stripe, a provider that asks it, and nothing else."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from payments.domain.values.ids import PaymentId
from payments.domain.values.time import HOUR, Instant, later
from payments.infra.outbound import Outbound, Policy
from payments.providers.requests import CheckoutRequest, RefundRequest
from payments.providers.stripe.provider import StripeProvider
from payments.providers.stripe.updates import API_VERSION
from sandbox.stripe import LocalStripe
from tests.support.make import ADA, GUILD, START, euros, package

PAYMENT = PaymentId("0199a3c4-0000-7000-8000-000000000001")
KEY = f"{PAYMENT}:checkout:1"
IN_AN_HOUR = later(START, HOUR)
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


class Sent(list[tuple[str, str, dict[str, str], str | None]]):
    """Method, path, parameters and idempotency key of each call."""


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
