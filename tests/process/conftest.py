"""`guildbank` as a process of its own, between the local Stripe and the local wire Discord.

What is about a process (how it works, is killed, ends) begins one: forked from another that has
imported the program, because each start of Python takes a second or two. What is about the start
itself (the first lines, the memory) starts Python: `forking = None`. What a command says and writes
is read from `typed`, which carries it out in this process.
"""

import asyncio
import contextlib
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from payments.infra.encryption import new_key
from sandbox.discord_wire import WireDiscord, default_world
from sandbox.discord_wire.world import GUILD
from sandbox.stripe import LocalStripe
from tests.support.forked import Forking, Running, all_imported, forking
from tests.support.sqlite import empty_sqlite
from tests.support.typed import Finished, carry_out, kept_environment

__all__ = ["all_imported", "forking"]

TOKEN = "sandbox-token"
SIGNING = "whsec_sandbox"
SECRET_KEY = "sk_test_sandbox"
PATIENCE_SECONDS = 90.0
"""For a process to start on a busy machine."""


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Process:
    """Runs the command line with settings of its own.

    Attributes:
        program: What Python is started with.
        folder: Where it is typed.
        environment: The settings.
        forking: What its processes are forked from; with none, Python starts for each of them.
    """

    program: tuple[str, ...] = ("-m", "bot")

    def __init__(
        self, folder: Path, environment: dict[str, str], forking: Forking | None = None
    ) -> None:
        self.folder = folder
        self.environment = environment
        self.forking = forking

    def without_books(self) -> None:
        """As before the first start; else there are empty books, which are not made each time."""
        (self.folder / "books.db").unlink()

    @property
    def url(self) -> str:
        return self.environment["PUBLIC_URL"]

    async def typed(self, *arguments: str, **settings: str) -> Finished:
        """Carry a command out to its end, in another thread of this process."""
        environment = self.environment | settings
        return await asyncio.to_thread(carry_out, arguments, self.folder, environment)

    async def start(self, *arguments: str, **settings: str) -> Running:
        environment = kept_environment() | self.environment | settings
        if self.forking is not None:
            return await self.forking.begin("bot", arguments, self.folder, environment)
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *self.program,
            *arguments,
            cwd=self.folder,
            env=environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def finish(self, *arguments: str, **settings: str) -> Finished:
        """Run a command to its end."""
        process = await self.start(*arguments, **settings)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                output, errors = await process.communicate()
        except TimeoutError:
            process.kill()
            await process.wait()
            raise
        assert process.returncode is not None
        return Finished(code=process.returncode, output=output.decode(), errors=errors.decode())

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Running]:
        """`guildbank run`, until it is ready; ended with SIGTERM unless it ended before."""
        process = await self.start("run")
        errors = asyncio.create_task(_all_of(process.stderr))
        try:
            await self._until_ready(process)
            yield process
            if process.returncode is None:
                process.terminate()
                async with asyncio.timeout(10):
                    assert await process.wait() == 0
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
            self.log = await errors

    async def _until_ready(self, process: Running) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS), aiohttp.ClientSession() as session:
            while True:
                if process.returncode is not None:
                    raise RuntimeError(f"it ended with {process.returncode}")
                with contextlib.suppress(aiohttp.ClientConnectorError):
                    async with session.get(f"{self.url}/readyz") as answer:
                        if (await answer.json())["status"] == "healthy":
                            return
                await asyncio.sleep(0.05)


async def _all_of(stream: asyncio.StreamReader | None) -> str:
    assert stream is not None
    return (await stream.read()).decode()


@pytest.fixture
async def wire() -> AsyncIterator[WireDiscord]:
    async with WireDiscord(default_world(), token=TOKEN) as running:
        yield running


@pytest.fixture
async def process(tmp_path: Path, wire: WireDiscord, forking: Forking) -> Process:
    port = free_port()
    return Process(
        tmp_path,
        {
            "DISCORD_TOKEN": TOKEN,
            "DISCORD_API_URL": wire.api_url,
            "DISCORD_GATEWAY_URL": wire.gateway_url,
            "STRIPE_SECRET_KEY": SECRET_KEY,
            "STRIPE_WEBHOOK_SECRET": SIGNING,
            "DATABASE_URL": empty_sqlite(tmp_path),
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "HTTP_HOST": "127.0.0.1",
            "HTTP_PORT": str(port),
            "METRICS_PORT": "0",
            "GUILD_IDS": str(GUILD),
            "ENCRYPTION_KEYS": new_key(),
        },
        forking,
    )


@pytest.fixture
async def stripe(process: Process) -> AsyncIterator[LocalStripe]:
    hook = (f"{process.url}/webhooks/stripe", SIGNING, ())
    pauses = [0.1] * 100
    async with LocalStripe(
        secret_key=SECRET_KEY, webhook_endpoints=[hook], retry_pauses=pauses
    ) as running:
        process.environment["STRIPE_API_URL"] = running.url
        yield running
