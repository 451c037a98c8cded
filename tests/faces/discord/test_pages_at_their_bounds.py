"""Pages and lists that are exactly full, and those with one more: asked for without any Discord."""

from types import SimpleNamespace
from typing import Any

import discord
import pytest
from discord import ui

from bot.connection.command_ids import CommandIds
from bot.features.account.history import LINES, NewerButton, OlderButton, newest_page
from bot.features.account.under_way import SHOWN, under_way
from bot.features.audit import pages as audit
from bot.features.payments import pages as payments
from bot.ui.card import TEXT_LENGTH
from bot.wording import text
from payments.commands.base import Undo, by_member
from payments.commands.points.move import GrantPoints
from payments.domain.values.guilds import MAX_POINTS
from payments.domain.values.ids import MAX_SNOWFLAKE, CommandKey, MemberId
from payments.domain.values.provider_updates import MoneyStatus
from payments.domain.values.time import MINUTE, later
from payments.runner.runner import Runner
from payments.services.provider_guide import ProviderGuide
from payments.store.queries import Queries
from tests.support.commands import put_up
from tests.support.looks import look
from tests.support.make import (
    ADA,
    BEN,
    GUILD,
    START,
    checkout_update,
    event,
    initiate,
)
from tests.support.pseudo import speak


@pytest.fixture
def asked(queries: Queries) -> Any:
    """Ada asks."""
    return SimpleNamespace(
        guild_id=GUILD,
        user=SimpleNamespace(id=ADA),
        locale=discord.Locale.american_english,
        client=SimpleNamespace(queries=queries, command_ids=CommandIds(), guide=ProviderGuide({})),
    )


async def grant(runner: Runner, count: int) -> None:
    """Each gives as many points as its number."""
    await put_up(runner)
    for number in range(1, count + 1):
        await runner.run(
            GrantPoints(
                key=CommandKey(f"discord:{number}"),
                at=later(START, number * MINUTE),
                actor=by_member(BEN),
                guild=GUILD,
                member=ADA,
                points=number,
            )
        )


def shown(view: ui.LayoutView) -> list[int]:
    """The points of each line of a history."""
    lines = [each for each in look(view).words.splitlines() if each.startswith("**")]
    return [int(line.split("**")[1]) for line in lines]


def button(view: ui.LayoutView, kind: type[Any]) -> Any:
    (found,) = (each for each in view.walk_children() if isinstance(each, kind))
    return found


@pytest.mark.parametrize(
    ("count", "pages", "footers"),
    [
        (1, [[1]], ["1 of 1"]),
        (LINES, [list(range(10, 0, -1))], ["1-10 of 10"]),
        (LINES + 1, [list(range(11, 1, -1)), [1]], ["1-10 of 11", "11 of 11"]),
        (
            2 * LINES,
            [list(range(20, 10, -1)), list(range(10, 0, -1))],
            ["1-10 of 20", "11-20 of 20"],
        ),
        (
            2 * LINES + 1,
            [list(range(21, 11, -1)), list(range(11, 1, -1)), [1]],
            ["1-10 of 21", "11-20 of 21", "21 of 21"],
        ),
    ],
)
async def test_a_history_has_a_next_page_only_if_there_is_one_more_line(
    asked: Any, runner: Runner, count: int, pages: list[list[int]], footers: list[str]
) -> None:
    """Down to the end, and up again by the same pages."""
    await grant(runner, count)
    view = await newest_page(asked)
    seen = [view]
    while "Older" in look(view).buttons:
        view = await button(view, OlderButton).page(asked)
        seen.append(view)
    assert [shown(each) for each in seen] == pages
    ends = [look(each).words.splitlines()[-1] for each in seen]
    assert ends == [f"-# {footer}" for footer in footers]
    buttons = [look(each).buttons for each in seen]
    assert [("Newer" in each) for each in buttons] == [n > 0 for n in range(len(pages))]
    assert [("Older" in each) for each in buttons] == [
        n + 1 < len(pages) for n in range(len(pages))
    ]
    for above in reversed(pages[:-1]):
        view = await button(view, NewerButton).page(asked)
        assert shown(view) == above
    assert look(view).buttons == (("Older",) if len(pages) > 1 else ())


@pytest.mark.parametrize(("new", "found"), [(1, True), (50, True), (51, False)])
async def test_the_page_above_is_found_among_some_new_lines_and_else_the_newest_is_shown(
    asked: Any,
    runner: Runner,
    new: int,
    found: bool,  # noqa: FBT001 - a column of the table
) -> None:
    await grant(runner, LINES + 1)
    older = await button(await newest_page(asked), OlderButton).page(asked)
    for number in range(new):
        await runner.run(
            GrantPoints(
                key=CommandKey(f"discord:{1000 + number}"),
                at=later(START, (100 + number) * MINUTE),
                actor=by_member(BEN),
                guild=GUILD,
                member=ADA,
                points=500,
            )
        )
    above = await button(older, NewerButton).page(asked)
    assert shown(above) == (list(range(11, 1, -1)) if found else [500] * LINES)
    assert look(above).buttons == (("Newer", "Older") if found else ("Older",))


