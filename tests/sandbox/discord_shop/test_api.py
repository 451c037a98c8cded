"""The shop's API answers as Discord's pages have it."""

import pytest

from payments.domain.values.time import HOUR
from sandbox.base.common import NotPossible
from sandbox.base.faults import Fault
from sandbox.discord_shop import Kind, LocalShop, SkuType
from sandbox.discord_shop.objects import GUILD_SUBSCRIPTION
from sandbox.discord_wire import WireDiscord
from sandbox.discord_wire.world import (
    ADA,
    BADGE_SKU,
    BEN,
    BOT,
    CLUB_SKU,
    GUILD,
    REGULAR_SKU,
    RETIRED_SKU,
    STARTER_SKU,
)
from tests.conftest import Time
from tests.sandbox.discord_shop.conftest import APP, ENTITLEMENTS, Asking


async def test_skus_of_every_type_are_listed_without_a_price(ask: Asking) -> None:
    status, skus = await ask("GET", f"{APP}/skus")
    assert status == 200
    assert [(each["id"], each["type"], each["flags"]) for each in skus] == [
        (str(STARTER_SKU), 3, 4),
        (str(REGULAR_SKU), 3, 4),
        (str(BADGE_SKU), 2, 4),
        (str(CLUB_SKU), 5, 256),
        (str(RETIRED_SKU), 3, 0),
    ]
    assert skus[1]["slug"] == "1-200-points"
    assert not {name for each in skus for name in each if "price" in name or "cents" in name}


async def test_a_purchase_is_an_entitlement_of_a_user_without_a_guild(
    ask: Asking, shop: LocalShop
) -> None:
    made = await shop.buy(ADA, STARTER_SKU)
    status, found = await ask("GET", f"{ENTITLEMENTS}/{made['id']}")
    assert (status, found) == (200, made)
    assert found == {
        "id": made["id"],
        "sku_id": str(STARTER_SKU),
        "application_id": str(BOT),
        "user_id": str(ADA),
        "promotion_id": None,
        "type": 1,
        "deleted": False,
        "gift_code_flags": 0,
        "consumed": False,
        "starts_at": None,
        "ends_at": None,
    }


async def test_a_durable_has_no_consumed(shop: LocalShop) -> None:
    assert "consumed" not in await shop.buy(ADA, BADGE_SKU)


async def test_the_newest_come_first_and_pages_go_both_ways(
    ask: Asking, shop: LocalShop, clock: Time
) -> None:
    ids = []
    for _ in range(5):
        clock.pass_(HOUR)
        ids.append((await shop.buy(ADA, STARTER_SKU, kind=Kind.TEST_MODE_PURCHASE))["id"])
    assert await ask.listed() == ids[::-1]
    assert await ask.listed(limit="2") == [ids[4], ids[3]]
    assert await ask.listed(limit="2", before=ids[3]) == [ids[2], ids[1]]
    assert await ask.listed(limit="2", after=ids[0]) == [ids[1], ids[2]]
    assert await ask.listed(before=ids[0]) == []


async def test_only_what_was_asked_for_is_listed(ask: Asking, shop: LocalShop) -> None:
    ada = (await shop.buy(ADA, STARTER_SKU))["id"]
    badge = (await shop.buy(ADA, BADGE_SKU))["id"]
    ben = (await shop.buy(BEN, STARTER_SKU))["id"]
    _, club = await ask(
        "POST", ENTITLEMENTS, {"sku_id": str(CLUB_SKU), "owner_id": str(BEN), "owner_type": 2}
    )
    assert await ask.listed(user_id=str(ADA)) == [badge, ada]
    assert await ask.listed(sku_ids=f"{STARTER_SKU},{CLUB_SKU}") == [club["id"], ben, ada]
    assert await ask.listed(guild_id=str(GUILD)) == []
    assert await ask.listed(user_id=str(BEN), sku_ids=str(STARTER_SKU)) == [ben]
    assert len(await ask.listed(exclude_ended="1")) == 4


