"""A purchase with two ways to pay, from `/buy` to the refund of what was paid twice."""

import asyncio

import pytest

from app.core import Services
from payments.domain.errors import Refused
from payments.domain.values.payment_facts import UNCHOSEN
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_updates import CheckoutStatus, RefundStatus
from payments.domain.values.quotas import CHECKOUT_LIFE
from payments.services.surplus import SurplusRefunds
from payments.store.records.timers import UnopenedPayments
from tests.conftest import Time
from tests.providers.tiny.shop import Stage, TinyShop
from tests.providers.tiny.two import (
    StartBoth,
    as_it_is,
    buy,
    calling,
    faults,
    in_two_tabs,
    points,
    until,
    ways_of,
)
from tests.support.databases import only_on_sqlite
from tests.support.make import GUILD, package


@only_on_sqlite
async def test_nothing_is_asked_of_anybody_until_a_way_is_chosen(
    both: Services, tiny_shop: TinyShop, other_shop: TinyShop
) -> None:
    bought = await buy(both)
    assert (bought.provider, bought.url, bought.purchase) == (UNCHOSEN, None, bought.id)
    choice = await both.ways.look(bought)
    assert [(each.name, each.title, each.closed) for each in choice.ways] == [
        ("tiny", "Tiny", None),
        ("other", "Other", None),
    ]
    assert (tiny_shop.calls, other_shop.calls) == ([], [])


async def test_each_way_is_opened_once_however_often_it_is_chosen(
    both: Services, tiny_shop: TinyShop, other_shop: TinyShop
) -> None:
    bought = await buy(both)
    chosen = [both.ways.choose(bought, name, "") for name in ("tiny", "tiny", "other", "other")]
    urls = await asyncio.gather(*chosen)
    assert set(urls) == {"https://tiny.example/order-1"}, "each shop counts for itself"
    assert await both.ways.choose(bought, "tiny", "") == urls[0]
    assert (len(tiny_shop.orders), len(other_shop.orders)) == (1, 1)
    ways = await both.queries.ways(bought)
    assert sorted(each.provider for each in ways) == ["other", "tiny"]
    assert bought.id in {each.id for each in ways}, "the first choice is the purchase itself"
    assert {each.purchase for each in ways} == {bought.id}


@pytest.mark.parametrize("first", ["tiny", "other"])
async def test_what_is_paid_twice_brings_points_once_and_goes_back_by_itself(
    both: Services,
    tiny_shop: TinyShop,
    other_shop: TinyShop,
    woken: asyncio.Event,
    first: str,
) -> None:
    bought = await in_two_tabs(both)
    shops = {"tiny": tiny_shop, "other": other_shop}
    early = shops.pop(first)
    [(second, late)] = shops.items()
    early.orders["order-1"].stage = Stage.CAPTURED
    await both.polling.poll()
    assert await points(both) == package().points
    late.orders["order-1"].stage = Stage.CAPTURED
    await both.polling.poll()
    assert await points(both) == package().points
    async with calling(both):
        await until(lambda: late.orders["order-1"].refund is not None, woken)
    assert early.orders["order-1"].refund is None
    ways = await ways_of(both, bought)
    [refund] = ways[second].refunds
    assert (refund.is_by_itself, ways[first].refunds) == (True, ())
    assert await points(both) == package().points
    assert await faults(both) == []


async def test_both_at_the_same_moment_in_two_processes_count_once(
    both: Services,
    start_both: StartBoth,
    tiny_shop: TinyShop,
    other_shop: TinyShop,
) -> None:
    for number in range(1, 6):
        bought = await in_two_tabs(both)
        for shop in (tiny_shop, other_shop):
            shop.orders[f"order-{number}"].stage = Stage.CAPTURED
        async with start_both() as second:
            await asyncio.gather(both.polling.poll(), second.polling.poll())
        ways = await both.queries.ways(bought)
        assert sorted(each.surplus_at is not None for each in ways) == [False, True]
        assert [each.paid_instead for each in ways if each.credited_at] == [None]
        assert await points(both) == number * package().points
    assert await faults(both) == []


async def test_the_other_way_is_closed_once_one_is_paid(
    both: Services, tiny_shop: TinyShop, other_shop: TinyShop, woken: asyncio.Event
) -> None:
    bought = await in_two_tabs(both)
    tiny_shop.orders["order-1"].stage = Stage.CAPTURED
    await both.polling.poll()
    async with calling(both):
        await until(lambda: other_shop.orders["order-1"].stage is Stage.LAPSED, woken)
    with pytest.raises(Refused, match="paid already"):
        await both.ways.choose(bought, "other", "")
    assert (await both.ways.look(bought)).standing.credited_at is not None


