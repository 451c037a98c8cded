"""A purchase on Discord with the program as a process."""

import json
from typing import Any

import aiohttp

from sandbox.discord_wire import WireDiscord
from sandbox.discord_wire.world import ADA, GENERAL, OWNER
from tests.process.conftest import PATIENCE_SECONDS


async def put_up(wire: WireDiscord) -> None:
    """The owner puts a package up for sale."""
    await wire.wait_for_bot(timeout_seconds=PATIENCE_SECONDS)
    options = {"name": "Starter", "points": 500, "price": "4.99", "currency": "EUR"}
    added = await wire.slash(OWNER, GENERAL, "package add", options)
    answer = await wire.wait_for_answer(added, edited=1, timeout_seconds=PATIENCE_SECONDS)
    assert "Starter" in json.dumps(answer.message)


async def buy(wire: WireDiscord) -> tuple[int, str]:
    """Ada buys it: the interaction, and the link that she is given."""
    choices = await wire.autocomplete(ADA, GENERAL, "buy", "package", "start")
    asked = await wire.slash(ADA, GENERAL, "buy", {"package": choices[0]["value"]})
    answer = await wire.wait_for_answer(asked, edited=1, timeout_seconds=PATIENCE_SECONDS)
    assert answer.deferred
    assert answer.ephemeral
    links = [each for each in urls_in(answer.message) if "/pay/" in each]
    assert len(links) == 1
    return asked, links[0]


def urls_in(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["url"]] if isinstance(part.get("url"), str) else []
        return own + [url for value in part.values() for url in urls_in(value)]
    return [url for value in part for url in urls_in(value)] if isinstance(part, list) else []


async def session_behind(link: str) -> str:
    """Where the pay link leads: the checkout's id at the local Stripe."""
    async with (
        aiohttp.ClientSession() as http,
        http.get(link, allow_redirects=False) as answer,
    ):
        assert answer.status == 303
        return answer.headers["Location"].split("#")[0].rsplit("/", 1)[1].split("?")[0]
