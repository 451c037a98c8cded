"""One purchase in two tabs, at Stripe and at PayPal: one credit, one refund, told."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from payments.domain.errors import Refused
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import RefundStatus
from payments.providers.stripe.kind import STRIPE
from sandbox.paypal import LocalPayPal
from sandbox.stripe import LocalStripe
from tests.conftest import Time
from tests.providers.paypal.shop import PayPalShop, core_of, opened_shop
from tests.support.commands import put_up
from tests.support.make import package

SECRET = "whsec_" + 32 * "a"
NAMES = ("stripe", "paypal")


@dataclass(kw_only=True)
class Both(PayPalShop):
    """A shop with two ways to pay."""

    stripe: LocalStripe | None = None

    @property
    def at_stripe(self) -> LocalStripe:
        assert self.stripe is not None
        return self.stripe

    async def in_two_tabs(self) -> dict[str, Payment]:
        """A purchase of which both ways are open."""
        bought = await self.buy()
        for name in NAMES:
            await self.core.ways.choose(bought, name, "")
        return await self.ways(bought)

    async def ways(self, bought: Payment) -> dict[str, Payment]:
        return {each.provider: each for each in await self.core.queries.ways(bought)}

    async def settle_both(self) -> None:
        """Let all that both have sent be applied, and what follows be called."""
        for _ in range(3):
            await self.at_stripe.drain()
            await self.settle()

    async def ended(self, bought: Payment) -> tuple[int, list[str], list[str]]:
        """Points, what counts, and what went back."""
        ways = (await self.ways(bought)).values()
        back = [
            each.provider
            for each in ways
            if [one.status for one in each.refunds] == [RefundStatus.SUCCEEDED]
        ]
        return await self.points(), [each.provider for each in ways if each.credited_at], back


@pytest.fixture
async def both(database_url: str, clock: Time, local: LocalPayPal) -> AsyncIterator[Both]:
    local.add_webhook("http://127.0.0.1:9/webhooks/paypal")
    async with opened_both(database_url, clock, local) as shop:
        yield shop


@asynccontextmanager
async def opened_both(database_url: str, clock: Time, local: LocalPayPal) -> AsyncIterator[Both]:
    async with (
        LocalStripe(secret_key="sk_test_1", clock=clock, seed=1) as stripe,
        core_of(
            local,
            database_url,
            clock,
            others=(STRIPE,),
            stripe_secret_key="sk_test_1",
            stripe_webhook_secret=SECRET,
            stripe_api_url=stripe.url,
        ) as core,
    ):
        await put_up(core.runner)
        async with opened_shop(core, local, clock, Both) as shop:
            shop.stripe = stripe
            stripe.add_webhook_endpoint(f"{shop.url}/webhooks/stripe", SECRET)
            yield shop


async def test_what_is_paid_at_stripe_while_it_is_being_closed_goes_back(both: Both) -> None:
    """The buyer pays there in the moment in which PayPal's money is credited."""
    ways = await both.in_two_tabs()
    both.at_stripe.state.endpoints.clear()  # its message is lost: only the closing finds the money
    await both.at_stripe.pay(ways["stripe"].session or "")
    await both.paypal.approve(ways["paypal"].session or "")
    await both.settle_both()
    assert await both.ended(ways["paypal"]) == (package().points, ["paypal"], ["stripe"])
    assert await both.told("payment.surplus") == 1


async def test_what_is_approved_at_paypal_after_stripe_was_paid_is_never_taken(both: Both) -> None:
    ways = await both.in_two_tabs()
    await both.at_stripe.pay(ways["stripe"].session or "")
    await both.settle_both()
    await both.paypal.approve(ways["paypal"].session or "")
    await both.settle_both()
    assert await both.ended(ways["paypal"]) == (package().points, ["stripe"], [])
    assert await both.told("payment.surplus") == 0
    assert both.paypal.state.captures == {}


async def test_an_open_session_is_closed_once_paypal_is_paid(both: Both) -> None:
    ways = await both.in_two_tabs()
    await both.paypal.approve(ways["paypal"].session or "")
    await both.settle_both()
    assert await both.ended(ways["paypal"]) == (package().points, ["paypal"], [])
    assert both.at_stripe.state.sessions[ways["stripe"].session or ""].status == "expired"
    with pytest.raises(Refused, match="paid already"):
        await both.core.ways.choose(ways["paypal"], "stripe", "")