async def test_a_kill_between_the_points_and_what_follows_loses_neither(
    both: Services,
    start_both: StartBoth,
    tiny_shop: TinyShop,
    other_shop: TinyShop,
    woken: asyncio.Event,
) -> None:
    """Nobody has closed the other way or refunded it when the process died."""
    bought = await in_two_tabs(both)
    async with start_both() as killed:
        tiny_shop.orders["order-1"].stage = Stage.CAPTURED
        await killed.polling.poll()
        other_shop.orders["order-1"].stage = Stage.CAPTURED  # while it is being closed
    async with start_both() as following, calling(following):
        await until(lambda: other_shop.orders["order-1"].refund is not None, woken)
    assert other_shop.calls.count("give back") == 1
    ways = await ways_of(both, bought)
    assert (ways["other"].surplus_at is not None, await points(both)) == (True, package().points)
    assert await faults(both) == []


async def test_an_approval_is_taken_up_no_more_once_another_way_is_paid(
    both: Services, tiny_shop: TinyShop, other_shop: TinyShop, woken: asyncio.Event
) -> None:
    """It waits to be captured, and comes again."""
    await in_two_tabs(both)
    other_shop.approve("order-1")
    await both.polling.poll()
    tiny_shop.orders["order-1"].stage = Stage.CAPTURED
    await both.polling.poll()
    async with calling(both):
        await until(lambda: other_shop.orders["order-1"].stage is Stage.LAPSED, woken)
    other_shop.orders["order-1"].stage = Stage.APPROVED
    await both.polling.poll()
    async with calling(both):
        pass
    assert (other_shop.taken, await points(both)) == ([], package().points)


@only_on_sqlite
async def test_one_that_is_away_closes_only_its_own_button(
    both: Services, tiny_shop: TinyShop, other_shop: TinyShop
) -> None:
    bought = await buy(both)
    tiny_shop.away = True
    with pytest.raises(Refused, match="cannot be reached right now"):
        await both.ways.choose(bought, "tiny", "")
    await both.ways.choose(bought, "other", "")
    tiny_shop.away = False
    await both.ways.choose(bought, "tiny", "")
    ways = await ways_of(both, bought)
    assert {name: each.checkout for name, each in ways.items()} == dict.fromkeys(
        ("tiny", "other"), CheckoutStatus.OPEN
    )
    assert (len(tiny_shop.orders), len(other_shop.orders)) == (1, 1)


@only_on_sqlite
async def test_a_refund_whose_answer_was_lost_is_made_once(
    both: Services, tiny_shop: TinyShop, other_shop: TinyShop, clock: Time
) -> None:
    bought = await in_two_tabs(both)
    for shop in (tiny_shop, other_shop):
        shop.orders["order-1"].stage = Stage.CAPTURED
        await both.polling.poll()
    [late] = [each for each in await both.queries.ways(bought) if each.surplus_at]
    shop = {"tiny": tiny_shop, "other": other_shop}[late.provider]
    refunds = SurplusRefunds(
        runner=both.runner,
        queries=both.queries,
        providers=both.providers,
        clock=clock,
        new_id=lambda: "refund",
    )
    shop.away = True
    for _ in range(2):
        with pytest.raises(Exception, match="cannot be reached"):
            await refunds.give_back(late.id)
    [noted] = (await as_it_is(both, late.id)).refunds
    shop.away = False
    shop.give_back("order-1", noted.id, noted.idempotency_key)  # done, and nobody heard of it
    for _ in range(2):
        await refunds.give_back(late.id)
    [refund] = (await as_it_is(both, late.id)).refunds
    assert (refund.id, refund.status) == (noted.id, RefundStatus.SUCCEEDED)
    assert shop.calls.count("give back") == 1


async def test_a_purchase_counts_once_however_many_ways_are_open(both: Services) -> None:
    most = (await both.queries.settings(GUILD)).open_checkouts
    bought = [await in_two_tabs(both) for _ in range(most)]
    again = await buy(both)
    assert again.id == bought[0].id, "the oldest is offered again"


async def test_one_that_nobody_pays_ends_by_a_timer(both: Services, clock: Time) -> None:
    bought = await buy(both)
    clock.pass_(CHECKOUT_LIFE)
    with pytest.raises(Refused, match="expired"):
        await both.ways.choose(bought, "tiny", "")
    [due] = await UnopenedPayments(both.database).due(both.clock(), 50)
    await both.runner.run(due.command)
    assert await UnopenedPayments(both.database).due(both.clock(), 50) == []
    assert (await as_it_is(both, bought.id)).state is PaymentState.EXPIRED
