"""`guildbank report`: the same numbers as text, as CSV and as JSON, and the journal."""

import csv
import io
import json
import sys
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.cli.main import main
from app.cli.options import UNUSABLE
from app.cli.report import FEES, TEST_ONLY, Format, ReportWrong, _print, period_of
from app.cli.report_formats import JOURNAL_COLUMNS, REPORT_COLUMNS
from payments.commands.base import by_member
from payments.commands.points.move import GrantPoints, SpendPoints
from payments.domain.values.guilds import Package
from payments.domain.values.ids import GuildId
from payments.domain.values.provider_updates import DisputeStatus
from payments.domain.values.report import Period
from payments.domain.values.time import DAY, HOUR, Instant, later
from payments.runner.runner import Runner
from tests.support.commands import put_up
from tests.support.make import (
    ADA,
    BEN,
    GUILD,
    START,
    checkout_update,
    dispute_update,
    event,
    initiate,
    key,
    package,
    refund_update,
)

EUROS = package(500, 499)
YEN = package(300, 1000, "JPY")
FORMULA = Package(
    id=package(7, 100).id,
    guild=GUILD,
    name='=HYPERLINK("x")',
    points=7,
    price=package(7, 100).price,
)
WHOLE = Period(start=Instant(0), end=later(START, 30 * DAY), guild=GUILD, livemode=False)


async def buy(runner: Runner, name: str, of: Package, *, at: Instant, tax: int = 0) -> None:
    await runner.run(initiate(name, member=ADA, of=of, at=at))
    await runner.run(event(checkout_update(name, of=of, tax=tax), at=at))


@pytest.fixture
async def books(runner: Runner, database_url: str) -> str:
    """Three sales in euros and one in yen; one is refunded in part, one is charged back."""
    for wanted in (EUROS, YEN, FORMULA):
        await put_up(runner, wanted)
    await buy(runner, "one", EUROS, at=START, tax=95)
    await buy(runner, "two", EUROS, at=later(START, DAY))
    await buy(runner, "three", YEN, at=later(START, DAY))
    await buy(runner, "four", FORMULA, at=later(START, DAY))
    move = {"actor": by_member(BEN), "guild": GUILD, "member": ADA, "at": later(START, 2 * DAY)}
    await runner.run(GrantPoints(key=key(), points=100, **move))  # type: ignore[arg-type]  # as spelt out above
    await runner.run(SpendPoints(key=key(), points=250, **move))  # type: ignore[arg-type]  # as above
    await runner.run(event(refund_update("one", "re_1", 297), at=later(START, 3 * DAY)))
    lost = dispute_update("three", "dp_1", 1000, DisputeStatus.LOST, currency="JPY")
    await runner.run(event(lost, at=later(START, 4 * DAY)))
    return database_url


async def printed(url: str, style: Format, period: Period = WHOLE, *, journal: bool = False) -> str:
    out = io.StringIO()
    await _print(url, period, style, out, journal=journal)
    return out.getvalue()


async def test_the_numbers_as_json(books: str) -> None:
    found = json.loads(await printed(books, Format.JSON))
    euros, yen = found["money"]
    assert euros == {
        "currency": "EUR",
        "sales": 3,
        "gross": 499 + 95 + 499 + 100,
        "tax": 95,
        "refunds": 1,
        "refunded": 297,
        "refunded_tax": 95 * 297 // 594,
        "disputes": 0,
        "disputed": 0,
        "surplus": 0,
        "surplus_back": 0,
        "worth": euros["worth"],
        "digits": 2,
    }
    assert (yen["gross"], yen["disputed"], yen["digits"]) == (1000, 1000, 0)
    assert found["points"] == {
        "sold": 500 + 500 + 300 + 7,
        "granted": 100,
        "spent": 250,
        "ordered": 0,
        "revoked": 0,
        "taken_back": 250 + 300,
        "lapsed": 0,
    }
    assert found["outstanding"]["balance"] == 607
    assert found["buyers"] == 1
    assert [each["day"] for each in found["days"]] == ["2026-09-21", "2026-09-22", "2026-09-22"]
    assert found["fees"] is None
    assert (found["from"], found["to"], found["guild"]) == ("1970-01-01", "2026-10-21", str(GUILD))


async def test_the_numbers_as_csv(books: str) -> None:
    head, *rows = csv.reader(io.StringIO(await printed(books, Format.CSV)))
    assert tuple(head) == REPORT_COLUMNS
    assert ["money", "sales", "EUR", "3", "", "11.93", "0.95"] in rows
    assert ["money", "refunds", "EUR", "1", "", "2.97", "0.47"] in rows
    assert ["money", "disputes lost", "JPY", "1", "", "1000", ""] in rows
    assert ["points", "taken back", "", "", "550", "", ""] in rows
    assert ["package", '\'=HYPERLINK("x")', "EUR", "1", "7", "1.00", ""] in rows


async def test_the_numbers_for_people(books: str) -> None:
    text = await printed(books, Format.TABLE)
    assert f"1970-01-01 to 2026-10-20 with both days (UTC), server {GUILD}, paid in test" in text
    assert "sales" in text
    assert " 11.93 " in text
    assert "Members who bought: 1" in text


async def journal_rows(url: str, period: Period = WHOLE) -> list[dict[str, str]]:
    text = await printed(url, Format.CSV, period, journal=True)
    return list(csv.DictReader(io.StringIO(text)))


