"""Refunds that moderators ask for: the whole way, with the local Stripe as the provider."""

import asyncio
from typing import Any

import pytest

from payments.commands.base import by_member
from payments.commands.payments.refund import ApproveRefund, DeclineRefund
from payments.commands.points.move import GrantPoints, TransferPoints
from payments.domain.errors import Refused
from payments.domain.values.ids import GuildId, House, PaymentId
from payments.domain.values.money import Money
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_updates import RefundStatus
from payments.domain.values.time import HOUR
from payments.services.refunds import RefundService
from sandbox.stripe import Fault
from tests.support.databases import on_both, only_on_sqlite
from tests.support.make import ADA, BEN, EVE, GUILD, euros, key
from tests.support.refunding import (
    MIRA,
    NOA,
    OURS,
    ask,
    made,
    refunds,
    set_limit,
)
from tests.support.shop import Shop

pytestmark = only_on_sqlite


@on_both
async def test_a_refund_takes_the_points_and_stripes_own_events_change_nothing_more(
    paid: Shop, refunding: RefundService
) -> None:
    done = await ask(refunding, reason="asked kindly")
    assert done.refund.status is RefundStatus.SUCCEEDED
    assert done.payment.state is PaymentState.REFUNDED
    assert done.refund.order is not None
    assert (done.refund.order.by, done.refund.order.reason) == (MIRA, "asked kindly")
    assert await paid.points() == 0
    await paid.settle()
    for event in paid.stripe.events():
        paid.stripe.resend(event["id"])
    await paid.settle()
    assert [each.id for each in await refunds(paid)] == [done.refund.id]
    assert (await paid.house(House.HELD), await paid.house(House.ISSUED)) == (0, 0)
    assert await paid.times_emitted("payment.refunded") == 1


@on_both
async def test_a_quote_says_what_would_happen_and_changes_nothing(
    paid: Shop, refunding: RefundService
) -> None:
    paid.clock.pass_(73 * HOUR)
    await paid.spend(100)
    await paid.runner.run(
        TransferPoints(
            key=key(),
            at=paid.clock(),
            actor=by_member(ADA),
            guild=GUILD,
            member=ADA,
            recipient=BEN,
            points=50,
        )
    )
    await paid.runner.run(
        GrantPoints(
            key=key(), at=paid.clock(), actor=by_member(EVE), guild=GUILD, member=ADA, points=30
        )
    )
    quote = await refunding.quote(GUILD, MIRA, OURS)
    effect = quote.effect
    assert (effect.amount.minor, effect.points) == (499, 500)
    assert (effect.now.unspent, effect.now.spent) == (350, 100)
    assert (effect.now.passed_on, effect.now.taken) == (((BEN, 50),), 0)
    assert (effect.from_payment, effect.from_others, effect.debt) == (350, 30, 120)
    assert effect.balance == -120
    assert quote.fee is not None
    assert (quote.fee.currency, quote.fee.minor > 0) == ("EUR", True)
    assert await paid.points() == 380
    assert await refunds(paid) == []
    done = await ask(refunding)
    assert done.refund.status is RefundStatus.SUCCEEDED
    assert await paid.points() == -120


async def test_a_quote_does_not_wait_for_a_provider_that_hangs(
    paid: Shop, refunding: RefundService
) -> None:
    paid.stripe.faults.add(Fault(kind="timeout", path="/v1/payment_intents/*", times=3))
    async with asyncio.timeout(5):
        quote = await refunding.quote(GUILD, MIRA, OURS)
    assert (quote.fee, quote.effect.points) == (None, 500)
    paid.stripe.faults.clear()


@on_both
async def test_partial_refunds_that_add_up_take_exactly_the_packages_points(
    paid: Shop, refunding: RefundService
) -> None:
    for amount, left in ((166, 334), (166, 168), (167, 0)):
        await ask(refunding, amount)
        await paid.settle()
        assert await paid.points() == left
    with pytest.raises(Refused, match="refunded already"):
        await ask(refunding, 1)
    assert made(paid) == 3


