"""`/undo` in a simulated Discord."""

import discord
import pytest
from simcord.actors import MemberActor
from simcord.results import InteractionResult

from bot.features.undo.commands import NO_SUCH_ACTION
from bot.interaction.moderators import NOT_A_MODERATOR
from payments.commands.base import by_member
from payments.commands.payments.purchase_ban import LiftPurchaseBan
from payments.commands.points.move import GrantPoints, SpendPoints
from payments.domain.values.ids import CommandKey, GuildId, MemberId
from payments.domain.values.provider_updates import DisputeStatus
from payments.runner.runner import Runner
from payments.store.queries import Queries
from tests.conftest import Time
from tests.faces.discord.conftest import World, refusal, said
from tests.support.make import (
    BEN,
    GUILD,
    START,
    checkout_update,
    dispute_update,
    event,
    initiate,
    key,
    package,
)
from tests.support.moderating import decide, grant, lose_role, points_of
from tests.support.presses import press_at_once


@pytest.fixture
async def court(world: World, runner: Runner, clock: Time) -> World:
    """Mira and Olga moderate."""
    await decide(world, runner, clock)
    for known in await world.bot.tree.fetch_commands(guild=discord.Object(GUILD)):
        if known.name in {"undo", "grant", "revoke", "refund"}:
            world.guild.set_command_permissions(known, {world.mira: True, world.ben: True})
    return world


def action_of(result: InteractionResult) -> str:
    """The id at the foot of a card."""
    return said(result.response).rpartition("Action `")[2].partition("`")[0]


async def undo(world: World, action: str, by: MemberActor | None = None) -> InteractionResult:
    """Ask for it, and confirm it if it can be undone."""
    moderator = by or world.mira
    asked = await moderator.slash(world.mods, "undo", action=action)
    if not asked.ephemeral and asked.response is not None and "Cancel" in said(asked.response):
        label = said(asked.response).splitlines()[-2]
        await moderator.click(asked.response, label=label)
    return asked


async def spend(runner: Runner, clock: Time, member: MemberId, points: int) -> None:
    await runner.run(
        SpendPoints(
            key=key(),
            at=clock(),
            actor=by_member(member),
            guild=GUILD,
            member=member,
            points=points,
        )
    )


async def test_a_grant_is_undone_once_and_says_by_whom(court: World, queries: Queries) -> None:
    granted = await grant(court, court.olga)
    action = action_of(granted)
    undone = await undo(court, f" `{action}` ")
    assert not undone.ephemeral
    words = said(undone.response)
    assert "### Undone: grant of 20 points" in words
    assert f"To <@{court.ada.id}>, granted by <@{court.olga.id}>." in words
    assert f"Undone by <@{court.mira.id}>." in words
    assert f"Undid `{action}` · Action `" in words
    assert await points_of(queries, court.ada) == 0
    for person in (court.mira, court.olga):
        again = await undo(court, action, person)
        assert refusal(court, again) == "That was undone already."
    assert await points_of(queries, court.ada) == 0


async def test_it_says_what_would_be_undone_and_waits_for_the_word_of_who_asked(
    court: World, queries: Queries
) -> None:
    granted = await grant(court, court.olga)
    asked = await court.mira.slash(court.mods, "undo", action=action_of(granted))
    title, reason, foot, *buttons = said(asked.response).splitlines()
    assert title.startswith(
        f"### Undo the grant of 20 points to <@{court.ada.id}> by <@{court.olga.id}>, <t:"
    )
    assert (reason, foot) == ("Reason: for the map", "-# Nothing has changed yet.")
    assert buttons == ["Undo", "Cancel"]
    assert asked.response is not None
    (pressed,) = await press_at_once(court, asked.response, (court.olga, "Undo"))
    assert pressed.response is not None
    assert "Only the moderator who gave this command" in pressed.response.content
    assert await points_of(queries, court.ada) == 20
    await court.mira.click(asked.response, label="Cancel")
    assert said(asked.response) == "### Nothing was undone\nYou cancelled it."
    assert await points_of(queries, court.ada) == 20


