"""What was paid twice in reports, the journal, and `guildbank verify`."""

import asyncio

from app.core import Services
from payments.domain.values.report import Period
from payments.domain.values.time import UTC_NAME
from payments.domain.values.time_zones import day_of
from payments.services.journal import read_journal
from payments.services.reports import read_report
from tests.providers.tiny.shop import Stage, TinyShop
from tests.providers.tiny.two import calling, faults, in_two_tabs, until
from tests.support.make import GUILD, package
from tests.support.tampered import not_named, said_of


async def test_what_was_paid_twice_is_no_sale_and_stands_in_the_journal_until_it_is_back(
    both: Services, tiny_shop: TinyShop, other_shop: TinyShop, woken: asyncio.Event
) -> None:
    await in_two_tabs(both)
    for shop in (tiny_shop, other_shop):
        shop.orders["order-1"].stage = Stage.CAPTURED
        await both.polling.poll()
    price = package().price.minor
    assert await takings(both) == (1, price, 0, price, 0)
    assert await journal(both) == [
        ("sale", {"Payment provider": price, "Deferred points": -price}),
        ("surplus", {"Payment provider": price, "Paid twice": -price}),
    ]
    async with calling(both):
        await until(lambda: gone_back(tiny_shop, other_shop) == 1, woken)
    assert await takings(both) == (1, price, 0, price, price)
    assert (await journal(both))[-1] == (
        "refund",
        {"Paid twice": price, "Payment provider": -price},
    )


def gone_back(*shops: TinyShop) -> int:
    return sum(1 for shop in shops for order in shop.orders.values() if order.refund)


async def takings(core: Services) -> tuple[int, int, int, int, int]:
    """Sales, what they brought, refunds, what was paid twice, and what of it went back."""
    [line] = (await read_report(core.queries, whole_day(core))).money
    return line.sales, line.gross, line.refunds, line.surplus, line.surplus_back


async def journal(core: Services) -> list[tuple[str, dict[str, int]]]:
    """Each entry's lines: debits positive."""
    return [
        (each.what, {str(line.account): line.debit - line.credit for line in each.lines})
        for each in await read_journal(core.queries, whole_day(core))
    ]


def whole_day(core: Services) -> Period:
    day = day_of(core.clock(), UTC_NAME)
    return Period.of_days(day, day + 1, guild=GUILD, livemode=False)


SPOILT = [
    (
        "UPDATE payments SET paid_instead = NULL, surplus_at = NULL WHERE surplus_at IS NOT NULL",
        "it says that no other was paid instead",
    ),
    (
        "UPDATE payments SET surplus_at = NULL WHERE surplus_at IS NOT NULL",
        "what was paid twice is not marked so",
    ),
    (
        "UPDATE payments SET paid_instead = 'somebody' WHERE surplus_at IS NOT NULL",
        "it says that somebody was paid instead",
    ),
]


async def test_verify_names_a_purchase_that_counts_twice_or_not_as_it_says(
    both: Services, tiny_shop: TinyShop, other_shop: TinyShop
) -> None:
    await in_two_tabs(both)
    for shop in (tiny_shop, other_shop):
        shop.orders["order-1"].stage = Stage.CAPTURED
        await both.polling.poll()
    assert await faults(both) == []
    said = await said_of(both.database, dict(SPOILT))
    assert not_named(said, SPOILT) == {}
