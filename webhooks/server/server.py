"""A web server on one address."""

import asyncio
import contextlib
import functools

from aiohttp import web

from payments.infra.settings import Network
from webhooks.server.connection import HEAD_SECONDS, ClientConnection, answer
from webhooks.server.connections import MOST_OF_ONE, Connections, room
from webhooks.server.descriptors import raise_limit
from webhooks.server.listener import Listener, listen
from webhooks.server.tally import TALLY

SHUTDOWN_SECONDS = 5
"""How long answers that are being written may take when the server stops."""

LINGERING_SECONDS = 1
"""How long the rest of a body that was refused is read away, so that the refusal arrives."""

KEEP_SECONDS = 75
"""How long a connection may be idle between two requests."""

READ_BYTES = 16 * 1024
"""How much of a body waits, unread, in each connection; aiohttp keeps up to twice as much."""


class WebServer:
    """Serves an application on one address.

    Args:
        app: What is served.
        host: The address.
        port: The port; 0 takes any free one.
        most: How many connections there may be; as many as descriptors allow if none.
        trusted: Proxies, which may have any number of them.
    """

    def __init__(
        self,
        app: web.Application,
        *,
        host: str,
        port: int,
        most: int | None = None,
        trusted: tuple[Network, ...] = (),
    ) -> None:
        self.host = host
        self.port = port
        self._most = most
        self._trusted = trusted
        self._tally = app[TALLY]
        self._listeners: list[Listener] = []
        self._telling: asyncio.Task[None] | None = None
        self._runner = web.AppRunner(app, handle_signals=False, shutdown_timeout=SHUTDOWN_SECONDS)

    async def start(self) -> None:
        """Listen; afterwards `port` is the real one.

        Raises:
            OSError: The address is taken, or not ours.
        """
        most = room(raise_limit())
        most = most if self._most is None else min(most, self._most)
        await self._runner.setup()
        try:
            sockets = await listen(self.host, self.port)
        except OSError:
            await self._runner.cleanup()
            raise
        connections = Connections(
            most=most, of_one=min(MOST_OF_ONE, most), trusted=self._trusted, tally=self._tally
        )
        make = self._factory(connections)
        self._listeners = [
            Listener(each, make, connections=connections, tally=self._tally) for each in sockets
        ]
        self.port = int(sockets[0].getsockname()[1])
        self._telling = asyncio.create_task(self._tally.run(), name="tally")

    def _factory(self, connections: Connections) -> functools.partial[ClientConnection]:
        """What makes the protocol of a new connection."""
        server = self._runner.server
        if server is None:
            raise RuntimeError("the application is not set up")
        server.request_handler = functools.partial(answer, server.request_handler)
        return functools.partial(
            ClientConnection,
            server,
            connections=connections,
            tally=self._tally,
            head_seconds=HEAD_SECONDS,
            loop=asyncio.get_running_loop(),
            access_log=None,
            keepalive_timeout=KEEP_SECONDS,
            lingering_time=LINGERING_SECONDS,
            read_bufsize=READ_BYTES,
            auto_decompress=False,  # nothing is unpacked before it is known to be genuine
        )

    async def close(self) -> None:
        """Stop listening, and let answers that are being written end."""
        for listener in self._listeners:
            await listener.close()
        await self._runner.cleanup()
        if self._telling is not None:
            self._telling.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._telling