async def test_who_is_no_moderator_any_more_cannot_confirm(court: World, queries: Queries) -> None:
    granted = await grant(court, court.olga)
    asked = await court.mira.slash(court.mods, "undo", action=action_of(granted))
    assert asked.response is not None
    lose_role(court, court.mira)
    (pressed,) = await press_at_once(court, asked.response, (court.mira, "Undo"))
    assert refusal(court, pressed) == str(NOT_A_MODERATOR)
    assert await points_of(queries, court.ada) == 20


async def test_the_list_says_to_whom_and_by_whom(court: World) -> None:
    await grant(court, court.olga)
    (shown,) = await court.mira.autocomplete(court.mods, "undo", "action", "OLGA")
    assert shown["name"].startswith("Granted 20 points to Ada by olga · “for the map” · ")
    assert not await court.mira.autocomplete(court.mods, "undo", "action", "ben")


async def test_a_revocation_is_undone(court: World, queries: Queries) -> None:
    await grant(court, court.olga)
    revoked = await court.mira.slash(court.mods, "revoke", member=court.ada, points=8, reason="x")
    await undo(court, action_of(revoked))
    assert await points_of(queries, court.ada) == 20


async def test_what_was_used_since_is_not_undone_and_it_says_so(
    court: World, queries: Queries, runner: Runner, clock: Time
) -> None:
    granted = await grant(court, court.olga)
    await spend(runner, clock, court.ada_id, 15)
    refused = await undo(court, action_of(granted))
    assert refusal(court, refused) == "15 of these points have been used or have expired since."
    assert await points_of(queries, court.ada) == 5


async def test_letting_buy_is_undone(
    court: World, queries: Queries, runner: Runner, clock: Time
) -> None:
    await runner.run(initiate("p1", member=court.ada_id))
    await runner.run(event(checkout_update("p1", member=court.ada_id)))
    await runner.run(event(dispute_update("p1", "dp_1", 499, DisputeStatus.LOST)))
    await runner.run(
        LiftPurchaseBan(
            key=CommandKey("discord:77"),
            at=clock(),
            actor=by_member(court.ada_id),
            guild=GUILD,
            member=court.ada_id,
        )
    )
    assert await queries.purchase_banned_by(GUILD, court.ada_id) == ()
    undone = await undo(court, "77")
    assert "### Can't buy any more" in said(undone.response)
    assert await queries.purchase_banned_by(GUILD, court.ada_id) == ("p1",)
    assert refusal(court, await undo(court, "77")) == "That was undone already."


async def test_an_owner_undoes_the_end_of_a_package(court: World, queries: Queries) -> None:
    name = package().name
    retired = await court.olga.slash(court.general, "package retire", package=name)
    action = action_of(retired)
    assert refusal(court, await undo(court, action)) == (
        "Only those who may manage the server can do that."
    )
    assert await queries.packages(GUILD) == []
    undone = await undo(court, action, court.olga)
    words = said(undone.response)
    assert "### On sale again: “500 for 499”" in words
    assert f"### On sale again: “{name}”\nIt was retired by <@{court.olga.id}>." in words
    assert [each.name for each in await queries.packages(GUILD)] == [name]
    assert refusal(court, await undo(court, action, court.olga)) == "That was undone already."


async def test_other_package_commands_say_how_they_are_taken_back(
    court: World, queries: Queries
) -> None:
    wanted = {"name": "Large", "points": 5000, "price": "39.90"}
    added = await court.olga.slash(court.general, "package add", **wanted)
    refused = await undo(court, action_of(added), court.olga)
    assert refusal(court, refused) == (
        "A new package can't be undone. `/package retire` takes it off sale again."
    )
    edited = await court.olga.slash(court.general, "package edit", package="Large", points=1)
    refused = await undo(court, action_of(edited), court.olga)
    assert "`/package edit` changes it back." in refusal(court, refused)
    assert [each.points for each in await queries.packages(GUILD)] == [1, 500]


