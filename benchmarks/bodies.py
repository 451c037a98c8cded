"""Signed webhook bodies of paid checkouts, as the provider sends them, and who bought what."""

import json
import random
import time
from dataclasses import dataclass

import stripe

SECRET = "whsec_benchmark"
GUILD = 900_000_000_000_000_001
FIRST_MEMBER = 100_000_000_000_000_001
MEMBERS = 5_000
PACKAGE = "package-1"
POINTS = 500
MINOR = 499
API_VERSION = "2026-10-28.endive"
PADDING = 1_500
"""Characters that bring a body to the size of a real one: about 3 KB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """One payment that will be told of."""

    number: int
    payment: str
    member: int


def bought(count: int, *, seed: int) -> list[Bought]:
    """Payments by random members; the same seed gives the same ones."""
    chance = random.Random(seed)  # noqa: S311 - a benchmark repeats itself
    return [
        Bought(
            number=number,
            payment=f"0190{seed:04x}-0000-7000-8000-{number:012x}",
            member=FIRST_MEMBER + chance.randrange(MEMBERS),
        )
        for number in range(count)
    ]


def event_body(each: Bought) -> bytes:
    """The provider's message that a payment was paid."""
    metadata = {
        "guildbank_payment": each.payment,
        "guildbank_guild": str(GUILD),
        "guildbank_member": str(each.member),
        "guildbank_package": PACKAGE,
    }
    session = {
        "id": f"cs_test_{each.payment}",
        "object": "checkout.session",
        "amount_subtotal": MINOR,
        "amount_total": MINOR,
        "client_reference_id": each.payment,
        "currency": "eur",
        "expires_at": 1_890_000_000,
        "livemode": False,
        "metadata": metadata,
        "mode": "payment",
        "payment_intent": f"pi_{each.payment}",
        "payment_status": "paid",
        "status": "complete",
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "custom_text": {"submit": {"message": "x" * PADDING}},
    }
    event = {
        "id": f"evt_{each.payment}",
        "object": "event",
        "api_version": API_VERSION,
        "created": int(time.time()),
        "data": {"object": session},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": "checkout.session.completed",
    }
    return json.dumps(event, indent=2).encode()


def signature(body: bytes, secret: str = SECRET) -> dict[str, str]:
    """The header with which the provider signs a body now."""
    now = int(time.time())
    signed = stripe.WebhookSignature._compute_signature(f"{now}.{body.decode()}", secret)  # noqa: SLF001 - the SDK's own, so that both agree
    return {"Stripe-Signature": f"t={now},v1={signed}"}
