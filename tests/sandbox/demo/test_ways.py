"""In the demo, the same package is bought in every way that there is."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest
from yarl import URL

from app.process import Guildbank
from payments.domain.values.ids import MemberId
from payments.infra.clock import system_clock
from payments.providers.registry import PROVIDERS
from sandbox.demo.premium import SKUS
from sandbox.demo.stage import Stage
from sandbox.demo.takers import DISCORD, TITLES
from sandbox.demo.world import GUILD

WAYS = [each.name for each in PROVIDERS if each.name in TITLES]
CHECKOUTS = [each for each in WAYS if each != DISCORD]
"""Those with a page of their own for each purchase."""

PAID: dict[str, Callable[[URL], tuple[URL, dict[str, str]]]] = {
    "stripe": lambda page: (page / "pay", {}),
    "paypal": lambda page: (
        page.with_path("/checkoutnow/approve").with_query(page.query),
        {"funding": "once"},
    ),
    "square": lambda page: (page / "pay", {}),
}
"""The button that pays on each provider's page, and what it sends."""


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with Stage(Guildbank, ways=WAYS) as running:
        yield running


async def points(stage: Stage) -> int:
    ada = MemberId(stage.world.people["ada"].user.id)
    return (await stage.guildbank.queries.balance(GUILD, ada, system_clock())).points


async def asked_to_buy(stage: Stage) -> str:
    """What is shown below the answer to `/buy`."""
    async with stage.screen.turn():
        ada = stage.world.people["ada"].member
        asked = await ada.slash(stage.world.general, "buy", package="demo-0")
    assert asked.response is not None
    return str(asked.response.components)


async def until_ada_has(stage: Stage, wanted: int) -> None:
    async with asyncio.timeout(20):
        while await points(stage) != wanted:  # noqa: ASYNC110 - SimCord tells no one
            await asyncio.sleep(0.05)


async def test_a_package_is_bought_in_every_way(
    stage: Stage, browser: aiohttp.ClientSession
) -> None:
    for number, way in enumerate(CHECKOUTS, 1):
        (link,) = set(re.findall(r"'url': '([^']+/pay/[^']+)'", await asked_to_buy(stage)))
        async with browser.get(link) as page:
            text = await page.text()
        assert re.findall(r"/by/(\w+)", text) == CHECKOUTS
        chosen = URL(link) / "by" / way
        async with browser.post(chosen, headers={"Origin": stage.shell.url}) as page:
            assert page.status == 200, await page.text()
            button, fields = PAID[way](page.url)
        async with browser.post(button, data=fields) as back:
            assert (back.status, back.url.origin()) == (200, URL(stage.shell.url))
        await until_ada_has(stage, 500 * number)
    await _has_receipts(stage, browser, len(CHECKOUTS))


async def _has_receipts(stage: Stage, browser: aiohttp.ClientSession, count: int) -> None:
    """The local mailbox shows a receipt for each purchase, and its link stops them."""
    mails = stage.mail.mailbox.mails
    async with asyncio.timeout(20):
        while len(mails) < count:  # noqa: ASYNC110 - the mail server tells no one
            await asyncio.sleep(0.05)
    async with browser.get(f"{stage.shell.url}/mailbox") as page:
        assert (await page.text()).count("Receipt from Harbour Guild: Starter") == count
    async with browser.get(f"{stage.shell.url}/mailbox/0") as page:
        (link,) = re.findall(r"http\S+/mail/stop/\S+", (await page.text()).split("<pre")[1])
    async with browser.get(f"{stage.shell.url}/mailbox/0/page") as page:
        assert link in await page.text()
    async with browser.post(link) as page:
        assert "You get no more mail" in await page.text()


async def test_the_same_package_is_bought_and_refunded_in_discords_own_shop(
    stage: Stage, browser: aiohttp.ClientSession
) -> None:
    shop, ada = stage.takers.premium.shop, stage.world.people["ada"].user.id
    assert f"'sku_id': '{SKUS[0].id}'" in await asked_to_buy(stage)
    page = f"{stage.shell.url}/store/{SKUS[0].id}"
    async with browser.get(f"{page}?user={ada}") as answer:
        text = await answer.text()
    assert "500 points" in text
    assert f'<option value="{ada}" selected>Ada</option>' in text
    async with browser.post(f"{page}/buy", data={"user": str(ada)}) as answer:
        assert "Purchased" in await answer.text()
    await until_ada_has(stage, 500)
    (bought,) = shop.state.entitlements.values()
    async with asyncio.timeout(20):
        while not bought.consumed:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.05)
    await shop.refund(bought.id)
    await until_ada_has(stage, 0)


@pytest.mark.parametrize("lost", ["gateway", "webhook events"])
async def test_a_purchase_counts_though_one_of_both_messages_is_lost(
    stage: Stage, lost: str
) -> None:
    shop, ada = stage.takers.premium.shop, stage.world.people["ada"].user.id
    assert shop.state.webhooks
    if lost == "gateway":
        await shop.state.line.let(be_away=True)
    else:
        shop.plan("lose")
    await shop.buy(ada, SKUS[0].id)
    await until_ada_has(stage, 500)


async def test_the_page_has_the_controls_of_each(
    stage: Stage, browser: aiohttp.ClientSession
) -> None:
    async with browser.get(stage.shell.url) as answer:
        page = await answer.text()
    for name, address in stage.takers.pages().items():
        assert f'data-src="{address}/control"' in page
        async with browser.get(f"{address}/control") as control:
            assert f"Local {TITLES[name]}" in await control.text()
