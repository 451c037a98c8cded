"""The door: is a webhook request genuine, and is its body what it should be?

Numbers are those of the cases in which a handler of Stripe's webhooks is known to fail.
"""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

import stripe

from payments.domain.values.buyer_address import Conceal, take_no_address
from payments.domain.values.time import SECOND, Instant, from_seconds, to_seconds
from payments.providers.errors import WebhookRejected
from payments.providers.messages import USUAL
from payments.providers.requests import ProviderEvent
from payments.providers.stripe.updates import LOOKED_UP, read_event

TOLERANCE = 300 * SECOND
"""How far a signature's time may be from ours, either way; Stripe's own default. Microseconds."""

_PART = re.compile(r"(t|v[0-9])=([0-9a-z]+)")
"""One part of the header: a name and a value, with nothing around them."""

_TIME = re.compile(r"[1-9][0-9]{0,11}")
"""Seconds since 1970, in the one way in which Stripe writes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What a `Stripe-Signature` header says; it can be read in one way only.

    Attributes:
        time: When it was signed, as it stands there: the signature covers these characters.
        digests: HMAC-SHA256 in hexadecimal (scheme `v1`), one for each secret in use at Stripe.
    """

    time: str
    digests: tuple[str, ...]

    @classmethod
    def parse(cls, header: str) -> "Signature":
        """Read the whole header.

        It is one `t` and one or more `v1`; other schemes (`v0`) are allowed and mean nothing.
        Anything else, also white space or a second time, is refused: what two readers could
        understand in two ways must not pass.

        Raises:
            WebhookRejected: With the reason `signature`.
        """
        found: dict[str, list[str]] = {}
        for part in header.split(","):
            match = _PART.fullmatch(part)
            if match is None:  # cases 2 and 10
                raise WebhookRejected("The signature cannot be read.", reason="signature")
            found.setdefault(match[1], []).append(match[2])
        times, digests = found.get("t", []), found.get("v1", [])
        if len(times) != 1 or _TIME.fullmatch(times[0]) is None:
            raise WebhookRejected("The signature has no time.", reason="signature")
        if not digests:  # case 10
            raise WebhookRejected("The signature has no scheme v1.", reason="signature")
        return cls(time=times[0], digests=tuple(digests))

    @property
    def at(self) -> Instant:
        """When it was signed."""
        return from_seconds(int(self.time))

    def is_of(self, body: bytes, secret: str) -> bool:
        """Whether one of its digests is that of the body with this secret.

        Ours and not the SDK's `verify_header`: that reads the header a second time, in its own way.
        After Stripe's page "Verify webhook signatures manually".
        """
        signed = self.time.encode() + b"." + body
        good = hmac.new(secret.encode(), signed, sha256).hexdigest()
        return any(hmac.compare_digest(good, digest) for digest in self.digests)


def check_signature(
    body: bytes, headers: Mapping[str, list[str]], secrets: tuple[str, ...], now: Instant
) -> str:
    """Check that Stripe signed these very bytes lately; return them as text.

    Raises:
        WebhookRejected: With the reason `body`, `signature` or `age`.
    """
    lines = headers.get("stripe-signature", [])
    if len(lines) != 1:  # case 9
        raise WebhookRejected("There must be one Stripe-Signature header.", reason="signature")
    signature = Signature.parse(lines[0])
    try:
        text = body.decode()
    except UnicodeDecodeError:  # case 3
        raise WebhookRejected("The body is not UTF-8.", reason="body") from None
    if not any(signature.is_of(body, secret) for secret in secrets):  # case 8
        raise WebhookRejected("The signature is wrong.", reason="signature")
    if abs(now - signature.at) > TOLERANCE:  # case 6: also from the future
        raise WebhookRejected("The signature is too old, or from the future.", reason="age")
    return text


class StripeWebhook:
    """Reads requests at `/webhooks/stripe`.

    Args:
        secrets: Signing secrets; any of them passes.
        livemode: Whether real money moves.
        conceal: Encrypts buyers' addresses.
    """

    answers = USUAL

    def __init__(
        self, secrets: tuple[str, ...], *, livemode: bool, conceal: Conceal = take_no_address
    ) -> None:
        self._conceal = conceal
        self._secrets = secrets
        self._livemode = livemode

    async def read(
        self, body: bytes, headers: Mapping[str, list[str]], now: Instant
    ) -> ProviderEvent:
        """Check the signature, and read the event. Raises as the protocol says."""
        text = check_signature(body, headers, self._secrets, now)
        return read_event(text, livemode=self._livemode, looked_up=LOOKED_UP, conceal=self._conceal)


def signed_trial(secret: str, now: Instant) -> tuple[bytes, dict[str, str]]:
    """A body that the door rejects with the reason `body`, if it knows the secret: nothing is kept.

    Returns:
        The body, and the headers that go with it.
    """
    body = '"guildbank doctor"'
    header = stripe.WebhookSignature.generate_signature_header(
        payload=body, secret=secret, timestamp=to_seconds(now)
    )
    return body.encode(), {"Stripe-Signature": header, "Content-Type": "application/json"}
