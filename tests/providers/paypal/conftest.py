"""The program with PayPal alone, over the local PayPal, whose messages come in at the web face."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeAlias

import pytest

from app.core import Services
from payments.providers.paypal.provider import PayPalProvider
from sandbox.paypal import LocalPayPal
from tests.conftest import Time
from tests.providers.paypal.shop import (
    CLIENT,
    SECRET,
    PayPalShop,
    core_of,
    opened_shop,
    provider_of,
)
from tests.support.commands import put_up

Start: TypeAlias = Callable[..., AbstractAsyncContextManager[Services]]
"""A process of the program begins."""


@pytest.fixture
async def local(clock: Time) -> AsyncIterator[LocalPayPal]:
    async with LocalPayPal(
        client_id=CLIENT, client_secret=SECRET, clock=clock, seed=1, retry_pauses=()
    ) as running:
        yield running


@pytest.fixture
async def start(database_url: str, clock: Time, local: LocalPayPal) -> Start:
    """Starts the core of the program."""
    local.add_webhook("http://127.0.0.1:9/webhooks/paypal")

    def start(**changes: Any) -> AbstractAsyncContextManager[Services]:
        return core_of(local, database_url, clock, **changes)

    return start


@pytest.fixture
async def core(start: Start) -> AsyncIterator[Services]:
    async with start() as running:
        await put_up(running.runner)
        yield running


@pytest.fixture
async def shop(core: Services, local: LocalPayPal, clock: Time) -> AsyncIterator[PayPalShop]:
    async with opened_shop(core, local, clock, PayPalShop) as opened:
        yield opened


@pytest.fixture
async def provider(local: LocalPayPal, clock: Time) -> AsyncIterator[PayPalProvider]:
    local.add_webhook("http://127.0.0.1:9/webhooks/paypal")
    opened = provider_of(local, clock)
    yield opened
    await opened.close()
