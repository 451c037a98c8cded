"""A report and a journal as text, as CSV, and as JSON.

Amounts stand as decimals of their currency in text and CSV, and as whole minor units in JSON.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final, TextIO

from app.cli.spreadsheet import harmless
from payments.domain.values.journal import JournalAccount, JournalEntry, JournalLine
from payments.domain.values.money import UNKNOWN_CURRENCY, minor_digits
from payments.domain.values.report import PackageSales, StatsReport, Takings
from payments.domain.values.time import UTC_NAME
from payments.domain.values.time_zones import day_of
from payments.providers.known import KNOWN

REPORT_COLUMNS: Final = (
    "section",
    "item",
    "currency",
    "count",
    "points",
    "amount",
    "tax",
)
JOURNAL_COLUMNS: Final = (
    "date",
    "entry",
    "what",
    "account",
    "debit",
    "credit",
    "currency",
    "reference",
    "payment",
    "time_zone",
)

_EPOCH: Final = date(1970, 1, 1)
_Row = tuple[str, str, str, str, str, str, str]


def decimal(minor: int, currency: str) -> str:
    """An amount with all its decimals: exact, without a sign for the currency or thousands."""
    return str(Decimal(minor).scaleb(-minor_digits(currency)))


def iso_day(day: int) -> str:
    """A day, given as days since 1970: `2026-09-01`."""
    return str(_EPOCH + timedelta(days=day))


def report_csv(report: StatsReport, out: TextIO) -> None:
    """One row for each number that belongs together."""
    writer = csv.writer(out)
    writer.writerow(REPORT_COLUMNS)
    writer.writerows(_report_rows(report))


def _report_rows(report: StatsReport) -> Iterator[_Row]:
    period = report.period
    days = f"{iso_day(period.first_day)} to {iso_day(period.end_day - 1)}"
    yield "period", f"{days}, {period.zone}", "", "", "", "", ""
    for line in report.money:
        yield from _money_rows(line)
    if report.unpriced.sales:
        sales, given = report.unpriced.sales, report.unpriced.points
        yield "through Discord", "sales, in no sum of money", "", str(sales), str(given), "", ""
    points = asdict(report.points) | {
        "outstanding at the end": report.standing.balance,
        "outstanding at the end, paid": report.standing.paid,
        "outstanding at the end, given": report.standing.given,
        "outstanding at the end, reserved in orders": report.standing.reserved,
        "outstanding at the end, owed by members": report.standing.owed,
    }
    for item, count in points.items():
        yield "points", item.replace("_", " "), "", "", str(count), "", ""
    yield "buyers", "", "", str(report.buyers), "", "", ""
    for sold in report.packages:
        amount = _taken(sold)
        name = harmless(sold.name)
        yield "package", name, sold.currency, str(sold.sales), str(sold.points), amount, ""
    for day in report.days:
        amount = decimal(day.gross, day.currency)
        yield "day", iso_day(day.day), day.currency, str(day.sales), "", amount, ""


def _taken(sold: PackageSales) -> str:
    """What a package brought; empty where nobody tells the bot."""
    return "" if sold.currency == UNKNOWN_CURRENCY else decimal(sold.gross, sold.currency)


def _money_rows(line: Takings) -> Iterator[_Row]:
    for item, count, amount, tax in (
        ("sales", line.sales, line.gross, line.tax),
        ("refunds", line.refunds, line.refunded, line.refunded_tax),
        ("disputes lost", line.disputes, line.disputed, None),
        *_surplus_rows(line),
        ("worth of points outstanding", None, line.worth, None),
    ):
        yield (
            "money",
            item,
            line.currency,
            "" if count is None else str(count),
            "",
            decimal(amount, line.currency),
            "" if tax is None else decimal(tax, line.currency),
        )


def _surplus_rows(line: Takings) -> Iterator[tuple[str, None, int, None]]:
    """What was paid twice, if anything was."""
    if line.surplus or line.surplus_back:
        yield "paid twice", None, line.surplus, None
        yield "paid twice, gone back", None, line.surplus_back, None


def report_json(report: StatsReport, out: TextIO) -> None:
    """One object; amounts are minor units, ids are strings."""
    period = report.period
    digits = {line.currency: minor_digits(line.currency) for line in report.money}
    found: dict[str, Any] = {
        "from": iso_day(period.first_day),
        "to": iso_day(period.end_day),
        "time_zone": period.zone,
        "guild": None if period.guild is None else str(period.guild),
        "livemode": period.livemode,
        "money": [asdict(x) | {"digits": digits[x.currency]} for x in report.money],
        "through_discord": asdict(report.unpriced),
        "points": asdict(report.points),
        "outstanding": {"balance": report.standing.balance} | asdict(report.standing),
        "buyers": report.buyers,
        "packages": [asdict(each) for each in report.packages],
        "days": [asdict(each) | {"day": iso_day(each.day)} for each in report.days],
        "fees": None,
    }
    json.dump(found, out, indent=2, ensure_ascii=False)
    out.write("\n")


def report_table(report: StatsReport, out: TextIO) -> None:
    """For people: a few small tables."""
    period = report.period
    whose = "all servers" if period.guild is None else f"server {period.guild}"
    both = f"{iso_day(period.first_day)} to {iso_day(period.end_day - 1)}"
    mode = "" if period.livemode else ", paid in test mode"
    out.write(f"{both} with both days ({period.zone}), {whose}{mode}\n")
    money = [
        ["", "count", "amount", "tax in it", ""],
        *(
            [item, count, amount, tax, code]
            for _, item, code, count, _, amount, tax in _all(report)
        ),
    ]
    _write_table("Money", money, out)
    rows = list(_report_rows(report))
    _write_table("Points", [["", "points"], *([x[1], x[4]] for x in rows if x[0] == "points")], out)
    packages = [
        [x.name, str(x.sales), _taken(x) or "through Discord", x.currency] for x in report.packages
    ]
    _write_table("Packages", [["", "sales", "amount", ""], *packages], out)
    days = [
        [iso_day(x.day), str(x.sales), decimal(x.gross, x.currency), x.currency]
        for x in report.days
    ]
    _write_table("Days", [["", "sales", "amount", ""], *days], out)
    out.write(f"\nMembers who bought: {report.buyers}\n")
    if report.unpriced.sales:
        sales, given = report.unpriced.sales, report.unpriced.points
        out.write(f"Through Discord, in no sum of money: {sales} sales, {given} points\n")


def _all(report: StatsReport) -> Iterator[_Row]:
    for line in report.money:
        yield from _money_rows(line)


def _write_table(title: str, table: Sequence[Sequence[str]], out: TextIO) -> None:
    """Columns side by side, the first and the last to the left, numbers to the right."""
    out.write(f"\n{title}\n")
    if len(table) == 1:
        out.write("  none\n")
        return
    table = [[_plain(cell) for cell in row] for row in table]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for first, *others in table:
        cells = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        out.write(f"  {'  '.join([first.ljust(widths[0]), *cells])}".rstrip() + "\n")


def _plain(cell: str) -> str:
    """What other people wrote, without what moves a terminal's cursor."""
    return "".join(letter if letter.isprintable() else "?" for letter in cell)