async def test_each_entry_of_the_journal_balances(
    books: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = await journal_rows(books)
    assert tuple(rows[0]) == JOURNAL_COLUMNS
    sums: Counter[str] = Counter()
    accounts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        amount = int(Decimal(row["debit"] or 0) * 100) - int(Decimal(row["credit"] or 0) * 100)
        sums[row["entry"]] += amount
        accounts[row["currency"], row["account"]] += amount
    assert set(sums.values()) == {0}
    assert accounts["EUR", "Payment provider: stripe"] == 1193 - 297
    assert accounts["EUR", "Refunds"] == 297 - 47
    assert accounts["EUR", "Tax payable"] == 47 - 95
    assert accounts["JPY", "Disputes lost"] == 1000 * 100
    worth = json.loads(await printed(books, Format.JSON))["money"][0]["worth"]
    assert accounts["EUR", "Deferred points"] == -worth
    assert FEES in capsys.readouterr().err


async def test_the_journal_reads_the_same_in_each_format(books: str) -> None:
    rows = await journal_rows(books)
    entries = json.loads(await printed(books, Format.JSON, journal=True))["entries"]
    assert len(rows) == sum(len(entry["lines"]) for entry in entries)
    sale = entries[0]
    assert (sale["date"], sale["what"], sale["payment"]) == ("2026-09-21", "sale", "one")
    assert sale["lines"] == [
        {"account": "Payment provider: stripe", "debit": 594, "credit": 0},
        {"account": "Deferred points", "debit": 0, "credit": 499},
        {"account": "Tax payable", "debit": 0, "credit": 95},
    ]
    text = await printed(books, Format.TABLE, journal=True)
    assert text.count("\n") == len(rows) + 3
    assert "2026-09-21  Deferred points" in text
    assert "2026-09-21  Payment provider: Stripe" in text, "for people; its name is for programs"


@pytest.mark.parametrize("style", list(Format))
async def test_nothing_happened(
    books: str, style: Format, capsys: pytest.CaptureFixture[str]
) -> None:
    """An empty period is no error; nor is a server that sold in test mode alone."""
    before = Period(start=Instant(0), end=Instant(DAY), guild=GUILD, livemode=False)
    assert await printed(books, style, before)
    assert await printed(books, style, before, journal=True)
    real = Period(start=WHOLE.start, end=WHOLE.end, guild=None, livemode=True)
    assert "11.93" not in await printed(books, style, real)
    assert TEST_ONLY in capsys.readouterr().err


async def test_a_server_that_is_not_in_the_books_is_named(books: str) -> None:
    nowhere = Period(start=WHOLE.start, end=WHOLE.end, guild=GuildId(5), livemode=False)
    with pytest.raises(ReportWrong, match="about the server 5"):
        await printed(books, Format.TABLE, nowhere)


def test_a_period_is_of_the_days_of_its_time_zone() -> None:
    """In October 2026 Vienna's clocks go back: one day of it has 25 hours."""
    dates = ("2026-10-01", "2026-11-01", START)
    period = period_of(*dates, guild=None, livemode=True, zone="Europe/Vienna")
    assert period.end - period.start == 31 * DAY + HOUR
    assert period.end_day - period.first_day == 31


async def test_the_time_zone_is_said_wherever_days_are(books: str) -> None:
    """START is at noon of 21 September in UTC, and on the next day in Auckland."""
    far = replace(WHOLE, zone="Pacific/Auckland")
    found = json.loads(await printed(books, Format.JSON, far))
    assert found["time_zone"] == "Pacific/Auckland"
    assert [each["day"] for each in found["days"]] == ["2026-09-22", "2026-09-23", "2026-09-23"]
    assert "(Pacific/Auckland)" in await printed(books, Format.TABLE, far)
    rows = list(csv.reader(io.StringIO(await printed(books, Format.CSV, far))))
    assert rows[1][0] == "period"
    assert rows[1][1].endswith(", Pacific/Auckland")
    journal = json.loads(await printed(books, Format.JSON, far, journal=True))
    assert (journal["time_zone"], journal["entries"][0]["date"]) == (
        "Pacific/Auckland",
        "2026-09-22",
    )
    rows = list(csv.reader(io.StringIO(await printed(books, Format.CSV, far, journal=True))))
    assert {row[-1] for row in rows[1:]} == {"Pacific/Auckland"}
    table = await printed(books, Format.TABLE, far, journal=True)
    assert "date (Pacific/Auckland)" in table


def test_days_are_of_utc_and_the_last_is_left_out() -> None:
    now = later(START, HOUR)
    period = period_of("2026-09-01", "2026-10-01", now, guild=None, livemode=True)
    assert (period.end - period.start) // DAY == 30
    assert period.start % DAY == 0
    until_now = period_of("2026-09-01", None, now, guild=5, livemode=True)
    assert until_now.end - now < DAY
    assert until_now.guild == 5


@pytest.mark.parametrize(
    "dates",
    [
        ("2026-02-30", "2026-03-01"),
        ("20260901", "2026-10-01"),
        ("yesterday", None),
        ("2026-09-01", "2026-13-01"),
        ("2026-09-01", "2026-09-01"),
        ("2026-09-02", "2026-09-01"),
        ("9999-12-31", None),
        ("2026-09-0\u0661", None),
        ("0001-01-01", None),
    ],
)
def test_wrong_dates_are_named_in_a_sentence(dates: tuple[str, str | None]) -> None:
    with pytest.raises(ReportWrong, match=r"^--(from|to) .*\.$"):
        period_of(*dates, START, guild=None, livemode=True)


def test_a_wrong_date_ends_with_one_line_and_exit_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["guildbank", "report", "--from", "1.9.2026"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == UNUSABLE
    words: Any = capsys.readouterr()
    assert words.err == "guildbank: --from '1.9.2026' is no date. Write it like 2026-09-01.\n"
    assert words.out == ""
