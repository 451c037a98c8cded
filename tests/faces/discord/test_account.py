"""`/balance` and `/history` in a simulated Discord."""

from collections.abc import Callable
from typing import Any

import discord
import pytest
from discord import ui
from simcord.results import InteractionResult

from bot.client import GuildbankBot
from bot.features.account.history import LINES, HistoryPlace, OlderButton
from payments.commands.base import by_member
from payments.commands.guild.settings import ChangeSettings
from payments.commands.points.move import NOTE_LENGTH, GrantPoints, SpendPoints
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import ActionId
from payments.domain.values.provider_updates import DisputeStatus
from payments.domain.values.time import HOUR, SECOND, later, to_seconds
from payments.runner.runner import Runner
from payments.store.queries import HistoryCursor
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
)


async def pay(world: World, runner: Runner, clock: Time, name: str = "p1") -> None:
    await runner.run(initiate(name, member=world.ada_id, at=clock()))
    await runner.run(event(checkout_update(name, member=world.ada_id), at=clock()))


async def test_a_new_member_has_nothing(world: World) -> None:
    result = await world.ada.slash(world.general, "balance")
    assert result.ephemeral
    assert "0 points" in said(result.response)


async def test_a_member_sees_points_and_when_they_can_be_transferred(
    world: World, runner: Runner, clock: Time
) -> None:
    await pay(world, runner, clock)
    words = said((await world.ada.slash(world.general, "balance")).response)
    assert "500 points" in words
    assert "Can't be transferred yet: **500 points**. The first can be transferred" in words
    assert f"<t:{to_seconds(later(START, 72 * HOUR))}:R>" in words


async def test_debt_is_shown(world: World, runner: Runner, clock: Time) -> None:
    await pay(world, runner, clock)
    spend = SpendPoints(
        key=key(),
        at=START,
        actor=by_member(world.ada_id),
        guild=GUILD,
        member=world.ada_id,
        points=200,
    )
    await runner.run(spend)
    await runner.run(event(dispute_update("p1", "dp_1", 499, DisputeStatus.OPEN), at=clock()))
    words = said((await world.ada.slash(world.general, "balance")).response)
    assert "-200 points" in words
    assert "You owe 200 points from a payment that was taken back." in words


async def test_someone_elses_balance_is_for_moderators(world: World, runner: Runner) -> None:
    denied = await world.ben.slash(world.general, "balance", member=world.ada)
    assert refusal(world, denied) == "Only moderators can look at someone else's balance."
    denied = await world.mira.slash(world.general, "balance", member=world.ada)
    assert "Only moderators" in refusal(world, denied)
    await runner.run(
        ChangeSettings(
            key=key(),
            at=START,
            actor=by_member(BEN),
            guild=GUILD,
            settings=GuildSettings(guild=GUILD, moderator_role=world.moderators.id),
        )
    )
    for moderator in (world.mira, world.olga):
        shown = await moderator.slash(world.general, "balance", member=world.ada)
        assert "Balance of Ada" in said(shown.response)
    mine = await world.ben.slash(world.general, "balance", member=world.ben)
    assert "Your balance" in said(mine.response)


async def test_an_empty_history_says_so(world: World) -> None:
    words = said((await world.ada.slash(world.general, "history")).response)
    assert "There is nothing here yet" in words


@pytest.fixture
async def long_history(world: World, runner: Runner, clock: Time) -> int:
    count = 2 * LINES + 3
    for number in range(count):
        await pay(world, runner, clock, f"p{number}")
        clock.pass_(60 * SECOND)
    return count


async def turn(world: World, result: InteractionResult, label: str) -> list[int]:
    """Press a button, and see the times of the page then."""
    assert result.response is not None
    await world.ada.click(result.response, label=label)
    return shown(result.response)


def shown(message: object) -> list[int]:
    """The times of the lines of a page, in seconds, as they stand."""
    words = said(message).split("<t:")[1:]
    return [int(each.split(":")[0]) for each in words]


async def test_a_history_is_read_page_by_page_and_back(world: World, long_history: int) -> None:
    result = await world.ada.slash(world.general, "history")
    assert result.ephemeral
    pages = [
        shown(result.response),
        await turn(world, result, "Older"),
        await turn(world, result, "Older"),
    ]
    times = [time for page in pages for time in page]
    assert times == sorted(set(times), reverse=True)
    assert len(times) == long_history
    for page in (pages[1], pages[0]):
        assert await turn(world, result, "Newer") == page
    assert "Newer" not in said(result.response)


async def test_pages_do_not_move_when_new_lines_come_in(
    world: World, runner: Runner, clock: Time, long_history: int
) -> None:
    assert long_history
    result = await world.ada.slash(world.general, "history")
    first = shown(result.response)
    await turn(world, result, "Older")
    await pay(world, runner, clock, "new")
    assert await turn(world, result, "Newer") == first


async def test_the_buttons_work_after_a_restart(
    world: World, long_history: int, new_bot: Callable[[], GuildbankBot]
) -> None:
    assert long_history
    result = await world.ada.slash(world.general, "history")
    first = shown(result.response)
    await world.env.restart_bot(new_bot())
    assert (await turn(world, result, "Older"))[0] < first[-1]


async def test_an_amount_has_its_sign_and_its_reason(
    world: World, runner: Runner, clock: Time
) -> None:
    await pay(world, runner, clock)
    await runner.run(event(dispute_update("p1", "dp_1", 499, DisputeStatus.OPEN), at=clock()))
    words = said((await world.ada.slash(world.general, "history")).response)
    assert "**+500** Bought “500 for 499”" in words
    assert "**-500** On hold: “500 for 499” is disputed" in words


async def test_the_longest_words_of_other_people_fit_a_page(
    world: World, runner: Runner, clock: Time
) -> None:
    for _ in range(LINES + 1):
        clock.pass_(SECOND)
        grant = GrantPoints(
            key=key(),
            at=clock(),
            actor=by_member(BEN),
            guild=GUILD,
            member=world.ada_id,
            points=10**12,
            note="*" * NOTE_LENGTH,
        )
        await runner.run(grant)
    result = await world.ada.slash(world.general, "history")
    words = said(result.response)
    assert words.count("Granted by a moderator") == LINES
    assert words.count("…” ·") == LINES


async def test_nobody_turns_the_pages_of_someone_elses_history(
    world: World, long_history: int
) -> None:
    """Even where everyone sees them; ours are seen by their member alone."""
    assert long_history
    place = HistoryPlace(
        member=world.ada_id, cursor=HistoryCursor(at=START, id=ActionId("0")), above=8
    )
    row: ui.ActionRow[Any] = ui.ActionRow(OlderButton(place))
    view = ui.LayoutView()
    view.add_item(row)
    channel = world.bot.get_channel(world.general.id)
    assert isinstance(channel, discord.TextChannel)
    message = await channel.send(view=view)
    result = await world.ben.click(message, label="Older")
    assert result.response is not None
    assert result.response.ephemeral
    assert "someone else's history" in result.response.content
