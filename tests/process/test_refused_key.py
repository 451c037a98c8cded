"""`guildbank run` with a key that Stripe refuses says so at once, and goes on running."""

import asyncio

import aiohttp

from sandbox.discord_wire import WireDiscord
from sandbox.stripe import LocalStripe
from tests.process.conftest import PATIENCE_SECONDS, Process

WORDS = "Stripe refuses STRIPE_SECRET_KEY"


async def test_a_refused_key_is_said_at_the_start_and_by_readiness(
    process: Process, wire: WireDiscord, stripe: LocalStripe
) -> None:
    assert stripe.secret_key != "sk_test_of_long_ago"
    assert (await process.typed("sync")).code == 0
    running = await process.start("run", STRIPE_SECRET_KEY="sk_test_of_long_ago")
    assert running.stderr is not None
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while WORDS not in (line := (await running.stderr.readline()).decode()):
                assert line, "it ended without saying so"
            await wire.wait_for_bot(timeout_seconds=PATIENCE_SECONDS)
        assert "sk_test_of_long_ago" not in line
        async with (
            aiohttp.ClientSession() as http,
            http.get(f"{process.url}/readyz") as answer,
        ):
            body = await answer.json()
        assert (answer.status, body["status"]) == (200, "degraded")
        assert body["checks"]["access"]["state"].startswith(f"refused: {WORDS}")
        running.terminate()
        await running.communicate()
        assert running.returncode == 0
    finally:
        if running.returncode is None:
            running.kill()
            await running.wait()
