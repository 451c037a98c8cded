"""`/grant` and `/revoke` in a simulated Discord."""

from typing import Any

import pytest
import simcord
from simcord.actors import MemberActor
from simcord.results import InteractionResult

from bot.interaction.moderators import NO_CHANNEL, NOT_A_MODERATOR
from bot.wording.text import PLAIN
from payments.commands.points.move import NOTE_PARTS
from payments.domain.values.guilds import MAX_POINTS
from payments.domain.values.ledger import TransferKind
from payments.runner.runner import Runner
from payments.store.queries import Queries
from tests.conftest import Time
from tests.faces.discord.conftest import World, refusal, said
from tests.support.moderating import COMMANDS, court, decide, grant, lines_of, lose_role, points_of

__all__ = ["court"]  # fixtures


async def ask(world: World, by: MemberActor, command: str, **where: Any) -> InteractionResult:
    """Someone gives one of the three commands."""
    channel = where.get("channel", world.mods)
    if command == "payments":
        return await by.slash(channel, command)
    return await by.slash(channel, command, member=world.ada, points=1, reason="x")


async def test_all_moderators_see_who_granted_what_and_why(court: World, queries: Queries) -> None:
    result = await grant(court, court.mira)
    assert not result.ephemeral
    words = said(result.response)
    head, _, action = words.partition("-# Action ")
    assert head == (
        f"### Granted: 20 points\nTo <@{court.ada.id}>, by <@{court.mira.id}>.\n"
        "Reason: for the map\n"
    )
    assert action.strip("`").isdigit()
    assert await points_of(queries, court.ada) == 20
    (line,) = await lines_of(queries, court.ada)
    assert (line.kind, line.note) == (TransferKind.GRANT, "for the map")


async def test_all_moderators_see_who_revoked_what_and_why(court: World, queries: Queries) -> None:
    await grant(court, court.olga)
    result = await court.mira.slash(
        court.mods, "revoke", member=court.ada, points=8, reason="a mistake"
    )
    assert not result.ephemeral
    words = said(result.response)
    assert "### Revoked: 8 points" in words
    assert f"From <@{court.ada.id}>, by <@{court.mira.id}>." in words
    assert "Reason: a mistake" in words
    assert await points_of(queries, court.ada) == 12


async def test_no_more_is_revoked_than_there_is(court: World, queries: Queries) -> None:
    await grant(court, court.mira)
    result = await court.mira.slash(
        court.mods, "revoke", member=court.ada, points=21, reason="too much"
    )
    assert refusal(court, result) == "That takes 21 points, and only 20 points can be used now."
    assert await points_of(queries, court.ada) == 20


@pytest.mark.parametrize("command", COMMANDS)
async def test_only_moderators_may(court: World, queries: Queries, command: str) -> None:
    assert refusal(court, await ask(court, court.ben, command)) == str(NOT_A_MODERATOR)
    assert await points_of(queries, court.ada) == 0


@pytest.mark.parametrize("command", COMMANDS)
async def test_only_in_the_moderators_channel(court: World, command: str) -> None:
    """Also for those who may manage the server."""
    for person in (court.mira, court.olga):
        result = await ask(court, person, command, channel=court.general)
        assert refusal(court, result) == (
            f"This works only in the moderators' channel or in a thread of it: <#{court.mods.id}>."
        )


@pytest.mark.parametrize("command", COMMANDS)
async def test_nothing_goes_without_a_moderators_channel(
    court: World, runner: Runner, clock: Time, command: str
) -> None:
    await decide(court, runner, clock, mod_channel=None)
    assert refusal(court, await ask(court, court.mira, command)) == PLAIN.say(NO_CHANNEL)


@pytest.mark.parametrize("command", COMMANDS)
async def test_whoever_lost_the_role_may_no_longer(
    court: World, queries: Queries, command: str
) -> None:
    await grant(court, court.mira)
    lose_role(court, court.mira)
    assert refusal(court, await ask(court, court.mira, command)) == str(NOT_A_MODERATOR)
    assert await points_of(queries, court.ada) == 20


async def test_another_role_of_moderators_counts_at_once(
    court: World, runner: Runner, clock: Time
) -> None:
    await decide(court, runner, clock, moderator_role=court.guild.create_role("Others").id)
    assert refusal(court, await grant(court, court.mira)) == str(NOT_A_MODERATOR)


async def test_members_are_not_offered_them(world: World) -> None:
    assert not set(COMMANDS) & set(world.ada.available_commands(world.mods))


async def test_bots_have_no_points(court: World) -> None:
    robot = court.guild.add_member(court.env.create_user("robot", bot=True))
    for command in ("grant", "revoke"):
        result = await court.mira.slash(court.mods, command, member=robot, points=1, reason="a toy")
        assert refusal(court, result) == "Bots can't have points."


async def test_a_reason_must_say_something(court: World, queries: Queries) -> None:
    result = await grant(court, court.mira, reason="   ")
    assert refusal(court, result) == "Give a reason: it stays with the points."
    with pytest.raises(simcord.OptionError):
        await grant(court, court.mira, reason="x" * (NOTE_PARTS + 1))
    assert await points_of(queries, court.ada) == 0


async def test_markup_and_mentions_in_a_reason_mean_nothing(court: World) -> None:
    result = await grant(court, court.mira, reason="@everyone **b**\n-# Action `1`")
    assert "Reason: @\u200beveryone \\*\\*b\\*\\* -# Action \\`1\\`\n" in said(result.response)


@pytest.mark.parametrize("points", [0, -1, MAX_POINTS + 1])
async def test_numbers_that_no_transfer_moves_cannot_be_typed(court: World, points: int) -> None:
    with pytest.raises(simcord.OptionError):
        await grant(court, court.mira, points=points)


async def test_the_most_points_are_granted_and_revoked(court: World, queries: Queries) -> None:
    await grant(court, court.mira, points=MAX_POINTS)
    assert await points_of(queries, court.ada) == MAX_POINTS
    await court.mira.slash(
        court.mods, "revoke", member=court.ada, points=MAX_POINTS, reason="all of it"
    )
    assert await points_of(queries, court.ada) == 0
