"""What staff read of an order."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from bot.features.shop.words import answered, decider
from bot.ui.card import Mood
from bot.wording.quoted import quoted
from payments.domain.sentences.parts import FromNow, Moment, Person, Points, Verbatim
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.orders import Order, OrderState


class Standing(NamedTuple):
    """How far an order is.

    Attributes:
        title: Of its card.
        line: The same in a sentence.
        mood: The card's colour.
    """

    title: Sentence
    line: Sentence
    mood: Mood


def standing(order: Order) -> Standing:
    """How far an order is, for those who fulfil it."""
    return _STANDINGS[order.state](order)


def about(order: Order) -> list[Sentence]:
    """What was ordered by whom, what they wrote, and what was written to it."""
    facts = {
        "member": Person(order.member),
        "item": Verbatim(order.offer.name),
        "points": Points(order.points),
        "when": FromNow(order.placed_at),
    }
    said = [
        Sentence("{member} ordered **{item}** for {points}, {when}.", **facts)
        if order.quantity == 1
        else Sentence(
            "{member} ordered **{n} of {item}** for {points}, {when}.", n=order.quantity, **facts
        )
    ]
    said += answered(order.offer.question, order.answer)
    if order.state.is_open and order.reason:
        said.append(Sentence("Note: “{note}”", note=Verbatim(order.reason)))
    return said


def queue_line(order: Order) -> Sentence:
    """One order in a list of those that wait."""
    facts = {
        "item": Verbatim(order.offer.name),
        "member": Person(order.member),
        "when": FromNow(order.placed_at),
    }
    who = decider(order.by)
    if order.state is OrderState.FULFILLING and who is not None:
        return Sentence("{item} for {member}, ordered {when}, taken by {who}", who=who, **facts)
    return Sentence("{item} for {member}, ordered {when}", **facts)


def _placed(order: Order) -> Standing:
    line = (
        Sentence("It waits for a person.")
        if order.due_at is None
        else Sentence("If it is not done by {end}, its points go back.", end=Moment(order.due_at))
    )
    return Standing(Sentence("An order waits"), line, Mood.WAIT)


def _begun(order: Order) -> Standing:
    who, end = decider(order.by), order.due_at
    if who is None or end is None:
        return Standing(
            Sentence("An order is being fulfilled"), Sentence("It is being fulfilled."), Mood.WAIT
        )
    line = Sentence(
        "{who} takes care of it. If it is not done by {end}, its points go back.",
        who=who,
        end=Moment(end),
    )
    return Standing(Sentence("An order is being fulfilled"), line, Mood.WAIT)


def _fulfilled(order: Order) -> Standing:
    return Standing(Sentence("An order is fulfilled"), _by(order, _DONE), Mood.GOOD)


def _denied(order: Order) -> Standing:
    return Standing(Sentence("An order was denied"), _by(order, _DENIED), Mood.PLAIN)


def _cancelled(order: Order) -> Standing:
    line = (
        Sentence("Its buyer took it back.")
        if order.claimed is None
        else Sentence("A payment for its points is disputed or was refunded as fraud.")
    )
    return Standing(Sentence("An order was cancelled"), line, Mood.PLAIN)


def _returned(order: Order) -> Standing:
    line = (
        _by(order, _BACK)
        if order.claimed is None
        else Sentence("A payment for its points was disputed or refunded as fraud.")
    )
    return Standing(Sentence("An order was taken back"), line, Mood.PLAIN)


def _failed(order: Order) -> Standing:
    why = Verbatim(order.reason)
    line = (
        Sentence("{reason} Its points went back.", reason=why)
        if order.reason
        else Sentence("It was not done in time. Its points went back.")
    )
    return Standing(Sentence("An order failed"), line, Mood.BAD)


class _Decided(NamedTuple):
    """A decision in four forms: with and without who made it, and why."""

    plain: Sentence
    by: Callable[..., Sentence]
    why: Callable[..., Sentence]
    both: Callable[..., Sentence]


_DONE: Final = _Decided(
    Sentence("It is done."),
    lambda **of: Sentence("Done by {who}.", **of),
    lambda **of: Sentence("It is done: “{reason}”.", **of),
    lambda **of: Sentence("Done by {who}: “{reason}”.", **of),
)
_DENIED: Final = _Decided(
    Sentence("Its points went back."),
    lambda **of: Sentence("Denied by {who}. Its points went back.", **of),
    lambda **of: Sentence("Denied: “{reason}”. Its points went back.", **of),
    lambda **of: Sentence("Denied by {who}: “{reason}”. Its points went back.", **of),
)
_BACK: Final = _Decided(
    Sentence("Its points went back."),
    lambda **of: Sentence("Taken back by {who}. Its points went back.", **of),
    lambda **of: Sentence("Taken back: “{reason}”. Its points went back.", **of),
    lambda **of: Sentence("Taken back by {who}: “{reason}”. Its points went back.", **of),
)


def _by(order: Order, words: _Decided) -> Sentence:
    who, reason = decider(order.by), order.reason
    if who is None or who == Person(order.member):  # whoever orders a code gets it by that
        return words.why(reason=quoted(reason)) if reason else words.plain
    return words.both(who=who, reason=quoted(reason)) if reason else words.by(who=who)


_STANDINGS: Final[Mapping[OrderState, Callable[[Order], Standing]]] = {
    OrderState.PLACED: _placed,
    OrderState.FULFILLING: _begun,
    OrderState.FULFILLED: _fulfilled,
    OrderState.DENIED: _denied,
    OrderState.CANCELLED: _cancelled,
    OrderState.LAPSED: lambda _: Standing(
        Sentence("An order has lapsed"),
        Sentence("Nobody fulfilled it in time. Its points went back."),
        Mood.PLAIN,
    ),
    OrderState.FAILED: _failed,
    OrderState.RETURNED: _returned,
}
