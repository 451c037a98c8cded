"""`guildbank run` is killed between an approval and the capture: it takes the money once."""

import json
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox.base.faults import Fault, Faults, Kind
from sandbox.discord_wire import WireDiscord
from sandbox.discord_wire.world import ADA, GENERAL, MIRA, MODERATORS, MODS, OWNER
from sandbox.paypal import LocalPayPal
from sandbox.stripe import LocalStripe
from tests.process.conftest import PATIENCE_SECONDS, Process
from tests.support.purchases import buy, put_up, session_behind
from tests.support.wired import buttons

CLIENT, SECRET = "client", "secret"


@dataclass(kw_only=True)
class Taker:
    """Who sets the money aside, and takes it.

    Attributes:
        capture: The path by which it is asked for the money.
    """

    local: LocalStripe | LocalPayPal
    capture: str

    @property
    def faults(self) -> Faults:
        return self.local.faults

    async def pay(self, link: str) -> None:
        """The buyer pays, or approves."""
        if isinstance(self.local, LocalStripe):
            await self.local.pay(await session_behind(link))
        else:
            [order] = self.local.state.orders
            await self.local.approve(order)

    def taken(self) -> list[int]:
        """What was taken, in minor units."""
        if isinstance(self.local, LocalStripe):
            return [each.taken for each in self.local.state.charges.values() if each.taken]
        return [each.amount.minor for each in self.local.state.captures.values()]


@pytest.fixture(params=["stripe", "paypal"])
async def taker(
    request: pytest.FixtureRequest, process: Process, stripe: LocalStripe
) -> AsyncIterator[Taker]:
    if request.param == "stripe":
        yield Taker(local=stripe, capture="/v1/payment_intents/*/capture")
        return
    async with LocalPayPal(
        client_id=CLIENT, client_secret=SECRET, retry_pauses=(1.0,) * 60
    ) as paypal:
        webhook = paypal.add_webhook(f"{process.url}/webhooks/paypal")
        for name in [each for each in process.environment if "STRIPE" in each]:
            del process.environment[name]
        process.environment |= {
            "PAYMENT_PROVIDERS": "paypal",
            "PAYPAL_CLIENT_ID": CLIENT,
            "PAYPAL_CLIENT_SECRET": SECRET,
            "PAYPAL_WEBHOOK_ID": webhook.id,
            "PAYPAL_API_URL": paypal.url,
        }
        yield Taker(local=paypal, capture="/v2/payments/authorizations/*/capture")


async def check_purchases(wire: WireDiscord) -> None:
    """The owner wants each purchase to be checked."""
    for command, options in (
        ("setup set", {"mod_channel": MODS, "moderator_role": MODERATORS}),
        ("setup checks", {"above": "always"}),
    ):
        asked = await wire.slash(OWNER, GENERAL, command, options)
        answer = await wire.wait_for_answer(asked, edited=1, timeout_seconds=PATIENCE_SECONDS)
        assert "Settings changed" in json.dumps(answer.message)


def leases_run_out(books: Path) -> None:
    """The leases of the process that was killed run out."""
    with sqlite3.connect(books, timeout=10) as connection:
        connection.execute("UPDATE deliveries SET leased_until = 0 WHERE leased_until IS NOT NULL")
    connection.close()


@pytest.mark.parametrize("kind", ["slow", "timeout"])
async def test_killed_between_approval_and_capture_it_takes_the_money_once(
    process: Process, wire: WireDiscord, taker: Taker, tmp_path: Path, kind: Kind
) -> None:
    """Before the money was taken, and after it: in neither case was there an answer."""
    assert (await process.typed("sync")).code == 0
    fault = Fault(kind=kind, method="POST", path=taker.capture)
    taker.faults.add(fault)
    async with process.running() as first:
        await put_up(wire)
        await check_purchases(wire)
        _, link = await buy(wire)
        await taker.pay(link)
        (card,) = await wire.wait_for_messages(MODS, timeout_seconds=PATIENCE_SECONDS)
        (waits,) = await wire.wait_for_dm(ADA, timeout_seconds=PATIENCE_SECONDS)
        assert "Nothing has been charged" in json.dumps(waits)
        assert taker.taken() == []
        await wire.click(MIRA, int(card["id"]), buttons(card)["Approve"])
        await fault.reached.wait()
        first.kill()
        await first.wait()
    fault.released.set()
    leases_run_out(tmp_path / "books.db")
    async with process.running():
        paid = (await wire.wait_for_dm(ADA, 2, timeout_seconds=PATIENCE_SECONDS))[-1]
        assert "500" in json.dumps(paid)
        await taker.local.drain()
    assert taker.taken() == [499]
    assert (await process.typed("verify")).code == 0
    with sqlite3.connect(tmp_path / "books.db") as books:
        (balances,) = books.execute("SELECT sum(balance) FROM accounts").fetchone()
    books.close()
    assert balances == 500
