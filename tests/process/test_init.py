"""`guildbank init` at a terminal."""

import asyncio
import os
import pty
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sandbox.discord_wire import WireDiscord
from sandbox.stripe import LocalStripe
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
        await screen.read_until("Developers, API keys): ")
        screen.type(SECRET_KEY)
        await screen.read_until("reach this machine")
        screen.type(process.url)
        await screen.read_until("Create the endpoint")
        screen.type("y")
        await screen.read_until("guildbank doctor")
        assert await started.wait() == 0
    return screen


def of_owner(process: Process) -> Process:
    """The program with what `guildbank init` wrote, and only the addresses of this test."""
    places = ("DISCORD_API_URL", "DISCORD_GATEWAY_URL", "STRIPE_API_URL", "PUBLIC_URL")
    ports = ("HTTP_HOST", "HTTP_PORT", "METRICS_PORT")
    return Process(process.folder, {name: process.environment[name] for name in (*places, *ports)})


async def test_from_no_settings_to_a_bot_that_doctor_finds_well(
    process: Process, wire: WireDiscord, stripe: LocalStripe, tmp_path: Path
) -> None:
    """What is typed as a secret is not shown; what was written is all that the program needs."""
    assert wire.api_url
    stripe.state.endpoints.clear()
    screen = await initialise(process)
    assert TOKEN not in screen.shown
    assert SECRET_KEY not in screen.shown
    assert "Traceback" not in screen.shown
    written = tmp_path / ".env"
    assert written.stat().st_mode & 0o777 == 0o600
    (endpoint,) = stripe.state.endpoints.values()
    assert f"STRIPE_WEBHOOK_SECRET={endpoint.secrets[0]}\n" in written.read_text()
    owner = of_owner(process)
    written.chmod(0o644)
    refused = await owner.typed("sync")
    assert (refused.code, refused.output) == (2, "")
    assert refused.errors.endswith("Run: chmod 600 .env\n")
    written.chmod(0o600)
    synced = await owner.typed("sync")
    assert synced.code == 0, synced.errors
    async with owner.running():
        looked = await owner.typed("doctor")
    assert looked.code == 0, looked.output
    assert "0 errors" in looked.output
    assert "messages signed with STRIPE_WEBHOOK_SECRET" in looked.output


async def test_asked_not_to_ask_it_writes_empty_lines_at_a_terminal_too(
    process: Process, stripe: LocalStripe, tmp_path: Path
) -> None:
    assert stripe.url
    async with terminal(process, "init", "--template") as (screen, started):
        await screen.read_until("Fill in the empty lines")
        assert await started.wait() == 0
    assert "DISCORD_TOKEN=\n" in (tmp_path / ".env").read_text()
