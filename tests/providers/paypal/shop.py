"""A shop whose provider is the local PayPal, and what both sides know of its purchase."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import aiohttp

from app.core import Services
from payments.domain.values.payment import Payment
from payments.infra.outbound import Outbound, Policy
from payments.providers.paypal import PAYPAL_KIND
from payments.providers.paypal.provider import PayPalProvider
from sandbox.paypal import LocalPayPal
from tests.conftest import Time
from tests.support.provider_shop import ProviderShop, core_over, opened_web, session_of

CLIENT: Final = "client"
SECRET: Final = "secret"


@dataclass(kw_only=True)
class PayPalShop(ProviderShop):
    """One purchase of 500 points for 4.99 by PayPal."""

    paypal: LocalPayPal

    @property
    def local(self) -> LocalPayPal:
        return self.paypal

    async def paid(self) -> Payment:
        """A purchase that was approved, taken and credited."""
        bought = await self.buy()
        await self.paypal.approve(order_of(bought))
        await self.settle()
        return await self.now(bought)


def order_of(payment: Payment) -> str:
    """PayPal's id of what is bought."""
    return session_of(payment)


def core_of(
    local: LocalPayPal, database_url: str, clock: Time, **changes: Any
) -> AbstractAsyncContextManager[Services]:
    """The core of the program, at the local PayPal with its one webhook."""
    (webhook,) = local.state.webhooks
    usual: dict[str, Any] = {
        "paypal_client_id": CLIENT,
        "paypal_client_secret": SECRET,
        "paypal_webhook_id": webhook,
        "paypal_api_url": local.url,
    }
    return core_over(PAYPAL_KIND, database_url, clock, **(usual | changes))


def signed(local: LocalPayPal, body: bytes, **changes: str) -> dict[str, list[str]]:
    """The head of a message, as the local PayPal signs it."""
    (webhook,) = local.state.webhooks
    signer = local._dispatcher.signer
    head = {
        "paypal-transmission-id": "69cd13f0-d67a-11e5-baa3-778b53f4ae55",
        "paypal-transmission-time": "2026-09-21T14:13:20Z",
        "paypal-auth-algo": "SHA256withRSA",
        "paypal-cert-url": f"{local.url}{signer.path}",
    }
    head["paypal-transmission-sig"] = signer.sign(
        head["paypal-transmission-id"], head["paypal-transmission-time"], webhook, body
    )
    return {name: [value] for name, value in (head | changes).items()}


ShopT = TypeVar("ShopT", bound=PayPalShop)


@asynccontextmanager
async def opened_shop(
    core: Services,
    local: LocalPayPal,
    clock: Time,
    kind: type[ShopT],
) -> AsyncIterator[ShopT]:
    """The shop with its web face; at the end its books are checked."""
    async with opened_web(core, clock) as url, aiohttp.ClientSession() as http:
        for webhook in local.state.webhooks.values():
            webhook.url = f"{url}/webhooks/paypal"
        yield kind(core=core, paypal=local, clock=clock, url=url, http=http)


def provider_of(local: LocalPayPal, clock: Time, **changes: Any) -> PayPalProvider:
    """PayPal as the program makes it, at the local one; nothing waits for long."""
    usual: dict[str, Any] = {
        "client_id": CLIENT,
        "client_secret": SECRET,
        "webhooks": ["OLD", *local.state.webhooks],
        "outbound": Outbound(Policy(first_pause_seconds=0.001, longest_pause_seconds=0.002)),
        "api_url": local.url,
        "clock": clock,
    }
    return PayPalProvider(**usual | changes)
