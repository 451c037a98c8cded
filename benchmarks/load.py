"""Clients that post prepared requests over connections that they keep, and time each answer."""

import asyncio
import math
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What was measured.

    Attributes:
        per_second: Answers in a second, over the whole run.
        p50_ms: The median time to an answer, in milliseconds.
        p99_ms: 99 of 100 answers came within this time, in milliseconds.
        refused: Answers that were not 200.
        credited_per_second: Purchases credited in a second, until the last one, where that comes
            after the answer.
    """

    per_second: float
    p50_ms: float
    p99_ms: float
    refused: int
    credited_per_second: float | None = None


def request(path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """A whole HTTP request, with the headers that sign it."""
    signed = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"{signed}Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def post_all(ports: list[int], requests: list[bytes], *, clients: int) -> Load:
    """Post every request once, by several clients at the same time, spread over the servers."""
    waiting = deque(requests)
    times: list[float] = []
    refused = 0

    async def client(port: int) -> None:
        nonlocal refused
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while waiting:
            started = time.perf_counter()
            writer.write(waiting.popleft())
            if await _status(reader) != 200:  # noqa: PLR2004 - HTTP's own number
                refused += 1
            times.append(time.perf_counter() - started)
        writer.close()
        await writer.wait_closed()

    started = time.perf_counter()
    await asyncio.gather(*(client(ports[n % len(ports)]) for n in range(clients)))
    elapsed = time.perf_counter() - started
    return summed(times, elapsed, refused)


async def post_paced(
    ports: list[int], requests: list[bytes], *, per_second: float, clients: int
) -> Load:
    """Post each request at its time, and count from then on: who is late makes others wait too."""
    free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    for number in range(clients):
        port = ports[number % len(ports)]
        free.put_nowait(await asyncio.open_connection("127.0.0.1", port))
    times: list[float] = []
    refused = 0

    async def post(request: bytes, due: float) -> None:
        nonlocal refused
        connection = await free.get()
        connection[1].write(request)
        if await _status(connection[0]) != 200:  # noqa: PLR2004 - HTTP's own number
            refused += 1
        times.append(time.perf_counter() - due)
        free.put_nowait(connection)

    started = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number, each in enumerate(requests):
            due = started + number / per_second
            await asyncio.sleep(due - time.perf_counter())
            group.create_task(post(each, due))
    elapsed = time.perf_counter() - started
    while not free.empty():
        _, writer = free.get_nowait()
        writer.close()
        await writer.wait_closed()
    return summed(times, elapsed, refused)


def summed(seconds: list[float], elapsed: float, refused: int = 0) -> Load:
    """What many measured times say together; endless ones if there are none."""
    times = sorted(seconds) or [math.inf]
    return Load(
        per_second=len(seconds) / elapsed,
        p50_ms=times[len(times) // 2] * 1000,
        p99_ms=times[len(times) * 99 // 100] * 1000,
        refused=refused,
    )


async def _status(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    length = next(int(line[15:]) for line in lines if line.lower().startswith(b"content-length:"))
    await reader.readexactly(length)
    return int(lines[0].split()[1])
