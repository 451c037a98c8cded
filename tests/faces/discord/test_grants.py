"""What takes two moderators on Discord: the proposal, the second look, and what is for oneself."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.features.grants.views import DECIDED
from bot.features.purchase_ban.button import LiftPurchaseBanButton
from bot.interaction.moderators import ABOUT_YOU
from bot.ui.card import card
from payments.commands.base import by_member
from payments.commands.guild.settings import ChangeSettings
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import MemberId
from sandbox.discord_wire import WireDiscord, default_world
from sandbox.discord_wire.member_view import MemberAnswer
from sandbox.discord_wire.world import ADA, BEN, GENERAL, MIRA, MODERATORS, MODS, OWNER, Member
from tests.support.make import GUILD, START, checkout_update, event, initiate, key
from tests.support.wired import POINTS, TOKEN, Wired, buttons, open_wired, read

LIMIT = 100


@pytest.fixture
async def wired(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Wired]:
    """Mira and Ben moderate; more than 100 points take two of them."""
    async with (
        WireDiscord(default_world(), token=TOKEN) as wire,
        open_wired(wire, tmp_path, monkeypatch) as running,
    ):
        wire.state.replace_member(wire.state.guild(GUILD), Member(user=BEN, roles=(MODERATORS,)))
        await running.run(
            ChangeSettings(
                key=key(),
                at=START,
                actor=by_member(MemberId(OWNER)),
                guild=GUILD,
                settings=GuildSettings(
                    guild=GUILD, mod_channel=MODS, moderator_role=MODERATORS, grant_limit=LIMIT
                ),
            )
        )
        yield running


async def grant(wired: Wired, by: int, to: int, points: int, **more: Any) -> MemberAnswer:
    options = {"member": to, "points": points, "reason": "for the *map*"} | more
    return await wired.slash(by, MODS, "grant", options)


async def points_of(wired: Wired, member: int) -> int:
    clock = wired.guildbank.services.clock()
    return (await wired.guildbank.queries.balance(GUILD, MemberId(member), clock)).points


async def press(wired: Wired, user: int, asked: MemberAnswer, label: str) -> MemberAnswer:
    assert asked.message is not None
    return await wired.press(user, int(asked.message["id"]), buttons(asked.message)[label])


def now(wired: Wired, asked: MemberAnswer) -> str:
    return read(wired.wire.answer(asked.interaction))


async def test_above_the_limit_another_moderator_approves(wired: Wired) -> None:
    asked = await grant(wired, MIRA, ADA, LIMIT + 1, expires="30")
    assert "### Grant of 101 points needs approval" in read(asked)
    assert "It is above the limit" in read(asked)
    assert await points_of(wired, ADA) == POINTS
    refused = await press(wired, MIRA, asked, "Approve")
    assert "another moderator must approve it" in read(refused)
    assert await points_of(wired, ADA) == POINTS
    await press(wired, BEN, asked, "Approve")
    words = now(wired, asked)
    assert "### Granted: 101 points" in words
    assert f"requested by <@{MIRA}>, approved by <@{BEN}>." in words
    assert "They expire on" in words
    assert await points_of(wired, ADA) == POINTS + 101


async def test_up_to_the_limit_one_moderator_is_enough(wired: Wired) -> None:
    assert "### Granted: 100 points" in read(await grant(wired, MIRA, ADA, LIMIT))
    assert await points_of(wired, ADA) == POINTS + LIMIT


async def test_nobody_gives_points_to_themselves_alone(wired: Wired) -> None:
    asked = await grant(wired, MIRA, MIRA, 1)
    assert "to themselves: another moderator must approve" in read(asked)
    assert await points_of(wired, MIRA) == 0
    await press(wired, BEN, asked, "Approve")
    assert "⚠️ They gave these points to themselves." in now(wired, asked)
    assert await points_of(wired, MIRA) == 1


async def test_who_would_get_them_does_not_approve(wired: Wired) -> None:
    asked = await grant(wired, MIRA, BEN, LIMIT + 1)
    assert "These points are for you" in read(await press(wired, BEN, asked, "Approve"))
    assert await points_of(wired, BEN) == 0


async def test_an_owner_alone_may_and_all_moderators_read_it(wired: Wired) -> None:
    granted = await grant(wired, OWNER, OWNER, 1)
    assert not granted.ephemeral
    assert "⚠️ They gave these points to themselves." in read(granted)
    assert await points_of(wired, OWNER) == 1


async def test_a_grant_is_decided_once(wired: Wired) -> None:
    asked = await grant(wired, MIRA, ADA, LIMIT + 1)
    again = buttons(asked.message)
    assert asked.message is not None
    before = asked.message
    await press(wired, BEN, asked, "Decline")
    assert "### Grant of 101 points declined" in now(wired, asked)
    wired.wire.state.messages[int(before["id"])].body = before
    late = await wired.press(OWNER, int(before["id"]), again["Approve"])
    assert str(DECIDED) in read(late)
    assert await points_of(wired, ADA) == POINTS


async def test_an_approved_grant_can_be_undone(wired: Wired) -> None:
    asked = await grant(wired, MIRA, ADA, LIMIT + 1)
    await press(wired, BEN, asked, "Approve")
    action = now(wired, asked).rpartition("Action `")[2].rstrip("`\n")
    undone = await wired.slash(OWNER, MODS, "undo", {"action": action})
    await press(wired, OWNER, undone, "Undo")
    assert "### Undone: grant of 101 points" in now(wired, undone)
    assert await points_of(wired, ADA) == POINTS


async def test_ones_own_purchase_is_refunded_by_two(wired: Wired) -> None:
    for name, buyer in (("p1", MIRA), ("p2", OWNER)):
        await wired.run(initiate(name, member=MemberId(buyer)))
        await wired.run(event(checkout_update(name, member=MemberId(buyer)), at=START))
    asked = await wired.slash(MIRA, MODS, "refund", {"payment": "p1"})
    assert set(buttons(asked.message)) == {"Ask for approval", "Cancel"}
    await press(wired, MIRA, asked, "Ask for approval")
    assert "⚠️ It is their own purchase." in now(wired, asked)
    by_owner = await wired.slash(OWNER, MODS, "refund", {"payment": "p2"})
    assert set(buttons(by_owner.message)) == {"Refund", "Cancel"}


async def test_nobody_helps_themselves_by_undoing_or_lifting(wired: Wired) -> None:
    await grant(wired, BEN, MIRA, 10)
    options = {"member": MIRA, "points": 10, "reason": "a mistake"}
    revoked = read(await wired.slash(BEN, MODS, "revoke", options))
    action = revoked.rpartition("Action `")[2].rstrip("`\n")
    before = await wired.books()
    assert read(await wired.slash(MIRA, MODS, "undo", {"action": action})) == str(ABOUT_YOU)
    place = wired.guildbank.bot.get_partial_messageable(MODS, guild_id=GUILD)
    await place.send(view=card(Sentence("Barred"), buttons=[LiftPurchaseBanButton(MemberId(MIRA))]))
    message = wired.wire.messages(MODS)[-1]
    (button,) = buttons(message).values()
    assert str(ABOUT_YOU) in read(await wired.press(MIRA, int(message["id"]), button))
    assert await wired.books() == before
    undone = await wired.slash(BEN, MODS, "undo", {"action": action})
    await press(wired, BEN, undone, "Undo")
    assert await points_of(wired, MIRA) == 10


async def test_owners_set_the_limit(wired: Wired) -> None:
    changed = await wired.slash(OWNER, GENERAL, "setup set", {"grant_limit": 0})
    assert "Grants need a second moderator: **always**" in read(changed)
    assert "needs approval" in read(await grant(wired, MIRA, ADA, 1))
    cleared = await wired.slash(OWNER, GENERAL, "setup clear", {"setting": "grant_limit"})
    assert "Grants need a second moderator: **for a moderator's own account**" in read(cleared)
