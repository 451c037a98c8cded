"""What we send to Square is as its published document says, and what we read is as it answers."""

from typing import Any

from payments.providers.square.calls import VERSION
from payments.providers.square.provider import SquareProvider
from sandbox.square import LocalSquare
from tests.conftest import Time
from tests.providers.square.shop import SquareShop, order_of, provider_of
from tests.support.databases import only_on_sqlite
from tests.support.square_schema import SquareSchema

pytestmark = only_on_sqlite


async def test_each_call_is_as_published(
    local: LocalSquare, shop: SquareShop, clock: Time, provider: SquareProvider
) -> None:
    schema, records = SquareSchema(), local.record()
    paid = await shop.paid()
    await shop.refund(paid, 100)
    await shop.settle()
    dispute = await local.dispute(order_of(paid))
    await shop.settle()
    assert (await provider.disputes.retrieve(dispute["id"])).dispute == dispute["id"]
    unpaid = await shop.buy()
    await provider.checkouts.expire(
        order_of(unpaid), page=unpaid.url or "", idempotency_key="expire"
    )
    for has_events in (False, True):
        listing = provider_of(local, clock, has_events=has_events)
        assert [part async for part in listing.listing.events(clock())] != [None]
        await listing.close()
    assert await provider.access.refusals(thoroughly=True) == []
    called = {(each.method, each.path.split("/")[2]) for each in records}
    assert {
        *(("POST", "online-checkout"), ("DELETE", "online-checkout"), ("GET", "orders")),
        *(("GET", "payments"), ("POST", "refunds"), ("GET", "refunds"), ("GET", "disputes")),
        *(("POST", "events"), ("PUT", "events"), ("GET", "locations")),
    } <= called
    for each in records:
        assert each.headers["square-version"] == VERSION
        assert schema.asked(each.method, each.path, each.query, each.body) == [], each.path
        if each.status == 200:
            answer: dict[str, Any] = each.answer or {}
            assert schema.answered(each.method, each.path, answer) == [], each.path
