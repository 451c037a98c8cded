"""What the card of a refund says, by how it stands and by what else happened to its payment."""

from dataclasses import replace
from typing import Any

import pytest

from bot.features.refunds.views import proposal_card, result_card
from bot.features.refunds.words import Words, outcome, proposed
from bot.ui.card import Mood
from payments.domain.values.ids import CommandKey
from payments.domain.values.provider_updates import DisputeStatus, RefundStatus
from payments.infra.reader import ENGLISH
from payments.providers.protocol import Refusal
from payments.services.refund_sending import Refunded
from tests.support.looks import Look, look
from tests.support.make import ADA, BEN, EVE
from tests.support.paid import dispute, order, paid_payment, refund

TO = f"To <@{ADA}> for “500 for 499”."
ASKED = f"Asked for by <@{BEN}>."


def done(status: RefundStatus, **more: Any) -> Refunded:
    """A refund of 1 € that was asked for here; `more` is told of the answer, payment or refund."""
    answered = {name: more.pop(name) for name in ("problem", "why") if name in more}
    facts = more.pop("facts", {})
    of = replace(refund(100, status, order=order()), **more)
    payment = paid_payment(**({"refunds": (of,)} | facts))
    return Refunded(payment=payment, refund=of, **answered)


@pytest.mark.parametrize(
    ("how", "title", "mood", "lines"),
    [
        (
            done(RefundStatus.PENDING),
            "€1.00 are on their way back",
            Mood.WAIT,
            ["The points are set aside. What becomes of it is looked up until it is known."],
        ),
        (
            done(RefundStatus.PENDING, pending_reason="insufficient_funds"),
            "€1.00 are on their way back",
            Mood.WAIT,
            [
                "The points are set aside. What becomes of it is looked up until it is known.",
                (
                    "It takes a while: there is too little money in the provider's account; top it "
                    "up, and it goes on."
                ),
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
            "Declined: €1.00",
            Mood.PLAIN,
            ["Nothing has moved."],
        ),
        (
            done(RefundStatus.WITHDRAWN, problem="no_*money*"),
            "Not refunded: €1.00",
            Mood.BAD,
            [
                (
                    r"The provider did not make this refund (no\_\*money\*). It moved no money, "
                    "and its points are back."
                )
            ],
        ),
        (
            done(RefundStatus.FAILED),
            "Not refunded: €1.00",
            Mood.BAD,
            ["The provider did not make this refund. It moved no money, and its points are back."],
        ),
        (
            done(RefundStatus.FAILED, why=Refusal.DISPUTED),
            "Not refunded: €1.00",
            Mood.BAD,
            [
                (
                    "The provider says that the buyer's bank has disputed this payment. Its points "
                    "are set aside as soon as that is known here."
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
                (
                    "€4.99 of this payment have gone back already, by refunds that were made at "
                    "the provider. The points for that were taken back."
                ),
                "This refund moved no more money.",
            ],
        ),
        (
            done(RefundStatus.FAILED, facts={"refunds": (refund(499, order=order()),)}),
            "Not refunded: €1.00",
            Mood.BAD,
            [
                (
                    "€4.99 of this payment have gone back already. The points for that were taken "
                    "back."
                ),
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
    assert outcome(how, ENGLISH) == Words(title, mood, [TO, ASKED, *lines])


@pytest.mark.parametrize(
    ("more", "lines"),
    [
        ({}, [ASKED]),
        ({"reason": "*so*"}, [ASKED, r"Reason: \*so\*"]),
        ({"approved_by": EVE}, [f"Asked for by <@{BEN}>, approved by <@{EVE}>."]),
        (
            {"approved_by": ADA},
            [f"Asked for by <@{BEN}>, approved by <@{ADA}>.", "⚠️ It is their own purchase."],
        ),
        ({"by": ADA}, [f"Asked for by <@{ADA}>.", "⚠️ It is their own purchase."]),
    ],
)
def test_who_asked_for_it_and_who_approved_it(more: dict[str, Any], lines: list[str]) -> None:
    how = done(RefundStatus.SUCCEEDED, order=order(**more))
    found = outcome(how, ENGLISH).lines
    assert found == [TO, *lines, "The points for it were taken back."]
    alone = done(RefundStatus.SUCCEEDED, order=None)
    assert outcome(alone, ENGLISH).lines == [TO, "The points for it were taken back."]


def test_a_refund_for_fraud_bars_the_buyer_and_offers_to_end_that() -> None:
    how = done(RefundStatus.SUCCEEDED, is_fraud=True)
    words = outcome(how, ENGLISH)
    assert words.lines[2] == f"<@{ADA}> may not buy until a moderator lets them."
    key = CommandKey("discord:77")
    assert look(result_card(how, key, ENGLISH)) == Look(
        mood=Mood.GOOD,
        words="\n".join([f"### {words.title}", *words.lines, "-# Payment `p1` · Action `77`"]),
        buttons=("Let them buy again",),
    )
    assert look(result_card(done(RefundStatus.SUCCEEDED), key, ENGLISH)).buttons == ()


@pytest.mark.parametrize(
    ("facts", "title", "mood", "buttons"),
    [
        ({}, "€1.00 wait for approval", Mood.WAIT, ("Approve", "Decline")),
        (
            {"disputes": (dispute(499, DisputeStatus.OPEN),)},
            "€1.00 cannot be refunded now",
            Mood.PLAIN,
            ("Decline",),
        ),
        (
            {"refunds": (refund(399),)},
            "€1.00 wait for approval",
            Mood.WAIT,
            ("Approve", "Decline"),
        ),
        (
            {"refunds": (refund(400),)},
            "€1.00 cannot be refunded now",
            Mood.PLAIN,
            ("Decline",),
        ),
        ({"intent": None}, "€1.00 cannot be refunded now", Mood.PLAIN, ("Decline",)),
    ],
)
def test_a_proposal_can_be_approved_as_long_as_it_can_be_made(
    facts: dict[str, Any], title: str, mood: Mood, buttons: tuple[str, ...]
) -> None:
    waits = refund(100, RefundStatus.PROPOSED, "r1", order=order())
    payment = paid_payment(**facts)
    shown = look(proposal_card(payment, waits, ENGLISH))
    assert (shown.mood, shown.buttons) == (mood, buttons)
    head, *lines, foot = shown.words.splitlines()
    assert (head, foot) == (f"### {title}", "-# Payment `p1`")
    assert lines[:2] == [TO, ASKED]
    end = "So it cannot be approved now. Nothing has moved by it."
    assert lines[-1] == (end if mood is Mood.PLAIN else "Another moderator must approve it.")
    assert lines == proposed(payment, waits, ENGLISH).lines
    other = result_card(Refunded(payment=payment, refund=waits), CommandKey("discord:7"), ENGLISH)
    assert look(other).words.splitlines()[-1] == "-# Payment `p1` · Action `7`"
    assert look(other).buttons == buttons