def journal_csv(entries: Iterable[JournalEntry], out: TextIO, zone: str = UTC_NAME) -> None:
    """One row for each side of an entry; rows of one entry share its number."""
    writer = csv.writer(out)
    writer.writerow(JOURNAL_COLUMNS)
    for number, entry in enumerate(entries, start=1):
        for line in entry.lines:
            writer.writerow(
                [
                    iso_day(day_of(entry.at, zone)),
                    number,
                    entry.what,
                    harmless(account_name(entry, line)),
                    decimal(line.debit, entry.currency) if line.debit else "",
                    decimal(line.credit, entry.currency) if line.credit else "",
                    entry.currency,
                    harmless(entry.reference),
                    harmless(entry.payment),
                    zone,
                ]
            )


def journal_json(entries: Iterable[JournalEntry], out: TextIO, zone: str = UTC_NAME) -> None:
    """One object; amounts are minor units. `fees` is null: they are not in the books."""
    found = [
        {
            "date": iso_day(day_of(entry.at, zone)),
            "entry": number,
            "what": entry.what,
            "currency": entry.currency,
            "reference": entry.reference,
            "payment": entry.payment,
            "lines": [
                {
                    "account": account_name(entry, line),
                    "debit": line.debit,
                    "credit": line.credit,
                }
                for line in entry.lines
            ],
        }
        for number, entry in enumerate(entries, start=1)
    ]
    whole = {"time_zone": zone, "entries": found, "fees": None}
    json.dump(whole, out, indent=2, ensure_ascii=False)
    out.write("\n")


def journal_table(entries: Iterable[JournalEntry], out: TextIO, zone: str = UTC_NAME) -> None:
    """For people: each side of each entry on a line."""
    table = [[f"date ({zone})", "debit", "credit", "", "", ""]]
    for entry in entries:
        table += [
            [
                f"{iso_day(day_of(entry.at, zone))}  {account_title(entry, line)}",
                decimal(line.debit, entry.currency) if line.debit else "",
                decimal(line.credit, entry.currency) if line.credit else "",
                entry.currency,
                entry.what,
                entry.reference,
            ]
            for line in entry.lines
        ]
    _write_table("Journal", table, out)


def account_title(entry: JournalEntry, line: JournalLine) -> str:
    """An account as people call it."""
    if line.account is JournalAccount.PROVIDER:
        return f"{line.account}: {KNOWN.title(entry.provider)}"
    return str(line.account)


def account_name(entry: JournalEntry, line: JournalLine) -> str:
    """An account's name for programs, which stays as it is; each provider has its own."""
    if line.account is JournalAccount.PROVIDER:
        return f"{line.account}: {entry.provider}"
    return str(line.account)
