"""What a member sees in the local store, and what is done by hand on its control page."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession

from sandbox.discord_shop import LocalShop
from sandbox.discord_wire import WireDiscord
from sandbox.discord_wire.world import ADA, BEN, CLUB_SKU, GENERAL, RETIRED_SKU, STARTER_SKU
from tests.sandbox.discord_shop.conftest import Asking, Inbox

HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
async def browser(shop: LocalShop) -> AsyncIterator[ClientSession]:
    async with ClientSession(base_url=shop.url) as browser:
        yield browser


async def read(browser: ClientSession, path: str, *, status: int = 200) -> str:
    async with browser.get(path) as answer:
        assert answer.status == status
        return await answer.text()


async def do(browser: ClientSession, act: str, /, *, answers: int = 200, **fields: str) -> Any:
    async with browser.post(f"/control/{act}", json=fields) as answer:
        assert answer.status == answers, await answer.text()
        return await answer.json()


async def test_a_member_buys_in_the_store(shop: LocalShop, browser: ClientSession) -> None:
    store = await read(browser, f"/store?user={BEN}")
    for expected in ("no real money", "500 points", "$4.99", "$9.99", "Badge"):
        assert expected in store
    for hidden in ("Club", '50 points</h1>\n  <div class="amount">$0.99'):
        assert hidden not in store
    page = f"/store/{STARTER_SKU}"
    assert f'<option value="{BEN}" selected>Ben</option>' in await read(
        browser, f"{page}?user={BEN}"
    )
    for status, said in ((200, "Purchased"), (409, "must use it first")):
        async with browser.post(f"{page}/buy", data={"user": str(BEN)}, headers=HERE) as answer:
            assert (answer.status, said in await answer.text()) == (status, True)
    async with browser.post(f"{page}/test", data={"user": str(BEN)}) as answer:
        assert "Purchased" in await answer.text()
    assert [each.kind for each in shop.state.entitlements.values()] == [1, 4]


async def test_nobody_buys_what_is_not_there(shop: LocalShop, browser: ClientSession) -> None:
    for sku in (CLUB_SKU, RETIRED_SKU, 7):
        assert "nothing here" in await read(browser, f"/store/{sku}", status=404)
    page = f"/store/{STARTER_SKU}/buy"
    for user in ("", "olga", "7"):
        async with browser.post(page, data={"user": user}) as answer:
            assert answer.status == 409
    async with browser.post(
        page, data={"user": str(ADA)}, headers={"Sec-Fetch-Site": "cross-site"}
    ) as answer:
        assert answer.status == 403
    assert not shop.state.entitlements


async def test_everything_can_be_done_by_hand(
    shop: LocalShop, browser: ClientSession, inbox: Inbox
) -> None:
    await do(browser, "register", url=inbox.url)
    await do(browser, "plan_gateway", treatment="lose", types="ENTITLEMENT_CREATE")
    await do(browser, "plan_events", treatment="hold", types="ENTITLEMENT_CREATE")
    made = await do(browser, "buy", user=str(ADA), sku=str(STARTER_SKU))
    assert (await do(browser, "consume", id=made["id"]))["consumed"]
    assert (await do(browser, "refund", id=made["id"]))["deleted"]
    page = await read(browser, "/control")
    for expected in ("500 points", "Ada", "PURCHASE", "consumed", "deleted", inbox.url, "lost"):
        assert expected in page, expected
    await do(browser, "release")
    await shop.drain()
    assert inbox.types()[-1] == "ENTITLEMENT_CREATE"
    given = await do(browser, "gift", user=str(ADA), to=str(BEN), sku=str(STARTER_SKU))
    await do(browser, "tell_again", id=given["id"])
    await do(browser, "refund", id=given["id"], quietly="true")
    assert await do(browser, "gateway", act="leave") == {"away": True}
    assert "The gateway is away" in await read(browser, "/control")
    assert await do(browser, "gateway", act="return") == {"away": False}
    assert await do(browser, "gateway", act="release") == {"released": 0}
    sku = await do(browser, "add_sku", name="Sword", type="DURABLE", cents="300")
    await do(browser, "buy", user=str(ADA), sku=sku["id"], kind="TEST_MODE_PURCHASE")
    found = await do(browser, "list")
    assert [each["type"] for each in found["entitlements"]] == [1, 6, 4]
    assert found["skus"][-1] == sku
    assert found["gateway"][0]["fate"] == "lost"
    assert await do(browser, "probe") == {"sound": True}
    await do(browser, "switch_off")
    assert "switched off" in await read(browser, "/control")


@pytest.mark.parametrize(
    ("act", "fields"),
    [
        ("buy", {"user": "olga", "sku": "7"}),
        ("buy", {"user": str(ADA)}),
        ("buy", {"user": str(ADA), "sku": str(STARTER_SKU), "kind": "THEFT"}),
        ("refund", {"id": "7"}),
        ("refund", {"id": "x"}),
        ("consume", {"id": "7"}),
        ("add_sku", {"name": "x", "type": "LOAN"}),
        ("plan_gateway", {"treatment": "eat"}),
        ("gateway", {"act": "sing"}),
        ("register", {"url": "ftp://example.com"}),
        ("probe", {}),
        ("tell_again", {"id": "7"}),
    ],
)
async def test_what_cannot_be_done_is_said(
    browser: ClientSession, act: str, fields: dict[str, str]
) -> None:
    assert (await do(browser, act, answers=409, **fields))["error"]


async def test_a_member_of_another_process_presses_a_premium_button(
    local: WireDiscord, ask: Asking
) -> None:
    row = {"type": 1, "components": [{"type": 2, "style": 6, "sku_id": str(STARTER_SKU)}]}
    _, sent = await ask("POST", f"/channels/{GENERAL}/messages", {"components": [row]})
    async with ClientSession() as session:
        given = {"user": str(ADA), "message": sent["id"], "sku": str(STARTER_SKU)}
        async with session.post(f"{local.control_url}/premium", json=given) as answer:
            assert (await answer.json())["entitlement"]["user_id"] == str(ADA)
        async with session.post(f"{local.control_url}/premium", json=given) as answer:
            assert (answer.status, "use it first" in (await answer.text())) == (400, True)
