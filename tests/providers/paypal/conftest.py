"""The program with PayPal alone, over the local PayPal, whose messages come in at the web face."""

import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeAlias

import pytest

from app.core import Services
from payments.infra.encryption import new_key
from payments.infra.outbound import Policy
from payments.providers.paypal import PAYPAL_KIND
from payments.providers.paypal.provider import PayPalProvider
from payments.providers.settings import load_settings
from sandbox.paypal import LocalPayPal
from tests.conftest import Time
from tests.providers.paypal.shop import CLIENT, SECRET, PayPalShop, opened_shop, provider_of
from tests.support.commands import put_up
from tests.support.databases import all_migrations
from tests.support.make import GUILD

Start: TypeAlias = Callable[..., AbstractAsyncContextManager[Services]]
"""A process of the program begins."""

KEY = new_key()


@pytest.fixture
async def local(clock: Time) -> AsyncIterator[LocalPayPal]:
    async with LocalPayPal(
        client_id=CLIENT, client_secret=SECRET, clock=clock, seed=1, retry_pauses=()
    ) as running:
        yield running


@pytest.fixture
async def start(database_url: str, clock: Time, local: LocalPayPal) -> Start:
    """Starts the core of the program, with one package for sale."""
    numbers = itertools.count(1)
    webhook = local.add_webhook("http://127.0.0.1:9/webhooks/paypal")
    usual: dict[str, Any] = {
        "_env_file": None,
        "discord_token": "token",
        "payment_providers": "paypal",
        "paypal_client_id": CLIENT,
        "paypal_client_secret": SECRET,
        "paypal_webhook_id": webhook.id,
        "paypal_api_url": local.url,
        "database_url": database_url,
        "public_url": "https://bank.example",
        "guild_ids": str(GUILD),
        "encryption_keys": KEY,
    }

    def new_id() -> str:
        return f"01890000-0000-7000-8000-{next(numbers):012d}"

    @asynccontextmanager
    async def start(**changes: Any) -> AsyncIterator[Services]:
        core = Services(
            load_settings((), kinds=(PAYPAL_KIND,), **(usual | changes)),
            clock=clock,
            new_id=new_id,
            migrations=all_migrations(),
            wake=lambda: None,
            kinds=(PAYPAL_KIND,),
        )
        core.outbound.policy = Policy(first_pause_seconds=0.001, longest_pause_seconds=0.002)
        core.runner.start()
        try:
            yield core
        finally:
            await core.close()

    return start


@pytest.fixture
async def core(start: Start) -> AsyncIterator[Services]:
    async with start() as running:
        await put_up(running.runner)
        yield running


@pytest.fixture
async def shop(core: Services, local: LocalPayPal, clock: Time) -> AsyncIterator[PayPalShop]:
    async with opened_shop(core, local, clock) as opened:
        yield opened


@pytest.fixture
async def provider(local: LocalPayPal, clock: Time) -> AsyncIterator[PayPalProvider]:
    local.add_webhook("http://127.0.0.1:9/webhooks/paypal")
    opened = provider_of(local, clock)
    yield opened
    await opened.close()
