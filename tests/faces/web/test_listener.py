"""Listening sockets, and how connections are accepted from them."""

import asyncio
import errno
import socket
from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from payments.infra.tally import Tally
from tests.support.connections import Fake, add, connections
from webhooks.server import listener
from webhooks.server.connections import Connections
from webhooks.server.listener import AT_ONCE, PAUSE_SECONDS, Listener, listen


async def test_it_listens_on_each_address_of_the_host_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo("127.0.0.1", 0, type=socket.SOCK_STREAM)
    asked: list[object] = []

    async def twice(host: object, port: int, **more: int) -> object:
        asked.append((host, more))
        return found * 2 if port == 0 else []

    monkeypatch.setattr(loop, "getaddrinfo", twice)
    sockets = await listen("", 0)
    try:
        assert asked == [(None, {"type": socket.SOCK_STREAM, "flags": socket.AI_PASSIVE})]
        (sock,) = sockets
        assert not sock.getblocking()
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) == 1
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR) == 1
        kept = sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
        assert kept in {listener.RECEIVE_BYTES, 2 * listener.RECEIVE_BYTES}
    finally:
        for each in sockets:
            each.close()


async def test_both_families_may_have_one_port() -> None:
    """IPv6 alone on its socket: otherwise the other one could not have the port."""
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    try:
        sockets = await listen("::1", 0)
    except OSError:
        pytest.skip("this machine has no IPv6 address")
    try:
        assert [each.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY) for each in sockets] == [1]
    finally:
        for each in sockets:
            each.close()


async def test_of_addresses_of_which_one_is_taken_none_is_kept(
    monkeypatch: pytest.MonkeyPatch, web_port: int
) -> None:
    loop = asyncio.get_running_loop()
    made: list[socket.socket] = []

    class Seen(socket.socket):
        def __init__(self, *arguments: int) -> None:
            super().__init__(*arguments)
            made.append(self)

    async def both(host: object, port: int, **more: int) -> object:
        del host, port, more
        usual = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
        return [(*usual, ("127.0.0.1", 0)), (*usual, ("127.0.0.1", web_port))]

    monkeypatch.setattr(loop, "getaddrinfo", both)
    monkeypatch.setattr(socket, "socket", Seen)
    with pytest.raises(OSError, match="Address already in use"):
        await listen("localhost", 0)
    assert [each.fileno() for each in made] == [-1, -1], "all are closed"


class Door(socket.socket):
    """A listening socket that fails as it is told, the first failure first; it counts."""

    def __init__(self, *failures: OSError) -> None:
        super().__init__()
        self.failures = list(failures)
        self.tries = 0
        self.bind(("127.0.0.1", 0))
        self.listen(128)
        self.setblocking(False)

    def accept(self) -> tuple[socket.socket, object]:
        self.tries += 1
        if self.failures:
            raise self.failures.pop(0)
        return super().accept()

    def knock(self, number: int) -> list[socket.socket]:
        """So many clients."""
        return [socket.create_connection(self.getsockname()) for _ in range(number)]


class Taken:
    """The connections that were accepted."""

    def __init__(self) -> None:
        self.number = 0
        self.some = asyncio.Event()

    def make(self) -> asyncio.Protocol:
        """The protocol of one of them."""
        self.number += 1
        self.some.set()
        return asyncio.Protocol()


def open_listener(door: Door, all_: Connections | None = None) -> tuple[Listener, Taken]:
    taken = Taken()
    made = Listener(door, taken.make, connections=all_ or connections(), tally=Tally())
    return made, taken


async def test_some_are_taken_in_and_then_everything_else_has_its_turn() -> None:
    with Door() as door:
        clients = door.knock(AT_ONCE + 8)
        listening, taken = open_listener(door)
        seen = []
        for _ in range(4):
            await asyncio.sleep(0)
            seen.append(door.tries)
        await listening.close()
        assert taken.number == AT_ONCE + 8
        for each in clients:
            each.close()
    assert AT_ONCE in seen
    assert seen[-1] == AT_ONCE + 8 + 1, "one try too many says that nobody waits any more"


