"""The program with the tiny shop alone, and as often as it is started again."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeAlias

import pytest

from app.core import Services
from payments.infra.encryption import new_key
from payments.providers.kind import ProviderKind
from payments.providers.settings import load_settings
from tests.conftest import Time
from tests.providers.tiny import tiny
from tests.providers.tiny.shop import TinyShop
from tests.providers.tiny.two import StartBoth, other
from tests.support.commands import put_up
from tests.support.databases import all_migrations
from tests.support.make import GUILD

Start: TypeAlias = Callable[..., AbstractAsyncContextManager[Services]]
"""A process of the program begins, perhaps with further providers and other settings."""

KEY = new_key()


@pytest.fixture
def tiny_shop() -> TinyShop:
    return TinyShop()


@pytest.fixture
def woken() -> asyncio.Event:
    """Set after each commit that somebody hears of."""
    return asyncio.Event()


@pytest.fixture
async def start(database_url: str, clock: Time, tiny_shop: TinyShop, woken: asyncio.Event) -> Start:
    """Starts the core of the program, with one package for sale."""
    numbers = itertools.count(1)
    loop = asyncio.get_running_loop()
    usual: dict[str, Any] = {
        "_env_file": None,
        "discord_token": "token",
        "payment_providers": "tiny",
        "tiny_key": "mine",
        "database_url": database_url,
        "public_url": "https://bank.example",
        "guild_ids": str(GUILD),
        "encryption_keys": KEY,
    }

    def wake() -> None:
        loop.call_soon_threadsafe(woken.set)

    @asynccontextmanager
    async def start(others: Sequence[ProviderKind] = (), **changes: Any) -> AsyncIterator[Services]:
        kinds = (*others, tiny(tiny_shop))
        settings = load_settings((), kinds=kinds, **(usual | changes))
        core = Services(
            settings,
            clock=clock,
            new_id=lambda: f"id-{next(numbers)}",
            migrations=all_migrations(),
            wake=wake,
            kinds=kinds,
        )
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
def other_shop() -> TinyShop:
    return TinyShop()


@pytest.fixture
def start_both(start: Start, other_shop: TinyShop) -> StartBoth:
    """Starts a process in which both shops sell."""
    return lambda: start((other(other_shop),), payment_providers="tiny,other")


@pytest.fixture
async def both(start_both: StartBoth) -> AsyncIterator[Services]:
    async with start_both() as running:
        await put_up(running.runner)
        yield running
