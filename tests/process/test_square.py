"""`guildbank run` with Square alone: killed after it was paid, it gives the points once."""

import json
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.base.faults import Fault
from sandbox.discord_wire import WireDiscord
from sandbox.discord_wire.world import ADA
from sandbox.square import LocalSquare
from tests.process.conftest import PATIENCE_SECONDS, Process
from tests.support.purchases import buy, put_up

TOKEN, KEY = "square-token-1", "square-key-1"


@pytest.fixture
async def square(process: Process) -> AsyncIterator[LocalSquare]:
    """The local Square; the program sells by it alone."""
    async with LocalSquare(
        access_token=TOKEN,
        signature_key=KEY,
        currency="EUR",
        notification_url=f"{process.url}/webhooks/square",
        retry_pauses=(1.0,) * 60,
    ) as local:
        for name in [each for each in process.environment if "STRIPE" in each]:
            del process.environment[name]
        process.environment |= {
            "PAYMENT_PROVIDERS": "square",
            "SQUARE_ACCESS_TOKEN": TOKEN,
            "SQUARE_LOCATION_ID": local.location_id,
            "SQUARE_CURRENCY": local.currency,
            "SQUARE_WEBHOOK_SIGNATURE_KEY": KEY,
            "SQUARE_API_URL": local.url,
        }
        yield local


async def test_killed_while_it_looks_a_payment_up_it_gives_the_points_once(
    process: Process, wire: WireDiscord, square: LocalSquare, tmp_path: Path
) -> None:
    assert (await process.typed("sync")).code == 0
    fault = Fault(kind="slow", method="GET", path="/v2/payments/*")
    square.faults.add(fault)
    async with process.running() as first:
        await put_up(wire)
        await buy(wire)
        [order] = square.state.orders
        await square.pay(order)
        await fault.reached.wait()
        first.kill()
        await first.wait()
    fault.released.set()
    async with process.running():
        (message,) = await wire.wait_for_dm(ADA, timeout_seconds=PATIENCE_SECONDS)
        assert "500" in json.dumps(message)
        await square.drain()
    assert len(wire.dms(ADA)) == 1
    assert (await process.typed("verify")).code == 0
    with sqlite3.connect(tmp_path / "books.db") as books:
        (balances,) = books.execute("SELECT sum(balance) FROM accounts").fetchone()
    books.close()
    assert balances == 500
    assert TOKEN not in process.log
    assert KEY not in process.log
