"""The naive oracle of a community that also orders things for its points.

As `community_oracle`, it is written from the rules alone, and shares nothing with the program. How
many pieces are left is counted from the orders each time.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass

from tests.support.community_oracle import WEEK, Pot, World

OPEN = {"placed", "fulfilling"}


@dataclass(frozen=True)
class Ware:
    """Something that is for sale; there is no end of it if `pieces` is None."""

    name: str
    price: int
    pieces: int | None = None
    at_once: bool = False
    """Given by itself when it is ordered: a code."""
    only: str = ""
    """Which points pay for it: `paid`, `given` or any."""
    returned: str = "lost"
    """From when claims take a fulfilled order back: `opened`, `lost` or `never`."""
    lasts: int | None = None
    """How long a role is given by one piece."""


@dataclass
class Ordered:
    """An order."""

    member: int
    ware: Ware
    quantity: int
    pieces: Counter[Pot]
    state: str = "placed"
    seen: bool = False
    """Whether its buyer has seen the codes."""
    waits_for: str = ""
    """The payment whose claim took it back, as long as it may stand again."""


@dataclass
class Role:
    """What one order gives."""

    order: str
    at: int
    lasts: int


class ShopWorld(World):
    """A community with a shop; each method is something that happens at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.orders: dict[str, Ordered] = {}
        """By name, in the order in which they were placed."""
        self.roles: defaultdict[int, list[Role]] = defaultdict(list)
        """What gives each member the role."""

    # What members and staff do

    def place(self, name: str, member: int, ware: Ware, quantity: int, at: int) -> bool:
        cost = ware.price * quantity
        fits = [pot for pot in self.pots(member) if pot.end > at and _pays(ware, pot)]
        if self.left(ware) < quantity or sum(self.free[pot] for pot in fits) < cost:
            return False
        self.lapse(member, at)
        pieces: Counter[Pot] = Counter()
        for pot in fits:
            part = min(cost - pieces.total(), self.free[pot])
            self.free[pot] -= part
            pieces[pot] += part
        self.orders[name] = Ordered(member, ware, quantity, +pieces)
        if ware.at_once:
            self.fulfil(name, at)
        return True

    def begin(self, name: str) -> None:
        if self.orders[name].state == "placed":
            self.orders[name].state = "fulfilling"

    def fulfil(self, name: str, at: int) -> None:
        order = self.orders[name]
        if order.state in OPEN:
            order.state = "fulfilled"
            self.give_role(name, at)
            owed = {x for x in self.claimed(order) if self.debt[x] and self.reach(x)}
            self.level(owed, at)

    def see(self, name: str) -> None:
        """Its buyer looks at the codes."""
        order = self.orders[name]
        if order.state == "fulfilled" and order.ware.at_once:
            order.seen = True

    def end(self, name: str, how: str, at: int) -> None:
        """Denied, cancelled, lapsed or failed."""
        order = self.orders[name]
        if order.state == "placed" or (order.state == "fulfilling" and how in {"denied", "failed"}):
            order.state = how
            self.put_back(name, at, prolonged=how != "cancelled")
            self.level(self.claimed(order) | self.reaching(order.member), at)

    def take_back(self, name: str, at: int) -> None:
        """A moderator returns it."""
        order = self.orders[name]
        if order.state == "fulfilled":
            order.state = "returned"
            self.put_back(name, at, prolonged=True)
            self.level(self.claimed(order) | self.reaching(order.member), at)

    def undo_return(self, name: str, at: int) -> bool:
        """Let an order stand again that a moderator has returned; whether it does."""
        order = self.orders[name]
        if order.state == "returned" and not order.waits_for:
            self.stand_again(name, order, at)
        return order.state == "fulfilled"

    # How it works

    def left(self, ware: Ware) -> float:
        """Pieces that can be ordered; a code that somebody saw is gone."""
        mine = [order for order in self.orders.values() if order.ware == ware]
        taken = sum(x.quantity for x in mine if x.state in OPEN | {"fulfilled"} or _is_gone(x))
        return float("inf") if ware.pieces is None else ware.pieces - taken

    def claimed(self, order: Ordered) -> set[str]:
        """The payments that paid for it and are claimed back."""
        return {p.origin for p in order.pieces if p.origin and self.bought[p.origin].total()}

    def reach(self, payment: str) -> int:
        """How many points its disputes and refunds for fraud ask for."""
        return self.bought[payment].total(reaching=True)

    def reaching(self, member: int) -> set[str]:
        return {name for name in self.of(member) if self.reached(name)}

    def put_back(self, name: str, at: int, *, prolonged: bool) -> None:
        order = self.orders[name]
        self.roles[order.member] = [x for x in self.roles[order.member] if x.order != name]
        self.lapse(order.member, at)
        for pot, points in order.pieces.items():
            if prolonged and pot.end < at + WEEK:
                self.come(pot._replace(end=at + WEEK), points, at)
            else:
                self.free[pot] += points
        self.lapse(order.member, at)
        self.pay(order.member)

    def give_role(self, name: str, at: int) -> None:
        order = self.orders[name]
        if order.ware.lasts:
            role = Role(name, at, order.ware.lasts * order.quantity)
            self.roles[order.member].append(role)

    def role_ends(self, member: int, at: int) -> int:
        """Until when a member has the role; 0 if not now."""
        end = 0
        for role in self.roles[member]:
            end = max(end, role.at) + role.lasts
        return end if end > at else 0

    def level(self, names: set[str], at: int) -> None:
        together = self.together(names)
        super().level(names, at)
        while (name := self.giving_way()) is not None:
            order = self.orders[name]
            order.state = "cancelled" if order.state == "placed" else "returned"
            self.put_back(name, at, prolonged=True)
            names = names | self.claimed(order) | self.reaching(order.member)
            together |= self.together(names)
            super().level(names, at)
        for name, order in self.orders.items():
            over = order.waits_for and not self.reach(order.waits_for)
            if over and any(pot.origin in together for pot in order.pieces):
                self.stand_again(name, order, at)

    def giving_way(self) -> str | None:
        """The next order that a claim needs, newest first."""
        for payment, bought in sorted(self.bought.items()):
            reach = self.reach(payment)
            for name, order in reversed(self.orders.items()):
                needed = order.member == bought.buyer or self.reached(payment) < reach
                has_some = any(pot.origin == payment for pot in order.pieces)
                if reach and self.debt[payment] and has_some and needed:
                    lost = bought.total(reaching=True, gone=True)
                    returned = {"opened": reach, "lost": lost, "never": 0}[order.ware.returned]
                    if order.state == "placed":
                        return name
                    if order.state == "fulfilled" and returned:
                        order.waits_for = payment
                        return name
        return None

    def stand_again(self, name: str, order: Ordered, at: int) -> None:
        """A late win undoes the return, if points of the same payments and pieces are there."""
        self.lapse(order.member, at)
        taken: Counter[Pot] = Counter()
        for origin in {pot.origin for pot in order.pieces}:
            wanted = sum(n for pot, n in order.pieces.items() if pot.origin == origin)
            for pot in self.pots(order.member):
                if pot.origin == origin:
                    part = min(wanted, self.free[pot])
                    taken[pot] += part
                    wanted -= part
            if wanted:
                if not self.claimed(order):
                    order.waits_for = ""  # what it waited for is over, and its points are gone
                return
        if not _is_gone(order) and self.left(order.ware) < order.quantity:
            if not self.claimed(order):
                order.waits_for = ""
            return
        self.free -= taken
        order.pieces, order.state, order.waits_for = +taken, "fulfilled", ""
        self.give_role(name, at)


def _is_gone(order: Ordered) -> bool:
    """Whether its codes stay with whoever has seen them."""
    return order.state == "returned" and order.seen


def _pays(ware: Ware, pot: Pot) -> bool:
    return not ware.only or (ware.only == "paid") == bool(pot.origin)
