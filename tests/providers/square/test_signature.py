"""The door: signed over the public address and the raw bytes, by any of several keys."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest

from payments.providers.errors import WebhookRejected
from payments.providers.square.events import USED
from payments.providers.square.provider import SquareProvider
from payments.providers.square.webhook import HEADER
from sandbox.square import LocalSquare
from tests.conftest import Time
from tests.providers.square.shop import SIGNATURE_KEY, SquareShop, provider_of
from tests.support.databases import only_on_sqlite

pytestmark = only_on_sqlite

ADDRESS = "https://bank.example/webhooks/square"


def body_of(**changes: Any) -> bytes:
    event = {
        "merchant_id": "M1",
        "type": "payment.updated",
        "event_id": "e-1",
        "created_at": "2026-09-21T14:13:20.000Z",
        "data": {"type": "payment", "id": "P1", "object": {"payment": {"id": "P1"}}},
    }
    return json.dumps(event | changes).encode()


def sign(body: bytes, key: str = SIGNATURE_KEY, address: str = ADDRESS) -> str:
    """By hand, so that nothing of the program is believed."""
    digest = hmac.digest(key.encode(), address.encode() + body, hashlib.sha256)
    return base64.b64encode(digest).decode()


def head(body: bytes, **changes: str) -> dict[str, list[str]]:
    return {HEADER: [sign(body, **changes)]}


@pytest.mark.parametrize("key", [SIGNATURE_KEY, "old"])
async def test_a_genuine_message_is_read_by_any_key(
    provider: SquareProvider, local: LocalSquare, clock: Time, key: str
) -> None:
    records, body = local.record(), body_of()
    event = await provider.webhook.read(body, head(body, key=key), clock())
    assert (event.id, event.kind, event.look_up) == ("e-1", "payment.updated", "P1")
    assert event.body == body.decode()
    assert records == [], "nobody is asked"


@pytest.mark.parametrize(
    "changes",
    [
        {"key": "another"},
        {"key": ""},
        {"address": "http://bank.example/webhooks/square"},
        {"address": f"{ADDRESS}/"},
        {"address": ""},
    ],
)
async def test_what_is_signed_otherwise_is_refused(
    provider: SquareProvider, clock: Time, changes: dict[str, str]
) -> None:
    body = body_of()
    with pytest.raises(WebhookRejected) as caught:
        await provider.webhook.read(body, head(body, **changes), clock())
    assert caught.value.reason == "signature"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {HEADER: []},
        {HEADER: [""]},
        {HEADER: ["é\udcff"]},
        {HEADER: [sign(body_of())] * 2},
        {HEADER: [f" {sign(body_of())}"]},
        {"x-square-signature": [sign(body_of())]},
        {HEADER: [sign(body_of() + b" ")]},
    ],
)
async def test_what_is_not_genuine_is_refused(
    provider: SquareProvider, clock: Time, headers: dict[str, list[str]]
) -> None:
    with pytest.raises(WebhookRejected) as caught:
        await provider.webhook.read(body_of(), headers, clock())
    assert caught.value.reason == "signature"


@pytest.mark.parametrize(
    "body",
    [
        b"\xff",
        b"{}",
        b"[]",
        body_of(event_id=""),
        body_of(created_at="yesterday"),
        body_of(data=[]),
        body_of(type=1),
    ],
)
async def test_a_signed_body_that_is_no_event_is_refused(
    provider: SquareProvider, clock: Time, body: bytes
) -> None:
    with pytest.raises(WebhookRejected) as caught:
        await provider.webhook.read(body, head(body), clock())
    assert caught.value.reason == "body"


async def test_kinds_that_are_not_used_are_left_alone(
    provider: SquareProvider, clock: Time
) -> None:
    body = body_of(type="order.updated", data={"type": "order_updated", "id": "O1"})
    event = await provider.webhook.read(body, head(body), clock())
    assert (event.look_up, event.found) == (None, ())
    assert event.ignored
    assert "dispute.state.changed" not in USED


async def test_an_event_about_nothing_is_left_to_a_person(
    provider: SquareProvider, clock: Time
) -> None:
    body = body_of(data={"type": "payment", "object": {"payment": {"id": "no id"}}})
    event = await provider.webhook.read(body, head(body), clock())
    assert event.look_up is None
    assert event.found[0].wrong


@pytest.mark.parametrize("keys", [[], [""], ["one", " "]])
def test_without_a_key_it_does_not_begin(local: LocalSquare, clock: Time, keys: list[str]) -> None:
    with pytest.raises(ValueError, match="signature key"):
        provider_of(local, clock, signature_keys=keys)


async def test_the_public_address_counts_and_not_what_a_request_says(shop: SquareShop) -> None:
    """Behind a proxy the program sees plain HTTP to another host."""
    assert shop.proxy.url != shop.url
    bought = await shop.paid()
    assert await shop.points() == 500
    body = body_of()
    for address, status in ((shop.proxy.url, 200), (shop.url, 400)):
        signature = sign(body, address=f"{address}/webhooks/square")
        async with shop.http.post(
            f"{shop.url}/webhooks/square", data=body, headers={HEADER: signature}
        ) as answer:
            assert answer.status == status
    assert (await shop.now(bought)).intent is not None
