"""Codes that two owners add at once, over a Discord that lets two people act at the same moment."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from payments.domain.values.items import ItemKind
from sandbox.discord_wire import WireDiscord, default_world
from sandbox.discord_wire.world import GENERAL, OWNER
from tests.support.make import GUILD
from tests.support.shopping import add_item, item_id, offer
from tests.support.wired import TOKEN, Wired, open_wired, read


@pytest.fixture
async def wired(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Wired]:
    async with (
        WireDiscord(default_world(), token=TOKEN) as wire,
        open_wired(wire, tmp_path, monkeypatch) as running,
    ):
        await running.run(add_item(offer("Key", ItemKind.CODE)))
        yield running


async def test_what_is_added_twice_at_once_is_added_once(wired: Wired) -> None:
    forms = []
    for _ in range(5):
        asked = await wired.wire.slash(OWNER, GENERAL, "item codes", {"item": item_id("Key")})
        await wired.done(asked)
        forms.append(asked)
    sent = [await wired.wire.submit(form, {"codes": "XKQ-1\nXKQ-2"}) for form in forms]
    answers = await asyncio.gather(*map(wired.done, sent))
    added = ["2 more codes" in read(each) for each in answers]
    assert sorted(added) == [False, False, False, False, True]
    refused = [read(each) for each in answers if "2 more codes" not in read(each)]
    assert all("2 of these codes exist already" in each for each in refused)
    queries = wired.guildbank.services.queries
    assert len(await queries.encrypted_codes(GUILD)) == 2
