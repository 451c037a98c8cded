"""What is undone while points are kept for a refund or dispute: it goes to whom it belongs."""

from typing import Any

import pytest

from payments.commands.base import Undo, by_member
from payments.commands.points.move import GrantPoints, RevokePoints, SpendPoints, TransferPoints
from payments.domain.books import Trail
from payments.domain.errors import CannotUndo
from payments.domain.values.ids import MemberId, PaymentId
from payments.domain.values.provider_updates import DisputeStatus
from tests.support.make import ADA, BEN, dispute_update, event, key
from tests.support.memory_ledger import MemoryLedger
from tests.support.small_ledgers import common, ledger_with, lots, standing

OPEN = DisputeStatus.OPEN


def taken_away(ledger: MemoryLedger, kind: Any, points: int) -> Any:
    """Ada loses points; returns what takes that back."""
    command = kind(**common(ADA), points=points)
    done = ledger.run(command)
    return Undo.of(command, done, at=command.at, actor=by_member(BEN), key=key())


def pass_on(ledger: MemoryLedger, points: int, to: MemberId = BEN) -> None:
    ledger.run(TransferPoints(**common(ADA), points=points, recipient=to))


@pytest.mark.parametrize("kind", [RevokePoints, SpendPoints])
def test_what_comes_back_to_a_buyer_frees_whom_points_were_taken_from_in_their_stead(
    kind: Any,
) -> None:
    """Ben had Ada's 100 disputed points; of the 50 that Ada gets back, Ben gets as many."""
    ledger = ledger_with(("p1", ADA))
    pass_on(ledger, 100)
    ledger.run(GrantPoints(**common(ADA) | {"actor": by_member(BEN)}, points=50))
    undo = taken_away(ledger, kind, 50)
    ledger.run(event(dispute_update("p1", "dp_1", 1000, OPEN)))
    assert (standing(ledger, ADA).balance, standing(ledger, BEN).balance) == (0, 0)
    ledger.run(undo)
    assert (standing(ledger, ADA).balance, standing(ledger, BEN).balance) == (0, 50)


@pytest.mark.parametrize("kind", [RevokePoints, SpendPoints])
def test_a_disputed_payments_own_points_are_kept_in_place_of_others_once_they_are_back(
    kind: Any,
) -> None:
    """Of two payments the disputed one's points were gone, so the other's were kept."""
    ledger = ledger_with(("p1", ADA), ("p2", ADA))
    undo = taken_away(ledger, kind, 100)
    assert lots(ledger, ADA) == {"p2": 100}
    ledger.run(event(dispute_update("p1", "dp_1", 1000, OPEN)))
    assert standing(ledger, ADA).balance == 0
    ledger.run(undo)
    assert lots(ledger, ADA) == {"p2": 100}


def test_what_comes_back_of_a_payment_that_nobody_claims_stays() -> None:
    ledger = ledger_with(("p1", ADA), ("p2", ADA))
    undo = taken_away(ledger, RevokePoints, 150)
    ledger.run(event(dispute_update("p2", "dp_1", 500, OPEN)))
    assert standing(ledger, ADA).balance == 0
    ledger.run(undo)
    assert lots(ledger, ADA) == {"p1": 100, "p2": 50}


class WithoutTrails(MemoryLedger):
    """A ledger in which nobody may ask where a payment's points went."""

    def trail(self, payment: PaymentId) -> Trail:
        raise AssertionError(f"the trail of {payment} was read")


def test_where_points_went_is_not_read_if_nobody_claims_them() -> None:
    """An undoing reads as much as the sending itself, however long the trail of a payment is."""
    ledger = ledger_with(("p1", ADA))
    ledger.__class__ = WithoutTrails
    undo = taken_away(ledger, SpendPoints, 30)
    ledger.run(undo)
    assert lots(ledger, ADA) == {"p1": 100}


@pytest.mark.parametrize(("spent", "gone"), [(1, "1"), (1499, "1,499"), (1500, "1,500")])
def test_a_grant_that_was_used_says_how_much_of_it_is_gone(spent: int, gone: str) -> None:
    ledger = ledger_with()
    grant = GrantPoints(**common(ADA) | {"actor": by_member(BEN)}, points=1500)
    undo = Undo.of(grant, ledger.run(grant), at=grant.at, actor=by_member(BEN), key=key())
    ledger.run(SpendPoints(**common(ADA), points=spent))
    with pytest.raises(CannotUndo) as refused:
        ledger.run(undo)
    assert str(refused.value) == f"{gone} of these points have been used or have expired since."
    assert standing(ledger, ADA).balance == 1500 - spent
