"""Orders: points and pieces are reserved, spent, or given back to where they came from."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from payments.commands.base import Command, Undo, by_member
from payments.commands.payments.inbox import RecordProviderEvent
from payments.commands.points.move import TransferPoints
from payments.commands.shop.end import CancelOrder, DenyOrder, EndOrder, FailOrder
from payments.commands.shop.fulfil import BeginFulfilment, FulfilOrder
from payments.commands.shop.return_order import ReturnOrder
from payments.domain.books import ITEMS, ORDERS
from payments.domain.errors import NotEnoughPoints, Refused
from payments.domain.rules.stock import SoldOut
from payments.domain.values.ids import AccountKey, OrderId
from payments.domain.values.items import ItemKey, ItemKind, Limits, Offer, Stock
from payments.domain.values.orders import OrderState
from payments.domain.values.provider_updates import DisputeStatus
from payments.domain.values.time import DAY, HOUR, later
from payments.store.books.load import load
from tests.support import make
from tests.support.commands import grant
from tests.support.make import ADA, BEN, GUILD, START, key
from tests.support.memory_ledger import MemoryLedger
from tests.support.shopping import about, add_codes, add_item, item_id, offer, place
from tests.support.store_ledger import StoreLedger

Ledger = MemoryLedger | StoreLedger


@pytest.fixture(params=["memory", "store"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    """Ada has 500 points that she paid for, and 50 that she was granted."""
    begun: Ledger = MemoryLedger() if request.param == "memory" else StoreLedger(tmp_path)
    begun.put_up(GUILD, [make.package()])
    begun.run(make.initiate("p1"))
    begun.run(make.event(make.checkout_update("p1")))
    begun.run(grant(50))
    yield begun
    if isinstance(begun, StoreLedger):
        begun.whole()  # the books prove themselves
        begun.close()


def points(ledger: Ledger, member: int = ADA) -> tuple[int, int]:
    """Balance and debt."""
    found = ledger.whole().accounts.get(AccountKey(GUILD, member))  # type: ignore[arg-type]
    return (0, 0) if found is None else (found.balance, found.owed)


def state(ledger: Ledger, order: str = "o1") -> OrderState:
    if isinstance(ledger, MemoryLedger):
        return ledger.orders[OrderId(order)].state
    with ledger.engine.begin() as connection:
        found = load(connection, ORDERS.of(OrderId(order)), changing=False)[ORDERS][OrderId(order)]
    assert found is not None
    return found.state


def stock(ledger: Ledger, of: Offer) -> Stock:
    wanted = ItemKey(GUILD, item_id(of.name))
    if isinstance(ledger, MemoryLedger):
        return ledger.items[wanted].stock
    with ledger.engine.begin() as connection:
        found = load(connection, ITEMS.of(wanted), changing=False)[ITEMS][wanted]
    assert found is not None
    return found.stock


def dispute(status: DisputeStatus, seen: str = "du") -> RecordProviderEvent:
    return make.event(make.dispute_update("p1", seen, 499, status))


TABLE = offer()


def ordered(ledger: Ledger, of: Offer = TABLE, *, quantity: int = 3, available: int = 10) -> None:
    """Ada has ordered some of an item under the name `o1`."""
    ledger.run(add_item(of, available))
    ledger.run(place(of, "o1", quantity=quantity))


def test_an_order_reserves_points_and_pieces(ledger: Ledger) -> None:
    ordered(ledger)
    assert points(ledger) == (250, 0)
    assert stock(ledger, TABLE) == Stock(available=7, reserved=3)
    assert state(ledger) is OrderState.PLACED


@pytest.mark.parametrize(
    ("command", "end"),
    [
        (CancelOrder(**about("o1")), OrderState.CANCELLED),
        (DenyOrder(**about("o1"), reason="closed"), OrderState.DENIED),
        (FailOrder(**about("o1"), reason="role gone"), OrderState.FAILED),
    ],
    ids=lambda each: getattr(each, "kind", ""),
)
def test_what_ends_it_before_gives_exactly_that_back(
    ledger: Ledger, command: Command[bool], end: OrderState
) -> None:
    ordered(ledger)
    ledger.run(command)
    assert points(ledger) == (550, 0)
    assert stock(ledger, TABLE) == Stock(available=10)
    assert state(ledger) is end
    for each in (
        CancelOrder(**about("o1")),
        DenyOrder(**about("o1")),
        FulfilOrder(**about("o1")),
        BeginFulfilment(**about("o1")),
    ):
        with pytest.raises(Refused, match="Its points are back"):
            ledger.run(each)


def test_a_fulfilled_order_is_spent_and_can_be_returned(ledger: Ledger) -> None:
    ordered(ledger)
    ledger.run(FulfilOrder(**about("o1"), reason="See you at eight"))
    assert points(ledger) == (250, 0)
    assert stock(ledger, TABLE) == Stock(available=7, sold=3)
    back = ReturnOrder(**about("o1"), reason="rain")
    result = ledger.run(back)
    assert points(ledger) == (550, 0)
    assert stock(ledger, TABLE) == Stock(available=10)
    assert state(ledger) is OrderState.RETURNED
    ledger.run(Undo.of(back, result, at=START, actor=by_member(BEN), key=key()))
    assert points(ledger) == (250, 0)
    assert stock(ledger, TABLE) == Stock(available=7, sold=3)
    assert state(ledger) is OrderState.FULFILLED


def test_nothing_is_cancelled_once_something_may_have_left(ledger: Ledger) -> None:
    ordered(ledger)
    ledger.run(BeginFulfilment(**about("o1")))
    with pytest.raises(Refused, match="being fulfilled"):
        ledger.run(CancelOrder(**about("o1")))
    assert points(ledger) == (250, 0)


def test_an_order_lapses_when_its_time_is_over(ledger: Ledger) -> None:
    ordered(ledger)
    due = later(START, TABLE.wait)
    early = EndOrder(**about("o1", later(due, -1)), due=due)
    assert not ledger.run(early)
    assert ledger.run(EndOrder(**about("o1", due), due=due))
    assert state(ledger) is OrderState.LAPSED
    assert points(ledger) == (550, 0)


def test_the_last_piece_is_sold_once(ledger: Ledger) -> None:
    ledger.run(add_item(TABLE, 1))
    ledger.run(place(TABLE))
    with pytest.raises(SoldOut, match="is sold out"):
        ledger.run(place(TABLE))
    with pytest.raises(Refused):
        ledger.run(place(TABLE, quantity=2))
    assert points(ledger) == (450, 0)


def test_who_has_too_few_points_is_told_so_and_keeps_them(ledger: Ledger) -> None:
    ledger.run(add_item(TABLE, 10))
    with pytest.raises(NotEnoughPoints):
        ledger.run(place(TABLE, quantity=6))
    assert points(ledger) == (550, 0)
    assert stock(ledger, TABLE) == Stock(available=10)


@pytest.mark.parametrize("quantity", [0, -1, 101, 2**53])
def test_a_number_that_nobody_can_order_is_no_number_of_points(
    ledger: Ledger, quantity: int
) -> None:
    ledger.run(add_item(offer()))
    with pytest.raises(Refused, match="You can order 1 to 100 pieces at a time"):
        ledger.run(place(offer(), quantity=quantity))


def test_limits_count_what_stands(ledger: Ledger) -> None:
    few = offer(limits=Limits(per_order=2, per_member=2, period=DAY, cooldown=HOUR))
    ledger.run(add_item(few))
    ledger.run(place(few, "o1"))
    with pytest.raises(Refused, match="again in"):
        ledger.run(place(few))
    soon = later(START, HOUR)
    with pytest.raises(Refused, match="2 of"):
        ledger.run(place(few, quantity=2, at=soon))
    ledger.run(place(few, at=soon))
    with pytest.raises(Refused, match="2 of"):
        ledger.run(place(few, at=later(START, 2 * HOUR)))
    ledger.run(CancelOrder(**about("o1", later(START, 2 * HOUR))))
    ledger.run(place(few, at=later(START, 3 * HOUR)))


def test_a_code_is_given_at_once_and_once(ledger: Ledger) -> None:
    codes = offer("Key of a game", ItemKind.CODE)
    ledger.run(add_item(codes))
    ledger.run(add_codes(codes, 3))
    ledger.run(place(codes, "o1", quantity=2))
    assert state(ledger) is OrderState.FULFILLED
    assert stock(ledger, codes) == Stock(available=1, sold=2)
    ledger.run(place(codes))
    with pytest.raises(SoldOut):
        ledger.run(place(codes))
    assert points(ledger) == (250, 0)


def test_a_dispute_cancels_an_open_order_that_holds_its_points(ledger: Ledger) -> None:
    ordered(ledger)
    ledger.run(dispute(DisputeStatus.OPEN))
    assert state(ledger) is OrderState.CANCELLED
    assert points(ledger) == (50, 0)
    assert stock(ledger, TABLE) == Stock(available=10)


def test_an_order_that_a_claim_does_not_need_stands(ledger: Ledger) -> None:
    ordered(ledger, quantity=1)
    ledger.run(make.event(make.dispute_update("p1", "du", 100, DisputeStatus.OPEN)))
    assert state(ledger) is OrderState.PLACED


def test_a_lost_dispute_returns_what_its_points_bought_and_a_late_win_gives_it_again(
    ledger: Ledger,
) -> None:
    ordered(ledger)
    ledger.run(FulfilOrder(**about("o1")))
    ledger.run(dispute(DisputeStatus.OPEN))
    assert state(ledger) is OrderState.FULFILLED
    assert points(ledger) == (-250, 250)
    ledger.run(dispute(DisputeStatus.LOST))
    assert state(ledger) is OrderState.RETURNED
    assert points(ledger) == (50, 0)
    ledger.run(dispute(DisputeStatus.WON))
    assert state(ledger) is OrderState.FULFILLED
    assert points(ledger) == (250, 0)


def test_points_of_others_in_a_returned_order_come_back_to_who_ordered(ledger: Ledger) -> None:
    ledger.run(make.event(make.checkout_update("p1")))
    ledger.run(
        TransferPoints(
            key=key(),
            at=later(START, 100 * HOUR),
            actor=by_member(ADA),
            guild=GUILD,
            member=ADA,
            points=200,
            recipient=BEN,
        )
    )
    ledger.run(grant(100, BEN))
    ledger.run(add_item(TABLE, 10))
    ledger.run(place(TABLE, "o1", member=BEN, quantity=2, at=later(START, 100 * HOUR)))
    ledger.run(FulfilOrder(**about("o1")))
    before = points(ledger, BEN)
    ledger.run(dispute(DisputeStatus.LOST))
    assert state(ledger) is OrderState.RETURNED
    assert before[1] == 0
    assert points(ledger, ADA)[1] == 0
