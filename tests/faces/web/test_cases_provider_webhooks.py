"""Cases 1-14, the door: what is genuine, and how much of the rest is looked at."""

import asyncio
import contextlib
import inspect
import json

import pytest
import structlog

from payments.domain.values.time import SECOND, to_seconds
from payments.providers.settings import settings_model
from payments.providers.stripe.provider import StripeProvider
from payments.providers.stripe.webhook import TOLERANCE
from payments.store.engine.database import Database
from payments.store.queries import Queries
from sandbox.stripe.webhooks import sign as sign_with
from tests.support.databases import only_on_sqlite
from tests.support.web import (
    OLD_SECRET,
    SECRET,
    Web,
    event_body,
    kept,
    points,
    sign,
)

pytestmark = only_on_sqlite

GENUINE = event_body()


def answered(web: Web, status: int) -> float:
    """How many requests were answered so."""
    labels = {"provider": "stripe", "status": str(status)}
    return web.registry.get_sample_value("guildbank_webhook_requests_total", labels) or 0.0


async def send_raw(web: Web, head: bytes, body: bytes) -> bytes:
    """Send a request as it stands, with these lines in its head. Returns the status."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(web.url.rsplit(":", 1)[1]))
    lines = [
        b"POST /webhooks/stripe HTTP/1.1",
        b"Host: x",
        b"Connection: close",
        b"Content-Length: %d" % len(body),
        head,
    ]
    writer.write(b"\r\n".join(lines) + b"\r\n\r\n" + body)
    status = (await reader.readline()).split()[1]
    writer.close()
    await writer.wait_closed()
    return status


@pytest.mark.parametrize("odd", ["ü".encode(), "ü".encode("latin-1"), "\u2028".encode()])
async def test_case_02_it_is_our_door_that_answers_400(web: Web, odd: bytes) -> None:
    """Not the parser of the head in front of it, and not an error of ours."""
    good = sign(GENUINE.encode(), web.clock).encode()
    head = b"Stripe-Signature: " + good + b",v1=" + odd
    assert await send_raw(web, head, GENUINE.encode()) == b"400"
    assert web.rejected("signature") == 1


@pytest.mark.parametrize("body", [b"\xff\xfe{}", GENUINE.encode("utf-16"), b'{"id": "\xfc"}'])
async def test_case_03_a_body_that_is_not_utf8_is_rejected_though_it_is_signed(
    web: Web, database: Database, body: bytes
) -> None:
    signature = sign_with(body, [SECRET], to_seconds(web.clock()))
    assert await web.post(body, signature=signature) == 400
    assert web.rejected("body") == 1
    assert await kept(database) == 0


@pytest.mark.parametrize("levels", [100, 900, 1_000, 3_000, 10_000, 100_000])
async def test_case_04_nesting_within_a_genuine_event_is_never_an_error_of_ours(
    web: Web, open_payment: str, queries: Queries, levels: int
) -> None:
    """What can be read at all is read; what cannot is rejected; nothing between falls over."""
    assert open_payment
    deep = GENUINE.replace('"mode"', f'"deep": {"[" * levels}{"]" * levels}, "mode"')
    status = await web.post(deep)
    assert (status, await points(queries)) in {(200, 500), (400, 0)}
    assert levels > 100 or status == 200
    assert levels < 100_000 or status == 400


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
@pytest.mark.parametrize("key", ["amount_total", "created"])
async def test_case_05_a_number_that_is_none_is_rejected(web: Web, key: str, number: str) -> None:
    body = GENUINE.replace(f'"{key}": ', f'"{key}_too": {number}, "{key}": ', 1)
    assert body != GENUINE
    assert await web.post(body) == 400
    assert web.rejected("body") == 1


@pytest.mark.parametrize("seconds", [-300, -299, 299, 300])
async def test_case_06_07_a_clock_that_is_a_little_off_is_fine_either_way(
    web: Web, open_payment: str, seconds: int
) -> None:
    assert open_payment
    body = GENUINE.encode()
    assert await web.post(body, signature=sign(body, web.clock, seconds=seconds)) == 200


def test_case_07_the_tolerance_cannot_be_configured() -> None:
    assert TOLERANCE == 300 * SECOND
    taken = {*inspect.signature(StripeProvider).parameters, *settings_model().model_fields}
    assert not [name for name in taken if "toleran" in name or "age" in name.split("_")]


async def test_case_08_what_stripe_signs_with_both_secrets_passes_with_either(
    web: Web, open_payment: str, queries: Queries
) -> None:
    assert open_payment
    body, at = GENUINE.encode(), to_seconds(web.clock())
    strange = "whsec_not_set_here_yet"
    for secrets in ([strange, OLD_SECRET], [SECRET, strange], [OLD_SECRET, SECRET]):
        assert await web.post(body, signature=sign_with(body, secrets, at)) == 200
    assert await web.post(body, signature=sign_with(body, [strange, strange], at)) == 400
    assert await points(queries) == 500


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "identity", ""])
async def test_case_11_an_encoding_is_rejected_even_if_the_signature_is_good(
    web: Web, database: Database, encoding: str
) -> None:
    signature = sign(GENUINE.encode(), web.clock)
    head = f"Content-Encoding: {encoding}\r\nStripe-Signature: {signature}"
    assert await send_raw(web, head.encode(), GENUINE.encode()) == b"400"
    assert web.rejected("encoding") == 1
    assert await kept(database) == 0


async def test_case_11_of_a_body_without_end_little_more_than_the_limit_is_read(web: Web) -> None:
    sent = 0

    async def endless() -> object:
        nonlocal sent
        for _ in range(10_000):
            sent += 65_536
            yield b"0" * 65_536

    with contextlib.suppress(OSError):  # the server may hang up while we are still sending
        async with web.session.post(f"{web.url}/webhooks/stripe", data=endless()) as answer:
            assert answer.status == 413
    assert answered(web, 413) == 1
    assert sent < 64 * 1024 * 1024  # what lies in the buffers on the way comes on top


async def test_case_13_the_log_names_the_mistake_in_the_endpoints_settings(web: Web) -> None:
    thin = {"id": "evt_1", "object": "v2.core.event", "type": "v1.billing.meter.no_meter_found"}
    with structlog.testing.capture_logs() as lines:
        assert await web.post(json.dumps(thin)) == 400
    (line,) = [each for each in lines if each["event"] == "webhook.rejected"]
    assert (line["log_level"], line["reason"]) == ("warning", "thin")
    assert "set the endpoint's payload style to snapshot" in line["error"]


@pytest.mark.parametrize("path", ["/webhooks/stripe/", "/webhooks//stripe", "/webhooks/Stripe"])
async def test_case_14_a_mistyped_address_is_never_answered_by_a_redirection(
    web: Web, path: str
) -> None:
    """Stripe would count that as a failure, and nobody would see why."""
    headers = {"Stripe-Signature": sign(GENUINE.encode(), web.clock)}
    async with web.session.post(
        f"{web.url}{path}", data=GENUINE, headers=headers, allow_redirects=False
    ) as answer:
        assert answer.status == 404
