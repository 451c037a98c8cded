"""SendGrid's signed events: which addresses take no mail (Twilio: Event Webhook).

Each request is a list of events, signed by ECDSA (P-256, SHA-256) over the time in its head and the
very bytes of its body.
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from payments.domain.values.time import HOUR, Instant, from_seconds
from payments.integrations.mail.errors import NotGenuine
from payments.integrations.mail.protocol import StoppedAddress

SIGNATURE: Final = "x-twilio-email-event-webhook-signature"
TIMESTAMP: Final = "x-twilio-email-event-webhook-timestamp"

TOLERANCE: Final = 25 * HOUR
"""How old a request may be: SendGrid repeats it for a day, and what comes twice does no harm."""

OURS: Final = "guildbank_mail"
"""Our argument of a mail, which its events bring back: an account may send other mail too."""

SHORTEST_FUTURE: Final = HOUR
"""By how much SendGrid's clock may be ahead of ours."""

_BY_ADDRESS: Final = ("bounced", "invalid", "spam", "unsubscribed")
"""How the reasons begin for which SendGrid drops a mail because of its address."""

_LONGEST_NUMBER: Final = 12


def verification_key(written: str) -> EllipticCurvePublicKey:
    """The key as SendGrid shows it: base64 of DER, without the lines of PEM. Raises ValueError."""
    try:
        key = load_der_public_key(base64.b64decode(written, validate=True))
    except (ValueError, binascii.Error, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
        words = "must be the verification key of SendGrid's event webhook"
        raise ValueError(words)  # noqa: TRY004 - settings are refused by it
    return key


class SendGridEvents:
    """Reads requests at `/webhooks/sendgrid`.

    Args:
        key: The verification key.
    """

    def __init__(self, key: EllipticCurvePublicKey) -> None:
        self._key = key

    def read(
        self, body: bytes, headers: Mapping[str, Sequence[str]], now: Instant
    ) -> list[StoppedAddress]:
        """Which addresses take no mail. Raises as the protocol says."""
        at = self._check(body, headers)
        if not -TOLERANCE <= at - now <= SHORTEST_FUTURE:
            raise NotGenuine("The signature is too old, or from the future.", reason="age")
        try:
            told = json.loads(body)
        except (ValueError, RecursionError):
            raise NotGenuine("The body is no JSON.", reason="body") from None
        if not isinstance(told, list):
            raise NotGenuine("The body is no list of events.", reason="body")
        read = (_stopped(each) for each in told if isinstance(each, dict))
        return [each for each in read if each is not None]

    def _check(self, body: bytes, headers: Mapping[str, Sequence[str]]) -> Instant:
        """When SendGrid signed it; raises NotGenuine if it did not."""
        signatures, times = headers.get(SIGNATURE, ()), headers.get(TIMESTAMP, ())
        if len(signatures) != 1 or len(times) != 1:
            raise NotGenuine("There must be one signature and one time.", reason="signature")
        time = times[0]
        if not (time.isascii() and time.isdecimal() and len(time) <= _LONGEST_NUMBER):
            raise NotGenuine("The time makes no sense.", reason="signature")
        try:
            signature = base64.b64decode(signatures[0], validate=True)
            self._key.verify(signature, time.encode() + body, ECDSA(hashes.SHA256()))
        except (ValueError, InvalidSignature):
            raise NotGenuine("The signature is wrong.", reason="signature") from None
        return from_seconds(int(time))


def _stopped(event: dict[str, Any]) -> StoppedAddress | None:
    """The address that takes no mail, if an event of a mail of ours says so."""
    address, kind = event.get("email"), event.get("event")
    if not isinstance(event.get(OURS), str) or not isinstance(address, str):
        return None
    if kind == "bounce" and event.get("type", "bounce") == "bounce":  # others are blocks: of us
        return StoppedAddress(address=address, reason="bounced")
    if kind == "dropped" and _is_because_of_address(event.get("reason")):
        return StoppedAddress(address=address, reason="dropped")
    if kind == "spamreport":
        return StoppedAddress(address=address, reason="spam")
    return None


def _is_because_of_address(reason: object) -> bool:
    """Whether SendGrid drops all mail to an address, not just one that was made badly."""
    words = reason.strip().casefold() if isinstance(reason, str) else ""
    return words.startswith(_BY_ADDRESS) and "smtpapi" not in words
