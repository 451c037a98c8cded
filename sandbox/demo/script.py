"""One purchase, played from beginning to end without a browser."""

import asyncio
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

import aiohttp
import simcord

from payments.domain.values.ids import MemberId
from payments.infra.clock import system_clock
from sandbox.demo.stage import MakeProgram, Stage
from sandbox.demo.world import FOR_SALE, GUILD

Say = Callable[[str], None]

_WAIT_SECONDS = 20.0
_LOOK_SECONDS = 0.01


class Failed(Exception):
    """The purchase did not go as it should; says where."""


async def play(make_program: MakeProgram, say: Say) -> None:
    """Ada buys the first package. Tells each step with its time in seconds since the start.

    Raises:
        Failed: A step did not have its effect.
    """
    name, points, _ = FOR_SALE[0]
    begun = time.perf_counter()

    def step(words: str) -> None:
        say(f"{time.perf_counter() - begun:7.3f} s  {words}")

    async with Stage(make_program) as stage:
        step("The bot, a simulated Discord and a local Stripe are up.")
        ada = stage.world.people["ada"]
        async with stage.screen.turn():
            result = await ada.member.slash(stage.world.general, "buy", package=name)
        link = _pay_link(result)
        step(f"Ada typed /buy {name} and got the link {link}")
        async with aiohttp.ClientSession() as browser:
            step(await _pay(browser, link))
        dm = await _until(lambda: _last_dm(ada.user), "no direct message came")
        step(f"Ada got a direct message: {dm}")
        balance = await stage.guildbank.queries.balance(
            GUILD, MemberId(ada.user.id), system_clock()
        )
        if balance.points != points:
            raise Failed(f"Ada has {balance.points} points instead of {points}")
        step(f"Ada has {balance.points} points.")
        await _until(lambda: not _links(result), "the answer still has its pay button")
        step("The answer to /buy says so too.")


async def _pay(browser: aiohttp.ClientSession, link: str) -> str:
    """Follow the link to the checkout, pay there, and come back. Returns what was seen."""
    async with browser.get(link) as page:
        checkout = page.url
        if page.status != HTTPStatus.OK:
            raise Failed(f"the link leads to {checkout}, which answers {page.status}")
    async with browser.post(f"{checkout}/pay", data={"email": "ada@example.com"}) as page:
        if page.status != HTTPStatus.OK or not page.url.path.endswith("/success"):
            raise Failed(f"paying led to {page.url}, which answers {page.status}")
        return f"She paid on the local Stripe and came back to {page.url.path}"


async def _until(look: Callable[[], Any], complaint: str) -> Any:  # noqa: ANN401 - what is found
    """Look until something is there.

    Raises:
        Failed: It took too long.
    """
    try:
        async with asyncio.timeout(_WAIT_SECONDS):
            while not (found := look()):  # noqa: ASYNC110 - SimCord tells no one
                await asyncio.sleep(_LOOK_SECONDS)
            return found
    except TimeoutError:
        raise Failed(complaint) from None


def _last_dm(user: simcord.UserHandle) -> str | None:
    message = user.dm_channel.last_message
    return None if message is None else message.content


def _pay_link(result: simcord.InteractionResult) -> str:
    links = list(_links(result))
    if not links:
        said = result.followups[-1].content if result.followups else "nothing"
        raise Failed(f"/buy gave no link; it said: {said}")
    return links[0]


def _links(result: simcord.InteractionResult) -> list[str]:
    components = result.response.components if result.response is not None else []
    return [part["url"] for each in components for part in _parts(each) if "url" in part]


def _parts(component: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield component
    for inner in component.get("components", []):
        yield from _parts(inner)
