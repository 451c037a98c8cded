"""A panel with as much on it as Discord takes, over a Discord that refuses what Discord refuses."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from payments.domain.rules.item_checks import PICTURE_LENGTH
from payments.domain.values.guilds import MAX_POINTS, NAME_LENGTH
from payments.domain.values.items import DESCRIPTION_LENGTH, ItemKind, Limits
from payments.domain.values.panels import PanelKind
from payments.domain.values.time import HOUR, later
from payments.runner.errors import BooksUnavailable
from payments.store.records.panels import Panel
from sandbox.discord_wire import WireDiscord, default_world
from sandbox.discord_wire.world import ADA, GENERAL, OWNER
from tests.support.commands import put_up_more
from tests.support.make import GUILD
from tests.support.shopping import add_item, item_id, offer
from tests.support.wired import TOKEN, Wired, buttons, open_wired, read

PICTURE = f"https://example.com/{'a' * (PICTURE_LENGTH - 24)}.png"


@pytest.fixture
async def wired(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Wired]:
    async with (
        WireDiscord(default_world(), token=TOKEN) as wire,
        open_wired(wire, tmp_path, monkeypatch) as running,
    ):
        yield running


async def posted(wired: Wired, sells: str) -> str:
    """Post a panel; the words of the message in the channel."""
    asked = await wired.slash(OWNER, GENERAL, "item panel", {"sells": sells})
    assert "Panel posted" in read(asked)
    return str(wired.wire.messages(GENERAL)[-1]["components"])


async def test_ten_of_the_longest_items_fit_with_their_pictures(wired: Wired) -> None:
    now = wired.guildbank.services.clock()
    limits = Limits(per_order=1, opens_at=later(now, HOUR), closes_at=later(now, 2 * HOUR), role=7)
    for number in range(12):
        name = f"{number:02}{'*' * (NAME_LENGTH - 2)}"
        of = offer(
            name,
            ItemKind.PERSON,
            MAX_POINTS,
            description="_" * DESCRIPTION_LENGTH,
            picture=PICTURE,
            limits=limits,
        )
        await wired.run(replace(add_item(of, 5, now), item=item_id(f"longest-{number:02}")))
    words = await posted(wired, "items")
    assert words.count("'url': 'https://example.com/") == 10
    assert words.count("panel:item:") == 10
    panel = wired.wire.messages(GENERAL)[-1]
    more = await wired.press(ADA, int(panel["id"]), buttons(panel)["2 more"])
    assert "11" in read(more)


async def test_a_panel_that_was_posted_and_not_noted_is_not_posted_again(
    wired: Wired, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its owner reads that something went wrong, and tries again."""
    await wired.run(add_item(offer("Dinner")))
    panels = wired.guildbank.bot.panels

    async def away(panel: Panel) -> None:
        raise BooksUnavailable(f"{panel} is not noted")

    with monkeypatch.context() as trouble:
        trouble.setattr(panels, "keep", away)
        asked = await wired.slash(OWNER, GENERAL, "item panel", {"sells": "items"})
        assert "cannot be reached" in read(asked)
    await posted(wired, "items")
    (panel,) = wired.wire.messages(GENERAL)
    known = await panels.find(GUILD, PanelKind.ITEMS)
    assert known is not None
    assert known.message == int(panel["id"])


async def test_posted_again_it_is_another_message_and_the_old_one_is_gone(wired: Wired) -> None:
    found = set()
    for _ in range(3):
        await posted(wired, "items")
        (panel,) = wired.wire.messages(GENERAL)
        found.add(panel["id"])
    assert len(found) == 3


async def test_only_panels_of_its_kind_make_room(wired: Wired) -> None:
    await put_up_more(wired.guildbank.runner, "Gold")
    await wired.run(add_item(offer("Dinner")))
    await posted(wired, "packages")
    await posted(wired, "items")
    await wired.slash(OWNER, GENERAL, "balance")
    await posted(wired, "items")
    found = [str(each["components"]) for each in wired.wire.messages(GENERAL)]
    assert ["panel:package:" in each for each in found] == [True, False]
    assert ["panel:item:" in each for each in found] == [False, True]


async def test_as_many_packages_as_fit_are_on_their_panel(wired: Wired) -> None:
    for number in range(24):
        await put_up_more(wired.guildbank.runner, f"{number:02}{'*' * (NAME_LENGTH - 2)}")
    words = await posted(wired, "packages")
    assert words.count("panel:package:") == 10
    assert "panel:more:packages:10" in words
