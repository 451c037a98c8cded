"""`/grant`, `/revoke` and `/payments` in a simulated Discord."""

from collections.abc import Callable
from typing import Any

import discord
import pytest
import simcord
from simcord.actors import MemberActor
from simcord.results import InteractionResult

from bot.client import GuildbankBot
from bot.features.payments.pages import LINES
from bot.interaction.moderators import NO_CHANNEL, NOT_A_MODERATOR
from payments.commands.base import by_member
from payments.commands.guild.packages import AddPackage
from payments.commands.guild.settings import ChangeSettings
from payments.commands.points.move import NOTE_PARTS
from payments.domain.values.guilds import MAX_POINTS, NAME_LENGTH, GuildSettings
from payments.domain.values.ids import MemberId, PackageId
from payments.domain.values.ledger import TransferKind
from payments.domain.values.money import Money
from payments.domain.values.provider_updates import DisputeStatus, MoneyStatus
from payments.domain.values.time import SECOND, to_seconds
from payments.runner.runner import Runner
from payments.store.queries import HistoryLine, Queries
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
    refund_update,
)
from tests.support.presses import press_at_once

COMMANDS = ("grant", "revoke", "payments")


async def decide(world: World, runner: Runner, clock: Time, **settings: Any) -> None:
    """The owner changes the settings; by default as the tests need them."""
    wanted = {"mod_channel": world.mods.id, "moderator_role": world.moderators.id} | settings
    await runner.run(
        ChangeSettings(
            key=key(),
            at=clock(),
            actor=by_member(BEN),
            guild=GUILD,
            settings=GuildSettings(guild=GUILD, **wanted),
        )
    )


@pytest.fixture
async def court(world: World, runner: Runner, clock: Time) -> World:
    """Mira moderates; the server's own settings let everyone try."""
    await decide(world, runner, clock)
    for known in await world.bot.tree.fetch_commands(guild=discord.Object(GUILD)):
        if known.name in COMMANDS:
            world.guild.set_command_permissions(known, {world.mira: True, world.ben: True})
    return world


async def grant(world: World, by: MemberActor, **more: Any) -> InteractionResult:
    options = {"member": world.ada, "points": 20, "reason": "for the map"} | more
    return await by.slash(world.mods, "grant", **options)


async def ask(world: World, by: MemberActor, command: str, **where: Any) -> InteractionResult:
    """Someone gives one of the three commands."""
    channel = where.get("channel", world.mods)
    if command == "payments":
        return await by.slash(channel, command)
    return await by.slash(channel, command, member=world.ada, points=1, reason="x")


def lose_role(world: World, person: MemberActor) -> None:
    world.env.backend.get_guild(GUILD).members[person.id].role_ids.clear()


async def points_of(queries: Queries, person: MemberActor) -> int:
    return (await queries.balance(GUILD, MemberId(person.id), START)).points


async def lines_of(queries: Queries, person: MemberActor) -> list[HistoryLine]:
    return list((await queries.history(GUILD, MemberId(person.id))).lines)


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
    assert refusal(court, result) == "That takes 21 points, and only 20 can be used now."
    assert await points_of(queries, court.ada) == 20


@pytest.mark.parametrize("command", COMMANDS)
async def test_only_moderators_may(court: World, queries: Queries, command: str) -> None:
    assert refusal(court, await ask(court, court.ben, command)) == NOT_A_MODERATOR
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
    assert refusal(court, await ask(court, court.mira, command)) == NO_CHANNEL


@pytest.mark.parametrize("command", COMMANDS)
async def test_whoever_lost_the_role_may_no_longer(
    court: World, queries: Queries, command: str
) -> None:
    await grant(court, court.mira)
    lose_role(court, court.mira)
    assert refusal(court, await ask(court, court.mira, command)) == NOT_A_MODERATOR
    assert await points_of(queries, court.ada) == 20


async def test_another_role_of_moderators_counts_at_once(
    court: World, runner: Runner, clock: Time
) -> None:
    await decide(court, runner, clock, moderator_role=court.guild.create_role("Others").id)
    assert refusal(court, await grant(court, court.mira)) == NOT_A_MODERATOR


async def test_members_are_not_offered_them(world: World) -> None:
    assert not set(COMMANDS) & set(world.ada.available_commands(world.mods))


async def test_bots_have_no_points(court: World) -> None:
    robot = court.guild.add_member(court.env.create_user("robot", bot=True))
    for command in ("grant", "revoke"):
        result = await court.mira.slash(court.mods, command, member=robot, points=1, reason="a toy")
        assert refusal(court, result) == "Bots cannot have points."


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


async def test_no_payments(court: World) -> None:
    result = await court.mira.slash(court.mods, "payments")
    assert result.ephemeral
    assert said(result.response) == "### Payments\nThere are none."


