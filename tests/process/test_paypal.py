"""`guildbank run` with PayPal alone: killed after an approval, it takes the money once."""

import json
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.base.faults import Fault, Kind
from sandbox.discord_wire import WireDiscord
from sandbox.discord_wire.world import ADA
from sandbox.paypal import LocalPayPal
from tests.process.conftest import PATIENCE_SECONDS, Process
from tests.support.purchases import buy, put_up

CLIENT, SECRET = "client", "secret"


@pytest.fixture
async def paypal(process: Process) -> AsyncIterator[LocalPayPal]:
    """The local PayPal; the program sells by it alone."""
    async with LocalPayPal(
        client_id=CLIENT, client_secret=SECRET, retry_pauses=(1.0,) * 60
    ) as local:
        webhook = local.add_webhook(f"{process.url}/webhooks/paypal")
        for name in [each for each in process.environment if "STRIPE" in each]:
            del process.environment[name]
        process.environment |= {
            "PAYMENT_PROVIDERS": "paypal",
            "PAYPAL_CLIENT_ID": CLIENT,
            "PAYPAL_CLIENT_SECRET": SECRET,
            "PAYPAL_WEBHOOK_ID": webhook.id,
            "PAYPAL_API_URL": local.url,
        }
        yield local


def leases_run_out(books: Path) -> None:
    """The leases of the process that was killed run out."""
    with sqlite3.connect(books, timeout=10) as connection:
        connection.execute("UPDATE deliveries SET leased_until = 0 WHERE leased_until IS NOT NULL")
    connection.close()


@pytest.mark.parametrize("kind", ["slow", "timeout"])
async def test_killed_between_approval_and_capture_it_takes_the_money_once(
    process: Process, wire: WireDiscord, paypal: LocalPayPal, tmp_path: Path, kind: Kind
) -> None:
    """Before the money was taken, and after it: in neither case was there an answer."""
    assert (await process.typed("sync")).code == 0
    fault = Fault(kind=kind, method="POST", path="/v2/checkout/orders/*/capture")
    paypal.faults.add(fault)
    async with process.running() as first:
        await put_up(wire)
        await buy(wire)
        [order] = paypal.state.orders
        await paypal.approve(order)
        await fault.reached.wait()
        first.kill()
        await first.wait()
    fault.released.set()
    leases_run_out(tmp_path / "books.db")
    async with process.running():
        (message,) = await wire.wait_for_dm(ADA, timeout_seconds=PATIENCE_SECONDS)
        assert "500" in json.dumps(message)
        await paypal.drain()
    assert len(paypal.state.captures) == 1
    assert len(wire.dms(ADA)) == 1
    assert (await process.typed("verify")).code == 0
    with sqlite3.connect(tmp_path / "books.db") as books:
        (balances,) = books.execute("SELECT sum(balance) FROM accounts").fetchone()
    books.close()
    assert balances == 500
    assert "PAYPAL_CLIENT_SECRET" not in process.log
    assert SECRET not in process.log
