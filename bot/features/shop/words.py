"""What members read of their orders: what was ordered, how far it is, who decided."""

from collections.abc import Callable, Mapping
from typing import Final

from bot.wording.quoted import quoted
from payments.domain.sentences.parts import FromNow, Moment, Person, Points, Role, Span, Verbatim
from payments.domain.sentences.sentence import Part, Sentence, plural
from payments.domain.values.items import ItemKind, Offer
from payments.domain.values.orders import Order, OrderState


def decider(by: str) -> Part | None:
    """Who decided over an order; None if nobody did by themselves.

    Args:
        by: An actor, such as `member:123`, `program:minecraft` or `system`.
    """
    kind, _, name = by.partition(":")
    if kind == "member" and name.isdecimal():
        return Person(int(name))
    if kind == "program" and name:
        return Verbatim(name)
    return None


def what_comes(offer: Offer, quantity: int) -> list[Sentence]:
    """What a buyer gets, and what must happen before."""
    said = []
    if offer.role is not None:
        role = Role(offer.role.id)
        said.append(
            Sentence("You get the role {role}.", role=role)
            if offer.role.lasts is None
            else Sentence(
                "You get the role {role} for {time}.",
                role=role,
                time=Span(offer.role.lasts * quantity),
            )
        )
    if offer.kind is ItemKind.CODE:
        said.append(plural("You get a code.", "You get {n} codes.", quantity))
    if not offer.is_automatic:
        said.append(
            Sentence(
                "A person handles this order. If nobody does within {time}, your points come back.",
                time=Span(offer.wait),
            )
        )
    elif offer.kind is ItemKind.PROGRAM:
        said.append(
            Sentence(
                "Another program handles this order. If it does not within {time}, your points "
                "come back.",
                time=Span(offer.wait),
            )
        )
    return said


def answered(question: str, answer: str) -> list[Sentence]:
    """What a buyer was asked and what they wrote; nothing if they wrote nothing."""
    if not answer:
        return []
    said = {"question": Verbatim(question), "answer": Verbatim(answer)}
    if question[-1:].isalnum():
        return [Sentence("{question}: “{answer}”", **said)]
    return [Sentence("{question} “{answer}”", **said)]


def where_it_is(order: Order) -> Sentence:
    """How far an order is, for its buyer."""
    return _STATES[order.state](order)


def ordered_line(order: Order) -> Sentence:
    """What was ordered, for how many points, and when."""
    item, points, when = Verbatim(order.offer.name), Points(order.points), FromNow(order.placed_at)
    if order.quantity == 1:
        return Sentence("**{item}** · {points} · {when}", item=item, points=points, when=when)
    return Sentence(
        "**{n} of {item}** · {points} · {when}",
        n=order.quantity,
        item=item,
        points=points,
        when=when,
    )


def _placed(order: Order) -> Sentence:
    if order.due_at is None or (order.offer.is_automatic and order.offer.role is not None):
        return Sentence("On its way.")
    if order.offer.kind is ItemKind.PROGRAM:
        return Sentence(
            "Waits for another program. If it does not answer by {at}, your points come back.",
            at=Moment(order.due_at),
        )
    return Sentence(
        "Waits for a person. If nobody handles it by {at}, your points come back.",
        at=Moment(order.due_at),
    )


def _fulfilled(order: Order) -> Sentence:
    if order.reason:
        return Sentence("Fulfilled. They wrote: “{note}”.", note=quoted(order.reason))
    return Sentence("Fulfilled.")


def _denied(order: Order) -> Sentence:
    who, why = decider(order.by), quoted(order.reason)
    if who is None and not order.reason:
        return Sentence("Denied. Your points came back.")
    if who is None:
        return Sentence("Denied: “{reason}”. Your points came back.", reason=why)
    if not order.reason:
        return Sentence("Denied by {who}. Your points came back.", who=who)
    return Sentence("Denied by {who}: “{reason}”. Your points came back.", who=who, reason=why)


def _cancelled(order: Order) -> Sentence:
    if order.claimed is None:
        return Sentence("You cancelled it. Your points came back.")
    return Sentence("Cancelled: a payment for its points is disputed or was refunded as fraud.")


def _returned(order: Order) -> Sentence:
    if order.claimed is not None:
        return Sentence("Taken back: a payment for its points was disputed or refunded as fraud.")
    if order.reason:
        return Sentence(
            "Taken back: “{reason}”. Your points came back.", reason=quoted(order.reason)
        )
    return Sentence("Taken back. Your points came back.")


_STATES: Final[Mapping[OrderState, Callable[[Order], Sentence]]] = {
    OrderState.PLACED: _placed,
    OrderState.FULFILLING: lambda _: Sentence("Being fulfilled."),
    OrderState.FULFILLED: _fulfilled,
    OrderState.DENIED: _denied,
    OrderState.CANCELLED: _cancelled,
    OrderState.LAPSED: lambda _: Sentence("Nobody fulfilled it in time. Your points came back."),
    OrderState.FAILED: lambda _: Sentence("It could not be fulfilled. Your points came back."),
    OrderState.RETURNED: _returned,
}


def bought_with_money(paid: int, points: int) -> list[Sentence]:
    """How many of an order's points were bought."""
    if not paid:
        return []
    if paid == points:
        return [Sentence("All of these points were bought with money.")]
    return [
        plural(
            "Of these, {paid} was bought with money.",
            "Of these, {paid} were bought with money.",
            paid,
            paid=Points(paid),
        )
    ]
