"""The program with Discord's shop beside another way to pay."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeAlias

import pytest

from app.core import Services
from tests.conftest import Time
from tests.providers.discord_skus.shop import DiscordShopping, opened_core, opened_shop
from tests.providers.discord_skus.wire import SellingDiscord, opened_discord
from tests.support.commands import put_up

Start: TypeAlias = Callable[..., AbstractAsyncContextManager[Services]]
"""A process of the program begins."""


@pytest.fixture
async def discord() -> AsyncIterator[SellingDiscord]:
    async with opened_discord() as opened:
        yield opened


@pytest.fixture
async def start(database_url: str, clock: Time, discord: SellingDiscord) -> Start:
    def start(**changes: Any) -> AbstractAsyncContextManager[Services]:
        return opened_core(discord, database_url, clock, **changes)

    return start


@pytest.fixture
async def core(start: Start) -> AsyncIterator[Services]:
    async with start() as running:
        await put_up(running.runner)
        yield running


@pytest.fixture
async def shop(
    core: Services, discord: SellingDiscord, clock: Time
) -> AsyncIterator[DiscordShopping]:
    async with opened_shop(core, discord, clock) as opened:
        yield opened
