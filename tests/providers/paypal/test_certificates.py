"""PayPal's certificates: from one address alone, PayPal's own, and no more of them than a few."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from payments.domain.values.time import DAY
from payments.infra.outbound import Outbound
from payments.providers.errors import WebhookRejected
from payments.providers.paypal.certificates import (
    KEPT,
    Certificates,
    CertificateUnusable,
    read_certificate,
)
from payments.providers.paypal.settings import LIVE, SANDBOX
from sandbox.paypal import LocalPayPal
from tests.conftest import Time

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
NOW = datetime.fromtimestamp(1_790_000_000, UTC)


def certificate(
    name: str = "x.paypal.com", *, key: Any = KEY, issuer: str = "", by: Any = None
) -> bytes:
    def named(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    made = (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(named(issuer or name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
        .sign(by or key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


def test_only_paypals_certificates_count() -> None:
    assert read_certificate(certificate()).key.public_numbers() == KEY.public_key().public_numbers()
    for other in (
        certificate("evilpaypal.com"),
        certificate("paypal.com.evil.example"),
        certificate(key=ec.generate_private_key(ec.SECP256R1())),
        b"no certificate",
        b"",
    ):
        with pytest.raises(CertificateUnusable):
            read_certificate(other)


def test_those_behind_it_must_have_issued_it() -> None:
    above = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    ca = certificate("CA", key=above)
    read_certificate(certificate(issuer="CA", by=above) + ca)
    with pytest.raises(CertificateUnusable, match="chain"):
        read_certificate(certificate(issuer="CA") + ca)
    with pytest.raises(CertificateUnusable, match="chain"):
        read_certificate(certificate() + ca)


@pytest.mark.parametrize(
    "url",
    [
        "http://api.paypal.com/v1/notifications/certs/CERT-1",
        "https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1",
        "https://evil.example/https://api.paypal.com/v1/notifications/certs/CERT-1",
        "https://api.paypal.com@evil.example/v1/notifications/certs/CERT-1",
        "https://api.paypal.com:8443/v1/notifications/certs/CERT-1",
        "https://api.paypal.com/v1/notifications/certs/../../CERT-1",
        "https://api.paypal.com/v1/notifications/certs/CERT-1?x=1",
        "https://api.paypal.com/v1/notifications/certs/CERT-1#x",
        "https://api.paypal.com/v1/notifications/certs/",
        "https://api.paypal.com/v1/oauth2/CERT-1",
        "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1",
        "https://API.PAYPAL.COM/v1/notifications/certs/CERT-1",
        "file:///etc/passwd",
    ],
)
def test_only_one_address_is_ever_fetched(url: str) -> None:
    live = Certificates(api_url=LIVE, outbound=Outbound())
    with pytest.raises(WebhookRejected, match="not at PayPal's address"):
        live.check_address(url)
    good = "https://api.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-a5cafa77"
    live.check_address(good)
    sandbox = Certificates(api_url=SANDBOX, outbound=Outbound())
    sandbox.check_address(good.replace("api.", "api.sandbox."))
    with pytest.raises(WebhookRejected):
        sandbox.check_address(good)


async def test_only_a_few_are_kept_and_each_while_it_holds(local: LocalPayPal, clock: Time) -> None:
    certificates = Certificates(api_url=local.url, outbound=Outbound())
    for number in range(KEPT + 3):
        name = f"{local.url}/v1/notifications/certs/CERT-{number}"
        certificates._kept[name] = read_certificate(certificate())
    url = local.url + local._dispatcher.signer.path
    held = await certificates.at(url, clock())
    assert await certificates.at(url, clock()) is held
    assert list(certificates._kept)[-1] == url
    assert len(certificates._kept) == KEPT
    clock.pass_(400 * DAY)
    assert await certificates.at(url, clock()) is not held
