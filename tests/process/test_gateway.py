"""The gateway drops, asks to come again, or ends the session: members are still answered."""

import json

from sandbox.discord_wire import WireDiscord
from sandbox.discord_wire.world import ADA, GENERAL
from sandbox.stripe import LocalStripe
from tests.process.conftest import PATIENCE_SECONDS, Process


async def drop(wire: WireDiscord) -> None:
    assert wire.gateway.drop() == 1


async def reconnect(wire: WireDiscord) -> None:
    await wire.gateway.reconnect()


async def invalidate_resumable(wire: WireDiscord) -> None:
    await wire.gateway.invalidate(resumable=True)


async def invalidate(wire: WireDiscord) -> None:
    await wire.gateway.invalidate()
    await wire.state.until(lambda: not wire.gateway.connected or None, PATIENCE_SECONDS)
    await wire.wait_for_bot(timeout_seconds=PATIENCE_SECONDS)


async def test_who_asks_while_the_gateway_is_away_is_answered_once(
    process: Process, wire: WireDiscord, stripe: LocalStripe
) -> None:
    del stripe  # it must be there for the program to be ready
    assert (await process.typed("sync")).code == 0
    async with process.running():
        await wire.wait_for_bot(timeout_seconds=PATIENCE_SECONDS)
        for fault in (drop, reconnect, invalidate_resumable, invalidate):
            await fault(wire)
            asked = await wire.slash(ADA, GENERAL, "balance")
            answer = await wire.wait_for_answer(asked, timeout_seconds=PATIENCE_SECONDS)
            assert "0 points" in json.dumps(answer.message), fault
            assert answer.followups == (), fault
