"""What is on its way and what is on hold, on both databases."""

from typing import Any

import pytest

from payments.commands.base import Undo, by_member
from payments.commands.points.move import SpendPoints, TransferPoints
from payments.domain.values.ids import PaymentId
from payments.domain.values.ledger import TransferKind
from payments.domain.values.provider_updates import (
    DisputeStatus,
    MoneyStatus,
    ProviderUpdate,
    RefundStatus,
)
from payments.domain.values.time import DAY, MINUTE, later
from payments.runner.runner import Runner
from payments.store.queries import Coming, Held, HoldOutcome, PaidBack, Queries
from tests.support.commands import put_up
from tests.support.make import (
    ADA,
    BEN,
    EVE,
    GUILD,
    START,
    checkout_update,
    dispute_update,
    event,
    initiate,
    key,
    package,
    refund_update,
)


async def test_each_member_finds_what_is_theirs(runner: Runner, queries: Queries) -> None:
    await put_up(runner)
    for name, member, money in (
        ("slow", ADA, MoneyStatus.PROCESSING),
        ("both", ADA, MoneyStatus.PAID),
        ("lost", ADA, MoneyStatus.PAID),
        ("bens", BEN, MoneyStatus.PAID),
    ):
        await runner.run(initiate(name, member=member))
        await runner.run(event(checkout_update(name, member=member, money=money)))
    await runner.run(event(refund_update("both", "re_1", 100, RefundStatus.PENDING)))
    await runner.run(event(dispute_update("both", "dp_1", 399, DisputeStatus.OPEN)))
    await runner.run(event(dispute_update("lost", "dp_2", 499, DisputeStatus.LOST)))
    sold = package()
    assert await queries.coming(GUILD, ADA) == [
        Coming(package=sold.id, name=sold.name, points=500, price=sold.price, since=START)
    ]
    assert await queries.held(GUILD, ADA) == [
        Held(name=sold.name, points=500, own=True, refunded=True, disputed=True)
    ]
    for other in (BEN, EVE):
        assert await queries.coming(GUILD, other) == []
        assert await queries.held(GUILD, other) == []


async def test_a_history_says_what_has_become_of_points_on_hold(
    runner: Runner, queries: Queries
) -> None:
    """The lost dispute comes last: its buyer can buy no more."""
    await put_up(runner)
    updates = {
        HoldOutcome.REFUNDING: (("refund", RefundStatus.PENDING),),
        HoldOutcome.REFUNDED: (
            ("refund", RefundStatus.PENDING),
            ("refund", RefundStatus.SUCCEEDED),
        ),
        HoldOutcome.DISPUTED: (("dispute", DisputeStatus.OPEN),),
        HoldOutcome.RELEASED: (("dispute", DisputeStatus.OPEN), ("dispute", DisputeStatus.WON)),
        HoldOutcome.CHARGED_BACK: (
            ("dispute", DisputeStatus.OPEN),
            ("dispute", DisputeStatus.LOST),
        ),
    }
    for name, steps in updates.items():
        await runner.run(initiate(name))
        await runner.run(event(checkout_update(name)))
        for seen, (kind, status) in enumerate(steps):
            update: ProviderUpdate = (
                refund_update(name, f"re_{name}", 499, RefundStatus(status), seen=seen)
                if kind == "refund"
                else dispute_update(name, f"dp_{name}", 499, DisputeStatus(status), seen=seen)
            )
            await runner.run(event(update))
    lines = (await queries.history(GUILD, ADA, limit=100)).lines
    held = {each.payment: each.outcome for each in lines if each.kind is TransferKind.HOLD}
    assert held == {PaymentId(name): name for name in updates}
    assert {each.outcome for each in lines if each.kind is not TransferKind.HOLD} == {None}
    assert await queries.history_length(GUILD, ADA) == len(lines) == 11
    assert await queries.history_length(GUILD, BEN) == 0


async def test_of_one_payment_each_hold_has_its_own_end(runner: Runner, queries: Queries) -> None:
    """A part was refunded, then a bank disputes the rest."""
    await put_up(runner)
    await runner.run(initiate("p1"))
    await runner.run(event(checkout_update("p1")))
    await runner.run(event(refund_update("p1", "re_1", 100), at=later(START, MINUTE)))
    disputed = dispute_update("p1", "dp_1", 399, DisputeStatus.OPEN)
    await runner.run(event(disputed, at=later(START, 2 * MINUTE)))
    newest, before, _ = (await queries.history(GUILD, ADA)).lines
    assert (newest.outcome, before.outcome) == (HoldOutcome.DISPUTED, HoldOutcome.REFUNDED)


