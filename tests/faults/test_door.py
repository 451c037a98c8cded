"""The webhook door under fire: rubbish, forgeries, floods, half-open connections, cancellation."""

import asyncio
import os
import random
from collections import Counter
from pathlib import Path

import pytest
from aiohttp import StreamReader, web
from aiohttp.base_protocol import BaseProtocol
from aiohttp.test_utils import make_mocked_request
from structlog.testing import capture_logs

from payments.domain.values.time import HOUR
from payments.runner.runner import Runner
from payments.store.engine.database import Database
from payments.store.queries import Queries
from tests.conftest import Time
from tests.faults.looking import look
from tests.faults.report import Report, Tried
from tests.support.databases import only_on_sqlite
from tests.support.make import ADA, GUILD
from tests.support.rubbish import MEGABYTE, _is_text, bodies, forged
from tests.support.web import (
    PAYMENT,
    Web,
    begin,
    event_body,
    inbox,
    open_payment,
    parts,
    provider,
    serve,
    session_object,
    sign,
)
from tests.support.web import (
    web as web_face,
)
from webhooks.app import create_app
from webhooks.keys import Parts
from webhooks.provider_webhooks import receive
from webhooks.server.failures import FAILURES, Failures

__all__ = ["inbox", "open_payment", "parts", "provider", "web_face"]

SEED = 20261121
GROWTH_MB = 50


