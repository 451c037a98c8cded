"""One purchase in Discord's shop, from whatever way it is told to its end."""

import pytest

from payments.domain.values.ids import MemberId
from payments.domain.values.money import NO_AMOUNT
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.time import HOUR, MINUTE
from payments.providers.discord_skus.names import DISCORD_SKUS
from tests.providers.discord_skus.conftest import Start
from tests.providers.discord_skus.shop import DiscordShopping
from tests.providers.discord_skus.wire import SKU
from tests.support.commands import spend
from tests.support.make import ADA, GUILD, package


@pytest.mark.parametrize("way", ["by_gateway", "by_webhook", "reconcile"])
async def test_it_is_credited_and_then_used_up(shop: DiscordShopping, way: str) -> None:
    await shop.connect()
    name = shop.sell()
    if way == "reconcile":
        assert await shop.reconcile() == ()
    else:
        await getattr(shop, way)(name)
    await shop.take_in()
    if way != "reconcile":
        assert (await shop.points_of(), shop.discord.consumed) == (package().points, [])
    await shop.settle()
    [bought] = await shop.of()
    assert (bought.state, bought.price, bought.session) == (PaymentState.COMPLETED, NO_AMOUNT, name)
    assert (await shop.points_of(), shop.discord.consumed) == (package().points, [name])


async def test_it_counts_once_however_often_and_by_whatever_way_it_is_told(
    shop: DiscordShopping,
) -> None:
    await shop.connect()
    name = shop.sell()
    for _ in range(2):
        await shop.by_gateway(name)
        assert await shop.by_webhook(name) == 204
        await shop.reconcile()
        await shop.settle()
    assert len(await shop.of()) == 1
    assert (await shop.points_of(), shop.discord.consumed) == (package().points, [name])


async def test_what_discord_gives_back_is_taken_back(shop: DiscordShopping) -> None:
    await shop.connect()
    name = shop.sell()
    await shop.by_gateway(name)
    await shop.settle()
    shop.discord.delete(name)
    shop.discord.finds_deleted = False
    await shop.by_gateway(name)
    await shop.settle()
    [bought] = await shop.of()
    assert (bought.state, await shop.points_of()) == (PaymentState.REFUNDED, 0)


async def test_a_deletion_that_nobody_told_is_found_in_the_list(shop: DiscordShopping) -> None:
    await shop.connect()
    name = shop.sell()
    await shop.reconcile()
    assert await shop.points_of() == package().points
    shop.discord.delete(name)
    shop.clock.pass_(HOUR)
    assert await shop.reconcile() == ()
    assert await shop.points_of() == 0


@pytest.mark.parametrize("kind", [3, 4, 5, 7, 8, 99])
async def test_what_nobody_has_paid_is_never_credited(shop: DiscordShopping, kind: int) -> None:
    await shop.connect()
    name = shop.sell(kind=kind)
    await shop.by_gateway(name)
    await shop.by_webhook(name)
    await shop.reconcile()
    assert (await shop.of(), shop.discord.consumed) == ([], [])
    kept = await shop.core.queries.inbox_event(f"{name}.bought")
    assert kept is not None
    assert (kept.status, bool(kept.reason)) == ("ignored", True)


async def test_a_gift_counts_for_who_got_it(shop: DiscordShopping) -> None:
    await shop.connect()
    await shop.by_gateway(shop.sell(kind=6))
    await shop.settle()
    assert await shop.points_of() == package().points


async def test_what_is_sold_as_no_package_waits_at_discord(shop: DiscordShopping) -> None:
    name = shop.sell()
    await shop.by_gateway(name)
    assert await shop.by_webhook(name) == 204
    await shop.reconcile()
    assert await shop.core.queries.inbox_event(f"{name}.bought") is None
    await shop.connect()
    await shop.reconcile()
    assert (await shop.points_of(), shop.discord.consumed) == (package().points, [name])


async def test_what_was_used_up_before_it_stood_for_a_package_is_not_credited(
    shop: DiscordShopping,
) -> None:
    shop.sell(consumed=True)
    shop.clock.pass_(MINUTE)
    await shop.connect()
    await shop.reconcile()
    assert await shop.of() == []


