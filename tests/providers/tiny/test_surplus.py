"""Money that came twice goes back, or a person knows of it: nothing of it waits unseen."""

import pytest
from sqlalchemy import select

from app.core import Services
from payments.domain.values.claims import Refund
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import RefundStatus
from payments.domain.values.time import HOUR
from payments.providers.errors import ProviderUnavailable
from payments.services.surplus import SurplusRefunds
from payments.store.tables import events
from tests.conftest import Time
from tests.providers.tiny.shop import Stage, TinyShop
from tests.providers.tiny.two import as_it_is, faults, in_two_tabs


async def paid_twice(core: Services, *shops: TinyShop) -> Payment:
    """Both ways of a purchase were paid; the one that does not count."""
    bought = await in_two_tabs(core)
    for shop in shops:
        shop.orders["order-1"].stage = Stage.CAPTURED
        await core.polling.poll()
    [late] = [each for each in await core.queries.ways(bought) if each.surplus_at]
    return late


def refunds(core: Services, clock: Time, *, switched_on: bool = True) -> SurplusRefunds:
    return SurplusRefunds(
        runner=core.runner,
        queries=core.queries,
        providers=core.providers if switched_on else {},
        clock=clock,
        new_id=lambda: "refund",
    )


async def cards(core: Services) -> int:
    """How many cards moderators get about calls that failed."""
    query = select(events.c.name).where(events.c.name == "provider.call_failed")
    return len(await core.database.snapshot(lambda connection: connection.execute(query).all()))


async def test_what_was_noted_by_a_provider_that_is_switched_off_since_is_told_once(
    both: Services, tiny_shop: TinyShop, other_shop: TinyShop, clock: Time
) -> None:
    late = await paid_twice(both, tiny_shop, other_shop)
    shop = {"tiny": tiny_shop, "other": other_shop}[late.provider]
    shop.away = True
    with pytest.raises(ProviderUnavailable):
        await refunds(both, clock).give_back(late.id)
    for _ in range(2):
        with pytest.raises(ProviderUnavailable, match="any more"):
            await refunds(both, clock, switched_on=False).give_back(late.id)
    assert await cards(both) == 1
    shop.away = False
    await refunds(both, clock).give_back(late.id)
    assert await _refund(both, late) == (RefundStatus.SUCCEEDED, shop.orders["order-1"].refund)
    assert await faults(both) == []


async def test_what_no_delivery_gives_back_any_more_is_found_by_reconciliation(
    both: Services, tiny_shop: TinyShop, other_shop: TinyShop, clock: Time
) -> None:
    late = await paid_twice(both, tiny_shop, other_shop)
    shop = {"tiny": tiny_shop, "other": other_shop}[late.provider]
    assert (await both.reconciliation.reconcile()).refunds == 0, "its delivery may still come"
    clock.pass_(HOUR)
    first = await both.reconciliation.reconcile()
    again = await both.reconciliation.reconcile()
    assert [(each.refunds, each.changed, each.failed) for each in (first, again)] == [
        (1, 1, ()),
        (0, 0, ()),
    ]
    assert await _refund(both, late) == (RefundStatus.SUCCEEDED, shop.orders["order-1"].refund)
    assert shop.calls.count("give back") == 1
    assert await faults(both) == []


async def _refund(core: Services, payment: Payment) -> tuple[RefundStatus, str | None]:
    [found] = (await as_it_is(core, payment.id)).refunds
    assert isinstance(found, Refund)
    return found.status, found.id
