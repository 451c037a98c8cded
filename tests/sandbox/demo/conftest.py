"""The whole demo, as `guildbank demo` starts it."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from app.process import Guildbank
from payments.infra.settings import Settings
from sandbox.demo.stage import Stage
from tests.support.sqlite import empty_books


class StageWithBooks(Stage):
    """Its empty books are there already; `test_ways` lets the demo make its own."""

    def _settings(self, folder: Path) -> Settings:
        (folder / "guildbank.db").write_bytes(empty_books())
        return super()._settings(folder)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with StageWithBooks(Guildbank) as running:
        yield running


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    """Speaks HTTP as a browser does."""
    async with aiohttp.ClientSession() as session:
        yield session
