"""What a buyer sees at the local PayPal, and what is done by hand on its control page."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession
from yarl import URL

from sandbox.paypal import LocalPayPal
from tests.sandbox.paypal.asking import ORDERS, Asking, issues, order
from tests.sandbox.paypal.conftest import Inbox


@pytest.fixture
async def browser(local: LocalPayPal) -> AsyncIterator[ClientSession]:
    async with ClientSession(base_url=local.url) as browser:
        yield browser


async def page_of(ask: Asking, body: dict[str, Any] | None = None) -> tuple[str, URL]:
    """A new order, and where its link leads the buyer."""
    made = await ask.ordered(body)
    (page,) = [each["href"] for each in made["links"] if each["rel"] == "payer-action"]
    return made["id"], URL(page).relative()


async def press(browser: ClientSession, path: str, **fields: str) -> URL:
    """Press a button; where it leads."""
    async with browser.post(path, data=fields, allow_redirects=False) as answer:
        assert answer.status == 303, await answer.text()
        return URL(answer.headers["Location"])


async def read(browser: ClientSession, path: str | URL, *, status: int = 200) -> str:
    async with browser.get(path) as answer:
        assert answer.status == status
        return await answer.text()


async def do(browser: ClientSession, act: str, *, answers: int = 200, **fields: str) -> Any:
    async with browser.post(f"/control/{act}", data=fields) as answer:
        assert answer.status == answers, await answer.text()
        return await answer.json()


async def test_a_buyer_approves_and_comes_back(
    local: LocalPayPal, ask: Asking, browser: ClientSession
) -> None:
    made, page = await page_of(ask, order(description="<b>500</b> points"))
    text = await read(browser, page)
    for expected in ("no real money", "&lt;b&gt;500&lt;/b&gt; points", "4.99 USD", "Pay now"):
        assert expected in text
    for _ in range(2):
        back = await press(browser, f"/checkoutnow/approve?token={made}", funding="once")
        assert back.with_query(None) == URL("https://example.com/done")
        payer = local.state.orders[made].payer
        assert payer is not None
        assert dict(back.query) == {"token": made, "PayerID": payer.id}
    assert (await ask.captured(made))["status"] == "COMPLETED"
    assert "You have paid" in await read(browser, page)


async def test_a_buyer_walks_away(ask: Asking, browser: ClientSession) -> None:
    made, _ = await page_of(ask)
    back = await press(browser, f"/checkoutnow/leave?token={made}")
    assert str(back) == f"https://example.com/back?token={made}"
    refused = await ask("POST", f"{ORDERS}/{made}/capture", {})
    assert issues(refused) == (422, ["ORDER_NOT_APPROVED"])


async def test_a_declined_buyer_may_choose_again(ask: Asking, browser: ClientSession) -> None:
    made, page = await page_of(ask)
    await press(browser, f"/checkoutnow/approve?token={made}", funding="declined")
    refused = await ask("POST", f"{ORDERS}/{made}/capture", {})
    assert issues(refused) == (422, ["INSTRUMENT_DECLINED"])
    assert "was declined" in await read(browser, page)
    await press(browser, f"/checkoutnow/approve?token={made}", funding="once")
    assert (await ask.captured(made))["status"] == "COMPLETED"


async def test_a_page_of_an_order_that_is_not_there(browser: ClientSession) -> None:
    assert "nothing here" in await read(browser, "/checkoutnow?token=NONE", status=404)


async def test_the_control_page_shows_everything(
    local: LocalPayPal, ask: Asking, browser: ClientSession
) -> None:
    assert "No order yet" in await read(browser, "/control")
    made, _ = await page_of(ask)
    waiting, _ = await page_of(ask)
    await local.approve(made)
    await local.approve(waiting, funding="echeck")
    capture = (await ask.captured(made))["id"]
    await ask.captured(waiting)
    local.plan_refund("PENDING")
    refund = (await local.refund(capture, 1))["id"]
    local.plan_refund("FAILED")
    local.plan_capture("PAYER_CANNOT_PAY", pending="PENDING_REVIEW")
    dispute = (await local.dispute(capture))["dispute_id"]
    local.lose_next_message("CUSTOMER.*")
    await local.drain()
    text = await read(browser, "/control")
    for expected in (
        *(made, capture, refund, dispute, "ECHECK", "Money arrives", "Arrives", "Seller answers"),
        *("refund: FAILED", "capture: PAYER_CANNOT_PAY", "capture: PENDING_REVIEW"),
        *("CUSTOMER.DISPUTE.CREATED", "delivered", "events: lose CUSTOMER.*"),
    ):
        assert expected in text


async def test_a_whole_story_by_post(
    ask: Asking, browser: ClientSession, local: LocalPayPal, inbox: Inbox
) -> None:
    made, _ = await page_of(ask)
    await do(browser, "decline", id=made)
    await do(browser, "leave", id=made)
    await do(browser, "approve", id=made)
    await do(browser, "plan_capture", pending="PENDING_REVIEW")
    await ask.captured(made)
    assert (await do(browser, "complete_capture", id=made))["status"] == "COMPLETED"
    await do(browser, "plan_refund", status="PENDING")
    refund = await do(browser, "refund", id=made, amount="99")
    assert (await do(browser, "complete_refund", id=refund["id"]))["status"] == "COMPLETED"
    assert (await do(browser, "fail_refund", id=refund["id"]))["status"] == "FAILED"
    reason = "MERCHANDISE_OR_SERVICE_NOT_RECEIVED"
    dispute = (await do(browser, "dispute", id=made, reason=reason))["dispute_id"]
    await do(browser, "escalate", id=dispute)
    await do(browser, "answer_dispute", id=dispute)
    lost = await do(browser, "resolve_dispute", id=dispute, outcome="RESOLVED_BUYER_FAVOUR")
    assert lost["status"] == "RESOLVED"
    assert (await do(browser, "appeal", id=dispute))["status"] == "UNDER_REVIEW"
    await local.drain()
    await do(browser, "resend", id=inbox.events[0]["id"])
    await local.drain()
    assert inbox.events[-1]["id"] == inbox.events[0]["id"]


@pytest.mark.parametrize(
    ("act", "fields", "message"),
    [
        ("approve", {"id": "NONE"}, "there is no order"),
        ("approve", {}, "id is missing"),
        ("refund", {"id": "NONE"}, "has no capture"),
        ("fail_refund", {"id": "NONE"}, "there is no refund"),
        ("appeal", {"id": "NONE"}, "there is no dispute"),
        ("plan_refund", {"status": "LATE"}, "never LATE"),
    ],
)
async def test_what_cannot_be_done_is_told(
    browser: ClientSession, act: str, fields: dict[str, str], message: str
) -> None:
    assert message in (await do(browser, act, answers=409, **fields))["error"]
