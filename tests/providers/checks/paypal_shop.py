"""The same at the local PayPal."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp

from payments.domain.values.payment import Payment
from payments.domain.values.time import SECOND
from payments.providers.paypal import PAYPAL_KIND
from sandbox.paypal import LocalPayPal
from sandbox.paypal.objects.payment import AUTHORIZED_SECONDS
from tests.conftest import Time
from tests.providers.checks.shop import CheckedShop
from tests.support.commands import put_up
from tests.support.provider_shop import core_over, opened_web, session_of


@dataclass(kw_only=True)
class PayPalChecked(CheckedShop):
    """A purchase by PayPal."""

    paypal: LocalPayPal

    @property
    def local(self) -> LocalPayPal:
        return self.paypal

    async def pay(self, payment: Payment) -> None:
        await self.paypal.approve(session_of(payment))

    async def capture_elsewhere(self, payment: Payment, amount: int | None = None) -> None:
        await self.paypal.capture_authorization(session_of(payment), amount)

    async def void_elsewhere(self, payment: Payment) -> None:
        await self.paypal.void_authorization(session_of(payment))

    def deafen(self) -> None:
        self.paypal.plan("lose", times=None)

    def taken(self) -> list[int]:
        return [each.amount.minor for each in self.paypal.state.captures.values() if each.arrived]

    def lets_go_after(self) -> int:
        return AUTHORIZED_SECONDS * SECOND


@asynccontextmanager
async def paypal_shop(database_url: str, clock: Time) -> AsyncIterator[PayPalChecked]:
    """The shop, with its web face."""
    async with LocalPayPal(
        client_id="client", client_secret="secret", clock=clock, seed=1, retry_pauses=()
    ) as paypal:
        paypal.add_webhook("http://127.0.0.1:9/webhooks/paypal")
        (webhook,) = paypal.state.webhooks
        async with core_over(
            PAYPAL_KIND,
            database_url,
            clock,
            paypal_client_id="client",
            paypal_client_secret="secret",
            paypal_webhook_id=webhook,
            paypal_api_url=paypal.url,
        ) as core:
            await put_up(core.runner)
            async with opened_web(core, clock) as url, aiohttp.ClientSession() as http:
                paypal.state.webhooks[webhook].url = f"{url}/webhooks/paypal"
                shop = PayPalChecked(core=core, paypal=paypal, clock=clock, url=url, http=http)
                await shop.check_all()
                yield shop