async def test_deleted_ones_are_listed_only_on_request(ask: Asking, shop: LocalShop) -> None:
    made = (await shop.buy(ADA, STARTER_SKU))["id"]
    assert await ask.listed() == [made]
    await shop.refund(int(made))
    assert await ask.listed() == await ask.listed(exclude_deleted="true") == []
    for no in ("0", "false", "False"):
        assert await ask.listed(exclude_deleted=no) == [made]
    _, found = await ask("GET", f"{ENTITLEMENTS}/{made}")
    assert found["deleted"] is True


async def test_an_ended_one_is_listed_unless_excluded(
    ask: Asking, shop: LocalShop, clock: Time
) -> None:
    made = (await shop.buy(ADA, BADGE_SKU))["id"]
    shop.state.entitlements[int(made)].ends = clock()
    assert await ask.listed() == [made]
    assert await ask.listed(exclude_ended="true") == []


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ({"limit": "0"}, "limit", "NUMBER_TYPE_MIN"),
        ({"limit": "101"}, "limit", "NUMBER_TYPE_MAX"),
        ({"limit": "many"}, "limit", "NUMBER_TYPE_COERCE"),
        ({"user_id": "ada"}, "user_id", "NUMBER_TYPE_COERCE"),
        ({"sku_ids": "1,x"}, "sku_ids", "NUMBER_TYPE_COERCE"),
        ({"exclude_deleted": "no"}, "exclude_deleted", "BOOLEAN_TYPE_CONVERT"),
        ({"before": "5", "after": "3"}, "before", "BASE_TYPE_BAD"),
        ({"exclude_consumed": "1"}, "exclude_consumed", "BASE_TYPE_BAD"),
    ],
)
async def test_a_wrong_query_is_refused(
    ask: Asking, query: dict[str, str], field: str, code: str
) -> None:
    status, said = await ask("GET", ENTITLEMENTS, **query)
    assert (status, said["code"]) == (400, 50035)
    assert said["errors"][field]["_errors"][0]["code"] == code


async def test_a_consumable_is_consumed_once_and_can_be_bought_again(
    ask: Asking, shop: LocalShop
) -> None:
    made = await shop.buy(ADA, STARTER_SKU)
    with pytest.raises(NotPossible, match="must use it first"):
        await shop.buy(ADA, STARTER_SKU)
    consume = f"{ENTITLEMENTS}/{made['id']}/consume"
    assert await ask("POST", consume) == (204, None)
    _, found = await ask("GET", f"{ENTITLEMENTS}/{made['id']}")
    assert found == made | {"consumed": True}
    said = {"code": 40022, "message": "Entitlement already consumed"}
    assert await ask("POST", consume) == (400, said)
    assert (await shop.buy(ADA, STARTER_SKU))["id"] != made["id"]


async def test_what_cannot_be_consumed_is_refused(ask: Asking, shop: LocalShop) -> None:
    badge = (await shop.buy(ADA, BADGE_SKU))["id"]
    status, said = await ask("POST", f"{ENTITLEMENTS}/{badge}/consume")
    assert (status, said["code"]) == (400, 40018)
    gone = (await shop.buy(ADA, STARTER_SKU))["id"]
    await shop.refund(int(gone))
    for identity in (gone, "1"):
        status, said = await ask("POST", f"{ENTITLEMENTS}/{identity}/consume")
        assert (status, said["code"]) == (404, 10029)


