"""What was missed is found: by the Events API where it is on, else by the objects themselves."""

import pytest

from payments.domain.values.payment_state import PaymentState
from payments.domain.values.time import DAY, HOUR, MINUTE, later
from payments.providers.requests import ListedEvents
from payments.providers.square.provider import SquareProvider
from sandbox.square import LocalSquare
from tests.conftest import Time
from tests.providers.square.conftest import Start
from tests.providers.square.shop import Proxy, SquareShop, opened_shop, order_of, provider_of
from tests.support.commands import put_up
from tests.support.databases import only_on_sqlite

pytestmark = only_on_sqlite

EVENTS = "/v2/events"


async def listed(provider: SquareProvider, clock: Time, ago: int) -> list[ListedEvents]:
    return [part async for part in provider.listing.events(later(clock(), -ago))]


@pytest.mark.parametrize("api", [True, False])
async def test_all_that_nobody_told_is_found(
    start: Start, local: LocalSquare, proxy: Proxy, clock: Time, *, api: bool
) -> None:
    async with start(square_events_api=api) as core:
        await put_up(core.runner)
        async with opened_shop(core, local, proxy, clock, SquareShop) as shop:
            records = local.record()
            paid = await shop.paid()
            assert await shop.reconcile() == ()
            local.plan("lose", "*", times=99)
            clock.pass_(2 * HOUR)
            await local.refund(order_of(paid), 100)
            clock.pass_(10 * MINUTE)
            assert await shop.reconcile() == ()
            assert (len((await shop.now(paid)).refunds), await shop.points()) == (1, 400)
            records.clear()
            await local.dispute(order_of(paid), amount=50)
            for _ in range(2):
                clock.pass_(10 * MINUTE)
                assert await shop.reconcile() == ()
                assert await shop.state(paid) is PaymentState.DISPUTED
                assert await shop.points() == 350
            asked = {each.path for each in records}
            assert (EVENTS in asked, "/v2/payments" in asked) == (api, not api)


async def test_what_happened_before_the_events_were_switched_on_is_found(
    local: LocalSquare, clock: Time, shop: SquareShop
) -> None:
    """Another process may have been asked for them before, or nobody ever."""
    paid = await shop.paid()
    provider, records = provider_of(local, clock, has_events=True), local.record()
    for _ in range(2):
        [part] = await listed(provider, clock, HOUR)
        assert [each.look_up for each in part.events] == [paid.intent]
    assert sum(each.path == f"{EVENTS}/enable" for each in records) == 1
    await provider.close()


async def test_events_are_listed_from_old_to_new_in_pages(
    local: LocalSquare, clock: Time, shop: SquareShop
) -> None:
    provider = provider_of(local, clock, has_events=True)
    assert await listed(provider, clock, HOUR) == []
    clock.pass_(2 * HOUR)
    paid = await shop.paid()
    for _ in range(120):
        local.forge("payment.updated", "payment", paid.intent or "", {"id": paid.intent})
        clock.pass_(MINUTE // 4)
    parts = await listed(provider, clock, HOUR)
    assert [len(each.events) for each in parts] == [100, 22]
    written = [each.created for part in parts for each in part.events]
    assert written == sorted(written)
    assert parts[-1].until == written[-1]
    await provider.close()
    await shop.settle()


async def test_what_is_older_than_the_events_is_found_by_its_objects(
    local: LocalSquare, clock: Time, shop: SquareShop
) -> None:
    provider = provider_of(local, clock, has_events=True)
    paid = await shop.paid()
    clock.pass_(20 * DAY)
    [part] = await listed(provider, clock, 30 * DAY)
    assert [(each.kind, each.look_up) for each in part.events] == [("payment.updated", paid.intent)]
    assert await provider.listing.objects(later(clock(), -30 * DAY)) == []
    await provider.close()


async def test_one_change_is_one_event_however_often_it_is_listed(
    local: LocalSquare, clock: Time, shop: SquareShop, provider: SquareProvider
) -> None:
    paid = await shop.paid()
    await local.refund(order_of(paid), 100)
    await local.dispute(order_of(paid), inquiry=True)
    await shop.settle()
    first, second = [await listed(provider, clock, HOUR) for _ in range(2)]
    assert first == second
    [part] = first
    assert {each.kind for each in part.events} == {
        *("payment.updated", "refund.updated", "dispute.state.updated")
    }
    before = {each.id for each in part.events}
    clock.pass_(MINUTE)
    [refund] = local.state.refunds.values()
    await local.fail_refund(refund.id)
    [part] = await listed(provider, clock, HOUR)
    assert len({each.id for each in part.events} - before) == 2, "the refund and its payment"
    clock.pass_(2 * HOUR)
    assert await listed(provider, clock, HOUR) == []
    await shop.settle()