def resident() -> float:
    """Megabytes of this process that are in memory (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MEGABYTE


async def deliver(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, body: bytes, signature: str
) -> tuple[int, bool]:
    """Post over an open connection, byte for byte; the status, and whether it stays open."""
    head = (
        "POST /webhooks/stripe HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"Stripe-Signature: {signature}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body)
    answer = await reader.readuntil(b"\r\n\r\n")
    lines = answer.split(b"\r\n")
    length = next(int(x[15:]) for x in lines if x.lower().startswith(b"content-length:"))
    await reader.readexactly(length)
    return int(lines[0].split()[1]), b"connection: close" not in answer.lower()


@only_on_sqlite
async def test_rubbish_and_forgeries_change_nothing_and_fill_nothing(
    web_face: Web,
    open_payment: str,
    database: Database,
    queries: Queries,
    clock: Time,
    report: Report,
    *,
    thorough: bool,
) -> None:
    """Signed or not: no 5xx, no forgery accepted, and memory does not grow."""
    tries = 100_000 if thorough else 1_500
    del open_payment
    chance = random.Random(SEED)  # noqa: S311 - it must be the same again
    statuses: Counter[tuple[bool, int]] = Counter()
    port = int(web_face.url.rsplit(":", 1)[1])
    memory = 0.0
    endless = bodies(chance)
    is_open = False
    for number in range(tries):
        if not is_open:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        if number == tries // 10:
            memory = resident()
        body = next(endless)
        genuine = chance.random() < 0.5 and _is_text(body)
        signature = sign(body, clock) if genuine else forged(body, clock, chance)
        status, is_open = await deliver(reader, writer, body, signature)
        assert status < 500, body[:500]
        assert genuine or status in {400, 429}, (signature, body[:500])
        statuses[genuine, status] += 1
        is_open = is_open and number % 500 != 499
        if not is_open:
            writer.close()
            await writer.wait_closed()
    growth = resident() - memory
    assert statuses[True, 200] > tries // 10, "most of it was taken in"
    assert growth < GROWTH_MB
    _, broken = await look(database)
    assert broken == []
    balance = await queries.balance(GUILD, ADA, clock())
    assert balance.points in {0, 500}, "at most the one payment, told truly beside the rubbish"
    assert await web_face.post(event_body(id="evt_good")) == 200
    assert (await queries.balance(GUILD, ADA, clock())).points == 500
    report.add(Tried(fault=f"fuzzed deliveries (memory +{max(growth, 0):.0f} MB)", tries=tries))


async def test_whoever_breaks_off_at_any_await_finds_it_done_or_not_begun(
    parts: Parts,
    open_payment: str,
    database: Database,
    queries: Queries,
    clock: Time,
    report: Report,
) -> None:
    """The handler is cancelled after each step of the loop in turn; the provider sends again."""
    del open_payment
    app = create_app(parts)
    body = event_body().encode()
    cut = 0
    for steps in range(400):
        task = asyncio.create_task(receive(await _request(app, body, clock)))
        for _ in range(steps):
            await asyncio.sleep(0)
        if task.done():
            break
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        cut += 1
        _, broken = await look(database)
        assert broken == []
    assert cut
    response = await receive(await _request(app, body, clock))
    assert response.status == 200
    assert (await queries.balance(GUILD, ADA, clock())).points == 500
    _, broken = await look(database)
    assert broken == []
    report.add(Tried(fault="the webhook handler cancelled at an await", tries=cut))


async def _request(app: web.Application, body: bytes, clock: Time) -> web.Request:
    stream = StreamReader(BaseProtocol(asyncio.get_running_loop()), limit=2**16)
    stream.feed_data(body)
    stream.feed_eof()
    return make_mocked_request(
        "POST",
        "/webhooks/stripe",
        headers={"Stripe-Signature": sign(body, clock), "Content-Length": str(len(body))},
        match_info={"provider": "stripe"},
        app=app,
        payload=stream,
    )


async def test_while_our_clock_is_an_hour_off_messages_are_refused_and_not_lost(
    web_face: Web, open_payment: str, queries: Queries, clock: Time
) -> None:
    """Stripe signs with its own time, and sends again for three days."""
    del open_payment
    body = event_body()
    for jump in (HOUR, -HOUR):
        signature = sign(body.encode(), clock)
        clock.pass_(jump)
        assert await web_face.post(body, signature=signature) == 400
        clock.pass_(-jump)
    assert web_face.rejected("age") == 2
    assert await web_face.post(body) == 200
    assert (await queries.balance(GUILD, ADA, clock())).points == 500


async def test_a_flood_of_forgeries_fills_no_log_and_real_messages_still_pass(
    web_face: Web,
    open_payment: str,
    queries: Queries,
    clock: Time,
) -> None:
    del open_payment
    with capture_logs() as lines:
        posts = [web_face.post(b"{}", signature="t=1,v1=00") for _ in range(200)]
        statuses = Counter(await asyncio.gather(*posts))
    assert statuses.keys() == {400, 429}
    assert FAILURES <= statuses[400] < 2 * FAILURES, "a few are allowed again as time passes"
    assert [line["event"] for line in lines] == ["webhook.rejected"], "the rest is counted"
    assert web_face.rejected("signature") == 200
    assert await web_face.post(event_body()) == 200
    assert (await queries.balance(GUILD, ADA, clock())).points == 500


async def test_a_flood_from_all_addresses_of_one_ipv6_host_is_one_flood() -> None:
    """Each has a network of 2^64 of them."""
    failures = Failures()
    flood = [f"2001:db8::{number:x}" for number in range(1_000)]
    refused = [await failures.is_too_many(each) for each in flood]
    assert FAILURES <= refused.count(False) < 2 * FAILURES
    for other in ("2001:db8:0:1::1", "192.0.2.1", "::ffff:192.0.2.2", ""):
        assert not await failures.is_too_many(other)


async def test_half_open_connections_hold_up_nobody(
    parts: Parts,
    open_payment: str,
    queries: Queries,
    clock: Time,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Hundreds begin a request and go silent, and break off: a real message passes at once."""
    del open_payment
    async with serve(parts, clock) as running:
        port = int(running.url.rsplit(":", 1)[1])
        silent = []
        for number in range(300):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            head = b"POST /webhooks/stripe HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n"
            writer.write(head[: 10 + number % 60] if number % 2 else head + b"\r\n{")
            silent.append(writer)
        assert await asyncio.wait_for(running.post(event_body()), 5) == 200
        for writer in silent:
            writer.close()
    assert "web.failed" not in capsys.readouterr().out
    assert (await queries.balance(GUILD, ADA, clock())).points == 500


@pytest.mark.parametrize("begun", [b"", b"POST /webhooks/stripe HTTP/1.1\r\nHost: x\r\n"])
async def test_a_connection_that_stays_silent_is_closed(
    parts: Parts, clock: Time, monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    monkeypatch.setattr("webhooks.server.server.KEEP_SECONDS", 0.2)
    async with serve(parts, clock) as running:
        port = int(running.url.rsplit(":", 1)[1])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(begun)
        assert await asyncio.wait_for(reader.read(), 10) == b""
        writer.close()


async def test_a_second_purchase_is_untouched_by_a_flood_of_the_first(
    runner: Runner, web_face: Web, open_payment: str, queries: Queries, clock: Time
) -> None:
    """The same message a thousand times at once, and another one in the middle of it."""
    del open_payment
    other = PAYMENT.replace("001", "002")
    await begin(runner, other)
    body = event_body()
    posts = [web_face.post(body) for _ in range(1_000)]
    second = event_body(id="evt_2", session=session_object(other))
    posts.insert(500, web_face.post(second))
    assert set(await asyncio.gather(*posts)) == {200}
    assert (await queries.balance(GUILD, ADA, clock())).points == 1_000
