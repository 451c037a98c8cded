"""`guildbank sandbox`: Discord and all that takes money, to try the whole program with."""

import asyncio
import re

import aiohttp

from tests.process.conftest import PATIENCE_SECONDS, Process


async def test_it_prints_the_settings_that_lead_to_it_and_stops_when_told(
    process: Process,
) -> None:
    ports = [f"--{name}-port=0" for name in ("discord", "stripe", "paypal", "square")]
    running = await process.start("sandbox", *ports)
    assert running.stdout is not None
    shown = ""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while shown.count("/control\n") < 4:
            shown += (await running.stdout.readline()).decode()
    settings = dict(re.findall(r"^export (\w+)=(\S+)$", shown, re.MULTILINE))
    assert settings.keys() == {
        *("DISCORD_API_URL", "DISCORD_GATEWAY_URL"),
        *("STRIPE_API_URL", "PAYPAL_API_URL", "SQUARE_API_URL"),
    }
    controls = re.findall(r"http://[\d.:]+/control", shown)
    assert len(controls) == 5
    for address in controls:
        async with aiohttp.ClientSession() as http, http.get(address) as answer:
            assert answer.status == 200
    known = await process.typed("sync", **settings)
    assert known.code == 0, known.errors
    running.terminate()
    async with asyncio.timeout(10):
        assert await running.wait() == 0