async def test_payments_say_where_they_stand(court: World, runner: Runner, clock: Time) -> None:
    for name in ("begun", "paid", "partly", "back", "disputed", "doubted"):
        await runner.run(initiate(name, member=court.ada_id, at=clock()))
        clock.pass_(SECOND)
        if name == "doubted":
            update = checkout_update(name, member=MemberId(court.ben.id))
            await runner.run(event(update, at=clock()))
        elif name != "begun":
            await runner.run(event(checkout_update(name, member=court.ada_id), at=clock()))
    await runner.run(event(refund_update("partly", "re_1", 200), at=clock()))
    await runner.run(event(refund_update("back", "re_2", 499), at=clock()))
    await runner.run(event(dispute_update("disputed", "dp", 499, DisputeStatus.OPEN), at=clock()))
    words = said((await court.mira.slash(court.mods, "payments")).response)
    who = f"<@{court.ada.id}>"
    assert f"**Initiated** · “500 for 499” · €4.99 · {who} · <t:{to_seconds(START)}:R>" in words
    for state in (
        "**Completed** · “500 for 499” · €4.99 · <",
        "**Completed** · “500 for 499” · €4.99 · €2.00 refunded",
        "**Refunded** · “500 for 499” · €4.99 · €4.99 refunded",
        "**Disputed**",
        "**Needs a look**",
    ):
        assert state in words
    assert words.endswith("· `back`")


async def test_payments_of_one_member(court: World, runner: Runner, clock: Time) -> None:
    for name, person in (("a-1", court.ada), ("b-1", court.ben)):
        await runner.run(initiate(name, member=MemberId(person.id), at=clock()))
        update = checkout_update(name, member=MemberId(person.id), money=MoneyStatus.FAILED)
        await runner.run(event(update, at=clock()))
    result = await court.mira.slash(court.mods, "payments", member=court.ben)
    assert said(result.response) == (
        f"### Payments\nOf <@{court.ben.id}>\n"
        f"**Failed** · “500 for 499” · €4.99 · <t:{to_seconds(START)}:R> · `b-1`"
    )


@pytest.fixture
async def many(court: World, runner: Runner, clock: Time) -> list[str]:
    """Payments of two members, from new to old."""
    names = [f"p-{number:02}" for number in range(2 * LINES + 3)]
    for number, name in enumerate(names):
        member = MemberId(court.ben.id) if number % 10 == 0 else court.ada_id
        await runner.run(initiate(name, member=member, at=clock()))
        clock.pass_(SECOND)
    return names[::-1]


def ids(message: object) -> list[str]:
    return [line.split("`")[1] for line in said(message).splitlines() if "`" in line]


@pytest.mark.parametrize("one_member", [False, True])
async def test_payments_are_read_page_by_page(
    court: World, many: list[str], *, one_member: bool
) -> None:
    wanted = [name for name in many if not name.endswith("0")] if one_member else many
    options = {"member": court.ada} if one_member else {}
    result = await court.mira.slash(court.mods, "payments", **options)
    assert result.response is not None
    seen = ids(result.response)
    first = list(seen)
    while "Older" in said(result.response):
        await court.mira.click(result.response, label="Older")
        seen += ids(result.response)
    assert seen == wanted
    await court.mira.click(result.response, label="Newest")
    assert ids(result.response) == first
    assert "Newest" not in said(result.response)


async def test_the_buttons_work_after_a_restart(
    court: World, many: list[str], new_bot: Callable[[], GuildbankBot]
) -> None:
    result = await court.mira.slash(court.mods, "payments", member=court.ada)
    await court.env.restart_bot(new_bot())
    assert result.response is not None
    await court.mira.click(result.response, label="Older")
    assert ids(result.response)[-1] == [name for name in many if name[-1] != "0"][2 * LINES - 1]


async def test_whoever_lost_the_role_turns_no_more_pages(court: World, many: list[str]) -> None:
    result = await court.mira.slash(court.mods, "payments")
    assert result.response is not None
    for person in (court.ben, court.mira):
        lose_role(court, court.mira)
        (pressed,) = await press_at_once(court, result.response, (person, "Older"))
        assert pressed.ephemeral
        assert pressed.response is not None
        assert pressed.response.content == NOT_A_MODERATOR
    assert ids(result.response) == many[:LINES]


async def test_the_longest_names_fit_a_page(court: World, runner: Runner, clock: Time) -> None:
    added = await runner.run(
        AddPackage(
            key=key(),
            at=clock(),
            actor=by_member(BEN),
            guild=GUILD,
            name="*" * NAME_LENGTH,
            points=MAX_POINTS,
            price=Money(minor=99_999_999, currency="EUR"),
            package=PackageId("long"),
        )
    )
    for number in range(LINES + 1):
        name = f"0198a000-0000-7000-8000-{number:012}"
        await runner.run(initiate(name, member=court.ada_id, of=added, at=clock()))
    result = await court.mira.slash(court.mods, "payments")
    assert len(ids(result.response)) == LINES
    assert result.response is not None
    await court.mira.click(result.response, label="Older")
    assert len(ids(result.response)) == 1
