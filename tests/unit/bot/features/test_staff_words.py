"""What staff read of an order in each of its states."""

import itertools
from dataclasses import replace

import pytest
from discord import ui

from bot.features.staff.views import order_card
from bot.features.staff.words import standing
from bot.wording import text
from payments.commands.base import SYSTEM, by_member
from payments.domain.values.ids import ItemId, OrderId, PaymentId
from payments.domain.values.orders import Order, OrderState
from payments.domain.values.time import DAY, later
from tests.support import pseudo
from tests.support.make import ADA, BEN, GUILD, START
from tests.support.outgoing import glued, past_a_sentence
from tests.support.shopping import offer

ORDER = Order(
    id=OrderId("o1"),
    guild=GUILD,
    member=ADA,
    item=ItemId("item-Dinner"),
    offer=offer("Dinner", question="Which evening?"),
    quantity=1,
    pieces=(),
    placed_at=START,
    due_at=later(START, DAY),
)
BY_BEN = by_member(BEN)


def shown(order: Order) -> list[str]:
    view = order_card(order, text.ReaderFormat())
    return [each.content for each in view.walk_children() if isinstance(each, ui.TextDisplay)]


@pytest.mark.parametrize(
    ("order", "words"),
    [
        (replace(ORDER, due_at=None), "It waits for a person."),
        (replace(ORDER, state=OrderState.FULFILLING), "It is being fulfilled."),
        (
            replace(ORDER, state=OrderState.FULFILLED, by=BY_BEN, reason="Table 4"),
            f"Done by <@{BEN}>: “Table 4”.",
        ),
        (replace(ORDER, state=OrderState.FULFILLED, by=SYSTEM), "It is done."),
        (
            replace(ORDER, state=OrderState.DENIED, by="program:game", reason="full"),
            "Denied by game: “full”. Its points went back.",
        ),
        (
            replace(ORDER, state=OrderState.CANCELLED, claimed=PaymentId("p1")),
            "A payment for its points is disputed or was refunded as fraud.",
        ),
        (
            replace(ORDER, state=OrderState.RETURNED, by=BY_BEN),
            f"Taken back by <@{BEN}>. Its points went back.",
        ),
        (
            replace(ORDER, state=OrderState.FAILED, reason="The role is gone."),
            "The role is gone. Its points went back.",
        ),
        (
            replace(ORDER, state=OrderState.FAILED),
            "It was not done in time. Its points went back.",
        ),
    ],
)
def test_how_far_it_is(order: Order, words: str) -> None:
    assert text.PLAIN.say(standing(order).line) == words


def test_all_of_it_is_written_in_whole_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    pseudo.speak(monkeypatch)
    cards: set[str] = set()
    for state, by, why, claimed, quantity in itertools.product(
        OrderState, ("", BY_BEN), ("", "because"), (None, PaymentId("p1")), (1, 2)
    ):
        order = replace(
            ORDER, state=state, by=by, reason=why, claimed=claimed, quantity=quantity, answer=why
        )
        cards.update(shown(order))
    assert len(cards) > 5 * len(OrderState)
    assert past_a_sentence(cards, frozenset({"Dinner", "because", "Which evening?"})) == {}
    assert glued(cards) == []