@pytest.mark.parametrize("error", [BlockingIOError(), InterruptedError(), ConnectionAbortedError()])
async def test_a_client_that_is_gone_already_is_no_trouble(error: OSError) -> None:
    with Door(error) as door, capture_logs() as lines:
        (client,) = door.knock(1)
        listening, taken = open_listener(door)
        await asyncio.wait_for(taken.some.wait(), 30)
        await listening.close()
        client.close()
    assert lines == []


@pytest.mark.parametrize("code", [errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM])
async def test_when_the_system_has_no_room_it_pauses_and_goes_on(code: int) -> None:
    loop = asyncio.get_running_loop()
    pauses: list[tuple[float, Callable[[], None]]] = []
    all_ = connections(most=AT_ONCE + 8, of_one=AT_ONCE + 8)
    waiting: list[Fake] = add(all_, *["192.0.2.1"] * (AT_ONCE + 1))
    with Door(OSError(code, "no room")) as door, capture_logs() as lines:
        (client,) = door.knock(1)
        listening, taken = open_listener(door, all_)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(loop, "call_later", lambda delay, what: pauses.append((delay, what)))
            for _ in range(4):
                await asyncio.sleep(0)
        assert [line["reason"] for line in lines] == ["no descriptors left"]
        assert [each.open for each in waiting] == [False] * AT_ONCE + [True]
        assert door.tries == 1, "nothing is asked for in the pause"
        ((delay, goes_on),) = pauses
        assert delay == PAUSE_SECONDS
        goes_on()
        await asyncio.wait_for(taken.some.wait(), 30)
        await listening.close()
        client.close()


async def test_any_other_error_is_told_to_whoever_watches_the_loop() -> None:
    loop = asyncio.get_running_loop()
    answer: list[object] = []
    loop.set_exception_handler(lambda _, context: answer.append(context["exception"]))
    error = OSError(errno.EBADF, "no socket")
    with Door(error) as door:
        (client,) = door.knock(1)
        listening, _ = open_listener(door)
        for _ in range(4):
            await asyncio.sleep(0)
        await listening.close()
        client.close()
    assert answer == [error]


async def test_after_the_end_of_a_pause_that_was_cut_short_nothing_begins_again() -> None:
    with Door(OSError(errno.EMFILE, "no room")) as door:
        (client,) = door.knock(1)
        listening, taken = open_listener(door)
        for _ in range(4):
            await asyncio.sleep(0)
        pause = listening._pause
        assert pause is not None
        await listening.close()
        assert pause.cancelled()
        assert taken.number == 0
        client.close()


async def test_one_that_broke_off_while_it_was_taken_in_is_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop = asyncio.get_running_loop()
    broken: asyncio.Queue[socket.socket] = asyncio.Queue()

    async def fail(make: object, accepted: socket.socket) -> None:
        del make
        assert not accepted.getblocking()
        broken.put_nowait(accepted)
        raise OSError(errno.ENOTCONN, "gone")

    monkeypatch.setattr(loop, "connect_accepted_socket", fail)
    with Door() as door:
        (client,) = door.knock(1)
        listening, _ = open_listener(door)
        gone = await asyncio.wait_for(broken.get(), 30)
        await listening.close()
        assert gone.fileno() == -1
        client.close()


async def test_what_is_being_taken_in_when_it_closes_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop = asyncio.get_running_loop()
    begun, goes_on, done = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def slow(make: object, accepted: socket.socket) -> None:
        del make
        begun.set()
        await goes_on.wait()
        accepted.close()
        done.set()

    monkeypatch.setattr(loop, "connect_accepted_socket", slow)
    with Door() as door:
        (client,) = door.knock(1)
        listening, _ = open_listener(door)
        await begun.wait()
        closing = asyncio.create_task(listening.close())
        await asyncio.sleep(0)
        assert not closing.done()
        goes_on.set()
        await closing
        assert done.is_set()
        client.close()
