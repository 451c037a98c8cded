"""What takes two moderators: grants above the limit, and whatever is for oneself."""

from typing import Any

import pytest

from payments.commands.base import by_member
from payments.commands.guild.settings import ChangeSettings
from payments.commands.payments.refund import ApproveRefund, RequestRefund
from payments.commands.payments.refund_quote import QuoteRefund
from payments.commands.points.grant_proposals import DeclineGrant, ProposeGrant
from payments.commands.points.move import GrantPoints
from payments.domain.errors import KeyReused, NeedsApproval, Refused
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import AccountKey, MemberId, PaymentId
from payments.domain.values.money import Money
from payments.domain.values.provider_updates import RefundStatus
from tests.support.make import (
    ADA,
    BEN,
    EVE,
    GUILD,
    START,
    checkout_update,
    event,
    initiate,
    key,
    package,
)
from tests.support.memory_ledger import MemoryLedger, branch

PRICE = Money(minor=499, currency="EUR")


@pytest.fixture
def ledger() -> MemoryLedger:
    empty = MemoryLedger()
    empty.put_up(GUILD, [package()])
    return empty


def limit(ledger: MemoryLedger, points: int | None) -> None:
    settings = GuildSettings(guild=GUILD, grant_limit=points)
    ledger.run(
        ChangeSettings(key=key(), at=START, actor=by_member(EVE), guild=GUILD, settings=settings)
    )


def grant(by: MemberId, to: MemberId, points: int = 10, **more: Any) -> GrantPoints:
    return GrantPoints(
        key=key(), at=START, actor=by_member(by), guild=GUILD, member=to, points=points, **more
    )


def propose(by: MemberId, to: MemberId, points: int = 10) -> ProposeGrant:
    return ProposeGrant(
        key=key(),
        at=START,
        actor=by_member(by),
        guild=GUILD,
        member=to,
        points=points,
        note="x",
        moderator=by,
    )


def points_of(ledger: MemoryLedger, member: MemberId) -> int:
    account = ledger.accounts.get(AccountKey(GUILD, member))
    return 0 if account is None else account.balance


def test_a_moderator_gives_others_points_up_to_the_limit(ledger: MemoryLedger) -> None:
    limit(ledger, 10)
    ledger.run(grant(BEN, ADA, 10))
    with pytest.raises(NeedsApproval, match="above the limit"):
        ledger.run(grant(BEN, ADA, 11))
    assert points_of(ledger, ADA) == 10


def test_without_a_limit_only_what_is_for_oneself_needs_another(ledger: MemoryLedger) -> None:
    ledger.run(grant(BEN, ADA, 10**12))
    with pytest.raises(NeedsApproval, match="yourself"):
        ledger.run(grant(BEN, BEN, 1))
    assert (points_of(ledger, ADA), points_of(ledger, BEN)) == (10**12, 0)


def test_an_owner_may_give_to_themselves_but_not_above_the_limit(ledger: MemoryLedger) -> None:
    limit(ledger, 10)
    ledger.run(grant(BEN, BEN, 10, as_owner=True))
    with pytest.raises(NeedsApproval):
        ledger.run(grant(BEN, BEN, 11, as_owner=True))
    assert points_of(ledger, BEN) == 10


def test_another_moderator_approves(ledger: MemoryLedger) -> None:
    limit(ledger, 0)
    asked = propose(BEN, ADA)
    ledger.run(asked)
    assert points_of(ledger, ADA) == 0
    ledger.run(asked.approved(at=START, actor=by_member(EVE), as_owner=False))
    assert points_of(ledger, ADA) == 10


@pytest.mark.parametrize("by", [BEN, ADA])
def test_neither_who_asked_nor_who_gets_them_approves(ledger: MemoryLedger, by: MemberId) -> None:
    asked = propose(BEN, ADA)
    ledger.run(asked)
    with pytest.raises(Refused, match="another moderator"):
        ledger.run(asked.approved(at=START, actor=by_member(by), as_owner=False))
    assert points_of(ledger, ADA) == 0


def test_what_was_decided_is_decided_once(ledger: MemoryLedger) -> None:
    asked = propose(BEN, ADA)
    ledger.run(asked)
    declined = DeclineGrant(key=asked.decision, at=START, actor=by_member(EVE), guild=GUILD)
    ledger.run(declined)
    with pytest.raises(KeyReused):
        ledger.run(asked.approved(at=START, actor=by_member(EVE), as_owner=False))
    assert points_of(ledger, ADA) == 0


@pytest.fixture
def bought(ledger: MemoryLedger) -> MemoryLedger:
    ledger.run(initiate("p1", member=ADA))
    ledger.run(event(checkout_update("p1", member=ADA)))
    return ledger


def refund(by: MemberId, **more: Any) -> RequestRefund:
    return RequestRefund(
        key=key(),
        at=START,
        actor=by_member(by),
        guild=GUILD,
        payment=PaymentId("p1"),
        refund="r1",
        moderator=by,
        amount=PRICE,
        request="{}",
        **more,
    )


def status(ledger: MemoryLedger) -> RefundStatus:
    found = ledger.payments[PaymentId("p1")].refund("r1")
    assert found is not None
    return found.status


@pytest.mark.parametrize(
    ("by", "as_owner", "waits"), [(ADA, False, True), (ADA, True, False), (BEN, False, False)]
)
def test_ones_own_purchase_is_refunded_with_another_moderator(
    bought: MemoryLedger, by: MemberId, *, as_owner: bool, waits: bool
) -> None:
    quote = QuoteRefund(
        key=key(),
        at=START,
        actor=by_member(by),
        guild=GUILD,
        payment=PaymentId("p1"),
        amount=None,
        moderator=by,
        as_owner=as_owner,
    )
    assert branch(bought).run(quote).needs_approval is waits
    bought.run(refund(by, as_owner=as_owner))
    assert status(bought) is (RefundStatus.PROPOSED if waits else RefundStatus.PENDING)


def test_the_buyer_does_not_approve_what_another_has_asked_for(bought: MemoryLedger) -> None:
    money = Money(minor=0, currency="EUR")
    settings = GuildSettings(guild=GUILD, approval_limit=money)
    bought.run(
        ChangeSettings(key=key(), at=START, actor=by_member(EVE), guild=GUILD, settings=settings)
    )
    bought.run(refund(BEN))
    approve = ApproveRefund(
        key=key(),
        at=START,
        actor=by_member(ADA),
        guild=GUILD,
        payment=PaymentId("p1"),
        refund="r1",
        moderator=ADA,
    )
    with pytest.raises(Refused, match="your own purchase"):
        bought.run(approve)
    assert status(bought) is RefundStatus.PROPOSED
