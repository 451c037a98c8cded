"""The tiny shop twice: two ways to pay, and what tests of them have in common."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TypeAlias

from pydantic import BaseModel
from sqlalchemy import Connection

from app.core import Services
from payments.domain.values.ids import PaymentId
from payments.domain.values.payment import Payment
from payments.notifications.routing import PROVIDER_QUEUE
from payments.providers.kind import ProviderKind
from payments.store.verify.verify import verify
from tests.providers.tiny.provider import TinyProvider
from tests.providers.tiny.shop import TinyShop
from tests.support.make import ADA, GUILD, key, package

StartBoth: TypeAlias = Callable[[], AbstractAsyncContextManager[Services]]
"""A process begins in which both shops sell."""


class NoSettings(BaseModel):
    """It needs none."""


class OtherProvider(TinyProvider):
    """The same under another name."""

    name = "other"
    title = "Other"


def other(shop: TinyShop) -> ProviderKind:
    """Its line in the registry.

    Args:
        shop: The one at the other end.
    """
    return ProviderKind(
        name="other",
        title="Other",
        settings=NoSettings,
        template="",
        build=lambda _: OtherProvider(shop),
    )


async def buy(core: Services) -> Payment:
    return await core.buying.buy(key=key(), guild=GUILD, member=ADA, package=package().id)


async def in_two_tabs(core: Services) -> Payment:
    """A purchase of which both ways are open."""
    bought = await buy(core)
    await core.ways.choose(bought, "tiny", "")
    await core.ways.choose(bought, "other", "")
    return bought


async def ways_of(core: Services, bought: Payment) -> dict[str, Payment]:
    return {each.provider: each for each in await core.queries.ways(bought)}


async def points(core: Services) -> int:
    return (await core.queries.balance(GUILD, ADA, core.clock())).points


@asynccontextmanager
async def calling(core: Services) -> AsyncIterator[None]:
    """Its worker makes calls."""
    running = asyncio.create_task(core.workers[PROVIDER_QUEUE].run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def until(done: Callable[[], bool], woken: asyncio.Event) -> None:
    """Wait for something that is seen after a commit."""
    async with asyncio.timeout(30):
        while not done():
            woken.clear()
            if not done():
                await woken.wait()


async def faults(core: Services) -> list[str]:
    def read(connection: Connection) -> list[str]:
        return list(verify(connection))

    return await core.database.snapshot(read)


async def as_it_is(core: Services, payment: PaymentId) -> Payment:
    found = await core.queries.payment(payment)
    assert found is not None
    return found
