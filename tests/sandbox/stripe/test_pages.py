"""The hosted pages, as a browser asks for them."""

from collections.abc import AsyncIterator

import pytest
import stripe
from aiohttp import ClientSession

from sandbox.stripe import LocalStripe
from tests.sandbox.stripe.buying import PARAMS, open_session


@pytest.fixture
async def browser(local: LocalStripe) -> AsyncIterator[ClientSession]:
    async with ClientSession(base_url=local.url) as browser:
        yield browser


async def read(browser: ClientSession, path: str, *, status: int = 200) -> str:
    async with browser.get(path) as page:
        assert page.status == status
        assert page.content_type == "text/html"
        return await page.text()


async def press(browser: ClientSession, path: str, **fields: str) -> str:
    """Press a button; where it leads."""
    async with browser.post(path, data=fields, allow_redirects=False) as answer:
        assert answer.status == 303
        return answer.headers["Location"]


async def test_the_page_shows_what_is_bought_and_that_it_is_a_sandbox(
    client: stripe.StripeClient, browser: ClientSession
) -> None:
    session = await open_session(client)
    text = await read(browser, f"/c/pay/{session.id}")
    for expected in ("no real money", "500 points", "$4.99", "example.com/back"):
        assert expected in text


async def test_what_the_shop_says_is_escaped(
    client: stripe.StripeClient, browser: ClientSession
) -> None:
    product = {"name": "<script>alert(1)</script>"}
    price = {"currency": "jpy", "unit_amount": 500, "product_data": product}
    session = await open_session(client, line_items=[{"quantity": 2, "price_data": price}])
    text = await read(browser, f"/c/pay/{session.id}")
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
    assert "¥1,000" in text


async def test_paying_leads_back_to_the_shop_with_the_sessions_id(
    client: stripe.StripeClient, local: LocalStripe, browser: ClientSession
) -> None:
    session = await open_session(client)
    for _ in range(2):
        target = await press(browser, f"/c/pay/{session.id}/pay", email="a@example.com")
        assert target == f"https://example.com/done?session={session.id}"
    assert len(local.state.charges) == 1, "a second click pays nothing"
    assert local.state.sessions[session.id].email == "a@example.com"
    assert "all done here" in await read(browser, f"/c/pay/{session.id}")
    (charge,) = local.state.charges.values()
    assert "$4.99" in await read(browser, f"/receipts/{charge.id}")


async def test_a_decline_is_shown_and_the_page_stays(
    client: stripe.StripeClient, browser: ClientSession
) -> None:
    session = await open_session(client)
    target = await press(browser, f"/c/pay/{session.id}/decline", code="insufficient_funds")
    assert "insufficient funds" in await read(browser, target)
    assert "example.com/done" in await press(browser, f"/c/pay/{session.id}/pay")


async def test_a_debit_leads_back_and_its_page_says_that_it_takes_days(
    client: stripe.StripeClient, browser: ClientSession
) -> None:
    session = await open_session(client)
    assert "example.com/done" in await press(browser, f"/c/pay/{session.id}/later")
    assert "on its way" in await read(browser, f"/c/pay/{session.id}")


async def test_an_expired_page_says_so_and_takes_no_money(
    client: stripe.StripeClient, local: LocalStripe, browser: ClientSession
) -> None:
    session = await open_session(client)
    await local.expire(session.id)
    assert await press(browser, f"/c/pay/{session.id}/pay") == f"/c/pay/{session.id}"
    assert await press(browser, f"/c/pay/{session.id}/decline") == f"/c/pay/{session.id}"
    text = await read(browser, f"/c/pay/{session.id}")
    assert "expired" in text
    assert "Open a new checkout" not in text
    assert not local.state.charges


async def test_an_expired_page_may_offer_a_new_one(
    client: stripe.StripeClient, local: LocalStripe, browser: ClientSession
) -> None:
    session = await open_session(client, after_expiration={"recovery": {"enabled": True}})
    async with browser.get(f"/c/pay/{session.id}/recover", allow_redirects=False) as early:
        assert early.headers["Location"] == f"/c/pay/{session.id}"
    await local.expire(session.id)
    assert "Open a new checkout" in await read(browser, f"/c/pay/{session.id}")
    async with browser.get(f"/c/pay/{session.id}/recover") as page:
        assert "$4.99" in await page.text()
    assert len(local.state.sessions) == 2


@pytest.mark.parametrize("path", ["/c/pay/cs_test_x", "/c/pay/cs_test_x/recover", "/receipts/ch_x"])
async def test_wrong_links_lead_to_a_friendly_page(browser: ClientSession, path: str) -> None:
    assert "There is nothing here" in await read(browser, path, status=404)


async def test_what_costs_nothing_is_ordered_without_a_card(
    client: stripe.StripeClient, local: LocalStripe, browser: ClientSession
) -> None:
    session = await open_session(client)
    await local.adjust(session.id, discount=499)
    text = await read(browser, f"/c/pay/{session.id}")
    assert "Complete order" in text
    assert "-$4.99" in text
    assert PARAMS["success_url"].partition("?")[0] in await press(
        browser, f"/c/pay/{session.id}/pay"
    )
