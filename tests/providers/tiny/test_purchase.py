"""From `/buy` to points and back, by a provider that sends no messages and tells no amounts."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from pydantic import BaseModel
from sqlalchemy import Connection, select
from structlog.testing import capture_logs

from app.core import Services
from payments.commands.payments.apply_update import find_mismatch
from payments.domain.errors import Refused
from payments.domain.values.claims import Refund
from payments.domain.values.ids import MemberId, PaymentId
from payments.domain.values.payment import Payment
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_updates import RefundStatus
from payments.domain.values.share import ALL
from payments.domain.values.time import HOUR
from payments.providers.kind import ProviderKind
from payments.services.lookups import POLLED, Looked
from payments.services.polling import Polling
from payments.store.tables import metadata
from payments.store.verify.verify import verify
from tests.conftest import Time
from tests.providers.tiny.conftest import Start
from tests.providers.tiny.provider import ALL_OR_NOTHING, read
from tests.providers.tiny.shop import Stage, TinyShop
from tests.support.databases import on_both, only_on_sqlite
from tests.support.fakes import FakeProvider
from tests.support.make import ADA, BEN, GUILD, euros, key, package
from tests.support.unable import NO_CHECKOUTS, Unable

pytestmark = only_on_sqlite


class NoSettings(BaseModel):
    """Those of a provider that needs none."""


async def buy(core: Services) -> Payment:
    return await core.buying.buy(key=key(), guild=GUILD, member=ADA, package=package().id)


async def as_it_is(core: Services, payment: PaymentId) -> Payment:
    found = await core.queries.payment(payment)
    assert found is not None
    return found


async def points(core: Services) -> int:
    return (await core.queries.balance(GUILD, ADA, core.clock())).points


async def everything(core: Services) -> str:
    """All that is stored, as text."""

    def read(connection: Connection) -> str:
        rows: list[Any] = []
        for table in metadata.sorted_tables:
            rows += [tuple(each) for each in connection.execute(select(table))]
        assert list(verify(connection)) == []
        return repr(rows)

    return await core.database.snapshot(read)


async def paid(core: Services, shop: TinyShop) -> Payment:
    bought = await buy(core)
    shop.orders[bought.session or ""].stage = Stage.CAPTURED
    await core.polling.poll()
    return await as_it_is(core, bought.id)


@on_both
async def test_a_purchase_goes_all_the_way_and_back(core: Services, tiny_shop: TinyShop) -> None:
    bought = await buy(core)
    assert (bought.provider, bought.url) == ("tiny", "https://tiny.example/order-1")
    assert await core.polling.poll() == Looked(asked=1)
    tiny_shop.orders["order-1"].stage = Stage.CAPTURED
    assert await core.polling.poll() == Looked(asked=1, changed=1)
    assert (await as_it_is(core, bought.id)).state is PaymentState.COMPLETED
    assert await points(core) == package().points
    assert await core.polling.poll() == Looked(), "what is paid is asked for no more"

    quote = await core.refunding.quote(GUILD, BEN, bought.id)
    assert (quote.effect.amount, quote.effect.points) == (package().price, package().points)
    done = await core.refunding.ask(
        key=key(), guild=GUILD, moderator=BEN, payment=bought.id, amount=quote.effect.amount
    )
    assert done.refund.status is RefundStatus.SUCCEEDED
    assert done.refund.amount == package().price, "what was asked for, as nothing else is told"
    assert done.payment.state is PaymentState.REFUNDED
    assert await points(core) == 0
    assert tiny_shop.orders["order-1"].refund == done.refund.id
    assert "stripe" not in (await everything(core)).casefold()


async def test_a_part_goes_back_nowhere(core: Services, tiny_shop: TinyShop) -> None:
    bought = await paid(core, tiny_shop)
    some = euros(100)
    with pytest.raises(Refused, match=ALL_OR_NOTHING.sentence):
        await core.refunding.quote(GUILD, BEN, bought.id, some)
    with pytest.raises(Refused, match=ALL_OR_NOTHING.sentence):
        await core.refunding.ask(
            key=key(), guild=GUILD, moderator=BEN, payment=bought.id, amount=some
        )
    assert (await as_it_is(core, bought.id)).refunds == ()


async def test_an_unclear_refund_is_looked_up(
    core: Services, tiny_shop: TinyShop, clock: Time
) -> None:
    bought = await paid(core, tiny_shop)
    tiny_shop.away = True
    asked = await core.refunding.ask(
        key=key(), guild=GUILD, moderator=BEN, payment=bought.id, amount=package().price
    )
    assert asked.refund.status is RefundStatus.PENDING
    assert await points(core) == 0, "set aside"
    tiny_shop.away = False
    clock.pass_(HOUR)
    report = await core.reconciliation.reconcile()
    assert (report.refunds, report.changed, report.failed) == (1, 1, ())
    [refund] = (await as_it_is(core, bought.id)).refunds
    assert _of(refund) == (RefundStatus.SUCCEEDED, asked.refund.id)
    assert tiny_shop.calls.count("give back") == 1


def _of(refund: Refund) -> tuple[RefundStatus, str]:
    assert refund.share == ALL
    return refund.status, refund.id


async def test_a_checkout_that_lapses_is_seen(core: Services, tiny_shop: TinyShop) -> None:
    bought = await buy(core)
    tiny_shop.orders["order-1"].stage = Stage.LAPSED
    assert await core.polling.poll() == Looked(asked=1, changed=1)
    assert (await as_it_is(core, bought.id)).state is PaymentState.EXPIRED
    assert await core.polling.poll() == Looked()


async def test_what_can_be_paid_no_more_is_left_to_the_reconciliation(
    core: Services, tiny_shop: TinyShop, clock: Time
) -> None:
    await buy(core)
    clock.pass_(POLLED)
    assert await core.polling.poll() == Looked(asked=1)
    clock.pass_(1)
    assert await core.polling.poll() == Looked()
    tiny_shop.orders["order-1"].stage = Stage.CAPTURED
    assert (await core.reconciliation.reconcile()).changed == 1


async def test_what_is_as_asked_has_no_discount_and_is_nobody_elses(
    core: Services, tiny_shop: TinyShop
) -> None:
    """No amounts are compared; all else is."""
    bought = await buy(core)
    tiny_shop.orders["order-1"].stage = Stage.CAPTURED
    told = read(tiny_shop.orders["order-1"])
    assert find_mismatch(bought, told) is None
    for wrong in (
        replace(told, discount=1),
        replace(told, payment_required=False),
        replace(told, session="order-2"),
        replace(told, reference=replace(told.reference, member=BEN)),
        replace(told, as_asked=False),
    ):
        assert find_mismatch(bought, wrong) is not None


async def test_what_cannot_be_looked_up_is_logged_once_and_not_every_five_seconds(
    core: Services, tiny_shop: TinyShop
) -> None:
    """For as long as it is away, each open checkout fails in each look."""
    for member in range(101, 104):
        await core.buying.buy(key=key(), guild=GUILD, member=MemberId(member), package=package().id)
    with capture_logs() as lines:
        tiny_shop.away = True
        for _ in range(3):
            assert len((await core.polling.poll()).failed) == 3
        tiny_shop.away = False
        for _ in range(2):
            await core.polling.poll()
    assert [each for each in lines if each["event"].startswith("polling.")] == [
        {
            "event": "polling.failing",
            "log_level": "warning",
            "failed": 3,
            "first": "Payment id-1: The tiny shop cannot be reached.",
        },
        {"event": "polling.works_again", "log_level": "info"},
    ]


async def test_while_it_is_away_nothing_is_lost(core: Services, tiny_shop: TinyShop) -> None:
    bought = await buy(core)
    tiny_shop.orders["order-1"].stage = Stage.CAPTURED
    tiny_shop.away = True
    looked = await core.polling.poll()
    assert looked.failed == [f"Payment {bought.id}: The tiny shop cannot be reached."]
    tiny_shop.away = False
    assert (await core.polling.poll()).changed == 1
    assert await points(core) == package().points


@on_both
async def test_a_purchase_is_finished_by_the_next_process(
    core: Services, start: Start, tiny_shop: TinyShop
) -> None:
    bought = await buy(core)
    tiny_shop.orders["order-1"].stage = Stage.CAPTURED
    async with start() as other:
        assert (await other.polling.poll()).changed == 1
    assert await points(core) == package().points
    assert (await core.polling.poll()).asked == 0
    assert (await as_it_is(core, bought.id)).state is PaymentState.COMPLETED


async def test_switched_off_it_sells_nothing_and_refunds_nothing(
    core: Services, start: Start, tiny_shop: TinyShop
) -> None:
    bought = await paid(core, tiny_shop)
    waiting = await buy(core)
    bare = ProviderKind(
        name="bare", title="Bare", settings=NoSettings, template="", build=lambda _: Unable()
    )
    async with start((bare,), payment_providers="bare") as other:
        with pytest.raises(Refused, match=NO_CHECKOUTS.sentence):
            await buy(other)
        with pytest.raises(Refused, match="Payments by Tiny"):
            await other.refunding.quote(GUILD, BEN, bought.id)
        assert await other.polling.poll() == Looked()
    assert (await as_it_is(core, waiting.id)).state is PaymentState.INITIATED


@on_both
async def test_it_is_polled_from_the_start_and_stripe_never(
    core: Services, tiny_shop: TinyShop
) -> None:
    await buy(core)
    running = asyncio.create_task(core.polling.run(core.database.alone))
    async with asyncio.timeout(30):
        await tiny_shop.looked.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    reports: Any = FakeProvider()
    polling = Polling(
        runner=core.runner,
        queries=core.queries,
        refunding=core.refunding,
        providers={"stripe": reports},
        clock=core.clock,
    )
    async with asyncio.timeout(30):
        await polling.run(core.database.alone)  # ends at once


@on_both
async def test_only_its_own_open_checkouts_are_polled(core: Services, tiny_shop: TinyShop) -> None:
    await buy(core)
    theirs = await core.queries.open_checkouts(core.clock(), core.clock(), providers=["stripe"])
    ours = await core.queries.open_checkouts(core.clock(), core.clock(), providers=["tiny"])
    assert ([each.payment for each in theirs], len(ours)) == ([], 1)
    assert tiny_shop.calls == ["open"]
