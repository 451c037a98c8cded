"""What a buyer sees at the local Square, and what is done by hand on its control page."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession

from payments.domain.values.time import Clock
from sandbox.square import LocalSquare
from tests.sandbox.square.asking import LOCATION, TOKEN, Asking, link
from tests.sandbox.square.conftest import Inbox


@pytest.fixture
async def browser(local: LocalSquare) -> AsyncIterator[ClientSession]:
    async with ClientSession(base_url=local.url) as browser:
        yield browser


async def press(browser: ClientSession, path: str) -> str:
    """Press a button; where it leads."""
    async with browser.post(path, allow_redirects=False) as answer:
        assert answer.status == 303, await answer.text()
        return answer.headers["Location"]


async def read(browser: ClientSession, path: str, *, status: int = 200) -> str:
    async with browser.get(path) as answer:
        assert answer.status == status
        return await answer.text()


async def do(browser: ClientSession, act: str, *, answers: int = 200, **fields: str) -> Any:
    async with browser.post(f"/control/{act}", data=fields) as answer:
        assert answer.status == answers, await answer.text()
        return await answer.json()


async def test_a_buyer_pays_and_comes_back_without_ids(
    local: LocalSquare, ask: Asking, browser: ClientSession
) -> None:
    made = await ask.linked()
    page = made["url"].removeprefix(local.url)
    text = await read(browser, page)
    for expected in ("no real money", "500 points", "$4.99"):
        assert expected in text
    assert await press(browser, f"{page}/decline") == made["url"]
    assert "The card was declined." in await read(browser, page)
    for _ in range(2):
        assert await press(browser, f"{page}/pay") == "https://example.com/done"
    assert "Order confirmed" in await read(browser, page)
    paid = [each for each in local.state.payments.values() if each.status == "COMPLETED"]
    assert "$4.99" in await read(browser, f"/receipts/{paid[0].id}")
    assert len(paid) == 1
    assert "nothing here" in await read(browser, "/u/NONE", status=404)


async def test_in_production_ids_are_appended(clock: Clock) -> None:
    async with (
        LocalSquare(
            access_token=TOKEN, clock=clock, location_id=LOCATION, appends_ids=True
        ) as local,
        ClientSession(base_url=local.url) as browser,
    ):
        ask = Asking(local.url, None)
        body = link()
        body["checkout_options"]["redirect_url"] = "https://example.com/done?ours=1"
        made = await ask.linked(body)
        back = await press(browser, f"/u/{made['id']}/pay")
        (payment,) = local.state.payments
        assert back == (
            f"https://example.com/done?ours=1&orderId={made['order_id']}&transactionId={payment}"
        )
        await ask.close()


async def test_the_control_page_shows_everything(
    local: LocalSquare, ask: Asking, browser: ClientSession
) -> None:
    assert "No payment link yet" in await read(browser, "/control")
    made, waiting, unpaid = [await ask.linked() for _ in range(3)]
    paid = (await local.pay(made["id"]))["id"]
    waits = (await local.pay_later(waiting["id"]))["id"]
    local.plan_refund("PENDING")
    refund = (await local.refund(paid, 1))["id"]
    local.plan_refund("REJECTED")
    dispute = (await local.dispute(paid, inquiry=True))["id"]
    await local.drain()
    text = await read(browser, "/control")
    for expected in (
        *(made["order_id"], unpaid["url"], paid, waits, refund, dispute, "Money arrives"),
        *("Is rejected", "Becomes a dispute", "refund: REJECTED", "payment.created", "delivered"),
    ):
        assert expected in text


async def test_a_whole_story_by_post(
    local: LocalSquare, ask: Asking, browser: ClientSession, inbox: Inbox
) -> None:
    made = (await ask.linked())["id"]
    await do(browser, "leave", id=made)
    assert (await do(browser, "decline", id=made))["status"] == "FAILED"
    await do(browser, "pay_later", id=made)
    assert (await do(browser, "complete_payment", id=made))["status"] == "COMPLETED"
    await do(browser, "book_fee", id=made)
    await do(browser, "plan_refund", status="PENDING")
    refund = await do(browser, "refund", id=made, amount="99", reason="Sorry")
    assert (await do(browser, "reject_refund", id=refund["id"]))["status"] == "REJECTED"
    dispute = (await do(browser, "dispute", id=made, inquiry="on"))["id"]
    await do(browser, "escalate", id=dispute)
    await do(browser, "answer_dispute", id=dispute)
    assert (await do(browser, "resolve_dispute", id=dispute))["state"] == "LOST"
    assert (await do(browser, "appeal", id=dispute))["state"] == "PROCESSING"
    await local.drain()
    await do(browser, "resend", id=inbox.events[0]["event_id"])
    await local.drain()
    assert inbox.events[-1] == inbox.events[0]
    refused = await do(browser, "plan_refund", answers=409, status="LATE")
    assert "never LATE" in refused["error"]
