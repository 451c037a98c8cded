"""`/audit` in a simulated Discord, and the log as a table."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime

import discord
import pytest

from app.cli.audit import COLUMNS, _export
from app.cli.spreadsheet import harmless
from bot.client import GuildbankBot
from bot.features.audit.pages import LINES
from bot.interaction.moderators import NOT_A_MODERATOR
from payments.domain.values.time import DAY, Instant
from payments.runner.runner import Runner
from payments.store.audit.archive import archive_audit
from payments.store.audit.log import AuditLog
from payments.store.engine.database import Database
from tests.conftest import Time
from tests.faces.discord.conftest import World, refusal, said
from tests.support.make import GUILD
from tests.support.moderating import decide, grant


@pytest.fixture
async def court(world: World, runner: Runner, clock: Time) -> World:
    await decide(world, runner, clock)
    for known in await world.bot.tree.fetch_commands(guild=discord.Object(GUILD)):
        if known.name in {"audit", "grant"}:
            world.guild.set_command_permissions(known, {world.mira: True, world.ben: True})
    return world


async def test_who_did_what_is_seen_page_by_page_after_a_restart_too(
    court: World, clock: Time, new_bot: Callable[[], GuildbankBot]
) -> None:
    granted = []
    for _ in range(LINES + 2):
        clock.pass_(1_000_000)
        card = await grant(court, court.mira)
        granted.append(said(card.response).rpartition("Action `")[2].partition("`")[0])
    result = await court.mira.slash(court.mods, "audit", member=court.mira)
    assert result.ephemeral
    words = said(result.response)
    done = f"<@{court.mira.id}> granted 20 points to <@{court.ada.id}> · for the map"
    assert words.count(done) == LINES
    assert f"{done}\n-# <t:{clock() // 1_000_000}:R> · `{granted[-1]}`" in words
    await court.env.restart_bot(new_bot())
    assert result.response is not None
    await court.mira.click(result.response, label="Older")
    words = said(result.response)
    assert [each in words for each in granted[:3]] == [True, True, False]
    assert "Older" not in words


async def test_everybodys_is_shown_without_a_member(court: World) -> None:
    words = said((await court.mira.slash(court.mods, "audit")).response)
    assert "changed settings" in words
    assert "added “500 for 499”: 500 points for €4.99" in words


async def test_it_is_for_moderators(court: World) -> None:
    assert refusal(court, await court.ben.slash(court.mods, "audit")) == str(NOT_A_MODERATOR)


async def test_the_log_as_a_table_has_every_row(court: World, database_url: str) -> None:
    await grant(court, court.mira, reason="=1+1")
    out = io.StringIO()
    await _export(database_url, Instant(0), out)
    head, *rows = csv.reader(io.StringIO(out.getvalue()))
    assert tuple(head) == COLUMNS
    assert [int(row[0]) for row in rows] == list(range(1, len(rows) + 1))
    assert rows[-1][3:5] == [f"member:{court.mira.id}", "points.grant"]


async def test_rows_that_were_moved_are_said_to_be_in_the_archive(
    court: World,
    clock: Time,
    database: Database,
    database_url: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await AuditLog(database).seal()
    clock.pass_(DAY)
    for _ in range(LINES):
        await grant(court, court.mira)
    await AuditLog(database).seal()
    until = Instant(clock() - DAY)
    moved = await archive_audit(database, clock(), lambda _: None)
    assert moved > 0
    result = await court.mira.slash(court.mods, "audit")
    words = said(result.response)
    assert words.count("granted 20 points") == LINES
    assert "Older" not in words
    assert f"Everything up to <t:{until // 1_000_000}:f> was moved to a file" in words
    await grant(court, court.mira)
    result = await court.mira.slash(court.mods, "audit")
    assert result.response is not None
    assert "was moved" not in said(result.response)  # there is another page before those
    await court.mira.click(result.response, label="Older")
    assert "was moved" in said(result.response)
    await _export(database_url, Instant(until + 1), io.StringIO())
    assert capsys.readouterr().err == ""
    out = io.StringIO()
    await _export(database_url, until, out)
    day = datetime.fromtimestamp(until // 1_000_000, UTC).date()
    assert f"Left out: {moved} rows of all servers, up to {day}." in capsys.readouterr().err
    assert len(out.getvalue().splitlines()) == 1 + LINES + 1


WIDE = [chr(0xFF1D), chr(0xFF0B), chr(0xFF0D), chr(0xFF20), chr(0xFE66), chr(0x2212)]
"""Signs of equality, plus, minus and at as Japanese and mathematics write them."""


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", *(f"{sign}1" for sign in WIDE)])
def test_no_cell_is_taken_for_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"
    assert harmless(f" \t\r{cell}") == f"'{cell}"
    assert harmless("member:1") == "member:1"


def test_a_cell_is_one_line() -> None:
    """What follows a line end would begin a cell of its own where quotes are not minded."""
    assert harmless("a\n=1\r\n@x") == "a =1 @x"
