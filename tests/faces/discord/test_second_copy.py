"""A second program with the same token is noticed, and its victims' errors are no noise."""

import logging
from collections.abc import Iterator

import discord
import pytest
import simcord
import structlog

from bot.connection.second_copy import (
    ALREADY_ACKNOWLEDGED,
    OFTEN,
    PERIOD,
    PROMPT,
    UNKNOWN_INTERACTION,
    Copies,
)
from payments.domain.values.time import DAY, Instant, later
from payments.runner.runner import Runner
from payments.store.queries import Queries
from tests.conftest import Time
from tests.faces.discord.conftest import World, said
from tests.support.make import START


async def noted(copies: Copies, queries: Queries, clock: Time) -> bool:
    await copies.close()
    return await queries.second_copy_seen(clock()) is not None


async def test_an_interaction_that_was_answered_elsewhere_again_and_again_is_told(
    world: World, queries: Queries, clock: Time
) -> None:
    for _ in range(OFTEN):
        world.env.inject_error(
            "POST",
            "/interactions/*/callback",
            status=400,
            code=ALREADY_ACKNOWLEDGED,
            message="Interaction has already been acknowledged.",
        )
        await world.ada.slash(world.general, "balance")
        simcord.assert_error(world.env, code=ALREADY_ACKNOWLEDGED)
    assert await noted(world.bot.copies, queries, clock)
    words = said((await world.olga.slash(world.general, "status")).response)
    assert "Another program answered with this bot's token" in words


async def test_once_is_no_second_copy(runner: Runner, queries: Queries, clock: Time) -> None:
    copies = Copies(runner, clock)
    for _ in range(OFTEN - 1):
        copies.lost(ALREADY_ACKNOWLEDGED)
    clock.pass_(PERIOD + 1)
    copies.lost(ALREADY_ACKNOWLEDGED)
    assert not await noted(copies, queries, clock)


@pytest.mark.parametrize(
    ("age", "second"), [(0, True), (PROMPT - 1, True), (PROMPT, False), (None, False), (-1, False)]
)
async def test_an_interaction_that_is_unknown_though_it_is_fresh_was_anothers(
    runner: Runner, queries: Queries, clock: Time, age: int | None, *, second: bool
) -> None:
    copies = Copies(runner, clock)
    for _ in range(OFTEN):
        copies.lost(UNKNOWN_INTERACTION, None if age is None else Instant(clock() - age))
    assert await noted(copies, queries, clock) is second


async def test_other_refusals_say_nothing_of_copies(
    runner: Runner, queries: Queries, clock: Time
) -> None:
    copies = Copies(runner, clock)
    for _ in range(OFTEN):
        copies.lost(50027, clock())
    assert not await noted(copies, queries, clock)


async def test_it_is_noted_once_a_day_and_forgotten_after_the_next(
    runner: Runner, queries: Queries, clock: Time
) -> None:
    copies = Copies(runner, clock)
    for _ in range(5 * OFTEN):
        copies.lost(ALREADY_ACKNOWLEDGED)
    assert await noted(copies, queries, clock)
    assert await queries.second_copy_seen(later(START, DAY)) == START
    assert await queries.second_copy_seen(later(START, 2 * DAY)) is None


@pytest.fixture
def written() -> Iterator[list[str]]:
    """What discord.py writes to the log, whatever the log's settings are."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]  # a handler of one test
    tree = logging.getLogger("discord.app_commands.tree")
    tree.addHandler(handler)
    yield lines
    tree.removeHandler(handler)


class Answer:
    """What aiohttp would give discord.py."""

    status = 400
    reason = "Bad Request"


def refusal(code: int) -> discord.HTTPException:
    return discord.HTTPException(Answer(), {"code": code, "message": "no"})  # type: ignore[arg-type]  # as far as it is read


async def test_an_autocomplete_that_another_answered_leaves_one_line_and_no_traceback(
    runner: Runner,
    queries: Queries,
    clock: Time,
    written: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tree = logging.getLogger("discord.app_commands.tree")
    monkeypatch.setattr(tree, "filters", [])  # those of bots that other tests have killed
    copies = Copies(runner, clock)
    copies.listen()
    with structlog.testing.capture_logs() as lines:
        for code in (ALREADY_ACKNOWLEDGED, UNKNOWN_INTERACTION, *[ALREADY_ACKNOWLEDGED] * OFTEN):
            try:
                raise refusal(code)
            except discord.HTTPException:
                tree.exception("Ignoring exception in autocomplete for %r", "buy")
    assert written == []
    assert {each["event"] for each in lines} == {"interaction.too_late", "bot.second_copy"}
    try:
        raise refusal(50035)
    except discord.HTTPException:
        tree.exception("Ignoring exception in autocomplete for %r", "buy")
    assert len(written) == 1, "what else goes wrong is written as before"
    assert await noted(copies, queries, clock)
    try:
        raise refusal(ALREADY_ACKNOWLEDGED)
    except discord.HTTPException:
        tree.exception("after it has stopped to listen")
    assert len(written) == 2
