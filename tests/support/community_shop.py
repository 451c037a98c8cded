"""A community that also orders things: its life is played on a ledger, and told to the oracle."""

from collections import Counter
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from payments.commands.base import Command, Undo
from payments.commands.shop.end import CancelOrder, DenyOrder, EndOrder, FailOrder
from payments.commands.shop.fulfil import BeginFulfilment, FulfilOrder
from payments.commands.shop.return_order import ReturnOrder
from payments.commands.shop.roles import EndRole
from payments.commands.shop.seen_codes import ShowCodes
from payments.domain.errors import Refused
from payments.domain.values.ids import MemberId, OrderId
from payments.domain.values.items import ItemKey, ItemKind, Offer, ReturnRule, RoleOffer
from payments.domain.values.ledger import PointsKind
from payments.domain.values.roles import RoleKey, RoleTerm
from payments.domain.values.time import DAY
from tests.support.community_lives import MEMBERS, Action, Block, lives
from tests.support.community_played import Played
from tests.support.community_shop_oracle import ShopWorld, Ware
from tests.support.make import GUILD
from tests.support.shopping import HARBOUR_VIP, about, add_codes, add_item, item_id, offer, place

WARES = (
    Ware("Hat", 3, 4),
    Ware("Sign", 2, returned="opened", lasts=10 * DAY),
    Ware("Key", 4, 3, at_once=True),
    Ware("Gift", 1, only="given", returned="never"),
    Ware("Dinner", 5, only="paid"),
)
_KINDS = {"Sign": ItemKind.ROLE, "Key": ItemKind.CODE}
_ONLY = {"given": PointsKind.PROMOTIONAL, "paid": PointsKind.PAID, "": None}

VERBS = {
    "order": 6,
    "fulfil": 4,
    "begin": 2,
    "deny": 1,
    "cancel": 1,
    "fail": 1,
    "lapse": 1,
    "return": 1,
    "undo the return": 1,
    "see": 2,
    "end the role": 1,
}
"""What members and staff do in the shop, and how often."""

OTHERS = {"pass on": 4, "grant": 1, "grant for days": 2, "spend": 1}
"""What they do beside it."""


def offered(ware: Ware) -> Offer:
    """The item that a ware is in the program."""
    kind = _KINDS.get(ware.name, ItemKind.PERSON)
    more: dict[str, Any] = (
        {"role": RoleOffer(id=HARBOUR_VIP, lasts=ware.lasts)} if ware.lasts else {}
    )
    return offer(
        ware.name,
        kind,
        ware.price,
        paid_with=_ONLY[ware.only],
        returned=ReturnRule(ware.returned),
        **more,
    )


@st.composite
def actions(draw: st.DrawFn) -> Action:
    """Something that a member or the staff does."""
    verbs = [verb for verb, often in (VERBS | OTHERS).items() for _ in range(often)]
    return Action(
        verb=draw(st.sampled_from(verbs)),
        member=draw(st.sampled_from(MEMBERS)),
        points=draw(st.integers(1, 9)),
        number=draw(st.integers(0, 4)),
    )


@st.composite
def shop_lives(draw: st.DrawFn) -> list[Block]:
    """A few blocks of many actions, with the facts of a few claims."""
    return [
        Block(
            days=block.days,
            actions=tuple(draw(st.lists(actions(), min_size=3, max_size=12))),
            facts=block.facts,
        )
        for block in draw(lives(undo=False))
    ]


