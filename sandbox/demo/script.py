"""One purchase, and what its points buy, played from beginning to end without a browser."""

import asyncio
import time
from collections.abc import Callable, Collection, Iterator
from http import HTTPStatus
from typing import Any

import aiohttp
import simcord

from payments.domain.values.ids import MemberId
from payments.infra.clock import system_clock
from sandbox.demo.shop import CODES, SHANTIES, VIP
from sandbox.demo.stage import MakeProgram, Stage
from sandbox.demo.world import FOR_SALE, GUILD

Say = Callable[[str], None]

_WAIT_SECONDS = 20.0
_LOOK_SECONDS = 0.01


class Failed(Exception):
    """The purchase did not go as it should; says where."""


class _Play:
    """One play: Ada on her stage.

    Args:
        stage: Where it plays.
        say: Told each step with its time in seconds since the start.
    """

    def __init__(self, stage: Stage, say: Say) -> None:
        self._stage = stage
        self._say = say
        self._begun = time.perf_counter()
        self._ada = stage.world.people["ada"]

    def step(self, words: str) -> None:
        """Tell a step."""
        self._say(f"{time.perf_counter() - self._begun:7.3f} s  {words}")

    async def buy(self, name: str, points: int) -> None:
        """Ada buys a package, and has its points."""
        result = await self._type("buy", package=name)
        link = _pay_link(result)
        self.step(f"Ada typed /buy {name} and got the link {link}")
        async with aiohttp.ClientSession() as browser:
            self.step(await _pay(browser, link))
        dm = await _until(lambda: self._dm(" added"), "no direct message came")
        self.step(f"Ada got a direct message: {dm}")
        balance = await self._stage.guildbank.queries.balance(
            GUILD, MemberId(self._ada.user.id), system_clock()
        )
        if balance.points != points:
            raise Failed(f"Ada has {balance.points} points instead of {points}")
        self.step(f"Ada has {balance.points} points.")
        await _until(lambda: not _links(result), "the answer still has its pay button")
        self.step("The answer to /buy says so too.")

    async def redeem_role(self) -> None:
        """Ada orders the role, and has it on Discord."""
        await self._order(VIP)
        role = self._stage.world.vip
        await _until(lambda: role in self._roles(), f"Ada has no role {VIP}")
        self.step(f"Ada has the role {VIP} in the list of members.")

    async def redeem_code(self) -> None:
        """Ada orders a code, and gets it in a direct message."""
        await self._order(SHANTIES)
        dm = await _until(lambda: self._dm(CODES[0]), "no code came")
        self.step(f"Ada got a direct message: {dm}")

    async def _order(self, item: str) -> None:
        asked = await self._type("redeem", item=item)
        if asked.response is None:
            raise Failed(f"/redeem {item} was not answered")
        async with self._stage.screen.turn():
            await self._ada.member.click(asked.response, label="Order")
        self.step(f"Ada typed /redeem {item} and pressed Order.")

    async def _type(self, command: str, **options: str) -> simcord.InteractionResult:
        async with self._stage.screen.turn():
            return await self._ada.member.slash(self._stage.world.general, command, **options)

    def _dm(self, words: str) -> str | None:
        """Ada's direct message with these words, if it has come."""
        contents = (message.content for message in self._ada.user.dm_channel.history())
        return next((each for each in contents if words in each), None)

    def _roles(self) -> Collection[int]:
        """The ids of Ada's roles, as the server has them."""
        return self._stage.env.backend.get_member(GUILD, self._ada.user.id).role_ids


async def play(make_program: MakeProgram, say: Say) -> None:
    """Ada buys the first package, and orders a role and a code with its points.

    Raises:
        Failed: A step did not have its effect.
    """
    name, points, _ = FOR_SALE[0]
    async with Stage(make_program) as stage:
        ada = _Play(stage, say)
        ada.step("The bot, a simulated Discord and a local Stripe are up.")
        await ada.buy(name, points)
        await ada.redeem_role()
        await ada.redeem_code()


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
