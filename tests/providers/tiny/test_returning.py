"""Buyers come back from the provider's page: what they approved is taken, whoever tells of it."""

import asyncio

from structlog.testing import capture_logs

from app.core import Services
from payments.domain.values.payment import Payment
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_calls import CallKey, CallKind, CallStatus
from payments.services.returning import AGAIN, FORGOTTEN, MESSAGE
from tests.conftest import Time
from tests.providers.tiny.calling import ITS_KEY, calling, points, state_after, status
from tests.providers.tiny.provider import TinyProvider
from tests.providers.tiny.shop import Stage, TinyShop
from tests.support.databases import only_on_sqlite
from tests.support.make import ADA, GUILD, key, package

pytestmark = only_on_sqlite


async def bought(core: Services) -> Payment:
    return await core.buying.buy(key=key(), guild=GUILD, member=ADA, package=package().id)


async def test_whoever_comes_back_lets_the_money_be_taken(
    core: Services, tiny_shop: TinyShop, woken: asyncio.Event
) -> None:
    payment = await bought(core)
    tiny_shop.approve("order-1")
    core.returning.came_back(payment)
    await core.returning.settle()
    assert (await status(core), tiny_shop.taken) == (CallStatus.WAITING, [])
    async with calling(core):
        assert await state_after(core, payment, woken) is PaymentState.COMPLETED
    assert (await points(core), tiny_shop.taken) == (package().points, [ITS_KEY])


async def test_many_page_loads_are_one_look(
    core: Services, tiny_shop: TinyShop, clock: Time
) -> None:
    payment = await bought(core)
    for _ in range(3):
        core.returning.came_back(payment)
    await core.returning.settle()
    assert tiny_shop.calls == ["open", "look"]
    for looks, pause in ((2, AGAIN), (3, 2 * AGAIN), (4, 4 * AGAIN)):
        clock.pass_(pause - 1)
        core.returning.came_back(payment)
        clock.pass_(1)
        core.returning.came_back(payment)
        await core.returning.settle()
        assert tiny_shop.calls == ["open", *["look"] * looks], "less and less often"
    assert await core.queries.provider_call(CallKey("tiny", CallKind.CAPTURE, "order-1")) is None


async def test_a_provider_that_is_away_is_logged_and_harms_nobody(
    core: Services, tiny_shop: TinyShop
) -> None:
    payment = await bought(core)
    tiny_shop.away = True
    with capture_logs() as lines:
        core.returning.came_back(payment)
        await core.returning.settle()
    assert [each["event"] for each in lines] == ["returning.not_looked_up"]


async def test_what_is_paid_or_closing_is_not_looked_up(
    core: Services, tiny_shop: TinyShop, woken: asyncio.Event
) -> None:
    payment = await bought(core)
    tiny_shop.approve("order-1")
    core.returning.came_back(payment)
    await core.returning.settle()
    async with calling(core):
        await state_after(core, payment, woken)
    asked = list(tiny_shop.calls)
    paid = await core.queries.payment(payment.id)
    assert paid is not None
    core.returning.came_back(paid)
    await core.returning.settle()
    assert tiny_shop.calls == asked
    core.returning.came_back(payment)
    await core.returning.close()


async def test_where_the_provider_takes_the_money_its_message_is_waited_for_first(
    core: Services, tiny_shop: TinyShop, clock: Time
) -> None:
    payment = await bought(core)
    provider = core.providers["tiny"]
    assert isinstance(provider, TinyProvider)
    provider.capture = None
    core.returning.came_back(payment)
    clock.pass_(MESSAGE - 1)
    core.returning.came_back(payment)
    await core.returning.settle()
    assert tiny_shop.calls == ["open"]
    tiny_shop.orders["order-1"].stage = Stage.CAPTURED
    clock.pass_(1)
    core.returning.came_back(payment)
    await core.returning.settle()
    assert (tiny_shop.calls, await points(core)) == (["open", "look"], package().points)


async def test_who_waits_for_long_ago_is_forgotten(
    core: Services, tiny_shop: TinyShop, clock: Time
) -> None:
    payment = await bought(core)
    core.returning.came_back(payment)
    clock.pass_(FORGOTTEN)
    core.returning.came_back(payment)
    await core.returning.settle()
    clock.pass_(AGAIN)
    core.returning.came_back(payment)
    await core.returning.settle()
    assert tiny_shop.calls == ["open", *["look"] * 3], "the pauses begin again"
