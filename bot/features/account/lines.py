"""The lines of a member's history: what each transfer was, as it stands now."""

from collections.abc import Callable, Mapping
from typing import Final

from payments.domain.sentences.parts import FromNow, Person, PointsChange
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.ledger import TransferKind
from payments.domain.values.orders import OrderState
from payments.store.queries import HistoryLine, HoldOutcome

_OTHERS: Final[Mapping[TransferKind, Sentence]] = {
    TransferKind.SPEND: Sentence("Spent"),
    TransferKind.GRANT: Sentence("Granted by a moderator"),
    TransferKind.REVOKE: Sentence("Removed by a moderator"),
    TransferKind.LAPSE: Sentence("Expired"),
}

_OF_PACKAGE: Final[Mapping[TransferKind, Callable[[str], Sentence]]] = {
    TransferKind.PURCHASE: lambda name: Sentence("Bought {package}", package=name),
    TransferKind.RELEASE: lambda name: Sentence("Back from hold: {package}", package=name),
    TransferKind.REVOKE: lambda name: Sentence(
        "Removed: {package} was bought in test mode", package=name
    ),
    TransferKind.LAPSE: lambda name: Sentence("Expired: {package}", package=name),
}
"""What is said of points of a payment, given the name of its package."""

_HELD: Final[Mapping[HoldOutcome, Callable[[str], Sentence]]] = {
    HoldOutcome.REFUNDING: lambda name: Sentence(
        "On hold: {package} is being refunded", package=name
    ),
    HoldOutcome.DISPUTED: lambda name: Sentence("On hold: {package} is disputed", package=name),
    HoldOutcome.REFUNDED: lambda name: Sentence("Refunded: {package}", package=name),
    HoldOutcome.CHARGED_BACK: lambda name: Sentence("Charged back: {package}", package=name),
    HoldOutcome.RELEASED: lambda name: Sentence("Put on hold for a while: {package}", package=name),
}

_ORDERED: Final[Mapping[OrderState, Callable[[str], Sentence]]] = {
    OrderState.PLACED: lambda name: Sentence("Ordered {item}, not fulfilled yet", item=name),
    OrderState.FULFILLING: lambda name: Sentence("Ordered {item}, not fulfilled yet", item=name),
    OrderState.FULFILLED: lambda name: Sentence("Ordered {item}", item=name),
    OrderState.DENIED: lambda name: Sentence("Ordered {item}, denied", item=name),
    OrderState.CANCELLED: lambda name: Sentence("Ordered {item}, cancelled", item=name),
    OrderState.LAPSED: lambda name: Sentence("Ordered {item}, not fulfilled in time", item=name),
    OrderState.FAILED: lambda name: Sentence("Ordered {item}, could not be fulfilled", item=name),
    OrderState.RETURNED: lambda name: Sentence("Ordered {item}, taken back", item=name),
}
"""What is said of points that went into an order, given its item's name."""

_BACK: Final[Mapping[OrderState, Callable[[str], Sentence]]] = {
    OrderState.DENIED: lambda name: Sentence("Back: {item} was denied", item=name),
    OrderState.CANCELLED: lambda name: Sentence("Back: {item} was cancelled", item=name),
    OrderState.LAPSED: lambda name: Sentence("Back: {item} was not fulfilled in time", item=name),
    OrderState.FAILED: lambda name: Sentence("Back: {item} could not be fulfilled", item=name),
    OrderState.RETURNED: lambda name: Sentence("Back: {item} was taken back", item=name),
    OrderState.FULFILLED: lambda name: Sentence("Back for a while: {item}", item=name),
}
"""The same of points that came back from one; it may stand again since."""


def history_line(line: HistoryLine) -> Sentence:
    """A line of a member's history."""
    change, when = PointsChange(line.points), FromNow(line.at)
    if line.note and line.payment is None:
        return Sentence(
            "**{change}** {what}: {note} · {when}",
            change=change,
            what=_what(line),
            note=line.note,
            when=when,
        )
    return Sentence("**{change}** {what} · {when}", change=change, what=_what(line), when=when)


def _what(line: HistoryLine) -> Sentence:
    if line.counterparty is not None:
        return _between(line, Person(line.counterparty))
    if line.item is not None and line.state is not None:
        words = _BACK if line.points > 0 else _ORDERED
        return words[line.state](line.item)
    if line.package is not None and line.outcome is not None:
        return _HELD[line.outcome](line.package)
    if line.package is not None and line.kind in _OF_PACKAGE:
        return _OF_PACKAGE[line.kind](line.package)
    return _OTHERS.get(line.kind, Sentence("Undone"))


def _between(line: HistoryLine, member: Person) -> Sentence:
    received = line.points > 0
    if line.kind is TransferKind.UNDO and received:
        return Sentence("Undone: back from {member}", member=member)
    if line.kind is TransferKind.UNDO:
        return Sentence("Undone: back to {member}", member=member)
    if received:
        return Sentence("Received from {member}", member=member)
    return Sentence("Sent to {member}", member=member)
