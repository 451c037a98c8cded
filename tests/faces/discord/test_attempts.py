"""Who tries what they may not is told so, and it is counted and logged."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import pytest
from structlog.testing import capture_logs

from bot.features.account.history import HistoryPlace, OlderButton
from bot.features.evidence.button import EvidenceButton
from bot.features.purchase_ban.button import LiftPurchaseBanButton
from bot.features.refunds.views import ApproveButton, DeclineButton, RefundButton
from bot.ui.card import card
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.ids import ActionId, MemberId, PaymentId
from payments.store.queries import HistoryCursor
from sandbox.discord_wire import WireDiscord, default_world
from sandbox.discord_wire.world import ADA, BEN, GENERAL, MIRA, MODS, OWNER
from tests.support.make import GUILD, START
from tests.support.wired import TOKEN, Wired, buttons, open_wired, read

OTHERS: Final[dict[str, dict[str, Any]]] = {
    "grant": {"member": ADA, "points": 1, "reason": "x"},
    "revoke": {"member": BEN, "points": 1, "reason": "x"},
    "payments": {},
    "refund": {"payment": "p1"},
    "undo": {"action": "1"},
    "order": {"order": "x"},
    "audit": {},
    "stats": {},
    "status": {},
    "package add": {"name": "x", "points": 1, "price": "1"},
    "package edit": {"package": "x", "points": 1},
    "package retire": {"package": "x"},
    "package sku": {"package": "x"},
    "package list": {},
    "item add": {"name": "x", "price": 1, "kind": "person"},
    "item codes": {"item": "x"},
    "item edit": {"item": "x"},
    "item panel": {},
    "item restock": {"item": "x", "pieces": 1},
    "item retire": {"item": "x"},
    "item list": {},
    "setup panel": {},
    "setup show": {},
    "setup set": {"maturity_hours": 0},
    "setup clear": {"setting": "currency"},
    "setup announce": {"gifts": True},
    "subscriber add": {"address": "https://127.0.0.1/"},
    "subscriber key add": {"name": "x"},
    "subscriber key list": {},
    "subscriber key remove": {"key": "x"},
    "subscriber list": {},
    "subscriber remove": {"subscriber": "x"},
    "subscriber test": {"subscriber": "x"},
    "balance": {"member": BEN},
}
"""What Ada may not do, also where the server's own settings let her try."""


@pytest.fixture
async def wired(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Wired]:
    async with (
        WireDiscord(default_world(), token=TOKEN) as wire,
        open_wired(wire, tmp_path, monkeypatch) as running,
    ):
        for commands in wire.state.commands.values():
            for each in commands:
                each["default_member_permissions"] = None
        yield running


def counted(wired: Wired, kind: str) -> float:
    name = "guildbank_refused_attempts_total"
    return wired.guildbank.registry.get_sample_value(name, {"kind": kind}) or 0


async def test_each_command_of_others_is_refused_counted_and_logged(wired: Wired) -> None:
    before = await wired.books()
    with capture_logs() as logs:
        for name, options in OTHERS.items():
            answer = await wired.slash(ADA, GENERAL, name, options)
            assert read(answer), name
        await wired.slash(MIRA, GENERAL, "payments")
    refused = [each for each in logs if each["event"] == "attempt.refused"]
    assert [each["what"] for each in refused] == [*OTHERS, "payments"]
    assert {each["member"] for each in refused[:-1]} == {ADA}
    assert refused[-1]["why"].startswith("This works only in the moderators' channel")
    assert counted(wired, "application_command") == len(OTHERS) + 1
    assert await wired.books() == before


async def test_each_button_of_others_is_refused_counted_and_logged(wired: Wired) -> None:
    asked = await wired.slash(BEN, GENERAL, "setup panel")
    assert "manage the server" in read(asked)
    own = HistoryPlace(
        member=MemberId(BEN), cursor=HistoryCursor(at=START, id=ActionId("0" * 8)), above=10
    )
    items = [
        LiftPurchaseBanButton(MemberId(ADA)),
        ApproveButton(PaymentId("p1"), "r1"),
        DeclineButton(PaymentId("p1"), "r1"),
        RefundButton(PaymentId("p1")),
        EvidenceButton(PaymentId("p1")),
    ]
    place = wired.guildbank.bot.get_partial_messageable(GENERAL, guild_id=GUILD)
    await place.send(view=card(Sentence("Forged"), buttons=items))
    await place.send(view=card(Sentence("Forged"), buttons=[OlderButton(own)]))
    before, refused_before = await wired.books(), counted(wired, "component")
    with capture_logs() as logs:
        for message in wired.wire.messages(GENERAL)[-2:]:
            for custom_id in buttons(message).values():
                assert read(await wired.press(ADA, int(message["id"]), custom_id)), custom_id
    refused = [each for each in logs if each["event"] == "attempt.refused"]
    assert len(refused) == len(items) + 1
    assert all(each["what"] for each in refused)
    assert counted(wired, "component") == refused_before + len(items) + 1
    assert await wired.books() == before


async def test_a_flood_is_one_line_at_once_and_one_a_minute_for_each_person_and_command(
    wired: Wired,
) -> None:
    tally = wired.guildbank.bot.tally
    with capture_logs() as logs:
        for person, times in ((ADA, 5), (BEN, 2)):
            for number in range(times):
                await wired.slash(
                    person, GENERAL, "grant", OTHERS["grant"] | {"points": number + 1}
                )
        await wired.slash(ADA, GENERAL, "audit")
        tally.tell()
        refused = [each for each in logs if each["event"] == "attempt.refused"]
        tally.tell()
        await wired.slash(ADA, GENERAL, "audit")
    shown = [(each["member"], each["what"], each.get("again")) for each in refused]
    assert shown == [
        (ADA, "grant", None),
        (BEN, "grant", None),
        (ADA, "audit", None),
        (ADA, "grant", 4),
        (BEN, "grant", 1),
    ]
    assert counted(wired, "application_command") == 9
    assert logs[-1]["what"] == "audit", "after a quiet minute it is news again"


async def test_a_flood_of_presses_on_many_cards_is_one_line(wired: Wired) -> None:
    place = wired.guildbank.bot.get_partial_messageable(GENERAL, guild_id=GUILD)
    for number in range(3):
        await place.send(
            view=card(Sentence("Forged"), buttons=[ApproveButton(PaymentId(f"p{number}"), "r1")])
        )
    with capture_logs() as logs:
        for message in wired.wire.messages(GENERAL)[-3:]:
            for custom_id in buttons(message).values():
                assert read(await wired.press(ADA, int(message["id"]), custom_id)), custom_id
        wired.guildbank.bot.tally.tell()
    refused = [each for each in logs if each["event"] == "attempt.refused"]
    assert [(each["what"], each.get("again")) for each in refused] == [
        ("refund:approve", None),
        ("refund:approve", 2),
    ]
    assert refused[0]["pressed"] == "refund:approve:p0:r1"


async def test_what_was_counted_last_is_told_at_the_end(wired: Wired) -> None:
    with capture_logs() as logs:
        for _ in range(3):
            await wired.slash(ADA, GENERAL, "audit")
        await wired.guildbank.bot.close()
    refused = [each for each in logs if each["event"] == "attempt.refused"]
    assert [each.get("again") for each in refused] == [None, 2]


async def test_who_may_is_not_counted(wired: Wired) -> None:
    await wired.slash(OWNER, MODS, "payments")
    await wired.slash(ADA, GENERAL, "balance")
    await wired.slash(ADA, GENERAL, "buy", {"package": "nothing"})
    assert counted(wired, "application_command") == 0
