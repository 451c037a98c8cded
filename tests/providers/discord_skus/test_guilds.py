"""On which server a purchase counts that names none."""

import pytest

from payments.commands.base import by_member
from payments.commands.guild.packages import RetirePackage
from payments.commands.guild.skus import ConnectSku
from payments.domain.errors import Refused
from payments.domain.values.ids import GuildId
from payments.domain.values.inbox import InboxStatus
from payments.domain.values.time import DAY, HOUR
from tests.providers.discord_skus.conftest import Start
from tests.providers.discord_skus.shop import DiscordShopping, opened_shop
from tests.providers.discord_skus.wire import OTHER_SKU, SKU, SellingDiscord
from tests.support.commands import put_up
from tests.support.databases import only_on_sqlite
from tests.support.make import ADA, BEN, GUILD, key, package

pytestmark = only_on_sqlite

OTHER = GuildId(900_000_000_000_000_002)


@pytest.fixture
async def two(shop: DiscordShopping) -> DiscordShopping:
    """Two servers sell it."""
    await put_up(shop.core.runner, package(guild=OTHER))
    await shop.connect(GUILD)
    await shop.connect(OTHER)
    return shop


async def test_where_discord_says_that_it_was_bought(two: DiscordShopping) -> None:
    await two.by_gateway(two.sell(guild_id=str(OTHER)))
    await two.settle()
    assert (await two.points_of(GUILD), await two.points_of(OTHER)) == (0, package().points)


async def test_what_its_buyer_has_chosen_last(two: DiscordShopping) -> None:
    front = two.core.shop_front
    assert front is not None
    await front.choose(ADA, SKU, GUILD)
    await front.choose(ADA, SKU, OTHER)
    await two.by_gateway(two.sell())
    await two.settle()
    assert (await two.points_of(GUILD), await two.points_of(OTHER)) == (0, package().points)


async def test_what_the_owner_has_set(
    two: DiscordShopping, start: Start, discord: SellingDiscord
) -> None:
    async with (
        start(discord_skus_guild=str(OTHER)) as core,
        opened_shop(core, discord, two.clock) as shop,
    ):
        await shop.by_gateway(shop.sell())
        await shop.settle()
        assert (await shop.points_of(GUILD), await shop.points_of(OTHER)) == (0, package().points)


async def test_where_nobody_says_it_waits_until_its_buyer_does(two: DiscordShopping) -> None:
    front = two.core.shop_front
    assert front is not None
    name = two.sell()
    await two.by_gateway(name)
    for _ in range(40):
        await two.settle()
        two.clock.pass_(2 * HOUR)
    assert (await two.points_of(GUILD), await two.points_of(OTHER)) == (0, 0)
    [waiting] = await front.waiting(ADA, SKU)
    assert (waiting.status, waiting.reason) == (
        InboxStatus.FAILED,
        "Its buyer has not chosen yet on which server it counts.",
    )
    assert (await front.waiting(BEN, SKU), await front.waiting(ADA, OTHER_SKU)) == ([], [])
    assert two.discord.consumed == []
    await front.claim(ADA, SKU, OTHER)
    await two.settle()
    assert (await two.points_of(GUILD), await two.points_of(OTHER)) == (0, package().points)
    assert (await front.waiting(ADA, SKU), two.discord.consumed) == ([], [name])


async def test_what_waits_and_is_given_back_counts_nowhere(two: DiscordShopping) -> None:
    front = two.core.shop_front
    assert front is not None
    name = two.sell()
    await two.by_gateway(name)
    await two.settle()
    two.discord.delete(name)
    await front.claim(ADA, SKU, OTHER)
    two.clock.pass_(DAY)
    await two.settle()
    assert (await two.points_of(OTHER), await front.waiting(ADA, SKU)) == (0, [])


async def test_a_package_that_was_retired_still_counts(shop: DiscordShopping) -> None:
    """Somebody has paid for it at Discord."""
    await shop.connect()
    await shop.core.runner.run(
        RetirePackage(
            key=key(), at=shop.clock(), actor=by_member(BEN), guild=GUILD, package=package().id
        )
    )
    front = shop.core.shop_front
    assert front is not None
    [kept] = await shop.core.queries.packages_of_sku(SKU)
    assert await front.offered(kept) is None
    await shop.by_gateway(shop.sell())
    await shop.settle()
    assert await shop.points_of() == package().points


async def test_one_server_sells_it_as_one_thing(shop: DiscordShopping) -> None:
    await shop.connect()
    await put_up(shop.core.runner, package(points=1_200, minor=999))
    with pytest.raises(Refused, match="stands for"):
        await shop.core.runner.run(
            ConnectSku(
                key=key(),
                at=shop.clock(),
                actor=by_member(BEN),
                guild=GUILD,
                package=package(points=1_200, minor=999).id,
                sku=SKU,
            )
        )


async def test_discord_alone_gives_the_money_back(shop: DiscordShopping) -> None:
    await shop.connect()
    await shop.by_gateway(shop.sell())
    await shop.settle()
    [bought] = await shop.of()
    with pytest.raises(Refused, match="Discord gives refunds of its shop itself"):
        await shop.core.refunding.quote(GUILD, BEN, bought.id)


@pytest.mark.parametrize("tried", [0, 1])
async def test_what_waits_is_not_lost_while_nothing_stands_for_it(
    shop: DiscordShopping, tried: int
) -> None:
    """Its SKU is let go of, perhaps to be connected with another package; then it is again."""
    if tried:  # then it waits for its buyer's choice, else to be looked up
        await put_up(shop.core.runner, package(guild=OTHER))
        await shop.connect(OTHER)
    await shop.connect(GUILD)
    name = shop.sell()
    await shop.by_gateway(name)
    if tried:
        await shop.settle()
        await shop.connect(OTHER, sku=None)
    await shop.connect(GUILD, sku=None)
    for _ in range(3):
        shop.clock.pass_(2 * HOUR)
        await shop.reconcile()
        await shop.settle()
    assert await shop.points_of() == 0
    assert shop.discord.consumed == []
    await shop.connect(GUILD)
    front = shop.core.shop_front
    assert front is not None
    await front.look_again(SKU)
    await shop.settle()
    assert (await shop.points_of(), shop.discord.consumed) == (package().points, [name])
