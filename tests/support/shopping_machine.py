"""A small community that also orders things, as a state machine: in memory, and in the store."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, consumes, initialize, invariant, multiple, rule

from payments.commands.base import Command, Undo
from payments.commands.shop.codes import ReplaceCode
from payments.commands.shop.end import CancelOrder, DenyOrder, EndOrder, FailOrder, RemindOfOrder
from payments.commands.shop.fulfil import BeginFulfilment, FulfilOrder, RequestFulfilment
from payments.commands.shop.items import RestockItem, RetireItem
from payments.commands.shop.return_order import ReturnOrder
from payments.commands.shop.roles import EndRole
from payments.commands.shop.seen_codes import NoteCodesNotSent, ShowCodes
from payments.domain.values.codes import Sight
from payments.domain.values.ids import AccountKey, House, MemberId, OrderId
from payments.domain.values.items import ItemKind, Limits, Offer
from payments.domain.values.orders import OrderState
from payments.domain.values.time import DAY, HOUR
from tests.support.community_machine import MEMBERS, Community, CommunityInTheStore
from tests.support.community_shop import WARES, offered
from tests.support.ledgers import moved
from tests.support.make import ADA, BEN, EVE, GUILD
from tests.support.shopping import about, add_codes, add_item, item_id, offer, place

HALL = offer("Hall", price=30, limits=Limits(per_order=2, per_member=3, period=DAY, cooldown=HOUR))
LETTER = offer("Letter", ItemKind.CODE, price=20, by_person=True)
OFFERS = [*(offered(ware) for ware in WARES), HALL, LETTER]
ENDS: dict[str, Any] = {
    "begin": BeginFulfilment,
    "request": RequestFulfilment,
    "fulfil": FulfilOrder,
    "deny": DenyOrder,
    "cancel": CancelOrder,
    "fail": FailOrder,
}


class Shopping(Community):
    """Members order, staff fulfils and denies, time runs out, moderators take back."""

    orders = Bundle("orders")
    returned = Bundle("returned")

    @initialize(target=orders)
    def begin_with_orders(self) -> Any:
        for of in OFFERS:
            self.do(add_item(of, None if of.kind is ItemKind.CODE else 9, at=self.now))
            if of.kind is ItemKind.CODE:
                self.do(add_codes(of, 4, at=self.now))
        orders = []
        for number, member in enumerate((ADA, BEN, EVE)):
            name = f"order-{number}"
            if self.do(place(OFFERS[number], name, member=member, at=self.now)):
                orders.append(name)
        return multiple(*orders)

    @rule(target=orders, member=MEMBERS, of=st.sampled_from(OFFERS), quantity=st.integers(1, 3))
    def order(self, member: MemberId, of: Offer, quantity: int) -> Any:
        name = f"order-{len(self.after.orders)}"
        done = self.do(place(of, name, member=member, quantity=quantity, at=self.now))
        return name if done else multiple()

    @rule(order=orders, verb=st.sampled_from(sorted(ENDS)))
    def decide(self, order: str, verb: str) -> None:
        self.do(ENDS[verb](**about(order, self.now)), reversing=True)

    @rule(order=orders, remind=st.booleans())
    def time_runs_out(self, order: str, *, remind: bool) -> None:
        found = self.after.orders[OrderId(order)]
        due = found.remind_at if remind else found.due_at
        if due is None:
            return
        self.now = max(self.now, due)
        timer = RemindOfOrder if remind else EndOrder
        self.do(timer(**about(order, self.now), due=due), reversing=True)

    @rule(target=returned, order=orders)
    def take_back(self, order: str) -> Any:
        command = ReturnOrder(**about(order, self.now))
        return command if self.do(command, reversing=True) else multiple()

    @rule(done=consumes(returned))
    def undo_the_return(self, done: Command[Any]) -> None:
        self.do(Undo.of(done, self.ledger.run(done), at=self.now))

    @rule(number=st.integers(0, 5))
    def a_role_ends(self, number: int) -> None:
        terms = sorted(self.after.terms)
        if number < len(terms):
            key = terms[number]
            end = self.after.terms[key].ends_at
            common = about("", self.now)
            del common["order"]
            due = end or self.now
            self.do(EndRole(**common, member=key.member, role=key.role, due=due))

    @rule(of=st.sampled_from(OFFERS), available=st.none() | st.integers(0, 5))
    def restock(self, of: Offer, available: int | None) -> None:
        common = about("", self.now)
        del common["order"]
        self.do(RestockItem(**common, item=item_id(of.name), available=available))

    @rule()
    def retire_the_hall(self) -> None:
        common = about("", self.now)
        del common["order"]
        self.do(RetireItem(**common, item=item_id(HALL.name)))

    @rule(order=orders)
    def replace_a_code(self, order: str) -> None:
        codes = sorted(each.id for each in self.after.codes.values() if each.order == order)
        for code in codes[:1]:
            self.do(ReplaceCode(**about(order, self.now), code=code))

    @rule(order=orders, sight=st.sampled_from([Sight.SENT, Sight.SEEN]))
    def a_buyer_sees_codes(self, order: str, sight: Sight) -> None:
        codes = tuple(sorted(x.id for x in self.after.codes.values() if x.order == order))
        self.do(ShowCodes(**about(order, self.now), codes=codes, sight=sight))

    @rule(order=orders)
    def a_message_with_codes_does_not_go_out(self, order: str) -> None:
        codes = tuple(sorted(x.id for x in self.after.codes.values() if x.order == order))
        self.do(NoteCodesNotSent(**about(order, self.now), codes=codes))

    @invariant()
    def codes_are_an_orders_or_can_be_ordered(self) -> None:
        """What was seen stays with whoever saw it, also when the order was returned."""
        for order in self.after.orders.values():
            theirs = [each for each in self.after.codes.values() if each.order == order.id]
            good = sum(not each.bad for each in theirs)
            if order.state is OrderState.RETURNED:
                assert not any(each.sight.is_unseen and not each.bad for each in theirs)
                assert good <= order.quantity
            elif theirs:
                assert (order.state, good) == (OrderState.FULFILLED, order.quantity)

    @invariant()
    def what_is_reserved_is_what_open_orders_have(self) -> None:
        kept = sum(each.points for each in self.after.orders.values() if each.state.is_open)
        assert moved(self.after)[AccountKey(GUILD, House.RESERVED)] == kept

    @invariant()
    def each_counter_is_what_its_orders_say(self) -> None:
        for key, item in self.after.items.items():
            mine = [each for each in self.after.orders.values() if each.item_key == key]
            reserved = sum(each.quantity for each in mine if each.state.is_open)
            sold = sum(x.quantity for x in mine if x.state is OrderState.FULFILLED)
            assert (item.stock.reserved, item.stock.sold) == (reserved, sold)
            assert item.stock.available is None or item.stock.available >= 0

    @invariant()
    def nobody_owes_what_an_order_holds_within_the_reach_of_a_claim(self) -> None:
        for payment, taken in self.after.taken.items():
            claimed = self.after.payments[payment][0]
            if not taken.owed or not claimed.reach_target:
                continue
            for order in self.after.orders.values():
                if order.state is OrderState.PLACED and order.points_of(payment):
                    assert order.account != claimed.buyer
                    assert taken.reached == claimed.reach_target


class ShoppingInTheStore(Shopping, CommunityInTheStore):
    """The same over the real store, in step with the one in memory."""