async def test_debt_and_points_of_one_moment_have_each_its_own_end(
    runner: Runner, queries: Queries
) -> None:
    """A refund takes 300 points and makes 200 debt; the purchase that pays that is disputed.

    The dispute has the first claim to its points. The refund now keeps points of a third purchase
    instead of those that had paid the debt.
    """
    await put_up(runner)
    await runner.run(initiate("old"))
    await runner.run(event(checkout_update("old")))
    await runner.run(
        SpendPoints(key=key(), at=START, actor=by_member(ADA), guild=GUILD, member=ADA, points=200)
    )
    await runner.run(event(refund_update("old", "re_1", 499)))
    for name in ("new", "third"):
        await runner.run(initiate(name))
        await runner.run(event(checkout_update(name)))
    disputed = dispute_update("new", "dp_1", 499, DisputeStatus.OPEN)
    await runner.run(event(disputed, at=later(START, MINUTE)))
    lines = (await queries.history(GUILD, ADA, limit=100)).lines
    held = [each for each in lines if each.kind is TransferKind.HOLD]
    assert len(held) == 4
    assert {(each.payment, each.points, each.outcome) for each in held} == {
        ("old", -300, HoldOutcome.REFUNDED),
        ("old", -200, HoldOutcome.RELEASED),
        ("old", -200, HoldOutcome.REFUNDED),
        ("new", -500, HoldOutcome.DISPUTED),
    }


async def paid_back(queries: Queries, name: str) -> PaidBack:
    payment = await queries.payment(PaymentId(name))
    assert payment is not None
    return await queries.paid_back(payment)


async def test_what_of_a_purchase_has_paid_debt(runner: Runner, queries: Queries) -> None:
    """It stays so, also when the dispute is won and gives these points back."""
    await put_up(runner)
    await runner.run(initiate("old"))
    await runner.run(event(checkout_update("old")))
    await runner.run(
        SpendPoints(key=key(), at=START, actor=by_member(ADA), guild=GUILD, member=ADA, points=200)
    )
    await runner.run(event(dispute_update("old", "dp_1", 499, DisputeStatus.OPEN)))
    await runner.run(initiate("new"))
    await runner.run(event(checkout_update("new")))
    assert await paid_back(queries, "old") == PaidBack()
    assert await paid_back(queries, "new") == PaidBack(debt=200)
    await runner.run(event(dispute_update("old", "dp_1", 499, DisputeStatus.WON, seen=1)))
    assert await paid_back(queries, "new") == PaidBack(debt=200)


@pytest.mark.parametrize(
    ("bought", "others", "balance", "debt"),
    [(500, 200, 200, 0), (200, 100, 0, 0), (50, 0, -50, 50)],
    ids=["more than is missing", "less", "not even the debt"],
)
async def test_what_of_a_purchase_goes_back_to_others(
    runner: Runner, queries: Queries, bought: int, others: int, balance: int, debt: int
) -> None:
    """Of 500 disputed points 200 were passed on and 100 spent: 300 are missing."""
    await put_up(runner)
    await put_up(runner, package(bought, bought))
    await runner.run(initiate("old"))
    await runner.run(event(checkout_update("old")))
    late = later(START, 4 * DAY)
    facts: dict[str, Any] = {"at": late, "actor": by_member(ADA), "guild": GUILD, "member": ADA}
    await runner.run(TransferPoints(key=key(), recipient=BEN, points=200, **facts))
    await runner.run(SpendPoints(key=key(), points=100, **facts))
    await runner.run(event(dispute_update("old", "dp_1", 499, DisputeStatus.OPEN), at=late))
    before = await queries.balance(GUILD, ADA, late)
    assert (before.points, before.debt, before.reached) == (-100, 100, 200)
    await runner.run(initiate("new", of=package(bought, bought), at=late))
    await runner.run(event(checkout_update("new", of=package(bought, bought)), at=late))
    found = await paid_back(queries, "new")
    assert found == PaidBack(debt=min(100, bought), others=others)
    after = await queries.balance(GUILD, ADA, late)
    assert (after.points, after.debt, after.reached) == (balance, debt, 200 - others)
    assert (await queries.balance(GUILD, BEN, late)).points == others


async def test_what_a_dispute_keeps_of_each_member(runner: Runner, queries: Queries) -> None:
    await put_up(runner)
    await runner.run(initiate("p1"))
    await runner.run(event(checkout_update("p1")))
    late = later(START, 4 * DAY)
    common: dict[str, Any] = {"key": key(), "at": late, "actor": by_member(ADA), "guild": GUILD}
    sent = await runner.run(TransferPoints(**common, member=ADA, recipient=BEN, points=200))
    assert await queries.kept_from(GUILD, PaymentId("p1"), BEN) == (0, 0)
    for seen, (status, gone) in enumerate(((DisputeStatus.OPEN, 0), (DisputeStatus.LOST, 1))):
        await runner.run(event(dispute_update("p1", "dp_1", 499, status, seen=seen), at=late))
        for member, points in ((ADA, 300), (BEN, 200), (EVE, 0)):
            found = await queries.kept_from(GUILD, PaymentId("p1"), member)
            assert found == (points, gone * points)
    assert not await queries.was_undone(GUILD, sent)
    assert not await queries.was_undone(GUILD, "")


async def test_whether_a_transfer_was_undone(runner: Runner, queries: Queries) -> None:
    spend = SpendPoints(
        key=key(), at=START, actor=by_member(ADA), guild=GUILD, member=ADA, points=2
    )
    await put_up(runner)
    await runner.run(initiate("p1"))
    await runner.run(event(checkout_update("p1")))
    spent = await runner.run(spend)
    assert not await queries.was_undone(GUILD, spent)
    await runner.run(Undo.of(spend, spent, at=START))
    assert await queries.was_undone(GUILD, spent)