class PlayedShop(Played):
    """A life with orders in the program's books, and as the oracle sees it."""

    world: ShopWorld

    def __init__(self) -> None:
        super().__init__(ShopWorld())
        self.returns: dict[str, tuple[ReturnOrder, bool]] = {}
        for ware in WARES:
            of = offered(ware)
            self.ledger.run(add_item(of, None if ware.at_once else ware.pieces))
            if ware.at_once:
                self.ledger.run(add_codes(of, ware.pieces or 0))

    def act(self, action: Action) -> None:
        if action.verb not in VERBS:
            super().act(action)
        elif action.verb == "order":
            self.order(action.member, WARES[action.number], 1 + action.points % 2)
        elif action.verb == "end the role":
            self.end_role(action.member)
        elif self.world.orders:
            names = [*reversed(self.world.orders)]
            name = names[action.number % len(names)]
            if action.verb == "see":
                self.see(name)
            else:
                self.about_order(name, action.verb)

    def order(self, member: MemberId, ware: Ware, quantity: int) -> None:
        name = f"o{len(self.world.orders):02}"
        command = place(offered(ware), name, member=member, quantity=quantity, at=self.now)
        placed = self.world.place(name, member, ware, quantity, self.now)
        assert self.tried(command) == placed

    def see(self, name: str) -> None:
        found = self.ledger.codes.values()
        codes = tuple(sorted(each.id for each in found if each.order == name))
        self.tried(ShowCodes(**about(name, self.now), codes=codes))
        self.world.see(name)

    def about_order(self, name: str, verb: str) -> None:
        common, world, at = about(name, self.now), self.world, self.now
        match verb:
            case "begin":
                self.tried(BeginFulfilment(**common))
                world.begin(name)
            case "fulfil":
                self.tried(FulfilOrder(**common))
                world.fulfil(name, at)
            case "deny":
                self.tried(DenyOrder(**common))
                world.end(name, "denied", at)
            case "cancel":
                self.tried(CancelOrder(**common))
                world.end(name, "cancelled", at)
            case "fail":
                self.tried(FailOrder(**common))
                world.end(name, "failed", at)
            case "lapse":
                self.lapse_order(name)
            case "return":
                back = ReturnOrder(**common)
                if self.tried(back):
                    self.returns[name] = (back, True)
                world.take_back(name, at)
            case _ if name in self.returns:
                done = self.tried(Undo.of(*self.returns[name], at=at, key=common["key"]))
                assert done == world.undo_return(name, at)

    def lapse_order(self, name: str) -> None:
        """Its time is over right now, whatever it was."""
        order = self.ledger.orders[OrderId(name)]
        if order.due_at is not None:
            self.ledger.orders[order.id] = replace(order, due_at=self.now)
            self.tried(EndOrder(**about(name, self.now), due=self.now))
            self.world.end(name, "failed" if order.state == "fulfilling" else "lapsed", self.now)

    def end_role(self, member: MemberId) -> None:
        about_role = about("", self.now)
        del about_role["order"]
        self.tried(EndRole(**about_role, member=member, role=HARBOUR_VIP, due=self.now))

    def tried(self, command: Command[Any]) -> bool:
        """Whether it was not refused."""
        try:
            self.ledger.run(command)
        except Refused:
            return False
        return True

    # What can be compared

    def accounts(self) -> dict[Any, Any]:
        ledger = self.ledger
        orders = {
            str(order.id): (order.state.value, Counter(self.pieces(order)))
            for order in ledger.orders.values()
        }
        stocks = {}
        for ware in WARES:
            stock = ledger.items[ItemKey(GUILD, item_id(ware.name))].stock
            stocks[ware.name] = (stock.available, stock.reserved, stock.sold)
        roles = {}
        for member in MEMBERS:
            term = ledger.role_terms.get(RoleKey(GUILD, member, HARBOUR_VIP), RoleTerm())
            end = term.ends_at or 0
            roles[f"role of {member}"] = end if end > self.now else 0
        return super().accounts() | orders | stocks | roles

    def pieces(self, order: Any) -> Counter[Any]:
        found: Counter[Any] = Counter()
        for piece in order.pieces:
            found[self.pot(piece.lot)] += piece.points
        return found

    def expected(self) -> dict[Any, Any]:
        world = self.world
        orders = {
            name: (order.state, Counter({tuple(pot): n for pot, n in order.pieces.items()}))
            for name, order in world.orders.items()
        }
        stocks = {}
        for ware in WARES:
            mine = [each for each in world.orders.values() if each.ware == ware]
            stocks[ware.name] = (
                None if ware.pieces is None else world.left(ware),
                sum(each.quantity for each in mine if each.state in {"placed", "fulfilling"}),
                sum(each.quantity for each in mine if each.state == "fulfilled"),
            )
        roles = {f"role of {each}": world.role_ends(each, self.now) for each in MEMBERS}
        return super().expected() | orders | stocks | roles
