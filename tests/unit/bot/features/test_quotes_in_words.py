"""What a refund would do, in words: each line stands only where there is something to say."""

from dataclasses import replace
from typing import Any

import pytest

from bot.features.refunds.quote import HOLDERS_SHOWN, quote_lines, where
from bot.wording import text
from payments.commands.payments.refund_quote import Quote
from payments.domain.rules.whereabouts import Whereabouts
from payments.domain.values.ids import MemberId
from payments.domain.values.money import Money
from payments.services.refunds import FullQuote
from tests.support.make import ADA, euros
from tests.support.paid import paid_payment

ALL_UNSPENT = Whereabouts(unspent=500, passed_on=(), lapsed=0, taken=0, spent=0)
SIX = tuple((MemberId(number), 10 - number) for number in range(1, 7))


def quote(fee: Money | None = None, **effect: Any) -> FullQuote:
    """All 500 points of a payment of 4.99 € would be taken from the buyer, who has them all."""
    usual: dict[str, Any] = {
        "payment": paid_payment(),
        "amount": euros(499),
        "tax": euros(0),
        "points": 500,
        "now": ALL_UNSPENT,
        "from_payment": 500,
        "from_others": 0,
        "from_holders": (),
        "lapsed": 0,
        "debt": 0,
        "balance": 0,
        "bans_buyer": False,
        "needs_approval": False,
    }
    return FullQuote(effect=Quote(**(usual | effect)), fee=fee)


def lines(of: FullQuote, reason: str = "") -> list[str]:
    return quote_lines(of, reason, text.PLAIN)


def test_a_quote_without_anything_special_has_three_lines() -> None:
    payment = paid_payment()
    assert lines(quote()) == [
        f"To <@{ADA}> for “500 for 499”, bought {text.ago(payment.created_at)}.",
        "Of its 500 points now: 500 unspent.",
        "**500 points** would be taken: 500 of this payment. The balance would be **0 points**.",
    ]


@pytest.mark.parametrize(
    ("more", "line"),
    [
        (
            {"debt": 2},
            "⚠️ Gone already: 2 points. That would be debt, paid by whatever comes in next.",
        ),
        (
            {"bans_buyer": True},
            "It counts as fraud: the buyer may not buy until a moderator lets them.",
        ),
        ({"tax": euros(1)}, "€0.01 of it is tax."),
        ({"fee": euros(1)}, "The provider keeps its fee of €0.01."),
        ({"needs_approval": True}, "**Another moderator must approve it.**"),
    ],
)
def test_what_is_special_has_a_line_of_its_own(more: dict[str, Any], line: str) -> None:
    found = lines(quote(**more))
    assert found[3:] == [line]


def test_a_fee_of_nothing_is_not_said_and_a_reason_is_made_safe() -> None:
    assert len(lines(quote(fee=euros(0)))) == 3
    assert lines(quote(), "*so*")[3:] == [r"Reason: \*so\*"]


@pytest.mark.parametrize(
    ("effect", "words"),
    [
        ({"from_payment": 0}, "none"),
        ({"from_payment": 1}, "1 of this payment"),
        (
            {
                "from_payment": 1,
                "from_others": 2,
                "lapsed": 3,
                "debt": 4,
                "from_holders": ((MemberId(7), 5),),
            },
            (
                "1 of this payment, 2 of the buyer's other points, 3 lapsed ones that count as "
                "returned, 4 as debt, 5 from <@7>"
            ),
        ),
        ({"from_payment": -1, "from_others": 2}, "2 of the buyer's other points"),
        (
            {
                "from_payment": 0,
                "from_holders": ((MemberId(7), 1), (MemberId(8), 0), (MemberId(9), -1)),
            },
            "1 from <@7>",
        ),
        (
            {"from_payment": 0, "from_holders": SIX[:HOLDERS_SHOWN]},
            "9 from <@1>, 8 from <@2>, 7 from <@3>, 6 from <@4>, 5 from <@5>",
        ),
        (
            {"from_payment": 0, "from_holders": (*SIX, (MemberId(7), 3))},
            "9 from <@1>, 8 from <@2>, 7 from <@3>, 6 from <@4>, 5 from <@5>, 7 from 2 more",
        ),
    ],
)
def test_of_whom_points_would_be_taken(effect: dict[str, Any], words: str) -> None:
    """What comes back to somebody is no taking: it is left out. Of many, five are named."""
    assert f"would be taken: {words}. The balance" in lines(quote(**effect))[2]


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ({}, "500 unspent"),
        ({"unspent": 0}, "0 unspent"),
        ({"spent": 1}, "500 unspent, 1 spent"),
        ({"lapsed": 1}, "500 unspent, 1 lapsed"),
        ({"taken": 1}, "500 unspent, 1 taken back"),
        ({"passed_on": ((MemberId(7), 4),)}, "500 unspent, 4 passed on to <@7>"),
        (
            {"passed_on": SIX[:5]},
            "500 unspent, 35 passed on to <@1>, <@2>, <@3>, <@4>, <@5>",
        ),
        (
            {"passed_on": SIX},
            "500 unspent, 39 passed on to <@1>, <@2>, <@3>, <@4>, <@5> and 1 more",
        ),
        (
            {"spent": 1, "passed_on": ((MemberId(7), 4),), "lapsed": 2, "taken": 3},
            "500 unspent, 1 spent, 4 passed on to <@7>, 2 lapsed, 3 taken back",
        ),
    ],
)
def test_where_the_points_are(now: dict[str, Any], words: str) -> None:
    assert where(replace(ALL_UNSPENT, **now)) == words


def test_a_name_takes_a_hundred_characters_at_most() -> None:
    for length, shown in ((100, "x" * 100), (101, "x" * 99 + "…")):
        named = replace(paid_payment(), package_name="x" * length)
        assert f"for “{shown}”, bought" in lines(quote(payment=named))[0]
