"""Where moderators' commands and buttons work: their channel and its threads, and nowhere else."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.features.purchase_ban.button import LiftPurchaseBanButton
from bot.ui.card import card
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.ids import MemberId
from sandbox.discord_wire import WireDiscord, default_world
from sandbox.discord_wire.world import ADA, CATEGORY, GENERAL, MIRA, MODS, Channel
from tests.support.make import GUILD
from tests.support.wired import TOKEN, Wired, buttons, open_wired, read

BELOW = 900_000_000_000_000_015
"""A channel whose category has the id that is set as the moderators' channel."""
NOT_HERE = f"This works only in the moderators' channel or in a thread of it: <#{MODS}>."
GRANT = {"member": ADA, "points": 1, "reason": "x"}


@pytest.fixture
async def wired(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Wired]:
    async with (
        WireDiscord(default_world(), token=TOKEN) as wire,
        open_wired(wire, tmp_path, monkeypatch) as running,
    ):
        yield running


@pytest.mark.parametrize("private", [False, True])
async def test_a_thread_of_the_channel_counts_as_the_channel(
    wired: Wired, *, private: bool
) -> None:
    thread = await wired.wire.start_thread(MIRA, MODS, "A case", private=private)
    granted = await wired.slash(MIRA, thread, "grant", GRANT)
    assert "### Granted: 1 point" in read(granted)
    listed = await wired.slash(MIRA, thread, "payments")
    assert "### Payments" in read(listed)
    choices = await wired.wire.autocomplete(MIRA, thread, "undo", "action")
    newest, *_ = choices
    assert newest["name"].startswith("Granted 1 point to Ada by Mira · ")


async def test_a_button_in_a_thread_works(wired: Wired) -> None:
    thread = await wired.wire.start_thread(MIRA, MODS, "A case")
    place = wired.guildbank.bot.get_partial_messageable(thread, guild_id=GUILD)
    await place.send(view=card(Sentence("A card"), buttons=[LiftPurchaseBanButton(MemberId(ADA))]))
    (message,) = wired.wire.messages(thread)
    (button,) = buttons(message).values()
    answer = await wired.press(MIRA, int(message["id"]), button)
    assert "This member can buy already." in read(answer)


async def test_a_thread_of_another_channel_does_not(wired: Wired) -> None:
    thread = await wired.wire.start_thread(MIRA, GENERAL, "About maps")
    assert read(await wired.slash(MIRA, thread, "grant", GRANT)) == NOT_HERE


async def test_a_channel_whose_category_has_that_id_does_not(wired: Wired) -> None:
    """Discord names a channel's category as it names a thread's channel."""
    state = wired.wire.state
    guild = state.guild(GUILD)
    channels = tuple(
        Channel(id=MODS, name="mods", type=CATEGORY) if each.id == MODS else each
        for each in guild.channels
    )
    below = Channel(id=BELOW, name="below", parent=MODS)
    state.guilds[GUILD] = guild.model_copy(update={"channels": (*channels, below)})
    assert read(await wired.slash(MIRA, BELOW, "grant", GRANT)) == NOT_HERE
