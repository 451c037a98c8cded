"""`guildbank run` as a process between the local Discord and the local Stripe, to be measured."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from benchmarks.goals import WrongError
from payments.infra.encryption import new_key
from sandbox.discord_wire import WireDiscord
from sandbox.discord_wire.world import GUILD

SECRET_KEY = "sk_test_bench"
SIGNING = "whsec_bench"
TOKEN = "a-token"
MEGABYTE = 1024**2


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def resident(pid: int) -> float:
    """Megabytes of a process that are in memory (Linux)."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MEGABYTE


def memory(pid: int) -> dict[str, float]:
    """Megabytes of a process that are in memory, by what they are for (Linux)."""
    found = dict.fromkeys(MAPPED.values(), 0.0)
    purpose = ""
    for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
        name, *rest = line.split()
        if not name.endswith(":"):
            path = rest[4] if len(rest) > 4 else ""  # noqa: PLR2004 - nothing but pages has no name
            purpose = next(what for begins, what in MAPPED.items() if path.startswith(begins))
        elif name == "Rss:":
            found[purpose] += int(rest[0]) / 1024
    return found


MAPPED = {
    "[heap]": "the heap, for C",
    "[": "stacks",
    "/": "programs and libraries",
    "": "Python's objects, and heaps of threads",
}
"""By how the name of a mapping begins."""


def settings(wire: WireDiscord, stripe_url: str, database: str, port: int) -> dict[str, str]:
    """All that the program must be told."""
    return {
        "DISCORD_TOKEN": TOKEN,
        "DISCORD_API_URL": wire.api_url,
        "DISCORD_GATEWAY_URL": wire.gateway_url,
        "STRIPE_SECRET_KEY": SECRET_KEY,
        "STRIPE_WEBHOOK_SECRET": SIGNING,
        "STRIPE_API_URL": stripe_url,
        "DATABASE_URL": database,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "HTTP_HOST": "127.0.0.1",
        "HTTP_PORT": str(port),
        "METRICS_PORT": "0",
        "GUILD_IDS": str(GUILD),
        "ENCRYPTION_KEYS": new_key(),
        "LOG_LEVEL": "ERROR",
    }


async def sync(environment: dict[str, str]) -> None:
    """Tell Discord of the commands, as an owner does once."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "sync",
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.DEVNULL,
    )
    if await process.wait():
        raise WrongError("The commands could not be synced.")


@asynccontextmanager
async def running(
    environment: dict[str, str], *, checkout: Path | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    """`guildbank run`, from when `/readyz` says healthy until SIGTERM."""
    async with begun(environment, checkout=checkout) as process:
        await ready(environment)
        yield process


@asynccontextmanager
async def begun(
    environment: dict[str, str], *, checkout: Path | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    """`guildbank run`, from its first moment until SIGTERM.

    Args:
        environment: Its settings.
        checkout: Whose code and environment run; this one's if none is named.
    """
    python = sys.executable if checkout is None else str(checkout / ".venv" / "bin" / "python")
    process = await asyncio.create_subprocess_exec(
        *(python, "-m", "bot", "run"), env={**os.environ, **environment}, cwd=checkout
    )
    try:
        yield process
    finally:
        process.terminate()
        await process.wait()


async def ready(environment: dict[str, str]) -> None:
    """Wait until `/readyz` says healthy."""
    url = f"{environment['PUBLIC_URL']}/readyz"
    async with aiohttp.ClientSession() as session, asyncio.timeout(60):
        while True:
            try:
                async with session.get(url) as answer:
                    if (await answer.json())["status"] == "healthy":
                        return
            except aiohttp.ClientConnectorError:
                pass
            await asyncio.sleep(0.01)
