"""Codes that nobody has seen go back into stock when their order is returned."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from payments.commands.base import Undo
from payments.commands.payments.inbox import RecordProviderEvent
from payments.commands.shop.codes import ReplaceCode
from payments.commands.shop.return_order import ReturnOrder
from payments.commands.shop.seen_codes import NoteCodesNotSent, ShowCodes
from payments.domain.errors import CannotUndo, Refused
from payments.domain.values.codes import Sight
from payments.domain.values.ids import CodeId, OrderId
from payments.domain.values.items import ItemKey, ItemKind, Stock
from payments.domain.values.orders import OrderState
from payments.domain.values.provider_updates import DisputeStatus
from tests.support import make
from tests.support.commands import grant
from tests.support.make import BEN, GUILD, START
from tests.support.memory_ledger import MemoryLedger
from tests.support.shopping import about, add_codes, add_item, item_id, offer, place
from tests.support.store_ledger import StoreLedger

Ledger = MemoryLedger | StoreLedger

KEY = offer("Key", ItemKind.CODE)


@pytest.fixture(params=["memory", "store"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    """Ada has bought 500 points; of three codes she has ordered two, under the name `o1`."""
    begun: Ledger = MemoryLedger() if request.param == "memory" else StoreLedger(tmp_path)
    begun.put_up(GUILD, [make.package()])
    begun.run(make.initiate("p1"))
    begun.run(make.event(make.checkout_update("p1")))
    begun.run(grant(500, BEN))
    begun.run(add_item(KEY))
    begun.run(add_codes(KEY, 3))
    begun.run(place(KEY, "o1", quantity=2))
    yield begun
    if isinstance(begun, StoreLedger):
        begun.whole()  # the books prove themselves
        begun.close()


def codes(ledger: Ledger, order: str = "o1") -> list[CodeId]:
    """The codes of an order that work, the oldest first."""
    found = ledger.whole().codes.values()
    return sorted(each.id for each in found if each.order == order and not each.bad)


def stock(ledger: Ledger) -> Stock:
    return ledger.whole().items[ItemKey(GUILD, item_id("Key"))].stock


def show(ledger: Ledger, *shown: CodeId, sight: Sight = Sight.SEEN) -> tuple[CodeId, ...]:
    return ledger.run(ShowCodes(**about("o1"), codes=shown, sight=sight))


def dispute(status: DisputeStatus) -> RecordProviderEvent:
    return make.event(make.dispute_update("p1", "du", 499, status))


def test_codes_that_nobody_saw_can_be_ordered_by_somebody_else(ledger: Ledger) -> None:
    first = codes(ledger)
    ledger.run(ReturnOrder(**about("o1")))
    assert codes(ledger) == []
    assert stock(ledger) == Stock(available=3)
    ledger.run(place(KEY, "o2", member=BEN, quantity=3))
    assert set(codes(ledger, "o2")) > set(first)
    with pytest.raises(Refused, match="no codes any more"):
        show(ledger, *first)


def test_a_code_that_was_seen_stays_with_whoever_saw_it(ledger: Ledger) -> None:
    seen, unseen = codes(ledger)
    assert show(ledger, seen) == (seen,)
    assert show(ledger, seen) == ()
    ledger.run(ReturnOrder(**about("o1")))
    assert codes(ledger) == [seen]
    assert stock(ledger) == Stock(available=2)
    ledger.run(place(KEY, "o2", member=BEN, quantity=2))
    assert unseen in codes(ledger, "o2")


@pytest.mark.parametrize("seen_elsewhere", [False, True])
def test_a_message_that_did_not_go_out_showed_nothing(
    ledger: Ledger, *, seen_elsewhere: bool
) -> None:
    one, other = codes(ledger)
    assert show(ledger, one, other, sight=Sight.SENT) == (one, other)
    assert show(ledger, one, other, sight=Sight.SENT) == ()
    if seen_elsewhere:
        show(ledger, other)
    ledger.run(NoteCodesNotSent(**about("o1"), codes=(one, other)))
    ledger.run(ReturnOrder(**about("o1")))
    assert codes(ledger) == ([other] if seen_elsewhere else [])


def test_a_message_that_may_have_arrived_counts_as_seen(ledger: Ledger) -> None:
    both = codes(ledger)
    show(ledger, *both, sight=Sight.SENT)
    ledger.run(ReturnOrder(**about("o1")))
    assert codes(ledger) == both


def test_a_code_that_did_not_work_is_not_given_to_somebody_else(ledger: Ledger) -> None:
    bad, good = codes(ledger)
    ledger.run(ReplaceCode(**about("o1"), code=bad))
    ledger.run(ReturnOrder(**about("o1")))
    ledger.run(place(KEY, "o2", member=BEN, quantity=2))
    assert bad not in codes(ledger, "o2")
    assert good in codes(ledger, "o2")
    assert stock(ledger).available == 0


def test_what_stands_again_gets_codes_that_nobody_has(ledger: Ledger) -> None:
    seen, freed = codes(ledger)
    show(ledger, seen)
    back = ReturnOrder(**about("o1"))
    result = ledger.run(back)
    ledger.run(place(KEY, "o2", member=BEN))
    ledger.run(Undo.of(back, result, at=START))
    now = codes(ledger)
    assert seen in now
    assert len(now) == 2
    assert not set(now) & set(codes(ledger, "o2"))
    assert stock(ledger) == Stock(available=0, sold=3)
    assert freed in {*now, *codes(ledger, "o2")}


def test_it_does_not_stand_again_without_a_code(ledger: Ledger) -> None:
    back = ReturnOrder(**about("o1"))
    result = ledger.run(back)
    ledger.run(place(KEY, "o2", member=BEN, quantity=2))
    with pytest.raises(CannotUndo):
        ledger.run(Undo.of(back, result, at=START))
    assert codes(ledger) == []


def test_a_lost_dispute_frees_codes_and_a_late_win_gives_others(ledger: Ledger) -> None:
    ledger.run(place(KEY, "o2", quantity=1))
    ledger.run(dispute(DisputeStatus.OPEN))
    ledger.run(dispute(DisputeStatus.LOST))
    assert stock(ledger).available == 3
    assert codes(ledger) == codes(ledger, "o2") == []
    ledger.run(dispute(DisputeStatus.WON))
    assert (len(codes(ledger)), len(codes(ledger, "o2"))) == (2, 1)
    assert stock(ledger) == Stock(available=0, sold=3)
    assert ledger.whole().orders[OrderId("o1")].state is OrderState.FULFILLED


def test_nobody_is_shown_a_code_of_another_order(ledger: Ledger) -> None:
    ledger.run(place(KEY, "o2", member=BEN))
    with pytest.raises(Refused, match="no such code"):
        show(ledger, *codes(ledger, "o2"))
