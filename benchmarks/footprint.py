"""`make bench-footprint`: from start to ready, and memory, beside a process that only imports.

`guildbank run` as a process between the local Discord and the local Stripe; medians of five starts.
"""

import asyncio
import json
import os
import platform
import statistics
import sys
import tempfile
import time

from benchmarks.processes import SECRET_KEY, TOKEN, free_port, resident, running, settings
from sandbox.discord_wire import WireDiscord, default_world
from sandbox.stripe import LocalStripe

GOAL_SECONDS = 2.5
STARTS = 5
IMPORTS = (
    "import aiohttp, alembic, asyncpg, babel, cryptography.fernet, discord, jinja2, "
    "prometheus_client, pydantic_settings, sqlalchemy.ext.asyncio, stripe, structlog, typer"
)
"""What the program imports of others."""


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
    async with running(environment) as process:
        return time.perf_counter() - begun, resident(process.pid)


async def run() -> int:
    """Five starts of each in turn; 0 if the goal is met."""
    samples: dict[str, list[tuple[float, float]]] = {"bare": [], "ours": []}
    async with (
        WireDiscord(default_world(), token=TOKEN) as wire,
        LocalStripe(secret_key=SECRET_KEY, webhook_endpoints=[]) as stripe,
    ):
        for _ in range(STARTS):
            samples["bare"].append(await bare())
            with tempfile.TemporaryDirectory(prefix="guildbank-bench-") as folder:
                environment = settings(
                    wire, stripe.url, f"sqlite:///{folder}/books.db", free_port()
                )
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
