"""The whole demo, as `guildbank demo` starts it."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from app.process import Guildbank
from sandbox.demo.stage import Stage


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with Stage(Guildbank) as running:
        yield running


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    """Speaks HTTP as a browser does."""
    async with aiohttp.ClientSession() as session:
        yield session
