"""What Stripe never charges or gives back is refused before anybody can ask for it."""

from collections.abc import AsyncIterator

import pytest

from payments.domain.errors import Refused
from payments.domain.values.ids import PaymentId
from payments.domain.values.money import Money
from payments.domain.values.time import later
from payments.infra.outbound import Outbound
from payments.providers.errors import ProviderRefused
from payments.providers.requests import CheckoutRequest, RefundRequest
from payments.providers.stripe import currencies as rules
from payments.providers.stripe.provider import StripeProvider
from sandbox.stripe import LocalStripe
from sandbox.stripe.objects.currencies import PER_DOLLAR
from tests.conftest import Time
from tests.support.make import ADA, GUILD, package
from tests.support.web import PAYMENT


@pytest.fixture
async def local(clock: Time) -> AsyncIterator[LocalStripe]:
    async with LocalStripe(secret_key="sk_test_x", clock=clock) as local:
        yield local


@pytest.fixture
async def provider(local: LocalStripe) -> AsyncIterator[StripeProvider]:
    made = StripeProvider(
        secret_key="sk_test_x", webhook_secrets=["whsec_x"], outbound=Outbound(), api_url=local.url
    )
    yield made
    await made.close()


def checkout(clock: Time, price: Money) -> CheckoutRequest:
    return CheckoutRequest(
        payment=PaymentId(PAYMENT),
        installation="this",
        guild=GUILD,
        member=ADA,
        package=package().id,
        description="Points",
        price=price,
        expires_at=later(clock(), 3_600_000_000),
        success_url="https://example.com/success",
        cancel_url="https://example.com/cancel",
    )


async def charges(provider: StripeProvider, clock: Time, price: Money) -> bool:
    """Whether Stripe opens a checkout at that price."""
    request = provider.checkouts.request(checkout(clock, price))
    try:
        await provider.checkouts.open(request, idempotency_key=f"{price}")
    except ProviderRefused:
        return False
    return True


async def gives_back(provider: StripeProvider, intent: str, amount: Money) -> bool:
    """Whether Stripe refunds that much of a payment."""
    request = RefundRequest(
        refund=f"refund-{amount.minor}",
        payment=PaymentId(PAYMENT),
        installation="this",
        intent=intent,
        amount=amount,
        fraudulent=False,
    )
    try:
        await provider.refunds.make(
            provider.refunds.request(request), idempotency_key=request.refund
        )
    except ProviderRefused:
        return False
    return True


def allowed(provider: StripeProvider, price: Money) -> bool:
    try:
        provider.checkouts.check_price(price)
    except Refused:
        return False
    return True


async def test_whatever_is_refused_here_stripe_refuses_too(
    provider: StripeProvider, clock: Time
) -> None:
    """In every currency, on both sides of each bound; some more may be refused by Stripe alone."""
    for code, least in rules._LEAST.items():
        for minor in (1, least - 1, least + 1, rules.HIGHEST + 1, 10**12):
            price = Money(minor=minor, currency=code)
            if not allowed(provider, price):
                assert not await charges(provider, clock, price), price


async def test_twice_the_least_price_is_charged_in_every_currency(
    provider: StripeProvider, clock: Time
) -> None:
    """So what is said to be the least is near to the truth."""
    for code, least in rules._LEAST.items():
        price = Money(minor=2 * least, currency=code)
        assert allowed(provider, price), price
        assert await charges(provider, clock, price), price


async def test_a_currency_that_stripe_does_not_know_is_refused(
    provider: StripeProvider, clock: Time
) -> None:
    for code in ("XYZ", "XXX", "BTC", "DEM"):
        with pytest.raises(Refused, match=f"Stripe can't charge in {code}"):
            provider.checkouts.check_currency(code)
        assert not await charges(provider, clock, Money(minor=5000, currency=code))
    assert {code.upper() for code in PER_DOLLAR} == set(rules._LEAST)


@pytest.mark.parametrize("currency", ["EUR", "HUF", "ISK", "JPY", "KWD", "TWD", "UGX"])
async def test_a_refund_is_refused_here_exactly_where_stripe_refuses_its_amount(
    provider: StripeProvider, local: LocalStripe, clock: Time, currency: str
) -> None:
    request = checkout(clock, Money(minor=2_000_000, currency=currency))
    opened = await provider.checkouts.open(
        provider.checkouts.request(request), idempotency_key="one"
    )
    intent = str((await local.pay(opened.update.session))["payment_intent"])
    for minor in (101, 110, 200):
        amount = Money(minor=minor, currency=currency)
        try:
            provider.refunds.check_amount(amount)
        except Refused:
            assert not await gives_back(provider, intent, amount), amount
        else:
            assert await gives_back(provider, intent, amount), amount
