"""The shop at the other end: what it remembers outlives every process of ours."""

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from payments.providers.errors import ProviderRefused, ProviderUnavailable
from payments.providers.protocol import Refusal


class Stage(StrEnum):
    """How far an order is."""

    OPEN = "open"
    APPROVED = "approved"
    CAPTURED = "captured"
    LAPSED = "lapsed"


@dataclass(slots=True, kw_only=True)
class Order:
    """Something that a member buys. The shop keeps what it was told, and knows of no amounts."""

    id: str
    about: dict[str, Any]
    stage: Stage = Stage.OPEN
    refund: str | None = None
    """Our id of the refund, once all of it has gone back."""


@dataclass(slots=True, kw_only=True)
class TinyShop:
    """Does under one key the same thing once."""

    orders: dict[str, Order] = field(default_factory=dict)
    """By id."""
    by_key: dict[str, str] = field(default_factory=dict)
    """Ids of orders by the key under which they were opened, captured or refunded."""
    calls: list[str] = field(default_factory=list)
    """What it was asked for, in turn."""
    taken: list[str] = field(default_factory=list)
    """Under which keys money was taken."""
    looked: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when an order is looked up."""
    away: bool = False
    """Whether it cannot be reached."""

    def open(self, about: dict[str, Any], key: str) -> Order:
        self._call("open")
        if key not in self.by_key:
            order = Order(id=f"order-{len(self.orders) + 1}", about=about)
            self.orders[order.id] = order
            self.by_key[key] = order.id
        return self.orders[self.by_key[key]]

    def look(self, order: str) -> Order:
        self._call("look")
        self.looked.set()
        return self._order(order)

    def approve(self, order: str) -> None:
        """The member agrees to pay, on the shop's own page."""
        self.orders[order].stage = Stage.APPROVED

    def lapse(self, order: str) -> Order:
        self._call("lapse")
        found = self._order(order)
        if found.stage is not Stage.CAPTURED:
            found.stage = Stage.LAPSED
        return found

    def capture(self, order: str, key: str) -> Order:
        self._call("capture")
        found = self._order(order)
        if self.by_key.setdefault(key, order) != order:
            raise ProviderRefused("That key was used for another order.")
        if found.stage is Stage.APPROVED:
            found.stage = Stage.CAPTURED
            self.taken.append(key)
        elif found.stage is not Stage.CAPTURED:
            raise ProviderRefused("Nobody has agreed to pay.")
        return found

    def give_back(self, order: str, refund: str, key: str) -> Order:
        self._call("give back")
        found = self._order(order)
        if found.stage is not Stage.CAPTURED:
            raise ProviderRefused("Nothing was paid.")
        if self.by_key.setdefault(key, order) != order or found.refund not in {None, refund}:
            raise ProviderRefused("It has gone back already.", why=Refusal.REFUNDED)
        found.refund = refund
        return found

    def _order(self, order: str) -> Order:
        if order not in self.orders:
            raise ProviderRefused("There is no such order.", why=Refusal.UNKNOWN_OBJECT)
        return self.orders[order]

    def _call(self, what: str) -> None:
        if self.away:
            raise ProviderUnavailable("The tiny shop cannot be reached.")
        self.calls.append(what)
