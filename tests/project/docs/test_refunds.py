"""The examples in `docs/refunds.md`, played by the books: each row is what they say."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from payments.commands.base import Command, by_member
from payments.commands.points.move import SpendPoints, TransferPoints
from payments.domain.values.ids import AccountKey, House, MemberId
from payments.domain.values.provider_updates import DisputeStatus, RefundStatus
from payments.domain.values.time import HOUR, later
from tests.project.docs.conftest import ROOT
from tests.support.ledgers import moved
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
from tests.support.memory_ledger import MemoryLedger

PAGE = (ROOT / "docs" / "refunds.md").read_text("utf-8")
HUNDRED = package(100, 999)
MATURE = later(START, 100 * HOUR)

Step = tuple[str, *tuple[Command[Any], ...]]
"""The words of a row, and what is done."""


def buys(words: str, payment: str = "one") -> Step:
    paid = event(checkout_update(payment, of=HUNDRED))
    return words, initiate(payment, of=HUNDRED), paid


def common(member: MemberId) -> dict[str, Any]:
    at = {"key": key(), "at": MATURE, "actor": by_member(member)}
    return at | {"guild": GUILD, "member": member}


def passes(words: str, points: int) -> Step:
    return words, TransferPoints(**common(ADA), points=points, recipient=BEN)


def spends(words: str, member: MemberId, points: int) -> Step:
    return words, SpendPoints(**common(member), points=points, note="a hat")


def refunds(
    words: str, number: int, cents: int, status: RefundStatus = RefundStatus.SUCCEEDED
) -> Step:
    return words, event(refund_update("one", f"re_{number}", cents, status), at=MATURE)


def disputes(words: str, status: DisputeStatus) -> Step:
    return words, event(dispute_update("one", "dp_1", 999, status), at=MATURE)


def refunds_for_fraud(words: str, cents: int, status: RefundStatus) -> Step:
    update = replace(refund_update("one", "re_1", cents, status), is_fraud=True)
    return words, event(update, at=MATURE)


BOUGHT = buys("Ada buys 100 points for 9.99")
OPENED = disputes("Ada's bank opens a dispute over all of it", DisputeStatus.OPEN)
STORIES: dict[str, tuple[Step, ...]] = {
    "parts": (
        BOUGHT,
        refunds("3.33 go back", 1, 333),
        refunds("another 3.33 go back", 2, 333),
        refunds("the last 3.33 go back", 3, 333),
    ),
    "gift": (
        BOUGHT,
        passes("Ada passes 60 on to Ben", 60),
        refunds("all of the money goes back", 1, 999),
        buys("Ada buys another 100", "two"),
    ),
    "dispute": (
        BOUGHT,
        passes("Ada passes 50 on to Ben", 50),
        spends("Ben spends 20", BEN, 20),
        OPENED,
        disputes("the dispute is lost", DisputeStatus.LOST),
        disputes("the bank thinks better of it: won after all", DisputeStatus.WON),
    ),
    "fraud": (
        BOUGHT,
        passes("Ada passes 80 on to Ben", 80),
        spends("Ben spends 30", BEN, 30),
        refunds_for_fraud(
            "a moderator refunds it as fraud; Stripe has not sent the money yet",
            999,
            RefundStatus.PENDING,
        ),
        refunds_for_fraud("the money has gone back", 999, RefundStatus.SUCCEEDED),
    ),
    "turns": (
        BOUGHT,
        passes("Ada passes 50 on to Ben", 50),
        refunds("all of the money is to go back", 1, 999, RefundStatus.PENDING),
        OPENED,
        refunds("the refund fails, since the bank has the money", 1, 999, RefundStatus.FAILED),
        disputes("the dispute is lost", DisputeStatus.LOST),
    ),
    "repaid": (
        BOUGHT,
        spends("Ada spends 100", ADA, 100),
        OPENED,
        buys("Ada buys another 100: they pay her debt", "two"),
        disputes("the dispute is won", DisputeStatus.WON),
    ),
}


def rows(steps: tuple[Step, ...]) -> Iterator[str]:
    ledger = MemoryLedger()
    ledger.put_up(GUILD, [HUNDRED])
    for words, *commands in steps:
        for command in commands:
            ledger.run(command)
        held = moved(ledger.whole())[AccountKey(GUILD, House.HELD)]
        yield f"| {words} | {shown(ledger, ADA)} | {shown(ledger, BEN)} | {held} |"


def shown(ledger: MemoryLedger, member: MemberId) -> str:
    account = ledger.whole().accounts.get(AccountKey(GUILD, member))
    balance = account.balance if account else 0
    return f"owes {-balance}" if balance < 0 else str(balance)


@pytest.mark.parametrize("name", STORIES)
def test_each_row_is_what_the_books_say(name: str) -> None:
    _, _, after = PAGE.partition(f"<!-- story: {name} -->\n\n")
    table, _, _ = after.partition("\n\n")
    assert table.splitlines()[2:] == list(rows(STORIES[name]))


def test_each_story_of_the_page_is_played() -> None:
    assert set(re.findall(r"<!-- story: (\w+) -->", PAGE)) == set(STORIES)