@pytest.mark.parametrize(
    ("count", "lines", "buttons"),
    [(1, 1, ()), (audit.LINES, 10, ()), (audit.LINES + 1, 10, ("Older",))],
)
async def test_the_audit_log_has_a_next_page_only_if_there_is_one_more_row(
    asked: Any, runner: Runner, count: int, lines: int, buttons: tuple[str, ...]
) -> None:
    await grant(runner, count - 1)  # and what is for sale was put up
    page = await audit.audit_page(asked, None)
    assert look(page).words.count("\n-# ") == lines
    assert look(page).buttons == buttons
    if buttons:
        last = await audit.audit_page(asked, None, button(page, audit.OlderAuditButton).before)
        row, _when = look(last).words.splitlines()[1:]
        assert row == f"<@{BEN}> added “500 for 499”: 500 points for €4.99"


@pytest.mark.parametrize("language", ["english", "pseudo"])
async def test_pages_of_the_longest_lines_of_the_audit_log_leave_none_out(
    asked: Any, runner: Runner, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    """Each name and reason of signs that are escaped; on every page less than Discord takes."""
    if language == "pseudo":
        speak(monkeypatch)
    most: dict[str, Any] = {"actor": by_member(MemberId(MAX_SNOWFLAKE)), "guild": GUILD}
    for number in range(2 * audit.LINES):
        at = later(START, number * MINUTE)
        given = GrantPoints(
            **most,
            key=CommandKey(f"discord:{MAX_SNOWFLAKE - number}"),
            at=at,
            member=MemberId(MAX_SNOWFLAKE - 1),
            points=MAX_POINTS - number,
            note="*_~|" * 50,
            asked_by=ADA,
        )
        outcome = await runner.run(given)
        key = CommandKey(f"discord:{number}")
        await runner.run(Undo.of(given, outcome, at=at, actor=most["actor"], key=key))
    page = await audit.audit_page(asked, None)
    counts = []
    while True:
        counts.append(look(page).words.count("\n-# "))
        assert len(look(page).words) <= TEXT_LENGTH
        assert "fit here" not in look(page).words
        if not look(page).buttons:
            break
        page = await audit.audit_page(asked, None, button(page, audit.OlderAuditButton).before)
    assert sum(counts) == 4 * audit.LINES
    assert min(counts[:-1]) >= 5


@pytest.mark.parametrize(
    ("count", "lines", "buttons"),
    [
        (0, 1, ()),
        (1, 1, ()),
        (payments.LINES, 10, ()),
        (payments.LINES + 1, 10, ("Older",)),
    ],
)
async def test_payments_have_a_next_page_only_if_there_is_one_more(
    asked: Any, runner: Runner, count: int, lines: int, buttons: tuple[str, ...]
) -> None:
    await put_up(runner)
    for number in range(count):
        at = later(START, number * MINUTE)
        await runner.run(initiate(f"p{number}", at=at))
        update = checkout_update(f"p{number}", money=MoneyStatus.PROCESSING)
        await runner.run(event(update, at=at))
    page = await payments.payments_page(asked, None)
    rows = [each for each in look(page).words.splitlines()[1:] if not each.startswith("**")]
    assert len(rows) == lines
    assert (rows == ["There are none."]) is (count == 0)
    assert look(page).buttons == buttons
    if buttons:
        before = button(page, payments.OlderPaymentsButton).before
        last = await payments.payments_page(asked, None, before)
        _, row = look(last).words.splitlines()[1:]
        assert "`p0`" in row
        assert look(last).buttons == ("Newest",)


@pytest.mark.parametrize(
    ("count", "more"),
    [(0, None), (SHOWN, None), (SHOWN + 1, "And 1 more."), (SHOWN + 3, "And 3 more.")],
)
async def test_five_of_what_is_on_its_way_are_shown_and_the_others_counted(
    runner: Runner, queries: Queries, count: int, more: str | None
) -> None:
    await put_up(runner)
    for number in range(count):
        at = later(START, number * MINUTE)
        await runner.run(initiate(f"p{number}", at=at))
        update = checkout_update(f"p{number}", money=MoneyStatus.PROCESSING)
        await runner.run(event(update, at=at))
    lines = [text.PLAIN.say(each) for each in await under_way(queries, GUILD, ADA)]
    assert sum(each.startswith("On its way: **500 points**") for each in lines) == min(count, SHOWN)
    assert lines[SHOWN:] == ([] if more is None else [more])
