"""Bodies in memory have a budget together, and senders of rubbish get little of it."""

import asyncio
from dataclasses import replace

from tests.conftest import Time
from tests.support.connections import opened
from tests.support.databases import only_on_sqlite
from tests.support.web import Web, event_body, serve
from webhooks.keys import Parts
from webhooks.server.bodies import Bodies
from webhooks.server.failures import FAILURES

pytestmark = only_on_sqlite


def head(length: int) -> bytes:
    return (
        "POST /webhooks/stripe HTTP/1.1\r\nHost: x\r\nStripe-Signature: t=1,v1=0\r\n"
        f"Content-Length: {length}\r\n\r\n"
    ).encode()


async def until(bodies: Bodies, held: int) -> None:
    while bodies.held != held:  # noqa: ASYNC110 - nothing says when the other side has read it
        await asyncio.sleep(0.001)


async def test_the_body_that_has_been_arriving_longest_makes_room(
    parts: Parts, clock: Time
) -> None:
    bodies = Bodies(budget=300_000)
    async with serve(replace(parts, bodies=bodies), clock) as web:
        first, writer = await opened(web, head(200_001) + b"x" * 200_000)
        await asyncio.wait_for(until(bodies, 200_000), 10)
        _, second = await opened(web, head(150_001) + b"x" * 150_000)
        assert (await asyncio.wait_for(first.readline(), 10)).split()[1] == b"503"
        await asyncio.wait_for(until(bodies, 150_000), 10)
        assert await web.post(event_body("invoice.paid")) == 200
        writer.close()
        second.close()
        await asyncio.wait_for(until(bodies, 0), 10)


async def test_a_body_larger_than_all_the_room_is_refused_and_nothing_of_it_stays(
    parts: Parts, clock: Time
) -> None:
    bodies = Bodies(budget=100_000)
    async with serve(replace(parts, bodies=bodies), clock) as web:
        assert await web.post(b"x" * 200_000, signature="t=1,v1=0") == 503
        assert bodies.held == 0
        assert await web.post(event_body("invoice.paid")) == 200
        assert bodies.held == 0


async def make_known(web: Web) -> None:
    """Send so much that is not genuine that the address is known for it."""
    for _ in range(2 * FAILURES):
        await web.post(b"{}", signature="t=1,v1=0")


async def test_of_a_known_sender_of_rubbish_no_large_body_is_read(web: Web) -> None:
    await make_known(web)
    for length in (b"Content-Length: 1000000", b"Transfer-Encoding: chunked"):
        reader, writer = await opened(
            web, b"POST /webhooks/stripe HTTP/1.1\r\nHost: x\r\n" + length + b"\r\n\r\n"
        )
        assert (await asyncio.wait_for(reader.readline(), 10)).split()[1] == b"429"
        writer.close()


async def test_of_a_known_sender_of_rubbish_a_small_body_that_is_there_is_read(web: Web) -> None:
    """Behind a proxy that is not trusted all addresses are one, and one of them is Stripe's."""
    await make_known(web)
    assert await web.post(event_body("invoice.paid")) == 200
    reader, writer = await opened(web, head(1_000))
    assert (await asyncio.wait_for(reader.readline(), 10)).split()[1] == b"429"
    writer.close()


async def test_a_body_that_cannot_be_read_is_no_error_of_ours(web: Web) -> None:
    reader, writer = await opened(
        web,
        b"POST /webhooks/stripe HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nnone\r\n",
    )
    assert (await asyncio.wait_for(reader.readline(), 10)).split()[1] == b"400"
    writer.close()
