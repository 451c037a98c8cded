"""The documentation can be searched as it lies on the disk, without a server."""

from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.support.browsers import _function_scoped_runner, browser, in_a_browser

__all__ = ["_function_scoped_runner", "browser"]

pytestmark = in_a_browser


@pytest.mark.parametrize("start", ["index.html", "decisions/dependencies.html"])
async def test_what_is_searched_is_found_from_the_disk(
    site: Path, browser: Browser, start: str
) -> None:
    complaints: list[str] = []
    asked: list[str] = []
    page = await browser.new_page(viewport={"width": 1300, "height": 900})
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(error.message))
    page.on("request", lambda request: asked.append(request.url))
    await page.goto((site / start).as_uri())
    await page.get_by_role("textbox", name="Search").press_sequentially("refund")
    found = page.locator(".md-search-result__link[href*='refunds.html']").first
    await found.wait_for()
    await found.click()
    await page.wait_for_url("**/refunds.html*")
    assert [each for each in asked if not each.startswith(("file:", "data:"))] == []
    assert complaints == []
