"""The whole program while its door is flooded: room, memory and disk remain for what is genuine.

Times are asserted with `--trust` only: in `make test` it is enough that all are answered.
"""

import asyncio
import contextlib
import itertools
import resource
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from sandbox.stripe import LocalStripe
from sandbox.stripe.webhooks import sign
from tests.faults.conftest import report
from tests.faults.report import Report, Tried
from tests.process.conftest import SIGNING, Process, free_port
from tests.support.forked import Running
from tests.support.typed import kept_environment
from tests.support.web import event_body

__all__ = ["report"]

DESCRIPTORS = 1_024
ATTEMPTS = 3_000
HELD = 300
FLOODS = 6
MEGABYTE = 1024 * 1024
LOG_BYTES = 10_000
MALFORMED = (
    b"\xff\xfeEVIL\r\n\r\n",
    b"GET / HTTP/9.EVIL\r\n\r\n",
    b"GET / HTTP/1.1\r\nEVIL header\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: EVIL\r\n\r\n",
    b"POST /webhooks/stripe HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nEVIL\r\n",
    (
        b"POST /pay/EVIL HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        b"Transfer-Encoding: chunked\r\n\r\nEVIL\r\n"
    ),
    b"GET /EVIL HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: EVIL\r\n\r\n",
    b"GET /" + b"EVIL" * 5_000 + b" HTTP/1.1\r\n\r\n",
    (
        b"POST /webhooks/stripe HTTP/1.1\r\nHost: x\r\nStripe-Signature: EVIL\r\n"
        b"Content-Length: 2\r\nConnection: close\r\n\r\n{}"
    ),
)


class Limited(Process):
    """A process that may open only a number of files, and gets no more by asking."""

    async def start(self, *arguments: str, **settings: str) -> Running:
        assert self.forking is not None
        return await self.forking.begin(
            "tests.support.few_files",
            ["256", str(DESCRIPTORS), *arguments],
            self.folder,
            kept_environment() | self.environment | settings,
        )


@pytest.fixture
def flooded(process: Process, stripe: LocalStripe) -> Process:
    """The program, whose log is looked at."""
    del stripe  # it has told the process where it is
    process.environment |= {"METRICS_PORT": str(free_port()), "LOG_LEVEL": "WARNING"}
    return process


@pytest.fixture
def limited(flooded: Process) -> Limited:
    return Limited(flooded.folder, flooded.environment, flooded.forking)


@pytest.fixture
def started(flooded: Process) -> Process:
    """Python starts for it: how much memory it takes is looked at."""
    flooded.forking = None
    return flooded


@pytest.fixture(autouse=True)
def many_files() -> Iterator[None]:
    """This process needs as many connections as it opens."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def deliver(url: str, number: int) -> tuple[int, float]:
    """Send a genuine message on a connection of its own; the status, and the seconds it took."""
    body = event_body("customer.created", id=f"evt_{number}").encode()
    headers = {"Stripe-Signature": sign(body, [SIGNING], int(time.time()))}
    begun = time.monotonic()
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{url}/webhooks/stripe", data=body, headers=headers) as answer,
    ):
        return answer.status, time.monotonic() - begun


@asynccontextmanager
async def genuine(url: str) -> AsyncIterator[list[tuple[int, float]]]:
    """Genuine messages go on coming, one at a time."""
    answers: list[tuple[int, float]] = []

    async def go_on() -> None:
        for number in itertools.count():
            answer = await asyncio.wait_for(deliver(url, number), 30)
            answers.append(answer)

    task = asyncio.create_task(go_on())
    try:
        yield answers
        seen = len(answers)
        while len(answers) < seen + 5 and not task.done():
            await asyncio.wait({task}, timeout=0.02)
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def attempt(port: int, number: int) -> socket.socket:
    """Connect from one of many addresses of this machine, and send one byte."""
    loop = asyncio.get_running_loop()
    sock = socket.socket()
    sock.setblocking(False)
    sock.bind((f"127.0.{number % 7}.{2 + number % 200}", 0))
    await loop.sock_connect(sock, ("127.0.0.1", port))
    await loop.sock_sendall(sock, b"P")
    return sock


def memory_of(pid: int) -> float:
    """Megabytes of a process that are in memory (Linux)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


