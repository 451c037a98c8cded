"""A web server on one address."""

from aiohttp import web

SHUTDOWN_SECONDS = 5
"""How long answers that are being written may take when the server stops."""

LINGERING_SECONDS = 1
"""How long the rest of a body that was refused is read away, so that the refusal arrives."""


KEEP_SECONDS = 75
"""How long a connection may be open without a whole request having come."""


class WebServer:
    """Serves an application on one address.

    Args:
        app: What is served.
        host: The address.
        port: The port; 0 takes any free one.
    """

    def __init__(self, app: web.Application, *, host: str, port: int) -> None:
        self.host = host
        self.port = port
        self._runner = web.AppRunner(
            app,
            access_log=None,
            shutdown_timeout=SHUTDOWN_SECONDS,
            handle_signals=False,
            keepalive_timeout=KEEP_SECONDS,
            lingering_time=LINGERING_SECONDS,
            auto_decompress=False,  # nothing is unpacked before it is known to be genuine
        )

    async def start(self) -> None:
        """Listen; afterwards `port` is the real one.

        Raises:
            OSError: The address is taken, or not ours.
        """
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, self.port)
        await site.start()
        address = self._runner.addresses[0]
        self.port = int(address[1])

    async def close(self) -> None:
        """Stop listening, and let answers that are being written end."""
        await self._runner.cleanup()
