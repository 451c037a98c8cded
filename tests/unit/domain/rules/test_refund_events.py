"""Events about refunds, each whole."""

from dataclasses import replace
from typing import Any

import pytest

from payments.commands.base import by_member
from payments.commands.guild.settings import ChangeSettings
from payments.commands.payments.refund import ApproveRefund, DeclineRefund
from payments.commands.payments.refund_outcome import GiveRefundUp
from payments.domain.values.events import (
    Event,
    PaymentMismatch,
    PaymentRefunded,
    PointsAwarded,
    PointsReverted,
    RefundFailed,
    RefundPending,
    RefundProposalChanged,
)
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import PaymentId
from payments.domain.values.provider_updates import DisputeStatus, ProviderUpdate, RefundStatus
from payments.domain.values.time import HOUR, later
from tests.support.make import (
    BEN,
    EVE,
    GUILD,
    START,
    SYSTEM,
    dispute_update,
    euros,
    key,
    refund_update,
)
from tests.support.memory_ledger import MemoryLedger
from tests.support.payment_events import LATER, emitted_by, grant, ledger, of, paid, request, whole

__all__ = ["ledger", "paid"]  # fixtures


def test_two_parts_that_go_back_are_told_with_what_went_back_in_all(paid: MemoryLedger) -> None:
    paid.run(grant(20))
    assert of(paid, refund_update("one", "re_1", 300)) == [
        PaymentRefunded(**whole(), refunded=euros(300), amount=euros(300), refund="re_1"),
        PointsReverted(**whole(), reverted=125, balance=595),
    ]
    assert of(paid, refund_update("one", "re_2", 600)) == [
        PaymentRefunded(**whole(), refunded=euros(900), amount=euros(600), refund="re_2"),
        PointsReverted(**whole(), reverted=250, balance=345),
    ]


def test_who_asked_for_a_refund_and_when_is_told_with_it(paid: MemoryLedger) -> None:
    assert emitted_by(paid, request(600)) == [
        PointsReverted(**whole(), reverted=250, balance=450)
    ], "nobody else has said yet that money is on its way"
    done = replace(refund_update("one", "ours", 600), provider_id="re_1")
    assert of(paid, done, later(LATER, HOUR)) == [
        PaymentRefunded(
            **whole(later(LATER, HOUR)),
            refunded=euros(600),
            amount=euros(600),
            refund="ours",
            asked_by=BEN,
            asked_at=LATER,
        )
    ]


def test_a_refund_on_its_way_is_told_once_for_each_reason(paid: MemoryLedger) -> None:
    pending = refund_update("one", "re_1", 600, RefundStatus.PENDING)
    assert of(paid, pending) == [
        RefundPending(**whole(), amount=euros(600)),
        PointsReverted(**whole(), reverted=250, balance=450),
    ]
    assert of(paid, pending) == []
    why = replace(pending, pending_reason="charge_pending")
    assert of(paid, why) == [
        RefundPending(**whole(), amount=euros(600), reason="charge_pending", again=True)
    ]
    assert of(paid, why) == []


def test_a_refund_of_ours_on_its_way_names_who_asked(paid: MemoryLedger) -> None:
    paid.run(request(600))
    pending = refund_update("one", "ours", 600, RefundStatus.PENDING)
    assert of(paid, pending) == [RefundPending(**whole(), amount=euros(600), asked_by=BEN)]


def proposal(amount: int, why_not: str) -> RefundProposalChanged:
    return RefundProposalChanged(
        **whole(), refund="ours", amount=euros(amount), asked_by=BEN, why_not=why_not
    )


def of_proposals(ledger: MemoryLedger, update: ProviderUpdate) -> list[Event]:
    return [each for each in of(ledger, update) if isinstance(each, RefundProposalChanged)]


@pytest.fixture
def waiting(paid: MemoryLedger) -> MemoryLedger:
    """A refund of 9 of the 12 euros waits for a second moderator."""
    settings = GuildSettings(guild=GUILD, approval_limit=euros(100))
    paid.run(
        ChangeSettings(key=key(), at=LATER, actor=by_member(BEN), guild=GUILD, settings=settings)
    )
    assert emitted_by(paid, request(900)) == [], "nothing has changed for it yet"
    return paid


ALL_GONE = "All of this payment was refunded already, or is on its way back."
DISPUTED = "This payment is disputed: the buyer's bank decides where its money goes."


def test_a_refund_that_waits_is_told_of_when_it_cannot_be_made_any_more(
    waiting: MemoryLedger,
) -> None:
    assert of_proposals(waiting, refund_update("one", "re_1", 300)) == [], "9 are left"
    assert of_proposals(waiting, refund_update("one", "re_2", 100)) == [
        proposal(900, "At most 8.00 EUR of this payment can be refunded.")
    ]
    pending = refund_update("one", "re_3", 800, RefundStatus.PENDING)
    assert of_proposals(waiting, pending) == [proposal(900, ALL_GONE)]
    assert of_proposals(waiting, replace(pending, pending_reason="processing", seen=1)) == []
    done = refund_update("one", "re_3", 800, seen=2)
    assert of_proposals(waiting, done) == [proposal(900, ALL_GONE)], "it is not on its way now"


