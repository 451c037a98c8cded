"""The local PayPal and the local Square as processes of their own."""

import asyncio
import json
import signal
import sys

import aiohttp
import pytest

HOOK = "http://127.0.0.1:9/hook"


@pytest.mark.parametrize(
    ("module", "options", "told"),
    [
        ("sandbox.paypal", ["--webhook", HOOK], ("webhooks", "url")),
        ("sandbox.square", ["--webhook", f"{HOOK}=key"], ("subscriptions", "url")),
    ],
)
async def test_it_runs_as_a_process(module: str, options: list[str], told: tuple[str, str]) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *options), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    ready = json.loads(await process.stdout.readline())
    assert ready[told[0]][0][told[1]] == HOOK
    async with aiohttp.ClientSession() as http, http.get(ready["control"]) as answer:
        assert answer.status == 200
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0
