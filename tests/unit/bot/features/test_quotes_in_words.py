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
from tests.support.make import ADA, START, euros
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
        "at": START,
    }
    return FullQuote(effect=Quote(**(usual | effect)), fee=fee)


def lines(of: FullQuote, reason: str = "") -> list[str]:
    return [text.PLAIN.say(each) for each in quote_lines(of, reason)]


def test_a_quote_without_anything_special_has_three_lines() -> None:
    payment = paid_payment()
    assert lines(quote()) == [
        f"To <@{ADA}> for “500 for 499”, bought {text.ago(payment.created_at)}.",
        "The 500 points of this payment: 500 unspent.",
        "**500 points** would be taken: 500 from this payment. The balance would be **0 points**.",
    ]


@pytest.mark.parametrize(
    ("more", "line"),
    [
        (
            {"debt": 2},
            (
                "⚠️ Gone already: 2 points. The buyer would owe them, and the next points that come "
                "in pay the debt."
            ),
        ),
        (
            {"bans_buyer": True},
            "It counts as fraud: the buyer can't buy until a moderator allows it.",
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
        ({"from_payment": 1}, "1 from this payment"),
        (
            {
                "from_payment": 1,
                "from_others": 2,
                "lapsed": 3,
                "debt": 4,
                "from_holders": ((MemberId(7), 5),),
            },
            (
                "1 from this payment, 2 from the buyer's other points, 3 expired ones that count "
                "as returned, 4 as debt, and 5 from <@7>"
            ),
        ),
        ({"from_payment": -1, "from_others": 2}, "2 from the buyer's other points"),
        (
            {
                "from_payment": 0,
                "from_holders": ((MemberId(7), 1), (MemberId(8), 0), (MemberId(9), -1)),
            },
            "1 from <@7>",
        ),
        (
            {"from_payment": 0, "from_holders": SIX[:HOLDERS_SHOWN]},
            "9 from <@1>, 8 from <@2>, 7 from <@3>, 6 from <@4>, and 5 from <@5>",
        ),
        (
            {"from_payment": 0, "from_holders": (*SIX, (MemberId(7), 3))},
            "9 from <@1>, 8 from <@2>, 7 from <@3>, 6 from <@4>, 5 from <@5>, and 7 from 2 more",
        ),
    ],
)
def test_of_whom_points_would_be_taken(effect: dict[str, Any], words: str) -> None:
    """What comes back to somebody is no taking: it is left out. Of many, five are named."""
    assert f"would be taken: {words}. The balance" in lines(quote(**effect))[2]


def test_of_nobody_is_said_in_one_sentence() -> None:
    assert lines(quote(from_payment=0, balance=7))[2:] == [
        "No points would be taken. The balance would be **7 points**."
    ]


@pytest.mark.parametrize(
    ("revoked", "elsewhere", "places"),
    [
        (30, 0, {"spent": 470, "revoked": 30}),
        (0, 40, {"spent": 460, "elsewhere": 40}),
        (30, 40, {"spent": 430, "revoked": 30, "elsewhere": 40}),
        (501, 0, {"spent": 0, "revoked": 500}),
        (500, 40, {"spent": 0, "revoked": 460, "elsewhere": 40}),
        (1, 501, {"spent": 0, "elsewhere": 500}),
    ],
)
def test_revoked_points_and_those_taken_for_another_payment_are_no_spent_ones(
    revoked: int, elsewhere: int, places: dict[str, Any]
) -> None:
    now = replace(ALL_UNSPENT, unspent=0, spent=500)
    assert now.with_gone(revoked=revoked, elsewhere=elsewhere) == replace(now, **places)


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ({}, "500 unspent"),
        ({"unspent": 0}, "0 unspent"),
        ({"spent": 1}, "500 unspent and 1 spent"),
        ({"lapsed": 1}, "500 unspent and 1 expired"),
        ({"taken": 1}, "500 unspent and 1 on hold or taken back"),
        ({"revoked": 1}, "500 unspent and 1 revoked"),
        ({"bought": (("Harbour VIP", 200),)}, "500 unspent and 200 bought “Harbour VIP”"),
        (
            {"bought": tuple((name, 9) for name in "abcde")},
            "500 unspent, 9 bought “a”, 9 bought “b”, 9 bought “c”, and 18 bought 2 other items",
        ),
        ({"reserved": 30}, "500 unspent and 30 reserved in orders"),
        ({"elsewhere": 1}, "500 unspent and 1 taken for another payment"),
        ({"passed_on": ((MemberId(7), 4),)}, "500 unspent and 4 passed on to <@7>"),
        (
            {"passed_on": SIX[:5]},
            "500 unspent and 35 passed on to <@1>, <@2>, <@3>, <@4>, and <@5>",
        ),
        (
            {"passed_on": SIX},
            "500 unspent and 39 passed on to <@1>, <@2>, <@3>, <@4>, <@5>, and 1 more",
        ),
        (
            {"spent": 1, "passed_on": ((MemberId(7), 4),), "lapsed": 2, "taken": 3},
            "500 unspent, 1 spent, 4 passed on to <@7>, 2 expired, and 3 on hold or taken back",
        ),
    ],
)
def test_where_the_points_are(now: dict[str, Any], words: str) -> None:
    shown = text.PLAIN.say(where(500, replace(ALL_UNSPENT, **now)))
    assert shown == f"The 500 points of this payment: {words}."


def test_a_name_takes_a_hundred_characters_at_most() -> None:
    for length, shown in ((100, "x" * 100), (101, "x" * 99 + "…")):
        named = replace(paid_payment(), package_name="x" * length)
        assert f"for “{shown}”, bought" in lines(quote(payment=named))[0]