async def test_more_than_was_paid_is_refused(paid: Shop, refunding: RefundService) -> None:
    with pytest.raises(Refused, match=r"At most 4\.99 EUR"):
        await ask(refunding, 500)
    await ask(refunding, 400)
    for wrong in (100, 0):
        with pytest.raises(Refused, match=r"At most 0\.99 EUR"):
            await ask(refunding, wrong)
    assert made(paid) == 1


async def test_an_amount_in_another_currency_is_refused(
    paid: Shop, refunding: RefundService
) -> None:
    """One yen is less than the price in euros, and is none of it."""
    yen = Money(minor=1, currency="JPY")
    with pytest.raises(Refused, match=r"At most 4\.99 EUR"):
        await refunding.quote(GUILD, MIRA, OURS, yen)
    with pytest.raises(Refused, match=r"At most 4\.99 EUR"):
        await refunding.ask(key=key(), guild=GUILD, moderator=MIRA, payment=OURS, amount=yen)
    assert made(paid) == 0


async def test_a_disputed_payment_is_not_refunded(paid: Shop, refunding: RefundService) -> None:
    await paid.stripe.open_dispute(paid.session)
    await paid.settle()
    with pytest.raises(Refused, match="disputed"):
        await refunding.quote(GUILD, MIRA, OURS)
    with pytest.raises(Refused, match="disputed"):
        await ask(refunding)
    assert made(paid) == 0


async def test_a_payment_of_another_guild_is_none(paid: Shop, refunding: RefundService) -> None:
    del paid
    for work in (
        refunding.quote(GuildId(1), MIRA, OURS),
        ask(refunding, guild=GuildId(1)),
        ask(refunding, payment=PaymentId("no such")),
    ):
        with pytest.raises(Refused, match="no such payment"):
            await work


async def test_an_unpaid_payment_is_not_refunded(shop: Shop, refunding: RefundService) -> None:
    del shop
    with pytest.raises(Refused, match="has not been paid"):
        await refunding.quote(GUILD, MIRA, OURS)


@on_both
async def test_above_the_limit_another_moderator_must_approve(
    paid: Shop, refunding: RefundService
) -> None:
    await set_limit(paid, 300)
    assert (await refunding.quote(GUILD, MIRA, OURS, euros(300))).effect.needs_approval is False
    await ask(refunding, 300)
    await paid.settle()
    quote = await refunding.quote(GUILD, MIRA, OURS)
    assert (quote.effect.amount.minor, quote.effect.needs_approval) == (199, True)
    asked = await ask(refunding, 199)
    assert asked.refund.status is RefundStatus.PROPOSED
    assert (await paid.points(), made(paid)) == (500 - 500 * 300 // 499, 1)
    decided: dict[str, Any] = {"guild": GUILD, "payment": OURS, "refund": asked.refund.id}
    with pytest.raises(Refused, match="another moderator"):
        await refunding.decide(ApproveRefund, key=key(), moderator=MIRA, **decided)
    done = await refunding.decide(ApproveRefund, key=key(), moderator=NOA, **decided)
    assert done.refund.status is RefundStatus.SUCCEEDED
    assert done.refund.order is not None
    assert (done.refund.order.by, done.refund.order.approved_by) == (MIRA, NOA)
    assert await paid.points() == 0
    with pytest.raises(Refused, match="approved already"):
        await refunding.decide(ApproveRefund, key=key(), moderator=EVE, **decided)


async def test_a_declined_refund_moves_nothing(paid: Shop, refunding: RefundService) -> None:
    await set_limit(paid, 0)
    asked = await ask(refunding)
    decided: dict[str, Any] = {"guild": GUILD, "payment": OURS, "refund": asked.refund.id}
    done = await refunding.decide(DeclineRefund, key=key(), moderator=NOA, **decided)
    assert done.refund.status is RefundStatus.WITHDRAWN
    for again in (ApproveRefund, DeclineRefund):
        with pytest.raises(Refused, match="declined already"):
            await refunding.decide(again, key=key(), moderator=EVE, **decided)
    assert (await paid.points(), made(paid)) == (500, 0)
    assert await paid.times_emitted("refund.failed") == 0


@on_both
async def test_the_same_request_twice_is_one_refund(paid: Shop, refunding: RefundService) -> None:
    same = key()
    first, second = await ask(refunding, key=same), await ask(refunding, key=same)
    assert first.refund.id == second.refund.id
    assert made(paid) == 1