def test_a_refund_that_waits_is_told_of_when_it_can_be_made_again(waiting: MemoryLedger) -> None:
    opened = dispute_update("one", "dp_1", 1200, DisputeStatus.OPEN)
    assert of_proposals(waiting, opened) == [proposal(900, DISPUTED)]
    won = dispute_update("one", "dp_1", 1200, DisputeStatus.WON, seen=1)
    assert of_proposals(waiting, won) == [proposal(900, "")]


def test_a_refund_that_was_declined_is_told_of_no_more(waiting: MemoryLedger) -> None:
    waiting.run(
        DeclineRefund(
            key=key(),
            at=LATER,
            actor=by_member(BEN),
            guild=GUILD,
            payment=PaymentId("one"),
            refund="ours",
            moderator=BEN,
        )
    )
    assert of_proposals(waiting, refund_update("one", "re_1", 1200)) == []


@pytest.mark.parametrize("status", [RefundStatus.SUCCEEDED, RefundStatus.PENDING])
def test_a_refund_that_fails_after_the_buyer_heard_of_it(
    paid: MemoryLedger, status: RefundStatus
) -> None:
    of(paid, refund_update("one", "re_1", 600, status))
    assert of(paid, refund_update("one", "re_1", 600, RefundStatus.FAILED)) == [
        RefundFailed(**whole(), amount=euros(600), member_knows=True),
        PointsAwarded(**whole(), awarded=250, balance=700),
    ]


def test_a_refund_that_fails_before_the_buyer_heard_of_it(paid: MemoryLedger) -> None:
    paid.run(request(600))
    assert of(paid, refund_update("one", "ours", 600, RefundStatus.FAILED)) == [
        RefundFailed(**whole(), amount=euros(600), asked_by=BEN, member_knows=False),
        PointsAwarded(**whole(), awarded=250, balance=700),
    ]


def test_a_refund_that_was_never_known_to_be_on_its_way_fails(paid: MemoryLedger) -> None:
    assert of(paid, refund_update("one", "re_1", 600, RefundStatus.FAILED)) == [
        RefundFailed(**whole(), amount=euros(600), member_knows=False)
    ]


def test_a_refund_that_stands_in_an_unknown_way_tells_the_buyer_nothing(
    paid: MemoryLedger,
) -> None:
    strange = replace(
        refund_update("one", "re_1", 600, RefundStatus.PENDING), unknown="requires_magic"
    )
    assert of(paid, strange) == [
        PointsReverted(**whole(), reverted=250, balance=450),
        PaymentMismatch(
            **whole(),
            reason="The provider says of re_1 that it is “requires_magic”, which is not known "
            "here. Its points are on hold.",
        ),
    ]
    assert of(paid, strange) == [], "a person was told already"
    failed = of(paid, refund_update("one", "re_1", 600, RefundStatus.FAILED))
    assert failed[0] == RefundFailed(**whole(), amount=euros(600), member_knows=False)


def test_a_refund_that_the_provider_would_not_make_is_told_as_failed(paid: MemoryLedger) -> None:
    paid.run(request(600))
    given_up = GiveRefundUp(
        key=key(), at=LATER, actor=SYSTEM, guild=GUILD, payment=PaymentId("one"), refund="ours"
    )
    assert emitted_by(paid, given_up) == [
        RefundFailed(**whole(), amount=euros(600), asked_by=BEN, member_knows=False),
        PointsAwarded(**whole(), awarded=250, balance=700),
    ]


def test_of_a_refund_that_waits_for_approval_nothing_is_told_until_it_is_approved(
    paid: MemoryLedger,
) -> None:
    settings = GuildSettings(guild=GUILD, approval_limit=euros(1))
    paid.run(
        ChangeSettings(key=key(), at=START, actor=by_member(EVE), guild=GUILD, settings=settings)
    )
    decision: dict[str, Any] = {
        "at": LATER,
        "actor": by_member(EVE),
        "guild": GUILD,
        "payment": PaymentId("one"),
        "refund": "ours",
        "moderator": EVE,
    }
    assert emitted_by(paid, request(600)) == []
    declined = replace(request(600), refund="declined")
    assert emitted_by(paid, declined) == []
    no = DeclineRefund(key=key(), **decision | {"refund": "declined"})
    assert emitted_by(paid, no) == [], "whoever asked for it is told by the answer"
    assert emitted_by(paid, ApproveRefund(key=key(), **decision)) == [
        PointsReverted(**whole(), reverted=250, balance=450)
    ]
