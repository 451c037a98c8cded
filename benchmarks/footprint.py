"""`make bench-footprint`: from start to ready, and memory, beside a process that only imports.

`guildbank run` as a process between the local Discord and the local Stripe; medians of five starts.
"""

import asyncio
import json
import os
import platform
import socket
import statistics
import sys
import tempfile
import time
from pathlib import Path

import aiohttp

from payments.sealing import new_key
from sandbox.discord_wire import WireDiscord, default_world
from sandbox.discord_wire.world import GUILD
from sandbox.stripe import LocalStripe

GOAL_SECONDS = 2.5
STARTS = 5
MEGABYTE = 1024**2
IMPORTS = (
    "import aiohttp, aiosqlite, alembic, asyncpg, babel, cryptography.fernet, discord, jinja2, "
    "prometheus_client, pydantic_settings, sqlalchemy.ext.asyncio, stripe, structlog, typer"
)
"""What the program imports of others."""


def resident(pid: int) -> float:
    """Megabytes of a process that are in memory (Linux)."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MEGABYTE


async def bare() -> tuple[float, float]:
    """Seconds until all is imported, and the memory then."""
    begun = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        f"{IMPORTS}; print(flush=True); import sys; sys.stdin.read()",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    await process.stdout.readline()
    found = time.perf_counter() - begun, resident(process.pid)
    process.stdin.close()
    await process.wait()
    return found


async def ours(environment: dict[str, str]) -> tuple[float, float]:
    """Seconds until `/readyz` says healthy, and the memory then."""
    begun = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", env={**os.environ, **environment}
    )
    url = f"{environment['PUBLIC_URL']}/readyz"
    async with aiohttp.ClientSession() as session, asyncio.timeout(60):
        while True:
            try:
                async with session.get(url) as answer:
                    if (await answer.json())["status"] == "healthy":
                        break
            except aiohttp.ClientConnectorError:
                pass
            await asyncio.sleep(0.01)
    found = time.perf_counter() - begun, resident(process.pid)
    process.terminate()
    await process.wait()
    return found


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


async def run() -> int:
    """Five starts of each in turn; 0 if the goal is met."""
    samples: dict[str, list[tuple[float, float]]] = {"bare": [], "ours": []}
    async with (
        WireDiscord(default_world(), token="a-token") as wire,
        LocalStripe(secret_key="sk_test_bench", webhook_endpoints=[]) as stripe,
    ):
        for _ in range(STARTS):
            samples["bare"].append(await bare())
            with tempfile.TemporaryDirectory(prefix="guildbank-bench-") as folder:
                port = _free_port()
                environment = {
                    "DISCORD_TOKEN": "a-token",
                    "DISCORD_API_URL": wire.api_url,
                    "DISCORD_GATEWAY_URL": wire.gateway_url,
                    "STRIPE_SECRET_KEY": "sk_test_bench",
                    "STRIPE_WEBHOOK_SECRET": "whsec_bench",
                    "STRIPE_API_URL": stripe.url,
                    "DATABASE_URL": f"sqlite:///{folder}/books.db",
                    "PUBLIC_URL": f"http://127.0.0.1:{port}",
                    "HTTP_HOST": "127.0.0.1",
                    "HTTP_PORT": str(port),
                    "METRICS_PORT": "0",
                    "GUILD_IDS": str(GUILD),
                    "ENCRYPTION_KEYS": new_key(),
                    "LOG_LEVEL": "ERROR",
                }
                samples["ours"].append(await ours(environment))
    figures = {
        name: {
            "seconds": statistics.median(seconds for seconds, _ in found),
            "resident_mb": statistics.median(memory for _, memory in found),
        }
        for name, found in samples.items()
    }
    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores")
    print(json.dumps(figures, indent=2))
    met = figures["ours"]["seconds"] <= GOAL_SECONDS
    print(f"ready within {GOAL_SECONDS} s: {'met' if met else 'missed'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(run()))