def descriptors_of(pid: int) -> int:
    """How many a process has open (Linux)."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


async def test_thousands_of_silent_connections_leave_room_for_what_is_genuine(
    limited: Limited, report: Report, *, thorough: bool
) -> None:
    port = int(limited.environment["HTTP_PORT"])
    async with limited.running() as running, genuine(limited.url) as answers:
        held = [await asyncio.wait_for(attempt(port, each), 30) for each in range(ATTEMPTS)]
        assert resource.prlimit(running.pid, resource.RLIMIT_NOFILE)[0] == DESCRIPTORS
        assert descriptors_of(running.pid) < DESCRIPTORS - 100, (
            "descriptors remain for everything else"
        )
        for sock in held:
            sock.close()
    assert len(answers) > 5
    assert {status for status, _ in answers} == {200}
    slowest = max(seconds for _, seconds in answers)
    if thorough:
        assert slowest < 1, [round(seconds, 2) for _, seconds in answers]
    assert len(limited.log) < LOG_BYTES, limited.log[:LOG_BYTES]
    assert "Traceback" not in limited.log
    report.add(Tried(fault=f"silent connections at {DESCRIPTORS} descriptors", tries=ATTEMPTS))


async def hold(port: int, sent: bytes) -> asyncio.StreamWriter:
    """Send nearly all of a large body."""
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST /webhooks/stripe HTTP/1.1\r\nHost: x\r\nContent-Length: {len(sent) + 1}\r\n\r\n"
    writer.write(head.encode() + sent)
    with contextlib.suppress(ConnectionError):  # given up already, to make room for others
        await writer.drain()
    return writer


async def flood(port: int, pid: int) -> float:
    """Hold hundreds of nearly whole bodies back, then let go; the most megabytes meanwhile."""
    sent = b"x" * (MEGABYTE - 1)
    held: list[asyncio.StreamWriter] = []
    highest = 0.0
    for _ in range(0, HELD, 20):
        held += await asyncio.gather(*(hold(port, sent) for _ in range(20)))
        highest = max(highest, memory_of(pid))
    for writer in held:
        writer.close()
    return highest


async def test_large_bodies_that_are_held_back_cost_little_memory_again_and_again(
    started: Process, report: Report
) -> None:
    """What a flood took serves the next one: memory that is lost would add up.

    An allocator may keep the pages of what was freed, so the memory after one flood says nothing.
    """
    port = int(started.environment["HTTP_PORT"])
    async with started.running() as running, genuine(started.url) as answers:
        assert (await deliver(started.url, 0))[0] == 200
        before = memory_of(running.pid)
        highest = [await flood(port, running.pid) - before for _ in range(FLOODS)]
        assert (await deliver(started.url, 10_000))[0] == 200
    assert {status for status, _ in answers} == {200}
    assert highest[0] < 50, highest
    assert max(highest) < 80, highest
    assert len(started.log) < LOG_BYTES
    memory = f"memory +{highest[0]:.0f} MB, after {FLOODS} floods +{max(highest):.0f} MB"
    report.add(Tried(fault=f"held bodies ({memory})", tries=FLOODS * HELD))


async def rubbish(port: int, data: bytes) -> bytes:
    """Send what cannot be read; what came back."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    try:
        return await asyncio.wait_for(reader.read(), 30)
    finally:
        writer.close()


async def test_what_cannot_be_read_writes_next_to_nothing_into_the_log(
    flooded: Process, report: Report, *, thorough: bool
) -> None:
    """On both ports; no answer names a version, and the log repeats nothing of it."""
    ports = [int(flooded.environment[name]) for name in ("HTTP_PORT", "METRICS_PORT")]
    until = time.monotonic() + (60 if thorough else 0)
    tries = 0
    async with flooded.running():
        for round_ in itertools.count():
            for port, data in itertools.product(ports, MALFORMED):
                answers = await asyncio.gather(*(rubbish(port, data) for _ in range(5)))
                tries += len(answers)
                for answer in answers:
                    head = answer.partition(b"\r\n\r\n")[0].lower()
                    assert head.startswith((b"http/1.0 4", b"http/1.1 4")), (data, answer)
                    assert b"content-security-policy:" in head, (data, answer)
                    assert b"x-content-type-options: nosniff" in head
                    assert b"\r\nserver: guildbank\r\n" in head + b"\r\n"
                    assert b"aiohttp" not in answer
                    assert b"EVIL" not in answer
            if round_ >= 3 and time.monotonic() >= until:
                break
    lines = flooded.log
    assert len(lines) < LOG_BYTES, lines[:LOG_BYTES]
    assert "EVIL" not in lines
    assert "Traceback" not in lines
    assert "malformed" in lines
    report.add(Tried(fault=f"malformed requests ({len(lines)} bytes of log)", tries=tries))
