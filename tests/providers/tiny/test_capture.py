"""Money that is there only once we take it: approved, then captured, whatever happens between."""

import asyncio

from app.core import Services
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_calls import CallStatus
from payments.services.lookups import Looked
from tests.conftest import Time
from tests.providers.tiny.calling import (
    ITS_KEY,
    approved,
    calling,
    points,
    state_after,
    status,
)
from tests.providers.tiny.conftest import Start
from tests.providers.tiny.shop import Stage, TinyShop
from tests.support.databases import on_both, only_on_sqlite
from tests.support.make import ADA, GUILD, key, package

pytestmark = only_on_sqlite


@on_both
async def test_what_a_buyer_has_approved_is_taken_and_credited(
    core: Services, tiny_shop: TinyShop, woken: asyncio.Event
) -> None:
    bought = await approved(core, tiny_shop)
    assert (await status(core), tiny_shop.taken) == (CallStatus.WAITING, []), "committed first"
    async with calling(core):
        assert await state_after(core, bought, woken) is PaymentState.COMPLETED
    assert await points(core) == package().points
    assert (await status(core), tiny_shop.taken) == (CallStatus.DONE, [ITS_KEY])
    assert await core.polling.poll() == Looked()


@on_both
async def test_a_kill_between_approval_and_capture_is_made_up_for_by_the_next_process(
    start: Start, core: Services, tiny_shop: TinyShop, woken: asyncio.Event
) -> None:
    async with start() as killed:
        bought = await approved(killed, tiny_shop)
    assert tiny_shop.taken == []
    async with start() as following, calling(following):
        assert await state_after(following, bought, woken) is PaymentState.COMPLETED
    assert (await points(core), tiny_shop.taken) == (package().points, [ITS_KEY])


async def test_a_kill_before_anybody_has_seen_the_approval_is_made_up_for_too(
    start: Start, core: Services, tiny_shop: TinyShop, woken: asyncio.Event
) -> None:
    async with start() as killed:
        bought = await killed.buying.buy(key=key(), guild=GUILD, member=ADA, package=package().id)
    tiny_shop.approve("order-1")
    async with start() as following, calling(following):
        await following.polling.poll()
        assert await state_after(following, bought, woken) is PaymentState.COMPLETED
    assert (await points(core), tiny_shop.taken) == (package().points, [ITS_KEY])


@on_both
async def test_a_kill_after_the_money_was_taken_takes_it_no_second_time(
    start: Start, core: Services, tiny_shop: TinyShop, woken: asyncio.Event
) -> None:
    """The call went out, and nobody was there to hear its answer."""
    async with start() as killed:
        bought = await approved(killed, tiny_shop)
        tiny_shop.capture("order-1", ITS_KEY)
    async with start() as following, calling(following):
        assert await state_after(following, bought, woken) is PaymentState.COMPLETED
    assert (await points(core), tiny_shop.taken) == (package().points, [ITS_KEY])
    assert tiny_shop.calls.count("capture") == 2, "asked again under its key, and told the same"


async def test_what_was_taken_without_an_answer_is_also_found_by_a_look(
    core: Services, tiny_shop: TinyShop, clock: Time
) -> None:
    """Whoever is first: the poll finds the money before the call is made again."""
    await approved(core, tiny_shop)
    tiny_shop.capture("order-1", ITS_KEY)
    assert (await core.polling.poll()).changed == 1
    assert await points(core) == package().points
    async with calling(core):
        pass
    clock.pass_(1)
    assert (await points(core), tiny_shop.taken) == (package().points, [ITS_KEY])


async def test_an_order_that_lapsed_after_the_approval_ends_without_points(
    core: Services, tiny_shop: TinyShop, woken: asyncio.Event
) -> None:
    bought = await approved(core, tiny_shop)
    tiny_shop.orders["order-1"].stage = Stage.LAPSED
    await core.polling.poll()
    assert await state_after(core, bought, woken) is PaymentState.EXPIRED
    assert (await points(core), tiny_shop.taken) == (0, [])
