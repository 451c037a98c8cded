"""discord.py lists, hears of and consumes what was bought; members press premium buttons."""

import asyncio
from typing import Any

import discord
import pytest
import yarl

from sandbox.discord_shop import LocalShop
from sandbox.discord_wire import ApiError, CannotAct, WireDiscord
from sandbox.discord_wire.world import ADA, BEN, GENERAL, STARTER_SKU
from tests.sandbox.discord_shop.conftest import TOKEN, Asking


class Client(discord.Client):
    """Notes what it is told of entitlements."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents.default())
        self.told: asyncio.Queue[tuple[str, discord.Entitlement]] = asyncio.Queue()
        self.here = asyncio.Event()

    async def on_connect(self) -> None:
        self.here.set()

    async def on_entitlement_create(self, entitlement: discord.Entitlement) -> None:
        self.told.put_nowait(("create", entitlement))

    async def on_entitlement_update(self, entitlement: discord.Entitlement) -> None:
        self.told.put_nowait(("update", entitlement))

    async def on_entitlement_delete(self, entitlement: discord.Entitlement) -> None:
        self.told.put_nowait(("delete", entitlement))


async def test_discord_py_sells_a_consumable(
    local: WireDiscord, shop: LocalShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discord.http.Route, "BASE", local.api_url)
    socket = discord.gateway.DiscordWebSocket
    monkeypatch.setattr(socket, "DEFAULT_GATEWAY", yarl.URL(local.gateway_url))
    async with Client() as client, asyncio.timeout(10):
        running = asyncio.create_task(client.start(TOKEN))
        await client.here.wait()
        sku = next(each for each in await client.fetch_skus() if each.id == STARTER_SKU)
        assert (sku.type, sku.flags.available) == (discord.SKUType.consumable, True)
        channel: Any = await client.fetch_channel(GENERAL)
        view = discord.ui.View()
        view.add_item(discord.ui.Button(style=discord.ButtonStyle.premium, sku_id=STARTER_SKU))
        sent = await channel.send("Buy", view=view)
        bought = await local.buy_by_button(ADA, sent.id, STARTER_SKU)
        what, created = await client.told.get()
        assert (what, str(created.id), created.user_id) == ("create", bought["id"], ADA)
        assert not created.consumed
        (listed,) = [each async for each in client.entitlements(limit=10)]
        assert listed.id == created.id
        await listed.consume()
        what, updated = await client.told.get()
        assert (what, updated.consumed) == ("update", True)
        assert (await client.fetch_entitlement(created.id)).consumed
        with pytest.raises(discord.HTTPException) as twice:
            await listed.consume()
        assert (twice.value.status, twice.value.code) == (400, 40022)
        await shop.refund(created.id)
        what, deleted = await client.told.get()
        assert (what, deleted.deleted) == ("delete", True)
        # discord.py drops the flag unless `before` is given, so it never sees what was taken back.
        assert [each async for each in client.entitlements(exclude_deleted=False)] == []
        (found,) = await client.http.get_entitlements(
            local.state.application.id, before=created.id + 1, exclude_deleted=False
        )
        assert found["deleted"]
        await shop.state.line.let(be_away=True)
        await local.state.until(lambda: not local.gateway.connected or None, 5)
        await shop.buy(BEN, STARTER_SKU)
        assert shop.state.line.told[-1].fate == "lost"
        await client.close()
        await running


BUTTON = {"type": 2, "style": 6, "sku_id": str(STARTER_SKU)}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"custom_id": "a"}, "custom_id"),
        ({"label": "Buy"}, "label"),
        ({"url": "https://example.com"}, "url"),
        ({"emoji": {"name": "x"}}, "emoji"),
        ({"sku_id": "7"}, "sku_id"),
        ({"sku_id": None}, "sku_id"),
        ({"style": 1, "custom_id": "a", "label": "Buy"}, "sku_id"),
    ],
)
async def test_a_premium_button_has_a_sku_and_nothing_else(
    ask: Asking, change: dict[str, object], field: str
) -> None:
    row = {"type": 1, "components": [BUTTON | change]}
    status, said = await ask("POST", f"/channels/{GENERAL}/messages", {"components": [row]})
    assert (status, said["code"]) == (400, 50035)
    (refused,) = said["errors"]["components"]["0"]["components"].values()
    assert list(refused) == [field]


async def test_a_premium_button_is_pressed_where_it_is_seen(
    local: WireDiscord, ask: Asking
) -> None:
    row = {"type": 1, "components": [BUTTON, BUTTON | {"disabled": True}]}
    _, sent = await ask("POST", f"/channels/{GENERAL}/messages", {"components": [row]})
    assert (await local.buy_by_button(BEN, int(sent["id"]), STARTER_SKU))["user_id"] == str(BEN)
    with pytest.raises(CannotAct):
        await local.buy_by_button(BEN, int(sent["id"]), 7)
    with pytest.raises((CannotAct, ApiError)):
        await local.buy_by_button(BEN, 7, STARTER_SKU)
