"""The program at a terminal: what stands there, and what is typed."""

import asyncio
import os
import pty
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from payments.integrations.tax.registry import TAX_KINDS
from payments.providers.registry import PROVIDERS
from tests.process.conftest import PATIENCE_SECONDS, SECRET_KEY, TOKEN, Process


class Screen:
    """What stands on a terminal, and the keys of it."""

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self.shown = ""

    async def read_until(self, words: str) -> None:
        """Wait until something stands there that did not before.

        Before a secret, up to the last space: it is written once what was typed ahead is gone.
        """
        seen = len(self.shown)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while words not in self.shown[seen:]:
                read = await asyncio.to_thread(os.read, self._handle, 4096)
                self.shown += read.decode()

    def type(self, words: str) -> None:
        os.write(self._handle, f"{words}\n".encode())


@asynccontextmanager
async def terminal(
    process: Process, *arguments: str
) -> AsyncIterator[tuple[Screen, asyncio.subprocess.Process]]:
    """A command at a terminal of its own."""
    ours, theirs = pty.openpty()
    addresses = {name: process.environment[name] for name in ("DISCORD_API_URL", "STRIPE_API_URL")}
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    started = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        cwd=process.folder,
        env=kept | addresses,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    try:
        yield Screen(ours), started
    finally:
        if started.returncode is None:
            started.kill()
            await started.wait()
        os.close(ours)


async def initialise(process: Process) -> Screen:
    """Answer all that `guildbank init` asks; what stood on the screen."""
    async with terminal(process, "init") as (screen, started):
        await screen.read_until("token (developer portal, Bot): ")
        screen.type(TOKEN)
        await screen.read_until("servers that may sell")
        screen.type("")
        await screen.read_until("Currency of what you sell")
        screen.type("")
        for kind in PROVIDERS:
            await screen.read_until(f"Sell by {kind.title}?")
            screen.type("")
        await screen.read_until("Developers, API keys): ")
        screen.type(SECRET_KEY)
        for tax in TAX_KINDS:
            await screen.read_until(f"Compute taxes by {tax.title}?")
            screen.type("")
        await screen.read_until("reach this machine")
        screen.type(process.url)
        await screen.read_until("Create the endpoint")
        screen.type("y")
        await screen.read_until("Send receipts by mail?")
        screen.type("")
        await screen.read_until("guildbank doctor")
        assert await started.wait() == 0
    return screen


def of_owner(process: Process) -> Process:
    """The program with what `guildbank init` wrote, and only the addresses of this test."""
    places = ("DISCORD_API_URL", "DISCORD_GATEWAY_URL", "STRIPE_API_URL", "PUBLIC_URL")
    ports = ("HTTP_HOST", "HTTP_PORT", "METRICS_PORT")
    settings = {name: process.environment[name] for name in (*places, *ports)}
    return Process(process.folder, settings, process.forking)
