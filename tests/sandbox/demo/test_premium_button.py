"""In the demo, a premium button leads to the store, on a phone in a real browser."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from app.process import Guildbank
from sandbox.demo.stage import Stage
from sandbox.demo.takers import DISCORD
from tests.support.browsers import _function_scoped_runner, in_a_browser

__all__ = ["_function_scoped_runner"]

pytestmark = in_a_browser

WAIT_MILLISECONDS = 20_000
"""A busy machine draws slowly."""


@pytest.fixture
async def with_shop() -> AsyncIterator[Stage]:
    async with Stage(Guildbank, ways=["stripe", DISCORD]) as running:
        yield running


@pytest.fixture
async def page(chromium: Browser) -> AsyncIterator[Page]:
    context = await chromium.new_context(viewport={"width": 390, "height": 844})
    context.set_default_timeout(WAIT_MILLISECONDS)
    yield await context.new_page()
    await context.close()


async def test_a_premium_button_leads_to_the_store(with_shop: Stage, page: Page) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    await page.goto(with_shop.shell.url)
    discord = page.frame_locator("#discord-frame")
    await discord.locator("#channel-composer-input").wait_for()
    async with with_shop.screen.turn():
        ada = with_shop.world.people["ada"].member
        await ada.slash(with_shop.world.general, "buy", package="demo-0")
    await discord.locator(".premium-button").click()
    store = page.frame_locator("#pay-frame")
    await expect(store.get_by_label("Who buys")).to_have_value(str(ada.id))
    await store.get_by_role("button", name="Buy for $4.99").click()
    await store.get_by_text("Purchased").wait_for()
    await page.locator('.switch [data-side="discord"]').click()
    await page.get_by_role("button", name="Messages").click()
    await discord.get_by_role("article").get_by_text("500 points added").wait_for()
    assert errors == []
