"""Events are signed, kept, sent again, lost and found."""

import base64
import zlib
from typing import Any

import aiohttp
import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from sandbox.paypal import LocalPayPal
from tests.sandbox.paypal.asking import EVENTS, VERIFY, WEBHOOKS, Asking, issues
from tests.sandbox.paypal.conftest import Hands, Inbox

NAMES = {
    "auth_algo": "PAYPAL-AUTH-ALGO",
    "cert_url": "PAYPAL-CERT-URL",
    "transmission_id": "PAYPAL-TRANSMISSION-ID",
    "transmission_sig": "PAYPAL-TRANSMISSION-SIG",
    "transmission_time": "PAYPAL-TRANSMISSION-TIME",
}


async def approved(local: LocalPayPal, ask: Asking) -> str:
    """The id of an order that its buyer has just approved, which was told."""
    made: str = (await ask.ordered())["id"]
    await local.approve(made)
    await local.drain()
    return made


async def test_a_message_is_signed_with_the_certificate_that_it_names(
    local: LocalPayPal, ask: Asking, inbox: Inbox
) -> None:
    await approved(local, ask)
    (headers,), (body,) = inbox.headers, inbox.bodies
    async with aiohttp.ClientSession() as http, http.get(headers["PAYPAL-CERT-URL"]) as response:
        certificate = x509.load_pem_x509_certificate(await response.read())
    assert headers["PAYPAL-CERT-URL"].startswith(f"{local.url}/v1/notifications/certs/CERT-")
    (name,) = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert name.value == "messageverificationcerts.paypal.com"
    signed = "|".join(
        (
            headers["PAYPAL-TRANSMISSION-ID"],
            headers["PAYPAL-TRANSMISSION-TIME"],
            local.webhook_id,
            str(zlib.crc32(body)),
        )
    ).encode()
    signature = base64.b64decode(headers["PAYPAL-TRANSMISSION-SIG"])
    key = certificate.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    key.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
    with pytest.raises(InvalidSignature):
        key.verify(signature, signed + b"0", padding.PKCS1v15(), hashes.SHA256())


async def verified(local: LocalPayPal, ask: Asking, body: bytes, fields: dict[str, str]) -> str:
    """What the API says of a message, its body spliced in as it came."""
    said = "".join(f'"{name}": "{value}", ' for name, value in fields.items()).encode()
    headers = {"Authorization": f"Bearer {ask.token}", "Content-Type": "application/json"}
    whole = b"{" + said + b'"webhook_event": ' + body + b"}"
    async with (
        aiohttp.ClientSession(local.url) as http,
        http.post(VERIFY, data=whole, headers=headers) as response,
    ):
        answer: dict[str, Any] = await response.json()
        assert response.status == 200, answer
        return str(answer["verification_status"])


async def test_the_api_verifies_the_body_as_it_came(
    local: LocalPayPal, ask: Asking, inbox: Inbox
) -> None:
    await approved(local, ask)
    (headers,), (body,) = inbox.headers, inbox.bodies
    good = {name: headers[each] for name, each in NAMES.items()} | {"webhook_id": local.webhook_id}
    assert await verified(local, ask, body, good) == "SUCCESS"
    assert await verified(local, ask, body.replace(b":", b": ", 1), good) == "FAILURE"
    for name, wrong in (
        ("webhook_id", "0AB12345CD678901E"),
        ("transmission_id", "another"),
        ("auth_algo", "SHA1withRSA"),
        ("cert_url", "https://api.paypal.com.example.com/v1/notifications/certs/CERT-1"),
        ("transmission_sig", base64.b64encode(b"nothing").decode()),
    ):
        assert await verified(local, ask, body, good | {name: wrong}) == "FAILURE", name


async def test_an_address_is_registered_and_taken_away(ask: Asking, inbox: Inbox) -> None:
    types = [{"name": "PAYMENT.CAPTURE.COMPLETED"}]
    status, made = await ask(
        "POST", WEBHOOKS, {"url": "https://example.com/hook", "event_types": types}
    )
    assert (status, made["event_types"][0]["name"]) == (201, "PAYMENT.CAPTURE.COMPLETED")
    assert len((await ask("GET", WEBHOOKS))[1]["webhooks"]) == 2
    assert (await ask("GET", f"{WEBHOOKS}/{made['id']}"))[1]["url"] == "https://example.com/hook"
    again = await ask("POST", WEBHOOKS, {"url": inbox.url, "event_types": types})
    assert again[0] == 400
    assert await ask("DELETE", f"{WEBHOOKS}/{made['id']}") == (204, None)
    assert issues(await ask("DELETE", f"{WEBHOOKS}/{made['id']}")) == (404, ["INVALID_RESOURCE_ID"])


@pytest.mark.parametrize(
    ("url", "types"),
    [
        ("http://example.com/hook", ["*"]),
        ("https://example.com:8443/hook", ["*"]),
        ("https://example.com/hook", ["PAYMENT.CAPTURE.BURNT"]),
        ("https://example.com/hook", []),
    ],
)
async def test_an_address_that_paypal_would_not_take(
    ask: Asking, url: str, types: list[str]
) -> None:
    body = {"url": url, "event_types": [{"name": each} for each in types]}
    assert (await ask("POST", WEBHOOKS, body))[0] == 400


async def test_a_lost_event_is_found_in_the_list_and_sent_again(
    local: LocalPayPal, ask: Asking, inbox: Inbox, clock: Hands
) -> None:
    local.lose_next_message()
    order = await approved(local, ask)
    assert inbox.events == []
    clock.move(60)
    await approved(local, ask)
    _, every = await ask("GET", EVENTS)
    assert every["count"] == 2
    lost = every["events"][1]
    assert lost["resource"]["id"] == order
    found = (await ask("GET", f"{EVENTS}?transaction_id={order}"))[1]["events"]
    assert [each["id"] for each in found] == [lost["id"]]
    late = (await ask("GET", f"{EVENTS}?start_time=2027-01-15T08:00:01Z"))[1]["events"]
    assert lost["id"] not in {each["id"] for each in late}
    assert len(late) == 1
    assert (await ask("GET", f"{EVENTS}?start_time=yesterday"))[0] == 400
    assert (await ask("POST", f"{EVENTS}/{lost['id']}/resend", {}))[0] == 202
    await local.drain()
    assert inbox.events[-1]["id"] == lost["id"]


async def test_a_repeat_has_the_same_transmission(
    local: LocalPayPal, ask: Asking, inbox: Inbox
) -> None:
    await approved(local, ask)
    await local.send_again(inbox.events[0]["id"])
    first, second = inbox.headers
    assert first["PAYPAL-TRANSMISSION-ID"] == second["PAYPAL-TRANSMISSION-ID"]
    assert inbox.bodies[0] == inbox.bodies[1]
