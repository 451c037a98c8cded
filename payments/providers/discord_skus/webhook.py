"""The door: is a request Discord's, and what does it tell?

Discord signs the time and the raw body with Ed25519, sends wrong signatures on purpose to see that
they are refused with 401, and asks with a PING whether anybody is there (Discord: Webhook events).
"""

from collections.abc import Mapping
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import BaseModel, ValidationError

from payments.domain.values.time import MINUTE, Instant, from_seconds
from payments.providers.discord_skus.application import OwnApplication
from payments.providers.discord_skus.events import read_event
from payments.providers.errors import WebhookRejected
from payments.providers.messages import Answers
from payments.providers.requests import ProviderEvent
from payments.providers.strict_json import parse_strictly

SIGNATURE: Final = "x-signature-ed25519"
TIMESTAMP: Final = "x-signature-timestamp"

OLDEST: Final = 15 * MINUTE
"""How old a signature may be: Discord sends again for ten minutes. Microseconds."""

EARLIEST: Final = 5 * MINUTE
"""How far ahead of our clock it may be. Microseconds."""

PING: Final = 0
"""The type of a request that only asks whether anybody is there."""


class _Kind(BaseModel):
    """What every request says of itself."""

    type: int
    application_id: int | None = None


class DiscordWebhook:
    """Reads requests at `/webhooks/discord_skus`.

    Args:
        application: Knows the key, and whose requests these must be.
        public_key: The key in hexadecimal digits, if the owner has set it.
    """

    answers = Answers(received=204, forged=401)

    def __init__(self, application: OwnApplication, public_key: str | None) -> None:
        self._application = application
        self._public_key = public_key

    async def read(
        self, body: bytes, headers: Mapping[str, list[str]], now: Instant
    ) -> ProviderEvent | None:
        """Check the signature, and read the event. Raises as the protocol says."""
        signature = _one(headers, SIGNATURE)
        timestamp = _one(headers, TIMESTAMP)
        _check_age(timestamp, now)
        key = self._public_key or (await self._application.known()).verify_key
        _check(key, signature, timestamp.encode() + body)
        try:
            text = body.decode()
        except UnicodeDecodeError:
            raise WebhookRejected("The body is not UTF-8.", reason="body") from None
        try:
            kind = _Kind.model_validate(parse_strictly(text))
        except ValidationError:
            raise WebhookRejected("This is no event of Discord's.", reason="body") from None
        return None if kind.type == PING else read_event(text)


def _one(headers: Mapping[str, list[str]], name: str) -> str:
    found = headers.get(name, [])
    if len(found) != 1:
        raise WebhookRejected("It has no signature, or several.", reason="signature")
    return found[0]


def _check_age(timestamp: str, now: Instant) -> None:
    is_time = timestamp.isascii() and timestamp.isdecimal() and len(timestamp) < 12  # noqa: PLR2004 - 3000 years
    if not is_time:
        raise WebhookRejected("Its signature has no time.", reason="signature")
    age = now - from_seconds(int(timestamp))
    if not -EARLIEST <= age <= OLDEST:
        raise WebhookRejected("Its signature is too old.", reason="signature")


def _check(key: str, signature: str, signed: bytes) -> None:
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        public.verify(bytes.fromhex(signature), signed)
    except (InvalidSignature, ValueError):
        raise WebhookRejected("The signature is wrong.", reason="signature") from None
