"""The step that confirms a large `/transfer`, in a simulated Discord."""

import pytest

from bot.ui.confirm import CONFIRM_SECONDS
from payments.commands.base import by_member
from payments.commands.points.move import SpendPoints
from payments.runner.runner import Runner
from payments.store.queries import Queries
from tests.conftest import Time
from tests.faces.discord.conftest import World, refusal, said
from tests.support.make import GUILD, key
from tests.support.presses import press_at_once
from tests.support.transfers import ask, balances, give, passed_on, press
from tests.support.unlucky import Unlucky


@pytest.fixture
async def rich(world: World, runner: Runner, clock: Time) -> World:
    """Ada has 5,000 points that can be passed on."""
    await give(world, runner, clock, 5_000)
    return world


async def test_many_points_are_sent_only_after_confirming(rich: World, queries: Queries) -> None:
    asked = await ask(rich, note="thanks")
    assert asked.ephemeral
    assert said(asked.response) == (
        f"### Send 1,001 points?\nTo <@{rich.ben.id}>.\nYour note: “thanks”\n"
        "-# You can't take this back.\nSend\nCancel"
    )
    assert await balances(rich, queries) == (5_000, 0)
    words = await press(rich, asked, "Send")
    assert "1,001 points sent" in words
    assert "Your balance is **3,999 points**." in words
    assert "Send" not in words
    assert await balances(rich, queries) == (3_999, 1_001)


async def test_cancelling_sends_nothing(rich: World, queries: Queries) -> None:
    words = await press(rich, await ask(rich), "Cancel")
    assert words == "### Nothing was sent\nYou cancelled it."
    assert await balances(rich, queries) == (5_000, 0)


async def test_fifty_presses_at_once_send_once(rich: World, queries: Queries) -> None:
    asked = await ask(rich)
    assert asked.response is not None
    await press_at_once(rich, asked.response, *[(rich.ada, "Send")] * 50)
    assert not rich.env.errors
    assert len(await passed_on(rich, queries)) == 1
    assert await balances(rich, queries) == (3_999, 1_001)
    assert "1,001 points sent" in said(asked.response)


async def test_what_is_pressed_first_decides(rich: World, queries: Queries) -> None:
    for first, second, sent in (("Send", "Cancel", True), ("Cancel", "Send", False)):
        asked = await ask(rich)
        assert asked.response is not None
        before = len(await passed_on(rich, queries))
        await press_at_once(rich, asked.response, (rich.ada, first), (rich.ada, second))
        assert len(await passed_on(rich, queries)) - before == sent
        assert ("points sent" in said(asked.response)) is sent
        assert ("Nothing was sent" in said(asked.response)) is not sent


async def test_points_that_have_gone_meanwhile_are_not_sent(
    rich: World, runner: Runner, queries: Queries, clock: Time
) -> None:
    asked = await ask(rich)
    await runner.run(
        SpendPoints(
            key=key(),
            at=clock(),
            actor=by_member(rich.ada_id),
            guild=GUILD,
            member=rich.ada_id,
            points=4_500,
        )
    )
    assert await press(rich, asked, "Send") == (
        "### Nothing was sent\nYou can transfer 500 points right now, not 1,001 points."
    )
    assert await balances(rich, queries) == (500, 0)


async def test_the_buttons_go_after_two_minutes(rich: World, queries: Queries) -> None:
    asked = await ask(rich)
    await rich.env.advance_time(CONFIRM_SECONDS - 1)
    assert "Send" in said(asked.response)
    await rich.env.advance_time(2)
    assert said(asked.response) == "### Nothing was sent\nIt was not confirmed in time."
    assert await balances(rich, queries) == (5_000, 0)


async def test_nobody_else_decides(rich: World, queries: Queries) -> None:
    asked = await ask(rich)
    assert asked.response is not None
    for person in (rich.ben, rich.olga):
        for label in ("Send", "Cancel"):
            (result,) = await press_at_once(rich, asked.response, (person, label))
            assert result.ephemeral
            assert result.response is not None
            assert result.response.content == (
                "Only the person who sends these points can decide that."
            )
    assert await balances(rich, queries) == (5_000, 0)
    assert "points sent" in await press(rich, asked, "Send")


async def test_when_it_is_not_known_whether_it_was_sent_pressing_again_tells(
    rich: World, runner: Runner, queries: Queries
) -> None:
    rich.bot.runner = Unlucky(runner)
    asked = await ask(rich)
    assert asked.response is not None
    for label in ("Send", "Cancel"):
        result = await rich.ada.click(asked.response, label=label)
        assert refusal(rich, result).startswith("The books cannot be reached right now.")
    assert "1,001 points sent" in await press(rich, asked, "Send")
    assert await balances(rich, queries) == (3_999, 1_001)


async def test_when_it_is_not_known_whether_it_was_sent_nothing_else_is_claimed(
    rich: World, runner: Runner
) -> None:
    rich.bot.runner = Unlucky(runner)
    asked = await ask(rich)
    assert asked.response is not None
    await rich.ada.click(asked.response, label="Send")
    assert rich.env.errors
    await rich.env.advance_time(CONFIRM_SECONDS + 1)
    words = said(asked.response)
    assert "look first whether it was done all the same" in words
    assert "Nothing was sent" not in words
