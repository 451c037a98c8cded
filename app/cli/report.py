"""`guildbank report`: what was sold, taken back and is outstanding, for owners and accountants."""

import asyncio
import re
import sys
from datetime import date
from enum import StrEnum
from typing import Annotated, TextIO

import typer

from app.cli import report_formats as formats
from app.cli.books import existing_books
from app.cli.setup import BOOKS_ALONE
from payments.domain.errors import GuildbankError
from payments.domain.values.ids import MAX_SNOWFLAKE, GuildId
from payments.domain.values.report import Period
from payments.domain.values.time import UTC_NAME, Instant
from payments.domain.values.time_zones import check_zone, day_of
from payments.infra.clock import system_clock
from payments.providers.settings import load_settings
from payments.services.journal import read_journal
from payments.services.reports import read_report
from payments.store.queries import Queries

FEES = (
    "What the payment provider kept as fees is not in the books: its own statements say it, "
    "and are to be booked beside this."
)
TEST_ONLY = "Nothing was ever sold for real money here, only in test mode: see it with --test."

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_EPOCH = date(1970, 1, 1)


class ReportWrong(GuildbankError):
    """A report cannot be made of what was asked; the text says why."""


class Format(StrEnum):
    """How it is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def report(
    first: Annotated[str, typer.Option("--from", help="The first day, as 2026-09-01.")],
    end: Annotated[
        str | None,
        typer.Option(
            "--to",
            help="The first day that is not in it any more, as 2026-10-01; tomorrow if left out.",
            show_default=False,
        ),
    ] = None,
    guild: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=MAX_SNOWFLAKE,
            help="One server's id; all of them if left out.",
            show_default=False,
        ),
    ] = None,
    time_zone: Annotated[
        str | None,
        typer.Option(
            help="Whose days are counted, as Europe/Vienna; the server's of --guild, else UTC.",
            show_default=False,
        ),
    ] = None,
    style: Annotated[
        Format, typer.Option("--format", help="For people, spreadsheets or programs.")
    ] = Format.TABLE,
    *,
    journal: Annotated[
        bool,
        typer.Option("--journal", help="Double entry for accountants: each entry balances."),
    ] = False,
    test: Annotated[
        bool, typer.Option("--test", help="What was paid in test mode, instead of real money.")
    ] = False,
) -> None:
    """Print what was sold, refunded and disputed, and which points are outstanding.

    For one September: --from 2026-09-01 --to 2026-10-01. Amounts are exact and of one currency
    each; points outstanding are worth what they cost before tax. Refunds and disputes count on the
    day on which they were done or lost, and only as long as they stand.
    """
    now = system_clock()
    period_of(first, end, now, guild=guild, livemode=not test)  # a wrong date needs no settings
    url = load_settings(unused=BOOKS_ALONE).database_url
    zone = asyncio.run(_zone_of(url, guild)) if time_zone is None else check_zone(time_zone)
    period = period_of(first, end, now, guild=guild, livemode=not test, zone=zone)
    asyncio.run(_print(url, period, style, sys.stdout, journal=journal))


def period_of(
    first: str,
    end: str | None,
    now: Instant,
    *,
    guild: int | None,
    livemode: bool,
    zone: str = UTC_NAME,
) -> Period:
    """The period from the first day to the one before `end`, as that time zone counts them.

    Raises:
        ReportWrong: One is no date, or they are the wrong way round.
    """
    start = _day(first, "--from")
    until = day_of(now, zone) + 1 if end is None else _day(end, "--to")
    if start >= until:
        raise ReportWrong(
            f"--to must be a later day than --from, which is {first}: it is the first day that is "
            "not in the report any more."
        )
    whose = None if guild is None else GuildId(guild)
    return Period.of_days(start, until, guild=whose, livemode=livemode, zone=zone)


async def _zone_of(database_url: str, guild: int | None) -> str:
    """The time zone of a server; UTC for all of them together."""
    if guild is None:
        return UTC_NAME
    async with existing_books(database_url) as database:
        return (await Queries(database.reader).settings(GuildId(guild))).time_zone


def _day(text: str, option: str) -> int:
    try:
        if not _DATE.fullmatch(text):
            raise ValueError  # noqa: TRY301 - said once, below
        day = date.fromisoformat(text)
    except ValueError:
        raise ReportWrong(f"{option} {text!r} is no date. Write it like 2026-09-01.") from None
    if day < _EPOCH:
        raise ReportWrong(f"{option} {text} lies before {_EPOCH}: there are no such books.")
    return (day - _EPOCH).days


async def _print(
    database_url: str, period: Period, style: Format, out: TextIO, *, journal: bool
) -> None:
    async with existing_books(database_url) as database:
        queries = Queries(database.reader)
        await _refuse_unknown(queries, period.guild)
        if journal:
            entries = await read_journal(queries, period)
            {
                Format.TABLE: formats.journal_table,
                Format.CSV: formats.journal_csv,
                Format.JSON: formats.journal_json,
            }[style](entries, out, period.zone)
            typer.echo(FEES, err=True)
            return
        found = await read_report(queries, period)
        {
            Format.TABLE: formats.report_table,
            Format.CSV: formats.report_csv,
            Format.JSON: formats.report_json,
        }[style](found, out)
        if found.test_only and period.livemode:
            typer.echo(TEST_ONLY, err=True)


async def _refuse_unknown(queries: Queries, guild: GuildId | None) -> None:
    """Raise if there are no books of the guild: an id that was mistyped is no empty report."""
    if guild is not None and not await queries.is_known(guild):
        raise ReportWrong(f"There is nothing in the books about the server {guild}.")
