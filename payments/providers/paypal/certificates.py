"""The certificates with which PayPal signs: fetched from one pinned place, checked, and kept.

The address comes with the message that is to be checked, so nothing is fetched unless it is
exactly one of PayPal's own.
"""

import asyncio
import re
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

import aiohttp
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509.oid import NameOID

from payments.domain.values.time import Instant
from payments.infra.errors import NotSent, PaceExceeded
from payments.infra.outbound import Failure, Line, Outbound, Purpose
from payments.providers.errors import ProviderUnavailable, WebhookRejected

PATH: Final = "/v1/notifications/certs/"
_NAME: Final = re.compile(r"CERT-[A-Za-z0-9-]{1,80}")

HOSTS: Final = {
    "https://api-m.paypal.com": "https://api.paypal.com",
    "https://api-m.sandbox.paypal.com": "https://api.sandbox.paypal.com",
}
"""Where certificates are, by the address of the API; another server has its own."""

CERTIFICATES: Final = "paypal certificates"
"""What counts their look-ups together, apart from other calls: their pace and breaker."""

MOST_BYTES: Final = 64 * 1024
KEPT: Final = 8
"""How many certificates are kept."""

OWNER: Final = "paypal.com"

NOWHERE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
"""Answers to invented names: nothing that is signed so is genuine, and PayPal need not be asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate that was fetched.

    Attributes:
        key: Verifies signatures.
        begins: From when on it holds. Microseconds.
        ends: Until when.
    """

    key: RSAPublicKey
    begins: Instant
    ends: Instant

    def holds(self, now: Instant) -> bool:
        """Whether it holds now."""
        return self.begins <= now <= self.ends


class CertificateUnusable(ProviderUnavailable):
    """What is at the address is no certificate of PayPal's that holds now."""


class TooManyCertificates(ProviderUnavailable):
    """More are asked for than are fetched: messages that are not genuine invent names."""


@dataclass(slots=True, kw_only=True)
class Certificates:
    """Fetches certificates.

    Attributes:
        api_url: The address of the API.
        outbound: The policy for calls.
    """

    api_url: str
    outbound: Outbound
    _kept: OrderedDict[str, Certificate] = field(default_factory=OrderedDict)
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)

    def check_address(self, url: str) -> None:
        """Refuse any address but PayPal's own.

        Raises:
            WebhookRejected: It is another one.
        """
        base = HOSTS.get(self.api_url, self.api_url)
        name = url.removeprefix(f"{base}{PATH}")
        if name == url or _NAME.fullmatch(name) is None or urlsplit(url).username is not None:
            raise WebhookRejected("The certificate is not at PayPal's address.", reason="signature")

    async def at(self, url: str, now: Instant) -> Certificate:
        """The certificate at an address.

        Raises:
            WebhookRejected: The address is not PayPal's, or there is none at it.
            TooManyCertificates: Its turn to be fetched has not come.
            ProviderUnavailable: It cannot be had, or is of no use.
        """
        self.check_address(url)
        kept = self._kept.get(url)
        if kept is not None and kept.holds(now):
            self._kept.move_to_end(url)
            return kept
        async with self._turn():
            kept = self._kept.get(url)
            if kept is None or not kept.holds(now):
                kept = read_certificate(await self._fetched(url))
                if not kept.holds(now):
                    raise CertificateUnusable("PayPal's certificate does not hold now.")
                self._kept[url] = kept
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            return kept

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """One at a time. Raises TooManyCertificates if that takes longer than a call may."""
        try:
            async with asyncio.timeout(self.outbound.policy.timeout_seconds):
                await self._one.acquire()
        except TimeoutError:
            raise TooManyCertificates("Too many of PayPal's certificates are asked for.") from None
        try:
            yield
        finally:
            self._one.release()

    async def _fetched(self, url: str) -> bytes:
        """What is at an address. Raises WebhookRejected if nothing is, or ProviderUnavailable."""
        line = Line(integration=CERTIFICATES, purpose=Purpose.MEMBERS)
        try:
            return await self.outbound.call(line, lambda: _get(url), classify_error=_classify)
        except PaceExceeded as error:
            raise TooManyCertificates(str(error)) from error
        except NotSent as error:
            raise ProviderUnavailable(str(error)) from error
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            if isinstance(error, aiohttp.ClientResponseError) and error.status in NOWHERE:
                words = "There is no such certificate at PayPal's address."
                raise WebhookRejected(words, reason="signature") from error
            raise ProviderUnavailable(f"PayPal's certificate: {type(error).__name__}.") from error


def read_certificate(pem: bytes) -> Certificate:
    """Read a certificate with those that stand behind it.

    Raises:
        CertificateUnusable: It is none, not PayPal's, or does not fit those behind it.
    """
    try:
        leaf, *behind = x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise CertificateUnusable("PayPal's certificate cannot be read.") from error
    key = leaf.public_key()
    if not isinstance(key, RSAPublicKey) or not _is_paypals(leaf):
        raise CertificateUnusable("The certificate is not PayPal's.")
    for lower, upper in zip([leaf, *behind], behind, strict=False):
        try:
            lower.verify_directly_issued_by(upper)
        except (ValueError, TypeError, InvalidSignature) as error:
            raise CertificateUnusable("The certificate's chain is broken.") from error
    return Certificate(
        key=key,
        begins=_instant(leaf.not_valid_before_utc),
        ends=_instant(leaf.not_valid_after_utc),
    )


def _is_paypals(leaf: x509.Certificate) -> bool:
    names = leaf.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    named = [each.value for each in names if isinstance(each.value, str)]
    return any(each == OWNER or each.endswith(f".{OWNER}") for each in named)


def _instant(moment: datetime) -> Instant:
    return Instant(int(moment.astimezone(UTC).timestamp()) * 1_000_000)


async def _get(url: str) -> bytes:
    """One request, on a connection of its own: it is rare."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(url, allow_redirects=False) as answer,
    ):
        if answer.status != 200:  # noqa: PLR2004 - also where it leads elsewhere
            raise aiohttp.ClientResponseError(
                answer.request_info, answer.history, status=answer.status
            )
        body = bytearray()
        async for part in answer.content.iter_chunked(8192):
            body += part
            if len(body) > MOST_BYTES:
                raise aiohttp.ClientPayloadError("a certificate that is too long")
        return bytes(body)


def _classify(error: BaseException) -> Failure:
    if isinstance(error, aiohttp.ClientResponseError) and error.status < 500:  # noqa: PLR2004 - HTTP
        return Failure.FINAL
    return Failure.AWAY if isinstance(error, aiohttp.ClientError | OSError) else Failure.FINAL
