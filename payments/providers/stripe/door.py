"""The door: is a webhook request genuine, and is its body what it should be?

Numbers are those of the cases in which a handler of Stripe's webhooks is known to fail.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

import stripe

from payments.domain.characters import all_cleaned
from payments.domain.time import SECOND, Instant, from_seconds, to_seconds
from payments.providers.protocol import WebhookRejected

TOLERANCE = 300 * SECOND
"""How far a signature's time may be from ours, either way; Stripe's own default. Microseconds."""

_TIMESTAMP = re.compile(r"t=([0-9]{1,12})", re.ASCII)


def check_signature(
    body: bytes, headers: Mapping[str, list[str]], secrets: tuple[str, ...], now: Instant
) -> str:
    """Check that Stripe signed these very bytes lately; return them as text.

    Raises:
        WebhookRejected: With the reason `body`, `signature` or `age`.
    """
    signatures = headers.get("stripe-signature", [])
    if len(signatures) != 1:  # case 9
        raise WebhookRejected("There must be one Stripe-Signature header.", reason="signature")
    header = signatures[0]
    if not header.isascii():  # case 2: the SDK would raise TypeError
        raise WebhookRejected("The signature is not ASCII.", reason="signature")
    try:
        text = body.decode()
    except UnicodeDecodeError:  # case 3
        raise WebhookRejected("The body is not UTF-8.", reason="body") from None
    times = _TIMESTAMP.findall(header)
    if len(times) != 1:
        raise WebhookRejected("The signature has no time.", reason="signature")
    if not any(_is_signed(text, header, secret) for secret in secrets):  # case 8
        raise WebhookRejected("The signature is wrong.", reason="signature")
    if abs(now - from_seconds(int(times[0]))) > TOLERANCE:  # case 6: also from the future
        raise WebhookRejected("The signature is too old, or from the future.", reason="age")
    return text


def _is_signed(text: str, header: str, secret: str) -> bool:
    try:
        stripe.WebhookSignature.verify_header(text, header, secret)
    except stripe.SignatureVerificationError:
        return False
    return True


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


def parse_strictly(text: str) -> dict[str, Any]:
    """Parse a JSON object.

    Returns:
        The object; what cannot be stored in its texts is replaced.

    Raises:
        WebhookRejected: It is no object, has NaN or a key twice, or is nested too deeply
            (cases 4 and 5).
    """
    try:
        value = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_refuse_twins)
    except (ValueError, RecursionError) as error:
        raise WebhookRejected("The body is not the JSON it should be.", reason="body") from error
    if not isinstance(value, dict):
        raise WebhookRejected("The body is no JSON object.", reason="body")
    cleaned: dict[str, Any] = all_cleaned(value)
    return cleaned


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def _refuse_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found
