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
from sandbox.demo.stage import Stage
from sandbox.demo.takers import TITLES
from sandbox.demo.world import GUILD

WAYS = [each.name for each in PROVIDERS if each.name in TITLES]
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


async def test_a_package_is_bought_in_every_way(
    stage: Stage, browser: aiohttp.ClientSession
) -> None:
    for number, way in enumerate(WAYS, 1):
        async with stage.screen.turn():
            ada = stage.world.people["ada"].member
            asked = await ada.slash(stage.world.general, "buy", package="demo-0")
        assert asked.response is not None
        (link,) = set(re.findall(r"'url': '([^']+/pay/[^']+)'", str(asked.response.components)))
        async with browser.get(link) as page:
            text = await page.text()
        for each in WAYS:
            assert f"/by/{each}" in text
        chosen = URL(link) / "by" / way
        async with browser.post(chosen, headers={"Origin": stage.shell.url}) as page:
            assert page.status == 200, await page.text()
            button, fields = PAID[way](page.url)
        async with browser.post(button, data=fields) as back:
            assert (back.status, back.url.origin()) == (200, URL(stage.shell.url))
        async with asyncio.timeout(20):
            while await points(stage) < 500 * number:  # noqa: ASYNC110 - SimCord tells no one
                await asyncio.sleep(0.05)


async def test_the_page_has_the_controls_of_each(
    stage: Stage, browser: aiohttp.ClientSession
) -> None:
    async with browser.get(stage.shell.url) as answer:
        page = await answer.text()
    for name, address in stage.takers.addresses().items():
        assert f'data-src="{address}/control"' in page
        async with browser.get(f"{address}/control") as control:
            assert f"Local {TITLES[name]}" in await control.text()
