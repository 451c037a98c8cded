"""`guildbank run` with Discord's shop: killed between credit and use, both happen once."""

import asyncio
import json
import sqlite3
from pathlib import Path
from typing import Literal

import pytest

from sandbox.base.faults import Fault
from sandbox.discord_shop.webhooks import ON
from sandbox.discord_wire import WireDiscord
from sandbox.discord_wire.world import ADA, GENERAL, OWNER, STARTER_SKU
from tests.process.conftest import PATIENCE_SECONDS, Process
from tests.support.purchases import put_up


async def connect(wire: WireDiscord) -> None:
    """The owner says as what the package is sold."""
    options = {"package": "Starter", "sku": str(STARTER_SKU)}
    asked = await wire.slash(OWNER, GENERAL, "package sku", options)
    answer = await wire.wait_for_answer(asked, edited=1, timeout_seconds=PATIENCE_SECONDS)
    assert "Sold in Discord's shop, too" in json.dumps(answer.message)


def points(folder: Path) -> int:
    with sqlite3.connect(folder / "books.db") as books:
        (balances,) = books.execute("SELECT sum(balance) FROM accounts").fetchone()
    books.close()
    return int(balances or 0)


@pytest.mark.usefixtures("stripe")
@pytest.mark.parametrize("kind", ["slow", "timeout"])
async def test_killed_before_or_after_it_was_used_up(
    process: Process, wire: WireDiscord, tmp_path: Path, kind: Literal["slow", "timeout"]
) -> None:
    """In the first case the call is carried out after all, when its sender is dead."""
    process.environment["PAYMENT_PROVIDERS"] = "stripe,discord_skus"
    assert (await process.typed("sync")).code == 0
    fault = wire.shop.faults.add(Fault(kind=kind, method="POST", path="*/consume"))
    async with process.running() as first:
        await put_up(wire)
        await connect(wire)
        assert await wire.shop.register(f"{process.url}/webhooks/discord_skus", status=ON)
        bought = await wire.shop.buy(ADA, STARTER_SKU)
        await fault.reached.wait()
        assert points(tmp_path) == 500, "it is credited first"
        first.kill()
        await first.wait()
    fault.released.set()
    async with process.running():
        (message,) = await wire.wait_for_dm(ADA, timeout_seconds=PATIENCE_SECONDS)
        assert "500" in json.dumps(message)
        await wire.shop.drain()
        await done(tmp_path)
    assert wire.shop.state.entitlement(int(bought["id"])).consumed
    assert (len(wire.dms(ADA)), points(tmp_path)) == (1, 500)
    assert (await process.typed("verify")).code == 0


def status(folder: Path) -> str:
    """How the call stands that follows the credit."""
    with sqlite3.connect(folder / "books.db") as books:
        (found,) = books.execute("SELECT status FROM provider_calls").fetchone()
    books.close()
    return str(found)


async def done(folder: Path) -> None:
    """Wait until it is closed: nobody tells the outside of it."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while status(folder) != "done":  # noqa: ASYNC110 - another process closes it
            await asyncio.sleep(0.1)
