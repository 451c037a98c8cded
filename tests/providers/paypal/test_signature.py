"""The door: offline by PayPal's certificate, which is fetched from nowhere else; else by asking."""

import base64
import json
import zlib
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from payments.domain.values.time import DAY
from payments.infra.outbound import Outbound
from payments.providers.errors import ProviderUnavailable, WebhookRejected
from payments.providers.paypal.certificates import CERTIFICATES as LOOKS
from payments.providers.paypal.provider import (
    CALLS_A_SECOND,
    CERTIFICATES_A_SECOND,
    CHECKS,
    CHECKS_A_SECOND,
    PayPalProvider,
)
from payments.providers.paypal.settings import LIVE, SANDBOX
from payments.providers.paypal.signature import Transmission
from payments.providers.paypal.webhook import with_event
from payments.providers.requests import ProviderEvent
from sandbox.base.faults import Fault
from sandbox.paypal import LocalPayPal
from tests.conftest import Time
from tests.providers.paypal.shop import signed
from tests.support.schemas import Schemas, published

CERTIFICATES = "/v1/notifications/certs/*"
VERIFY = "/v1/notifications/verify-webhook-signature"


def body_of(**changes: Any) -> bytes:
    event = {
        "id": "WH-1",
        "event_type": "PAYMENT.CAPTURE.COMPLETED",
        "create_time": "2026-09-21T14:13:20.000Z",
        "resource": {"id": "3C679366HH908993F", "value": 1.0},
    }
    return json.dumps(event | changes).encode()


def asked(records: list[Any], path: str) -> int:
    return sum(path in each.path for each in records)


async def read(
    provider: PayPalProvider, body: bytes, head: dict[str, list[str]], clock: Time
) -> ProviderEvent:
    return await provider.webhook.read(body, head, clock())


async def test_a_genuine_message_is_read_and_the_certificate_fetched_once(
    provider: PayPalProvider, local: LocalPayPal, clock: Time
) -> None:
    records = local.record()
    for number in range(3):
        body = body_of(id=f"WH-{number}")
        event = await read(provider, body, signed(local, body), clock)
        assert (event.id, event.look_up) == (f"WH-{number}", "3C679366HH908993F")
        assert event.body == body.decode()
    assert asked(records, "/certs/") == 1
    assert asked(records, VERIFY) == 0, "offline"


@pytest.mark.parametrize(
    "changes",
    [
        {"paypal-auth-algo": "SHA1withRSA"},
        {"paypal-auth-algo": "none"},
        {"paypal-transmission-sig": "AAAA"},
        {"paypal-transmission-sig": "ä"},
        {"paypal-transmission-sig": ""},
        {"paypal-transmission-id": "other"},
        {"paypal-transmission-time": "2026-09-21T14:13:21Z"},
        {"paypal-transmission-id": "a|b"},
    ],
)
async def test_what_is_not_genuine_is_refused(
    provider: PayPalProvider, local: LocalPayPal, clock: Time, changes: dict[str, str]
) -> None:
    body = body_of()
    with pytest.raises(WebhookRejected) as refused:
        await read(provider, body, signed(local, body, **changes), clock)
    assert refused.value.reason == "signature"


async def test_another_body_or_a_second_header_is_refused(
    provider: PayPalProvider, local: LocalPayPal, clock: Time
) -> None:
    body = body_of()
    head = signed(local, body)
    for twice in head:
        with pytest.raises(WebhookRejected, match="There must be one"):
            await read(provider, body, head | {twice: head[twice] * 2}, clock)
        with pytest.raises(WebhookRejected, match="There must be one"):
            await read(provider, body, {k: v for k, v in head.items() if k != twice}, clock)
    with pytest.raises(WebhookRejected, match="signature is wrong"):
        await read(provider, body + b" ", head, clock)


@pytest.mark.parametrize(
    "body",
    [b"[]", b"null", b'"text"', b'{"a": NaN}', b'{"a": 1, "a": 2}', b"[" * 9000, b"\xff", b"{}"],
)
async def test_a_genuine_body_that_makes_no_sense_is_refused(
    provider: PayPalProvider, local: LocalPayPal, clock: Time, body: bytes
) -> None:
    with pytest.raises(WebhookRejected) as refused:
        await read(provider, body, signed(local, body), clock)
    assert refused.value.reason == "body"


@pytest.mark.parametrize("kind", ["drop", "malformed", "half"])
async def test_without_the_certificate_paypal_is_asked_with_the_very_bytes(
    provider: PayPalProvider, local: LocalPayPal, clock: Time, kind: Any
) -> None:
    """A shop parsed the body and wrote it again: 1.0 became 1, and nothing was genuine."""
    local.faults.add(Fault(kind=kind, method="GET", path=CERTIFICATES, times=99))
    body = b'{ "id":"WH-1", "event_type":"X", "create_time":"2026-09-21T14:13:20Z", "n":1.0 }'
    event = await read(provider, body, signed(local, body), clock)
    assert event.id == "WH-1"
    with pytest.raises(WebhookRejected, match="signature is wrong"):
        await read(provider, body.replace(b"1.0", b"1"), signed(local, body), clock)
    with pytest.raises(WebhookRejected):
        await read(provider, b'{}, "x": {}', signed(local, b'{}, "x": {}'), clock)