async def test_what_was_used_up_since_is_credited_though_the_books_do_not_know_it(
    shop: DiscordShopping,
) -> None:
    """They are of a backup from before it was bought."""
    await shop.connect()
    shop.clock.pass_(MINUTE)
    shop.sell(consumed=True)
    await shop.reconcile()
    assert (await shop.points_of(), shop.discord.consumed) == (package().points, [])


async def test_a_lost_answer_uses_it_up_once(shop: DiscordShopping) -> None:
    await shop.connect()
    name = shop.sell()
    shop.discord.loses_answer = True
    await shop.by_gateway(name)
    await shop.settle()
    assert (await shop.points_of(), shop.discord.consumed) == (package().points, [name])
    assert await shop.told("provider_call.failed") == 0


async def test_what_is_deleted_before_it_was_used_up_troubles_nobody(shop: DiscordShopping) -> None:
    await shop.connect()
    name = shop.sell()
    await shop.by_gateway(name)
    await shop.take_in()
    shop.discord.delete(name)
    await shop.call()
    await shop.by_gateway(name)
    await shop.settle()
    assert (await shop.points_of(), shop.discord.consumed) == (0, [])
    assert await shop.told("provider_call.failed") == 0


async def test_while_discord_is_away_it_waits(shop: DiscordShopping) -> None:
    await shop.connect()
    name = shop.sell()
    await shop.by_gateway(name)
    shop.discord.away = True
    await shop.take_in()
    assert await shop.points_of() == 0
    shop.discord.away = False
    shop.clock.pass_(HOUR)
    await shop.settle()
    assert (await shop.points_of(), shop.discord.consumed) == (package().points, [name])


async def test_a_kill_between_credit_and_use_uses_it_up_once(
    shop: DiscordShopping, start: Start
) -> None:
    await shop.connect()
    name = shop.sell()
    await shop.by_gateway(name)
    await shop.take_in()
    async with start() as following:
        again = DiscordShopping(
            core=following, clock=shop.clock, url=shop.url, http=shop.http, discord=shop.discord
        )
        await again.settle()
        assert (await again.points_of(), shop.discord.consumed) == (package().points, [name])


async def test_while_discord_refuses_the_token_it_waits(shop: DiscordShopping) -> None:
    """That is the account's trouble: no attempt is used up, however long it takes."""
    await shop.connect()
    name = shop.sell()
    await shop.by_gateway(name)
    shop.discord.refuses = True
    for _ in range(30):
        await shop.take_in()
        shop.clock.pass_(HOUR)
    kept = await shop.core.queries.inbox_event(f"{name}.bought")
    assert kept is not None
    assert (kept.status, kept.reason) == ("failed", "Discord refuses DISCORD_TOKEN.")
    shop.discord.refuses = False
    await shop.settle()
    assert (await shop.points_of(), shop.discord.consumed) == (package().points, [name])


async def test_points_that_were_spent_are_owed_once_discord_gives_the_money_back(
    shop: DiscordShopping,
) -> None:
    await shop.connect()
    name = shop.sell()
    await shop.by_gateway(name)
    await shop.settle()
    await shop.core.runner.run(spend(300))
    shop.discord.delete(name)
    await shop.by_webhook(name)
    await shop.settle()
    balance = await shop.core.queries.balance(GUILD, ADA, shop.clock())
    assert (balance.points, balance.debt) == (-300, 300)


async def test_a_list_of_several_pages_is_read_to_its_end(shop: DiscordShopping) -> None:
    """The newest come first, so each page asks for what is older than the one before."""
    await shop.connect()
    for number in range(230):
        shop.sell(MemberId(ADA + number), consumed=True, deleted=number % 2 == 0)
    provider = shop.core.providers[DISCORD_SKUS]
    assert provider.entitlements is not None
    found = await provider.entitlements.of_sku(SKU)
    assert len({each.id for each in found}) == 230
    lists = [each for each in shop.discord.asked if "/entitlements?" in each]
    assert len(lists) == 3
    assert all("exclude_deleted=false" in each for each in lists)
