"""What is pressed after a restart is answered: by cards that last, or by one that has lapsed."""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from discord import ui

from bot.ui.live import LAPSED, OVER, LiveModal, LiveView
from payments.domain.values.ids import MemberId
from sandbox.discord_wire import WireDiscord, default_world
from sandbox.discord_wire.member_view import MemberAnswer
from sandbox.discord_wire.world import ADA, BEN, GENERAL, MIRA, MODS, OWNER
from tests.support.make import START, checkout_update, event, initiate
from tests.support.wired import TOKEN, Wired, buttons, open_wired, read


@pytest.fixture
async def wire() -> AsyncIterator[WireDiscord]:
    async with WireDiscord(default_world(), token=TOKEN) as running:
        yield running


async def buy_twice(wired: Wired) -> None:
    for name in ("p1", "p2"):
        await wired.run(initiate(name, member=MemberId(ADA)))
        await wired.run(event(checkout_update(name, member=MemberId(ADA)), at=START))


async def open_all(wired: Wired) -> dict[str, MemberAnswer]:
    """One of each card that only the process which sent it can answer."""
    await buy_twice(wired)
    choosing = await wired.done(await wired.wire.menu(MIRA, MODS, "Refund a payment", ADA))
    return {
        "transfer": await wired.slash(ADA, GENERAL, "transfer", {"member": BEN, "points": 1_001}),
        "refund": await wired.slash(MIRA, MODS, "refund", {"payment": "p1"}),
        "panel": await wired.slash(OWNER, GENERAL, "setup panel"),
        "choose": choosing,
    }


PRESSES = (
    ("transfer", ADA, "Send", ()),
    ("transfer", ADA, "Cancel", ()),
    ("refund", MIRA, "Refund", ()),
    ("refund", OWNER, "Cancel", ()),
    ("panel", OWNER, "Done", ()),
    ("panel", OWNER, "Names…", ()),
    ("panel", OWNER, "Moderators' channel: choose a channel", (str(GENERAL),)),
    ("choose", MIRA, "Which payment?", ("p1",)),
)


async def test_each_card_of_a_process_before_says_that_it_has_lapsed(
    wire: WireDiscord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_wired(wire, tmp_path, monkeypatch) as before:
        cards = await open_all(before)
        panel = cards["panel"].message
        assert panel is not None
        form = await before.press(OWNER, int(panel["id"]), buttons(panel)["Limits…"])
        assert form.modal is not None
    monkeypatch.setattr("bot.ui.live._PROCESS", "another")
    second = tmp_path / "second"
    second.mkdir()
    async with open_wired(wire, second, monkeypatch) as after:
        books = await after.books()
        sent = await after.done(await wire.submit(form.interaction, {"maturity": "7"}))
        assert str(LAPSED) in read(sent)
        for name, user, label, values in PRESSES:
            message = cards[name].message
            assert message is not None
            shown = wire.state.messages[int(message["id"])]
            shown.body = message
            answer = await after.press(
                user, int(message["id"]), buttons(message)[label], list(values) or None
            )
            assert f"### {LAPSED}" in read(answer), (name, label)
            assert buttons(shown.body) == {}, (name, label)
        assert await after.books() == books


async def test_who_presses_what_is_over_is_told_so(
    wire: WireDiscord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The buttons may still be on a screen: the card was not renewed there."""
    async with open_wired(wire, tmp_path, monkeypatch) as wired:
        asked = await wired.slash(ADA, GENERAL, "transfer", {"member": BEN, "points": 1_001})
        before = asked.message
        assert before is not None
        custom_ids = buttons(before)
        cancelled = await wired.press(ADA, int(before["id"]), custom_ids["Cancel"])
        assert "You cancelled it." in read(wired.wire.answer(asked.interaction))
        assert read(cancelled)
        wire.state.messages[int(before["id"])].body = before
        late = await wired.press(ADA, int(before["id"]), custom_ids["Send"])
        assert str(OVER) in read(late)


def below(kind: type[Any]) -> Iterator[type[Any]]:
    for each in kind.__subclasses__():
        yield each
        yield from below(each)


@pytest.mark.parametrize("kind", [ui.LayoutView, ui.Modal, ui.View])
def test_no_card_of_ours_stops_to_answer_without_a_word(kind: type[Any]) -> None:
    ours = {each for each in below(kind) if re.match(r"bot\.", each.__module__)}
    assert ours <= {LiveView, LiveModal, *below(LiveView), *below(LiveModal)}
