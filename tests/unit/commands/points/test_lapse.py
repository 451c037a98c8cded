"""Points whose time is over: they go, however many they are, and nobody can use them meanwhile."""

import pytest

from payments.commands.base import Undo
from payments.commands.payments.inspect import InspectPayment
from payments.commands.points.lapse import LapsePoints
from payments.commands.points.move import GrantPoints, SpendPoints, TransferPoints
from payments.domain.errors import CannotUndo, NotEnoughPoints
from payments.domain.values.guilds import MAX_POINTS
from payments.domain.values.ids import AccountKey, House, MemberId, PaymentId
from payments.domain.values.ledger import HoldSource, TransferKind
from payments.domain.values.provider_updates import DisputeStatus
from payments.domain.values.time import DAY, Instant, later
from tests.support.ledgers import Standing
from tests.support.make import ADA, BEN, GUILD, SYSTEM, dispute_update, event, key
from tests.support.memory_ledger import MemoryLedger
from tests.support.small_ledgers import (
    MATURE,
    buy,
    common,
    house,
    ledger_with,
    let_lapse,
    lots,
    standing,
)

END = later(MATURE, DAY)


def sweep(ledger: MemoryLedger, member: MemberId, at: Instant) -> int:
    command = LapsePoints(key=key(), at=at, actor=SYSTEM, guild=GUILD, member=member, due=END)
    return ledger.run(command)


def grant(ledger: MemoryLedger, points: int) -> None:
    ledger.run(GrantPoints(**common(ADA), as_owner=True, points=points, note="", expires_at=END))


def test_more_points_than_one_transfer_moves_lapse_in_several() -> None:
    ledger = ledger_with()
    for points in (MAX_POINTS, MAX_POINTS, 5):
        grant(ledger, points)
    assert sweep(ledger, ADA, END) == 2 * MAX_POINTS + 5
    assert standing(ledger, ADA) == Standing(balance=0, in_lots=0, owed=0)
    assert house(ledger, House.EXPIRED) == 2 * MAX_POINTS + 5
    lapses = [x.points for x in ledger.transfers.values() if x.kind is TransferKind.LAPSE]
    assert lapses == [MAX_POINTS, MAX_POINTS, 5]
    entries = [-x.points for x in ledger.entries if ledger.transfers[x.transfer].at == END]
    assert entries == lapses


def test_a_lost_dispute_takes_a_payment_whose_buyer_has_as_many() -> None:
    ledger = ledger_with(("one", ADA))
    for _ in range(2):
        grant(ledger, MAX_POINTS)
    ledger.run(event(dispute_update("one", "dp_1", 1000, DisputeStatus.LOST), at=END))
    assert standing(ledger, ADA) == Standing(balance=0, in_lots=0, owed=0)
    assert (house(ledger, House.ISSUED), house(ledger, House.EXPIRED)) == (0, 2 * MAX_POINTS)


def test_nothing_lapses_before_its_time_or_twice() -> None:
    ledger = ledger_with()
    grant(ledger, 40)
    assert sweep(ledger, ADA, Instant(END - 1)) == 0
    assert sweep(ledger, ADA, END) == 40
    assert sweep(ledger, ADA, later(END, DAY)) == 0


def test_points_that_have_lapsed_unswept_cannot_be_used() -> None:
    ledger = ledger_with()
    grant(ledger, 40)
    late = common(ADA) | {"at": END}
    with pytest.raises(NotEnoughPoints) as error:
        ledger.run(SpendPoints(**late, points=1))
    assert error.value.available == 0
    with pytest.raises(NotEnoughPoints):
        ledger.run(TransferPoints(**late, points=1, recipient=BEN))


def test_a_grant_whose_points_have_lapsed_is_not_undone_before_or_after_the_sweep() -> None:
    for swept in (False, True):
        ledger = ledger_with()
        command = GrantPoints(**common(ADA), as_owner=True, points=40, note="", expires_at=END)
        done = ledger.run(command)
        if swept:
            sweep(ledger, ADA, END)
        with pytest.raises(CannotUndo, match="have expired since"):
            ledger.run(Undo.of(command, done, at=END))


def test_a_dispute_counts_what_lapsed_with_others_as_returned_before_and_after_the_sweep() -> None:
    for swept in (False, True):
        ledger = ledger_with(("one", ADA))
        own = next(lot for lot in ledger.accounts[AccountKey(GUILD, ADA)].lots)
        let_lapse(ledger, own, END)
        ledger.run(TransferPoints(**common(ADA), points=60, recipient=BEN))
        if swept:
            sweep(ledger, ADA, END)
            sweep(ledger, BEN, END)
        ledger.run(event(dispute_update("one", "dp_1", 1000, DisputeStatus.OPEN), at=END))
        assert {hold.source for hold in ledger.holds.values()} == {HoldSource.LAPSED}
        assert house(ledger, House.EXPIRED) == 100
        assert standing(ledger, BEN).balance == standing(ledger, ADA).balance == 0


def test_who_looks_at_a_payment_sees_no_points_whose_time_is_over() -> None:
    ledger = ledger_with(("one", ADA))
    grant(ledger, 40)
    own = next(lot for lot in ledger.accounts[AccountKey(GUILD, ADA)].lots if lot.terms.payment)
    let_lapse(ledger, own, END)
    buy(ledger, "two", ADA)
    asked = common(ADA) | {"at": END}
    del asked["member"]
    seen = ledger.run(InspectPayment(**asked, payment=PaymentId("one")))
    assert (seen.now.unspent, seen.now.lapsed, seen.balance) == (0, 100, 100)
    assert lots(ledger, ADA) == {None: 40, "one": 100, "two": 100}
