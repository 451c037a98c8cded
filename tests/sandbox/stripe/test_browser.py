"""The hosted page in a real browser, as small as a phone."""

import stripe
from playwright.async_api import Browser

from sandbox.stripe import LocalStripe
from tests.sandbox.stripe.buying import open_session
from tests.support.browsers import _function_scoped_runner, browser, in_a_browser

__all__ = ["_function_scoped_runner", "browser"]

pytestmark = in_a_browser


async def test_a_buyer_is_declined_then_pays_and_comes_back(
    client: stripe.StripeClient, local: LocalStripe, browser: Browser
) -> None:
    session = await open_session(client, success_url=f"{local.url}/control?done=1")
    assert session.url is not None
    page = await browser.new_page(viewport={"width": 360, "height": 740})
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    await page.goto(session.url)
    width = await page.evaluate("document.documentElement.scrollWidth")
    assert width <= 360, "nothing sticks out sideways"
    await page.get_by_role("button", name="the card is declined").click()
    assert "declined" in await page.get_by_role("alert").inner_text()
    await page.get_by_role("button", name="Pay $4.99").click()
    await page.wait_for_url("**/control?done=1")
    await page.get_by_role("button", name="Refund in the dashboard").click()
    await page.get_by_text("refund.created").wait_for()
    assert not complaints
    (refund,) = local.state.refunds.values()
    assert refund.amount == 499


async def test_the_control_page_shows_what_happens_and_keeps_what_is_typed(
    client: stripe.StripeClient, local: LocalStripe, browser: Browser
) -> None:
    session = await open_session(client)
    page = await browser.new_page(viewport={"width": 390, "height": 800})
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    await page.goto(f"{local.url}/control")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    await local.pay(session.id)
    await page.get_by_role("button", name="Refund in the dashboard").wait_for()
    await page.get_by_label("Types").fill("charge.*")
    await local.refund(session.id, 99)
    async with page.expect_response("**/control"):
        pass
    assert await page.get_by_label("Types").input_value() == "charge.*"
    await page.get_by_label("Types").fill("")
    await page.get_by_label("Types").blur()
    await page.get_by_text("refund.created").wait_for()
    assert complaints == []
