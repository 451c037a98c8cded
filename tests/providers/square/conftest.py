"""The program with Square alone, over the local Square, whose messages come by a proxy."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeAlias

import pytest

from app.core import Services
from payments.providers.square.provider import SquareProvider
from sandbox.square import LocalSquare
from tests.conftest import Time
from tests.providers.square.shop import (
    Proxy,
    SquareShop,
    core_of,
    opened_proxy,
    opened_shop,
    opened_square,
    provider_of,
)
from tests.support.commands import put_up

Start: TypeAlias = Callable[..., AbstractAsyncContextManager[Services]]
"""A process of the program begins."""


@pytest.fixture
async def proxy() -> AsyncIterator[Proxy]:
    async with opened_proxy() as opened:
        yield opened


@pytest.fixture
async def local(proxy: Proxy, clock: Time) -> AsyncIterator[LocalSquare]:
    async with opened_square(proxy, clock) as running:
        yield running


@pytest.fixture
async def start(database_url: str, clock: Time, local: LocalSquare, proxy: Proxy) -> Start:
    """Starts the core of the program."""

    def start(**changes: Any) -> AbstractAsyncContextManager[Services]:
        return core_of(local, proxy, database_url, clock, **changes)

    return start


@pytest.fixture
async def core(start: Start) -> AsyncIterator[Services]:
    async with start() as running:
        await put_up(running.runner)
        yield running


@pytest.fixture
async def shop(
    core: Services, local: LocalSquare, proxy: Proxy, clock: Time
) -> AsyncIterator[SquareShop]:
    async with opened_shop(core, local, proxy, clock, SquareShop) as opened:
        yield opened


@pytest.fixture
async def provider(local: LocalSquare, clock: Time) -> AsyncIterator[SquareProvider]:
    opened = provider_of(local, clock)
    yield opened
    await opened.close()
