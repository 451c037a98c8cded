"""How a local service lives: it starts on a port, sweeps, and is closed."""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import Callable
from email.utils import formatdate
from types import TracebackType
from typing import Protocol, Self

from aiohttp import web

from sandbox.base.faults import Faults

_SWEEP_SECONDS = 1.0
_SHUTDOWN_SECONDS = 1.0


class Sender(Protocol):
    """What sends a service's messages."""

    async def start(self) -> None:
        """Get ready to send."""

    async def close(self) -> None:
        """Stop sending."""


class LocalService(ABC):
    """A vendor of one's own on 127.0.0.1, that keeps its state in memory.

    Use it as an async context manager, or call `start` and `close`.

    Args:
        now: The time in Unix seconds, for the header `Date`.
        sender: Sends its messages while it runs.
    """

    def __init__(self, *, now: Callable[[], int], sender: Sender) -> None:
        self.faults = Faults()
        self.__now = now
        self.__sender = sender
        self.__runner: web.AppRunner | None = None
        self.__sweeper: asyncio.Task[None] | None = None

    @abstractmethod
    def application(self) -> web.Application:
        """All that is served."""

    @abstractmethod
    def sweep(self) -> None:
        """Let what is over lapse; called every second."""

    @abstractmethod
    def listening(self, address: str) -> None:
        """Take in where it is served, such as `http://127.0.0.1:4242`."""

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Start to serve; port 0 takes a free one.

        Raises:
            OSError: The port is taken.
        """
        app = self.application()
        app.on_response_prepare.append(self.__date)
        self.__runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
        await self.__runner.setup()
        await web.TCPSite(self.__runner, host, port).start()
        self.listening(f"http://{host}:{self.__runner.addresses[0][1]}")
        await self.__sender.start()
        self.__sweeper = asyncio.create_task(self.__sweep())

    async def close(self) -> None:
        """Stop serving and sending."""
        self.faults.clear()
        if self.__sweeper is not None:
            self.__sweeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.__sweeper
        await self.__sender.close()
        if self.__runner is not None:
            await self.__runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def __date(self, _request: web.Request, response: web.StreamResponse) -> None:
        """Answers carry the time by the vendor's clock, which here is ours."""
        response.headers["Date"] = formatdate(self.__now(), usegmt=True)

    async def __sweep(self) -> None:
        while True:
            self.sweep()
            await asyncio.sleep(_SWEEP_SECONDS)
