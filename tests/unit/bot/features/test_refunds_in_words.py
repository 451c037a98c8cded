"""What the card of a refund says, by how it stands and by what else happened to its payment."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from bot.features.refunds.views import proposal_card, result_card
from bot.features.refunds.words import Words, outcome, proposed
from bot.ui.card import Mood
from bot.wording.text import PLAIN
from payments.commands.payments.inspect import Inspection
from payments.domain.rules.whereabouts import TakenFrom, Whereabouts
from payments.domain.values.ids import CommandKey
from payments.domain.values.provider_updates import DisputeStatus, RefundStatus
from payments.providers.known import KNOWN
from payments.providers.protocol import Refusal
from payments.services.refund_sending import Refunded
from tests.support.looks import Look, look
from tests.support.make import ADA, BEN, EVE
from tests.support.paid import dispute, order, paid_payment, refund

TO = f"To <@{ADA}> for “500 for 499”."
ASKED_AGAIN = "The bot asks the provider again until the outcome is known."
ASKED = f"Requested by <@{BEN}>."


def done(status: RefundStatus, **more: Any) -> Refunded:
    """A refund of 1 € that was asked for here; `more` is told of the answer, payment or refund."""
    answered = {name: more.pop(name) for name in ("problem", "why") if name in more}
    facts = more.pop("facts", {})
    of = replace(refund(100, status, order=order()), **more)
    payment = paid_payment(**({"refunds": (of,)} | facts))
    cause = KNOWN.why_pending(payment.provider, of.pending_reason)
    words = None if cause is None else cause.words
    return Refunded(payment=payment, refund=of, cause=words, **answered)


def said(words: Words) -> tuple[str, Mood, list[str]]:
    """What a card says, as moderators read it."""
    return PLAIN.say(words.title), words.mood, [PLAIN.say(each) for each in words.lines]


@pytest.mark.parametrize(
    ("how", "title", "mood", "lines"),
    [
        (
            done(RefundStatus.PENDING),
            "Refund of €1.00 is on its way",
            Mood.WAIT,
            ["The points are on hold.", ASKED_AGAIN],
        ),
        (
            done(RefundStatus.PENDING, pending_reason="insufficient_funds"),
            "Refund of €1.00 is on its way",
            Mood.WAIT,
            [
                "The points are on hold.",
                (
                    "There is too little money in the provider's account. Top it up, and the "
                    "refund goes on."
                ),
                ASKED_AGAIN,
            ],
        ),
        (
            done(RefundStatus.SUCCEEDED),
            "Refunded: €1.00",
            Mood.GOOD,
            ["The points for it were taken back."],
        ),
        (
            done(RefundStatus.WITHDRAWN),
            "Refund of €1.00 declined",
            Mood.PLAIN,
            ["Nothing has moved."],
        ),
        (
            done(RefundStatus.WITHDRAWN, problem="no_*money*"),
            "Not refunded: €1.00",
            Mood.BAD,
            [
                (
                    r"The provider did not make this refund: no\_\*money\*. No money moved, and "
                    "the points are back."
                )
            ],
        ),
        (
            done(RefundStatus.FAILED),
            "Not refunded: €1.00",
            Mood.BAD,
            ["The provider did not make this refund. No money moved, and the points are back."],
        ),
        (
            done(RefundStatus.FAILED, why=Refusal.DISPUTED),
            "Not refunded: €1.00",
            Mood.BAD,
            [
                (
                    "The provider says that the buyer's bank has disputed this payment. Its points "
                    "are put on hold as soon as that is known here."
                )
            ],
        ),
        (
            done(RefundStatus.FAILED, why=Refusal.REFUNDED),
            "Not refunded: €1.00",
            Mood.BAD,
            [
                (
                    "The provider says that all of this payment has gone back already. Its points "
                    "are taken back as soon as that is known here."
                )
            ],
        ),
        (
            done(RefundStatus.FAILED, facts={"refunds": (refund(499),)}),
            "Refunded already: €1.00",
            Mood.PLAIN,
            [
                "€4.99 of this payment has gone back already.",
                "It was refunded at the provider.",
                "The points for it were taken back.",
                "This refund moved no more money.",
            ],
        ),
        (
            done(RefundStatus.FAILED, facts={"refunds": (refund(499, order=order()),)}),
            "Not refunded: €1.00",
            Mood.BAD,
            [
                "€4.99 of this payment has gone back already.",
                "The points for it were taken back.",
                "This refund moved no more money.",
            ],
        ),
        (
            done(
                RefundStatus.FAILED,
                why=Refusal.DISPUTED,
                facts={"disputes": (dispute(499, DisputeStatus.LOST),)},
            ),
            "Not refunded: €1.00",
            Mood.BAD,
            [
                (
                    "The payment is disputed: the buyer's bank has taken its money back, and its "
                    "points are gone."
                ),
                "This refund moved no more money.",
            ],
        ),
    ],
)
def test_what_became_of_a_refund(how: Refunded, title: str, mood: Mood, lines: list[str]) -> None:
    assert said(outcome(how)) == (title, mood, [TO, ASKED, *lines])


@pytest.mark.parametrize(
    ("more", "lines"),
    [
        ({}, [ASKED]),
        ({"reason": "*so*"}, [ASKED, r"Reason: \*so\*"]),
        ({"approved_by": EVE}, [f"Requested by <@{BEN}>, approved by <@{EVE}>."]),
        (
            {"approved_by": ADA},
            [f"Requested by <@{BEN}>, approved by <@{ADA}>.", "⚠️ It is their own purchase."],
        ),
        ({"by": ADA}, [f"Requested by <@{ADA}>.", "⚠️ It is their own purchase."]),
    ],
)
def test_who_asked_for_it_and_who_approved_it(more: dict[str, Any], lines: list[str]) -> None:
    how = done(RefundStatus.SUCCEEDED, order=order(**more))
    found = said(outcome(how))[2]
    assert found == [TO, *lines, "The points for it were taken back."]
    alone = done(RefundStatus.SUCCEEDED, order=None)
    assert said(outcome(alone))[2] == [TO, "The points for it were taken back."]


def test_after_a_refund_for_fraud_the_buyer_cannot_buy_until_they_are_let() -> None:
    how = done(RefundStatus.SUCCEEDED, is_fraud=True)
    title, _, lines = said(outcome(how))
    assert lines[2] == f"<@{ADA}> can't buy until a moderator allows it."
    key = CommandKey("discord:77")
    assert look(result_card(how, key, PLAIN)) == Look(
        mood=Mood.GOOD,
        words="\n".join([f"### {title}", *lines, "-# Payment `p1` · Action `77`"]),
        buttons=("Let them buy again",),
    )
    assert look(result_card(done(RefundStatus.SUCCEEDED), key, PLAIN)).buttons == ()


@pytest.mark.parametrize(
    ("facts", "title", "mood", "buttons"),
    [
        ({}, "Refund of €1.00 needs approval", Mood.WAIT, ("Approve", "Decline")),
        (
            {"disputes": (dispute(499, DisputeStatus.OPEN),)},
            "Refund of €1.00 can't be made now",
            Mood.PLAIN,
            ("Decline",),
        ),
        (
            {"refunds": (refund(399),)},
            "Refund of €1.00 needs approval",
            Mood.WAIT,
            ("Approve", "Decline"),
        ),
        (
            {"refunds": (refund(400),)},
            "Refund of €1.00 can't be made now",
            Mood.PLAIN,
            ("Decline",),
        ),
        ({"intent": None}, "Refund of €1.00 can't be made now", Mood.PLAIN, ("Decline",)),
    ],
)
def test_a_proposal_can_be_approved_as_long_as_it_can_be_made(
    facts: dict[str, Any], title: str, mood: Mood, buttons: tuple[str, ...]
) -> None:
    waits = refund(100, RefundStatus.PROPOSED, "r1", order=order())
    payment = paid_payment(**facts)
    shown = look(proposal_card(payment, waits, PLAIN, quote=None))
    assert (shown.mood, shown.buttons) == (mood, buttons)
    head, *lines, foot = shown.words.splitlines()
    assert (head, foot) == (f"### {title}", "-# Payment `p1`")
    assert lines[:2] == [TO, ASKED]
    end = "So it can't be approved now. It has moved nothing."
    assert lines[-1] == (end if mood is Mood.PLAIN else "**Another moderator must approve it.**")
    assert lines == said(proposed(payment, waits, None))[2]
    other = result_card(Refunded(payment=payment, refund=waits), CommandKey("discord:7"), PLAIN)
    assert look(other).words.splitlines()[-1] == "-# Payment `p1` · Action `7`"
    assert look(other).buttons == buttons


BALANCE: dict[str, Any] = {
    "payment": paid_payment(),
    "now": Whereabouts(unspent=0, passed_on=(), lapsed=0, taken=0, spent=0),
    "reversed": 0,
    "balance": -4,
    "is_banned": False,
}


def seen(**more: Any) -> Inspection:
    """What the books say after a refund: of whom it took points."""
    nobody: dict[str, Any] = {"own": 0, "other": 0, "passed_on": Counter(), "lapsed": 0, "debt": 0}
    return Inspection(**BALANCE, taken=TakenFrom(**(nobody | more)))


@pytest.mark.parametrize(
    ("status", "taken", "lines"),
    [
        (
            RefundStatus.SUCCEEDED,
            {"own": 1},
            ["**1 point** was taken: 1 from this payment. The balance is **-4 points**."],
        ),
        (
            RefundStatus.SUCCEEDED,
            {"own": 3, "passed_on": Counter({BEN: 2}), "debt": 4},
            [
                (
                    f"**9 points** were taken: 3 from this payment, 4 as debt, and 2 from <@{BEN}>."
                    " The balance is **-4 points**."
                ),
                (
                    "⚠️ Gone already: 4 points. The buyer owes them, and the next points that come "
                    "in pay the debt."
                ),
            ],
        ),
        (
            RefundStatus.PENDING,
            {"other": 2},
            [
                (
                    "**2 points** are on hold: 2 from the buyer's other points. The balance is "
                    "**-4 points**."
                ),
                ASKED_AGAIN,
            ],
        ),
        (
            RefundStatus.SUCCEEDED,
            {},
            ["No points were taken. The balance is **-4 points**."],
        ),
    ],
)
def test_the_result_says_what_the_quote_said(
    status: RefundStatus, taken: dict[str, Any], lines: list[str]
) -> None:
    how = replace(done(status), seen=seen(**taken))
    assert said(outcome(how))[2] == [TO, ASKED, *lines]
