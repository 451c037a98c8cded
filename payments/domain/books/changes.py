"""What commands changed, recorded in order, so that the store can write it."""

from dataclasses import dataclass, field
from typing import NamedTuple

from payments.domain.values.answers import PurchaseAnswer
from payments.domain.values.buyer_address import BuyerAddress
from payments.domain.values.events import Event
from payments.domain.values.ids import ActionId, CommandKey, LotId, PaymentId
from payments.domain.values.inbox import InboxEvent
from payments.domain.values.ledger import Lot, LotEntry, Transfer


class NotedEvent(NamedTuple):
    """An event with its id and the key of the command that caused it."""

    id: ActionId
    command: CommandKey
    event: Event


@dataclass(slots=True, kw_only=True)
class Changes:
    """What was recorded, in order. `lots` holds every lot that an entry names."""

    transfers: list[Transfer] = field(default_factory=list)
    entries: list[LotEntry] = field(default_factory=list)
    lots: dict[LotId, Lot] = field(default_factory=dict)
    events: list[NotedEvent] = field(default_factory=list)
    inbox_events: dict[tuple[str, str], InboxEvent] = field(default_factory=dict)
    answers: dict[PaymentId, PurchaseAnswer] = field(default_factory=dict)
    buyers: dict[PaymentId, BuyerAddress] = field(default_factory=dict)

    def extend(self, other: "Changes") -> None:
        """Add what another one recorded after this one."""
        self.transfers += other.transfers
        self.entries += other.entries
        self.lots |= other.lots
        self.events += other.events
        self.inbox_events |= other.inbox_events
        self.answers |= other.answers
        self.buyers |= other.buyers
