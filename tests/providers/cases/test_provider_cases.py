"""Numbered cases that every provider knows, over its local one."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from payments.commands.base import by_member
from payments.commands.points.move import SpendPoints
from payments.domain.values.payment import Payment
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.time import DAY, HOUR, MINUTE
from tests.conftest import Time
from tests.providers.cases.selling import Selling
from tests.providers.cases.shops import SHOPS
from tests.support.databases import only_on_sqlite
from tests.support.make import ADA, GUILD, key

pytestmark = only_on_sqlite


@pytest.fixture(params=sorted(SHOPS))
async def selling(
    request: pytest.FixtureRequest, database_url: str, clock: Time
) -> AsyncIterator[Selling]:
    async with SHOPS[request.param](database_url, clock) as opened:
        yield opened


async def paid(selling: Selling) -> Payment:
    bought = await selling.buy()
    await selling.pay(bought)
    await selling.settle()
    assert await selling.points() == 500
    return await selling.now(bought)


@pytest.mark.parametrize(
    "body",
    [b"\xff\xfe", b"[]", b"null", b'"x"', b"[" * 9_000, b'{"a": NaN}', b'{"id": 1, "id": 2}'],
)
async def test_case_3_4_5_a_signed_body_that_makes_no_sense(selling: Selling, body: bytes) -> None:
    assert await selling.post(body) == 400


async def test_case_9_11_12_what_surrounds_a_body(selling: Selling) -> None:
    body = b"{}"
    assert await selling.post(body, twice=True) == 400
    assert await selling.post(body, Content_Encoding="gzip") == 400
    assert await selling.post(b" " * (1024 * 1024 + 1)) == 413


async def test_case_15_16_24_the_same_many_times_at_once(selling: Selling) -> None:
    bought = await selling.buy()
    await selling.pay(bought)
    await selling.send_all_again(10)
    await selling.settle()
    await selling.send_all_again(5)
    await selling.settle()
    assert (await selling.points(), await selling.told("payment.success")) == (500, 1)


async def test_case_17_18_old_messages_come_again_after_a_year(selling: Selling) -> None:
    bought = await paid(selling)
    await selling.give_back(bought, 100)
    await selling.settle()
    left = await selling.points()
    for days in (3, 31, 400):
        selling.clock.pass_(days * DAY)
        await selling.send_all_again()
        await selling.settle()
        assert await selling.points() == left
    assert await selling.told("payment.refunded") == 1


async def test_case_19_what_happened_during_an_outage_is_found(selling: Selling) -> None:
    bought = await paid(selling)
    assert await selling.reconcile() == ()
    selling.lose_messages(99)
    await selling.give_back(bought, 100)
    await selling.dispute(bought)
    selling.clock.pass_(3 * HOUR)
    assert await selling.reconcile() == ()
    after = await selling.now(bought)
    assert (len(after.refunds), after.state) == (1, PaymentState.DISPUTED)


async def test_case_21_29_what_is_not_ours_is_left_alone(selling: Selling) -> None:
    await selling.send("SOMETHING.ELSE", {"id": "X1"})
    await selling.send("payment.unheard_of", {"id": "X2"})
    assert await selling.told("provider.event_stuck") == 0


@pytest.mark.parametrize("fails", [False, True])
async def test_case_23_money_that_takes_days(selling: Selling, *, fails: bool) -> None:
    bought = await selling.buy()
    await selling.pay_slowly(bought)
    await selling.settle()
    assert ((await selling.now(bought)).state, await selling.points()) == (
        PaymentState.PROCESSING,
        0,
    )
    await selling.arrive(bought, fails=fails)
    await selling.settle()
    ends = (PaymentState.FAILED, 0) if fails else (PaymentState.COMPLETED, 500)
    assert ((await selling.now(bought)).state, await selling.points()) == ends


async def test_case_39_41_parts_that_add_up_take_exactly_the_points(selling: Selling) -> None:
    bought = await paid(selling)
    for minor, left in ((166, 334), (166, 168), (167, 0)):
        await selling.give_back(bought, minor)
        await selling.settle()
        assert await selling.points() == left
    assert (await selling.now(bought)).state is PaymentState.REFUNDED


async def test_case_42_a_refund_before_the_payments_own_message(selling: Selling) -> None:
    bought = await selling.buy()
    await selling.pay_slowly(bought)
    await selling.settle()
    selling.lose_messages(1)
    await selling.arrive(bought)
    await selling.give_back(bought, 499)
    await selling.settle()
    selling.clock.pass_(10 * MINUTE)
    assert await selling.reconcile() == ()
    assert ((await selling.now(bought)).state, await selling.points()) == (
        PaymentState.REFUNDED,
        0,
    )


async def test_case_43_a_refund_of_what_was_spent_is_owed(selling: Selling) -> None:
    bought = await paid(selling)
    spend = SpendPoints(
        key=key(),
        at=selling.clock(),
        actor=by_member(ADA),
        guild=GUILD,
        member=ADA,
        points=400,
    )
    await selling.core.runner.run(spend)
    await selling.give_back(bought, 499)
    await selling.settle()
    balance = await selling.core.queries.balance(GUILD, ADA, selling.clock())
    assert (balance.points, balance.debt) == (-400, 400)


async def test_case_44_46_48_a_dispute_turns_and_turns_again(selling: Selling) -> None:
    bought = await paid(selling)
    await selling.dispute(bought, inquiry=True)
    await selling.settle()
    assert await selling.points() == 500
    dispute = await selling.dispute(bought)
    await selling.settle()
    assert await selling.points() == 0
    for won in (False, True, False):
        await selling.decide(dispute, won=won)
        await selling.settle()
        assert await selling.points() == (500 if won else 0)
    assert (await selling.now(bought)).state is PaymentState.CHARGED_BACK


@pytest.mark.parametrize("status", [429, 500, 503, None])
async def test_case_54_a_provider_in_trouble_costs_nothing(
    selling: Selling, status: int | None
) -> None:
    bought = await selling.buy()
    await selling.pay(bought)
    selling.go_away(status)
    await selling.settle()
    assert await selling.points() == 0
    selling.come_back()
    selling.clock.pass_(HOUR)
    await asyncio.gather(selling.settle())
    selling.clock.pass_(HOUR)
    assert await selling.reconcile() == ()
    assert (await selling.points(), await selling.told("payment.success")) == (500, 1)


@pytest.mark.parametrize("status", [401, 403])
async def test_case_55_a_key_that_is_refused_uses_no_tries(selling: Selling, status: int) -> None:
    bought = await selling.buy()
    await selling.pay(bought)
    selling.go_away(status)
    for _ in range(20):
        await selling.settle()
        selling.clock.pass_(5 * MINUTE)
    selling.come_back()
    await selling.settle()
    selling.clock.pass_(HOUR)
    assert await selling.reconcile() == ()
    assert await selling.points() == 500
    assert await selling.told("provider.event_stuck") == 0
