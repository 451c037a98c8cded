"""A role for good is paid for once."""

from dataclasses import replace

import pytest

from payments.commands.shop.fulfil import FulfilOrder
from payments.commands.shop.items import EditItem
from payments.commands.shop.return_order import ReturnOrder
from payments.domain.errors import Refused
from payments.domain.values.items import ItemKind, Limits, RoleOffer
from payments.domain.values.time import DAY
from tests.support import make
from tests.support.commands import grant
from tests.support.make import ADA, BEN, GUILD
from tests.support.memory_ledger import MemoryLedger
from tests.support.shopping import HARBOUR_VIP, about, add_item, item_id, offer, place

ONE = Limits(per_order=1)
GOOD = offer("For good", ItemKind.ROLE, role=RoleOffer(id=HARBOUR_VIP), limits=ONE)
OTHER = replace(GOOD, name="Also for good")
MONTH = offer("A month", ItemKind.ROLE, limits=Limits(per_order=5))


@pytest.fixture
def ledger() -> MemoryLedger:
    """Ada and Ben have 1,000 points each; three items give the same role."""
    begun = MemoryLedger()
    begun.put_up(GUILD, [make.package()])
    for member in (ADA, BEN):
        begun.run(grant(1_000, member))
    for each in (GOOD, OTHER, MONTH):
        begun.run(add_item(each))
    return begun


@pytest.mark.parametrize("again", [GOOD, OTHER, MONTH], ids=lambda each: each.name)
def test_it_is_not_ordered_again_while_it_is_on_its_way_or_there(
    ledger: MemoryLedger, again: object
) -> None:
    ledger.run(place(GOOD, "o1"))
    with pytest.raises(Refused, match="on its way"):
        ledger.run(place(again, "o2"))  # type: ignore[arg-type]  # an offer
    ledger.run(FulfilOrder(**about("o1")))
    with pytest.raises(Refused, match="already"):
        ledger.run(place(again, "o2"))  # type: ignore[arg-type]  # an offer
    ledger.run(place(GOOD, "o3", member=BEN))
    ledger.run(ReturnOrder(**about("o1")))
    ledger.run(place(again, "o2"))  # type: ignore[arg-type]  # an offer


def test_who_has_it_for_a_time_can_have_it_for_good(ledger: MemoryLedger) -> None:
    ledger.run(place(MONTH, "o1", quantity=2))
    ledger.run(FulfilOrder(**about("o1")))
    ledger.run(place(MONTH, "o2"))
    ledger.run(place(GOOD, "o3"))


def test_an_item_of_one_has_one_piece_an_order(ledger: MemoryLedger) -> None:
    several = replace(GOOD, name="Several", limits=Limits(per_order=2))
    with pytest.raises(Refused, match="ordered once"):
        ledger.run(add_item(several))
    about_item = about("")
    del about_item["order"]
    lasting = replace(MONTH, role=RoleOffer(id=HARBOUR_VIP))
    with pytest.raises(Refused, match="ordered once"):
        ledger.run(EditItem(**about_item, item=item_id("A month"), offer=lasting))


def test_one_that_was_made_before_behaves_as_if_it_had_one(ledger: MemoryLedger) -> None:
    (key,) = (key for key, item in ledger.items.items() if item.offer.name == "For good")
    old = replace(GOOD, limits=Limits(per_order=3))
    ledger.items[key] = replace(ledger.items[key], offer=old)
    with pytest.raises(Refused, match="one piece is enough"):
        ledger.run(place(old, "o1", quantity=2))
    ledger.run(place(old, "o1"))


def test_a_role_for_a_time_is_ordered_in_several_pieces() -> None:
    assert MONTH.most_at_once == 5
    assert offer("Day", ItemKind.ROLE, role=RoleOffer(id=1, lasts=DAY)).most_at_once == 100