async def test_letting_buy_is_not_undone_once_the_dispute_was_won(
    court: World, queries: Queries, runner: Runner, clock: Time
) -> None:
    await runner.run(initiate("p1", member=court.ada_id))
    await runner.run(event(checkout_update("p1", member=court.ada_id)))
    await runner.run(event(dispute_update("p1", "dp_1", 499, DisputeStatus.LOST)))
    await runner.run(
        LiftPurchaseBan(
            key=CommandKey("discord:78"),
            at=clock(),
            actor=by_member(court.ada_id),
            guild=GUILD,
            member=court.ada_id,
        )
    )
    await runner.run(event(dispute_update("p1", "dp_1", 499, DisputeStatus.WON, seen=1)))
    assert "They can buy: no payment" in refusal(court, await undo(court, "78"))
    assert await queries.purchase_banned_by(GUILD, court.ada_id) == ()


@pytest.mark.parametrize("wrong", ["1", "no such", "`", "9" * 90])
async def test_an_unknown_action_is_named_so(court: World, wrong: str) -> None:
    assert refusal(court, await undo(court, wrong)) == str(NO_SUCH_ACTION)


async def test_what_is_never_undone_says_why(court: World, queries: Queries) -> None:
    granted = await grant(court, court.olga)
    undone = await undo(court, action_of(granted))
    again = await undo(court, action_of(undone))
    assert "An undo can't be undone." in refusal(court, again)
    assert await points_of(queries, court.ada) == 0


async def test_a_refund_is_never_undone(court: World, runner: Runner) -> None:
    await runner.run(initiate("p1", member=court.ada_id))
    await runner.run(event(checkout_update("p1", member=court.ada_id)))
    asked = await court.mira.slash(court.mods, "refund", payment="p1")
    assert asked.response is not None
    await court.mira.click(asked.response, label="Refund")
    refused = await undo(court, action_of(asked))
    assert "A refund can't be undone" in refusal(court, refused)


async def test_an_action_of_another_server_is_unknown(court: World, runner: Runner) -> None:
    await runner.run(
        GrantPoints(
            key=CommandKey("discord:88"),
            at=START,
            actor=by_member(BEN),
            guild=GuildId(GUILD + 1),
            member=court.ada_id,
            points=5,
        )
    )
    assert refusal(court, await undo(court, "88")) == str(NO_SUCH_ACTION)


async def test_what_is_listed_is_found_also_if_it_was_not_done_in_discord(
    court: World, runner: Runner, queries: Queries
) -> None:
    await runner.run(
        GrantPoints(
            key=CommandKey("import:7"),
            at=START,
            actor=by_member(BEN),
            guild=GUILD,
            member=court.ada_id,
            points=5,
        )
    )
    (choice,) = await court.mira.autocomplete(court.mods, "undo", "action", "")
    undone = await undo(court, str(choice["value"]))
    assert "### Undone: grant of 5 points" in said(undone.response)
    assert await points_of(queries, court.ada) == 0


async def test_the_list_shows_what_can_be_undone_to_moderators_only(court: World) -> None:
    granted = await grant(court, court.olga, reason="for *the* map")
    choices = await court.mira.autocomplete(court.mods, "undo", "action", "")
    assert [each["value"] for each in choices] == [action_of(granted)]
    assert choices[0]["name"].startswith("Granted 20 points to Ada by olga · “for *the* map” · ")
    assert await court.mira.autocomplete(court.mods, "undo", "action", "the* MAP") == choices
    assert await court.mira.autocomplete(court.mods, "undo", "action", "nothing") == []
    assert await court.ben.autocomplete(court.mods, "undo", "action", "") == []
    assert await court.mira.autocomplete(court.general, "undo", "action", "") == []


async def test_only_moderators_in_their_channel(court: World) -> None:
    action = action_of(await grant(court, court.olga))
    assert refusal(court, await undo(court, action, court.ben)) == str(NOT_A_MODERATOR)
