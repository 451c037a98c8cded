"""Takes connections in, a few at a time, and survives that the system has no descriptor left."""

import asyncio
import contextlib
import errno
import socket
from collections.abc import Callable

from payments.infra.tally import Tally
from webhooks.server.connections import Connections

BACKLOG = 1_024
"""How many connections may wait in the system until they are accepted."""

AT_ONCE = 32
"""How many are accepted between two looks at everything else."""

RECEIVE_BYTES = 32 * 1024
"""How much the system keeps of what a client sends ahead; Linux doubles it."""

PAUSE_SECONDS = 0.1
"""How long nothing is accepted after the descriptors have run out."""

_RUN_OUT = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


async def listen(host: str, port: int) -> list[socket.socket]:
    """Sockets that listen on each address of the host.

    Raises:
        OSError: The address is taken, or not ours.
    """
    loop = asyncio.get_running_loop()
    infos = await loop.getaddrinfo(
        host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )
    with contextlib.ExitStack() as opened:
        found = []
        for family, kind, protocol, _, address in dict.fromkeys(infos):
            sock = opened.enter_context(socket.socket(family, kind, protocol))
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BYTES)
            if family == socket.AF_INET6:
                sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            sock.setblocking(False)
            sock.bind(address)
            sock.listen(BACKLOG)
            found.append(sock)
        opened.pop_all()
    return found


class Listener:
    """Takes in what comes on one listening socket.

    asyncio's own logs a trace for each attempt once descriptors have run out, and then waits a
    second.

    Args:
        sock: It listens, and does not block.
        make: Makes a connection's protocol.
        connections: All of them.
        tally: Counts that descriptors ran out.
    """

    def __init__(
        self,
        sock: socket.socket,
        make: Callable[[], asyncio.Protocol],
        *,
        connections: Connections,
        tally: Tally,
    ) -> None:
        self._sock = sock
        self._make = make
        self._connections = connections
        self._tally = tally
        self._loop = asyncio.get_running_loop()
        self._pause: asyncio.TimerHandle | None = None
        self._opening: set[asyncio.Task[None]] = set()
        self._begin()

    def _begin(self) -> None:
        self._pause = None
        self._loop.add_reader(self._sock, self._accept)

    def _accept(self) -> None:
        for _ in range(AT_ONCE):
            try:
                accepted, _address = self._sock.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                if error.errno not in _RUN_OUT:
                    raise
                self._run_out()
                return
            accepted.setblocking(False)
            task = self._loop.create_task(self._open(accepted))
            self._opening.add(task)
            task.add_done_callback(self._opening.discard)

    async def _open(self, accepted: socket.socket) -> None:
        try:
            await self._loop.connect_accepted_socket(self._make, accepted)
        except OSError:  # it broke off already: nobody is left to get an answer
            accepted.close()

    def _run_out(self) -> None:
        """Close some that only wait, and try again soon."""
        self._tally.note("web.refused", reason="no descriptors left")
        self._connections.close_oldest(AT_ONCE)
        self._loop.remove_reader(self._sock)
        self._pause = self._loop.call_later(PAUSE_SECONDS, self._begin)

    async def close(self) -> None:
        """Take nothing more in."""
        if self._pause is not None:
            self._pause.cancel()
        self._loop.remove_reader(self._sock)
        self._sock.close()
        if self._opening:
            await asyncio.wait(self._opening)