@pytest.mark.parametrize("status", [400, 404, 422])
async def test_an_id_that_paypal_refuses_says_nothing_of_the_others(
    provider: PayPalProvider, local: LocalPayPal, clock: Time, status: int
) -> None:
    """A webhook that was made again has two ids here; the first is gone at PayPal."""
    local.faults.add(Fault(kind="drop", method="GET", path=CERTIFICATES, times=99))
    local.faults.add(Fault(kind="error", status=status, path=VERIFY, times=1))
    body = body_of()
    assert (await read(provider, body, signed(local, body), clock)).id == "WH-1"
    local.faults.add(Fault(kind="error", status=status, path=VERIFY, times=2))
    with pytest.raises(WebhookRejected, match="signature is wrong"):
        await read(provider, body, signed(local, body), clock)


async def test_for_a_certificate_that_paypal_does_not_have_nothing_else_is_asked(
    provider: PayPalProvider, local: LocalPayPal, clock: Time
) -> None:
    """Else whoever invents names would use up the calls that purchases need."""
    records, body = local.record(), body_of()
    url = f"{local.url}/v1/notifications/certs/CERT-invented"
    with pytest.raises(WebhookRejected, match="no such certificate"):
        await read(provider, body, signed(local, body, **{"paypal-cert-url": url}), clock)
    assert (asked(records, "/certs/"), len(records)) == (1, 1)


@pytest.mark.parametrize("api_url", [LIVE, SANDBOX])
async def test_checks_by_paypal_have_a_pace_of_their_own(
    monkeypatch: pytest.MonkeyPatch, api_url: str
) -> None:
    """Messages that are not genuine may cause them, and must hold no purchase up."""
    outbound, kept = Outbound(), dict[str, float]()
    monkeypatch.setattr(outbound, "keep_pace", kept.__setitem__)
    provider = PayPalProvider(
        client_id="a", client_secret="b", webhooks=["c"], outbound=outbound, api_url=api_url
    )
    await provider.close()
    assert kept == {
        "paypal": CALLS_A_SECOND,
        CHECKS: CHECKS_A_SECOND,
        LOOKS: CERTIFICATES_A_SECOND,
    }
    assert CERTIFICATES_A_SECOND <= CHECKS_A_SECOND < CALLS_A_SECOND


async def test_if_nobody_can_tell_it_is_to_be_sent_again(
    provider: PayPalProvider, local: LocalPayPal, clock: Time
) -> None:
    local.faults.add(Fault(kind="drop", path="*", times=99))
    body = body_of()
    with pytest.raises(ProviderUnavailable):
        await read(provider, body, signed(local, body), clock)


async def test_a_certificate_that_has_ended_is_fetched_again(
    provider: PayPalProvider, local: LocalPayPal, clock: Time
) -> None:
    records, body = local.record(), body_of()
    await read(provider, body, signed(local, body), clock)
    clock.pass_(400 * DAY)
    await read(provider, body, signed(local, body), clock)
    assert asked(records, "/certs/") == 2


def test_the_check_by_paypal_has_the_published_form() -> None:
    head = {
        "paypal-transmission-id": ["69cd13f0-d67a-11e5-baa3-778b53f4ae55"],
        "paypal-transmission-time": ["2026-09-21T14:13:20Z"],
        "paypal-transmission-sig": ["c2ln"],
        "paypal-cert-url": ["https://api.paypal.com/v1/notifications/certs/CERT-1"],
        "paypal-auth-algo": ["SHA256withRSA"],
    }
    body = b'{"id": "WH-1",  "a": 1.0}'
    asked_ = with_event(Transmission.of(head), "4JH86294D6297924G", body)
    assert body in asked_
    schemas = Schemas(published("paypal-notifications_webhooks_v1.json"), openapi=True)
    found = schemas.violations(
        json.loads(asked_), "components", "schemas", "verify_webhook_signature"
    )
    assert found == []


KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def test_the_signed_text_is_the_documented_one() -> None:
    head = Transmission(id="i", time="t", signature="", cert_url="u", algorithm="a")
    assert head.signed("w", b"body") == b"i|t|w|" + str(zlib.crc32(b"body")).encode()
    sig = KEY.sign(head.signed("w", b"body"), padding.PKCS1v15(), hashes.SHA256())
    good = Transmission(
        id="i", time="t", signature=base64.b64encode(sig).decode(), cert_url="u", algorithm="a"
    )
    assert good.is_of(b"body", "w", KEY.public_key())
    assert not good.is_of(b"body", "v", KEY.public_key())
    assert not good.is_of(b"bod", "w", KEY.public_key())
