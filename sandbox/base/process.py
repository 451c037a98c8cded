"""A local service as a process of its own."""

import asyncio
import json
import signal
import sys
from collections.abc import Callable

from sandbox.base.common import Json
from sandbox.base.server import LocalService


async def serve(service: LocalService, host: str, port: int, ready: Callable[[], Json]) -> None:
    """Serve until SIGINT or SIGTERM; once ready, print one line of JSON.

    Args:
        service: What is served.
        host: Where it listens.
        port: 0 takes a free one.
        ready: What the line says.

    Raises:
        OSError: The port is taken.
    """
    done = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, done.set)
    await service.start(host, port)
    sys.stdout.write(json.dumps(ready()) + "\n")
    sys.stdout.flush()
    try:
        await done.wait()
    finally:
        await service.close()
