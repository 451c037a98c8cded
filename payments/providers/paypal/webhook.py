"""The door: is a message PayPal's, and is its body what it should be?

It is checked here with PayPal's certificate. Where that cannot be had, PayPal is asked, which needs
the very bytes that came: a body that was parsed and written again would not be the same.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import structlog

from payments.domain.values.time import Instant
from payments.providers.errors import ProviderRefused, ProviderUnavailable, WebhookRejected
from payments.providers.messages import USUAL, Answers
from payments.providers.paypal.calls import Calls
from payments.providers.paypal.certificates import Certificates, TooManyCertificates
from payments.providers.paypal.events import read_event
from payments.providers.paypal.signature import Transmission
from payments.providers.requests import ProviderEvent
from payments.providers.strict_json import parse_strictly

log = structlog.get_logger(__name__)

VERIFY: Final = "/v1/notifications/verify-webhook-signature"
SUCCESS: Final = "SUCCESS"

WRONG: Final = "The signature is wrong."


@dataclass(frozen=True, slots=True, kw_only=True)
class PayPalWebhook:
    """Reads requests at `/webhooks/paypal`.

    Attributes:
        webhooks: The ids of the registration at PayPal; any of them passes.
        certificates: Fetches PayPal's.
        calls: Ask PayPal.
        answers: How its requests are answered.
    """

    webhooks: tuple[str, ...]
    certificates: Certificates
    calls: Calls
    answers: Answers = USUAL

    async def read(
        self, body: bytes, headers: Mapping[str, list[str]], now: Instant
    ) -> ProviderEvent:
        """Check the signature, and read the event. Raises as the protocol says."""
        transmission = Transmission.of(headers)
        try:
            text = body.decode()
        except UnicodeDecodeError:
            raise WebhookRejected("The body is not UTF-8.", reason="body") from None
        try:
            certificate = await self.certificates.at(transmission.cert_url, now)
        except TooManyCertificates:
            raise  # asking PayPal for each would be no better: a genuine message comes again
        except ProviderUnavailable as error:
            log.warning("paypal.certificate_missing", error=str(error))
            await self._ask(transmission, body, text)
        else:
            if not any(transmission.is_of(body, each, certificate.key) for each in self.webhooks):
                raise WebhookRejected(WRONG, reason="signature")
        return read_event(text)

    async def _ask(self, transmission: Transmission, body: bytes, text: str) -> None:
        """Let PayPal check it.

        Raises:
            WebhookRejected: It is not genuine, or no JSON.
            ProviderUnavailable: PayPal could not be asked.
        """
        parse_strictly(text)  # what goes into the middle of ours must be whole
        for webhook in self.webhooks:
            asked = with_event(transmission, webhook, body)
            try:
                answer = await self.calls.post(VERIFY, asked)
            except ProviderRefused:
                continue  # one that was deleted at PayPal says nothing of the others
            if answer.get("verification_status") == SUCCESS:
                return
        raise WebhookRejected(WRONG, reason="signature")


def with_event(transmission: Transmission, webhook: str, body: bytes) -> bytes:
    """The request of the check, with the body as it came in its middle."""
    head = {
        "auth_algo": transmission.algorithm,
        "cert_url": transmission.cert_url,
        "transmission_id": transmission.id,
        "transmission_sig": transmission.signature,
        "transmission_time": transmission.time,
        "webhook_id": webhook,
    }
    return json.dumps(head).encode()[:-1] + b', "webhook_event": ' + body + b"}"