async def test_a_test_entitlement_is_of_a_subscription_alone(ask: Asking, shop: LocalShop) -> None:
    wanted = {"sku_id": str(CLUB_SKU), "owner_id": str(ADA), "owner_type": 2}
    status, made = await ask("POST", ENTITLEMENTS, wanted)
    assert (status, made["type"], made["user_id"]) == (200, 8, str(ADA))
    for given, code in (
        (wanted, 40074),
        (wanted | {"owner_type": 1}, 50057),
        (wanted | {"sku_id": str(STARTER_SKU)}, 50057),
        (wanted | {"sku_id": "7"}, 10027),
        (wanted | {"owner_type": 3}, 50035),
        ({}, 50035),
    ):
        status, said = await ask("POST", ENTITLEMENTS, given)
        assert (status, said["code"]) == (400, code)
    assert await ask("DELETE", f"{ENTITLEMENTS}/{made['id']}") == (204, None)
    status, said = await ask("DELETE", f"{ENTITLEMENTS}/{made['id']}")
    assert (status, said["code"]) == (404, 10029)
    assert shop.state.entitlement(int(made["id"])).deleted


async def test_a_guilds_test_entitlement_names_the_bot_as_its_user(
    ask: Asking, shop: LocalShop
) -> None:
    club = shop.add_sku("Guild club", SkuType.SUBSCRIPTION, flags=GUILD_SUBSCRIPTION)
    wanted = {"sku_id": str(club.id), "owner_id": str(GUILD), "owner_type": 1}
    status, made = await ask("POST", ENTITLEMENTS, wanted)
    assert (status, made["guild_id"], made["user_id"]) == (200, str(GUILD), str(BOT))
    assert await ask.listed(guild_id=str(GUILD)) == [made["id"]]


async def test_the_bot_cannot_delete_what_somebody_paid_for(ask: Asking, shop: LocalShop) -> None:
    paid = (await shop.buy(ADA, STARTER_SKU))["id"]
    status, said = await ask("DELETE", f"{ENTITLEMENTS}/{paid}")
    assert (status, said["code"]) == (400, 40019)
    tested = (await shop.buy(BEN, STARTER_SKU, kind=Kind.TEST_MODE_PURCHASE))["id"]
    assert await ask("DELETE", f"{ENTITLEMENTS}/{tested}") == (204, None)


async def test_another_application_is_unknown(ask: Asking) -> None:
    for path in ("/applications/1/skus", "/applications/1/entitlements"):
        status, said = await ask("GET", path)
        assert (status, said["code"]) == (404, 10002)


async def test_somebody_buys_only_what_is_for_sale(shop: LocalShop) -> None:
    for sku in (CLUB_SKU, RETIRED_SKU, 7):
        with pytest.raises(NotPossible):
            await shop.buy(ADA, sku)
    with pytest.raises(NotPossible, match="no user"):
        await shop.buy(BOT, STARTER_SKU)


async def test_test_mode_neither_needs_consumption_nor_hinders_a_purchase(
    shop: LocalShop,
) -> None:
    for _ in range(2):
        made = await shop.buy(ADA, STARTER_SKU, kind=Kind.TEST_MODE_PURCHASE)
        assert (made["type"], made["consumed"]) == (4, False)
    assert (await shop.buy(ADA, STARTER_SKU))["type"] == 1


async def test_a_gift_is_of_who_gets_it(ask: Asking, shop: LocalShop) -> None:
    made = await shop.gift(ADA, STARTER_SKU, BEN)
    assert (made["type"], made["user_id"], made["gifter_user_id"]) == (6, str(BEN), str(ADA))
    assert await ask.listed(user_id=str(BEN)) == [made["id"]]
    with pytest.raises(NotPossible):
        await shop.gift(ADA, STARTER_SKU, BEN)


async def test_faults_of_the_shop_meet_its_calls(
    local: WireDiscord, ask: Asking, shop: LocalShop
) -> None:
    made = (await shop.buy(ADA, STARTER_SKU))["id"]
    shop.faults.add(Fault(kind="error", path="*/consume", status=503, done=True))
    status, _ = await ask("POST", f"{ENTITLEMENTS}/{made}/consume")
    assert status == 503
    assert shop.state.entitlement(int(made)).consumed
    shop.faults.add(Fault(kind="error", path="*/entitlements", status=429, retry_after=2))
    status, said = await ask("GET", ENTITLEMENTS)
    assert (status, said["retry_after"], said["global"]) == (429, 2, False)
    assert local.requests[-1].status == 429
