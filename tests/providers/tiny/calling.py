"""Approved checkouts of the tiny shop, and the worker that takes their money."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.core import Services
from payments.domain.values.payment import Payment
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_calls import CallKey, CallKind, CallStatus
from payments.notifications.routing import PROVIDER_QUEUE
from tests.providers.tiny.shop import TinyShop
from tests.support.make import ADA, GUILD, key, package

CAPTURE = CallKey("tiny", CallKind.CAPTURE, "order-1")
ITS_KEY = "order-1:capture:1"


async def approved(core: Services, shop: TinyShop) -> Payment:
    """A purchase whose buyer has agreed to pay, which is known here."""
    bought = await core.buying.buy(key=key(), guild=GUILD, member=ADA, package=package().id)
    shop.approve("order-1")
    await core.polling.poll()
    return bought


@asynccontextmanager
async def calling(core: Services) -> AsyncIterator[None]:
    """Its worker makes calls."""
    running = asyncio.create_task(core.workers[PROVIDER_QUEUE].run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def state_after(core: Services, payment: Payment, woken: asyncio.Event) -> PaymentState:
    """The payment's state, once there is any news of it."""
    async with asyncio.timeout(30):
        while True:
            woken.clear()
            found = await core.queries.payment(payment.id)
            assert found is not None
            if found.state is not PaymentState.INITIATED:
                return found.state
            await woken.wait()


async def points(core: Services) -> int:
    return (await core.queries.balance(GUILD, ADA, core.clock())).points


async def status(core: Services) -> CallStatus:
    call = await core.queries.provider_call(CAPTURE)
    assert call is not None
    return call.status
