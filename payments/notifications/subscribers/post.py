"""Signed requests to subscribers."""

import json
import secrets
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final, NamedTuple

import aiohttp
from standardwebhooks import Webhook
from yarl import URL

from payments.domain.errors import Refused
from payments.domain.values.guilds import Subscriber
from payments.domain.values.time import SECOND, Clock
from payments.infra.encryption import Encryptor
from payments.infra.errors import CannotDecrypt
from payments.notifications.errors import NotTaken
from payments.notifications.subscribers.addresses import PrivateAddress, check_address, open_session

TIMEOUT_SECONDS: Final = 10.0
"""How long a subscriber may take to answer."""

_ASKS_TO_WAIT: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})

_REFUSES_US: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
"""It does not let us in: no fault of the message, which waits until that is fixed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a subscriber lives, and the secret that signs what it gets; stored encrypted."""

    url: str
    secret: str = field(repr=False)

    @property
    def host(self) -> str:
        """The part of it that people may read."""
        return URL(self.url).host or ""

    def encrypt(self, encryptor: Encryptor) -> str:
        """Encrypt it."""
        return encryptor.encrypt(json.dumps([self.url, self.secret]))

    @classmethod
    def decrypt(cls, encryptor: Encryptor, encrypted: str) -> "Address":
        """Decrypt it. Raises CannotDecrypt."""
        url, secret = json.loads(encryptor.decrypt(encrypted))
        return cls(url=url, secret=secret)


class Taken(NamedTuple):
    """How a message was taken.

    Attributes:
        status: The status of the answer.
        body: What the answer says, as far as it was asked for.
    """

    status: int
    body: bytes


def new_secret() -> str:
    """A fresh signing secret, in the form that the libraries of Standard Webhooks read."""
    return f"whsec_{b64encode(secrets.token_bytes(24)).decode()}"


class Post:
    """Sends signed requests to subscribers.

    Args:
        encryptor: Decrypts their addresses.
        clock: Tells the time.
        private_allowed: Whether they may live in private networks.
    """

    def __init__(self, *, encryptor: Encryptor, clock: Clock, private_allowed: bool) -> None:
        self._encryptor = encryptor
        self._clock = clock
        self._private_allowed = private_allowed
        self._session: aiohttp.ClientSession | None = None

    def new_address(self, typed: str) -> Address:
        """An address as it was typed, with a fresh secret. Raises Refused if it may not be one."""
        url = check_address(typed, private_allowed=self._private_allowed)
        return Address(url=url, secret=new_secret())

    async def send(
        self, subscriber: Subscriber, message: str, body: str, *, most: int = 0
    ) -> Taken:
        """Send one message; returns the answer, which is good.

        Args:
            subscriber: To whom.
            message: Id of the message, the same for each try.
            body: What it says.
            most: The most bytes of an answer that is read; of a larger one, nothing is.

        Raises:
            NotTaken: It was not taken; the text has no address in it.
        """
        try:
            address = Address.decrypt(self._encryptor, subscriber.encrypted)
            check_address(address.url, private_allowed=self._private_allowed)
        except CannotDecrypt as error:
            raise NotTaken(str(error), ours=True) from error
        except Refused as error:
            raise NotTaken(str(error)) from error
        at = datetime.fromtimestamp(self._clock() / SECOND, UTC)
        headers = {
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",
            "webhook-id": message,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(address.secret).sign(message, at, body),
        }
        try:
            async with self._open().post(
                address.url, data=body.encode(), headers=headers, allow_redirects=False
            ) as answer:
                _classify_answer(answer)
                return Taken(answer.status, await _read(answer, most) if most else b"")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            if isinstance(error.__cause__, PrivateAddress):
                raise NotTaken(str(error.__cause__)) from None
            if isinstance(error, aiohttp.InvalidURL | ValueError):
                raise NotTaken("its address cannot be used") from None
            what = (
                "it did not answer in time"
                if isinstance(error, TimeoutError)
                else (f"it cannot be reached ({type(error).__name__})")
            )
            raise NotTaken(what, later=True) from None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = open_session(
                private_allowed=self._private_allowed, seconds=TIMEOUT_SECONDS
            )
        return self._session

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()


async def _read(answer: aiohttp.ClientResponse, most: int) -> bytes:
    """What an answer says; nothing if it says too much, or packs it."""
    if "Content-Encoding" in answer.headers:
        return b""
    body = b""
    while piece := await answer.content.read(most + 1 - len(body)):
        body += piece
        if len(body) > most:
            return b""
    return body


def _classify_answer(answer: aiohttp.ClientResponse) -> None:
    """Raise unless it was taken."""
    status = answer.status
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return
    if status == HTTPStatus.GONE:
        raise NotTaken("it wants nothing any more (410)", gone=True)
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        raise NotTaken(f"it redirects ({status}), which is not followed: give its final address")
    asked = answer.headers.get("Retry-After", "")
    seconds = min(float(asked), 3600.0) if asked.isdecimal() and asked.isascii() else 0.0
    later = status in _ASKS_TO_WAIT | _REFUSES_US or status >= HTTPStatus.INTERNAL_SERVER_ERROR
    raise NotTaken(f"it answered {status}", later=later, seconds=seconds)
