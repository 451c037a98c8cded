"""The same at the local Stripe."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import aiohttp

from payments.domain.values.payment import Payment
from payments.domain.values.time import SECOND
from payments.providers.stripe.kind import STRIPE
from sandbox.stripe import LocalStripe
from sandbox.stripe.acts.held_money import HELD_SECONDS
from tests.conftest import Time
from tests.providers.checks.shop import CheckedShop
from tests.support.commands import put_up
from tests.support.provider_shop import core_over, opened_web, session_of

SECRET: Final = "whsec_" + 32 * "a"


@dataclass(kw_only=True)
class StripeChecked(CheckedShop):
    """A purchase by card."""

    stripe: LocalStripe

    @property
    def local(self) -> LocalStripe:
        return self.stripe

    async def pay(self, payment: Payment) -> None:
        await self.stripe.pay(session_of(payment))

    async def capture_elsewhere(self, payment: Payment, amount: int | None = None) -> None:
        await self.stripe.capture(session_of(payment), amount)

    async def void_elsewhere(self, payment: Payment) -> None:
        await self.stripe.void(session_of(payment))

    def deafen(self) -> None:
        self.stripe.plan("lose", times=None)

    def taken(self) -> list[int]:
        return [each.taken for each in self.stripe.state.charges.values() if each.taken]

    def lets_go_after(self) -> int:
        return HELD_SECONDS * SECOND


@asynccontextmanager
async def stripe_shop(database_url: str, clock: Time) -> AsyncIterator[StripeChecked]:
    """The shop, with its web face."""
    async with (
        LocalStripe(secret_key="sk_test_1", clock=clock, seed=1, retry_pauses=()) as stripe,
        core_over(
            STRIPE,
            database_url,
            clock,
            stripe_secret_key="sk_test_1",
            stripe_webhook_secret=SECRET,
            stripe_api_url=stripe.url,
        ) as core,
    ):
        await put_up(core.runner)
        async with opened_web(core, clock) as url, aiohttp.ClientSession() as http:
            stripe.add_webhook_endpoint(f"{url}/webhooks/stripe", SECRET)
            shop = StripeChecked(core=core, stripe=stripe, clock=clock, url=url, http=http)
            await shop.check_all()
            yield shop
