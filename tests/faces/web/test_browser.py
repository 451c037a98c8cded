"""The pages in a real browser, as small as a phone."""

import pytest
from playwright.async_api import Browser, Page

from tests.support.browsers import _function_scoped_runner, browser, in_a_browser
from tests.support.databases import only_on_sqlite
from tests.support.web import PAYMENT, Web, event_body, session_object

__all__ = ["_function_scoped_runner", "browser"]

pytestmark = [only_on_sqlite, *in_a_browser, pytest.mark.usefixtures("open_payment")]


async def visit(browser: Browser, url: str, complaints: list[str]) -> Page:
    page = await browser.new_page(viewport={"width": 360, "height": 740})
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(error.message))
    await page.goto(url)
    return page


async def test_the_page_shows_the_points_by_itself_once_they_are_there(
    web: Web, browser: Browser
) -> None:
    """A console that stays empty also shows that the content security policy fits."""
    complaints: list[str] = []
    page = await visit(browser, f"{web.url}/pay/{PAYMENT}/success", complaints)
    assert await page.get_by_role("heading").inner_text() == "Waiting for the confirmation"
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    assert await web.post(event_body()) == 200
    await page.get_by_role("heading", name="500 points added").wait_for()
    assert await page.title() == "500 points added"
    assert not await page.get_by_text("longer than usual").is_visible()
    assert complaints == []


async def test_whoever_waits_for_long_is_told_that_they_need_not(
    web: Web, browser: Browser
) -> None:
    page = await browser.new_page(viewport={"width": 360, "height": 740})
    await page.clock.install()
    await page.goto(f"{web.url}/pay/{PAYMENT}/success")
    assert not await page.get_by_text("longer than usual").is_visible()
    await page.clock.run_for(60_000)
    await page.get_by_text("longer than usual").wait_for()


async def test_a_delayed_payment_is_told_without_a_spinner(web: Web, browser: Browser) -> None:
    unpaid = session_object(payment_status="unpaid")
    assert await web.post(event_body(session=unpaid)) == 200
    complaints: list[str] = []
    page = await visit(browser, f"{web.url}/pay/{PAYMENT}/success", complaints)
    await page.get_by_role("heading", name="Your payment is on its way").wait_for()
    assert await page.locator("#card").get_attribute("class") == "card later"
    assert complaints == []


async def test_whoever_left_the_checkout_finds_back_to_it(web: Web, browser: Browser) -> None:
    complaints: list[str] = []
    page = await visit(browser, f"{web.url}/pay/{PAYMENT}/cancel", complaints)
    button = page.get_by_role("link", name="Back to the checkout")
    target = await button.evaluate("link => link.href")
    assert target == f"{web.url}/pay/{PAYMENT}"
    assert complaints == []
