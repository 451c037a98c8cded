"""Providers that send signed messages of paid purchases, each in its own form.

What is measured is the same for all: which purchases, and which rows they leave behind. A sender
says how its provider writes and signs that one was paid, what a look-up of it answers, and how the
bare limit checks the same signature.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, NamedTuple, Protocol

import stripe
from aiohttp import web

from benchmarks import bodies
from benchmarks.bodies import Bought
from payments.infra.outbound import Outbound
from payments.providers.protocol import PaymentProvider

INSTALLATION: Final = "inst-benchmark"
"""The id of the installation, where messages carry it."""

CURRENCY: Final = "EUR"


class Paid(NamedTuple):
    """What a message says.

    Attributes:
        event: The message's id.
        kind: What the provider calls it.
        payment: Ours.
        minor: What was paid, in minor units.
        checkout: The provider's id of it.
        intent: The provider's id of the money.
    """

    event: str
    kind: str
    payment: str
    minor: int
    currency: str
    checkout: str
    intent: str


class NotGenuineError(Exception):
    """A message's signature is wrong."""


Door = Callable[[Mapping[str, str], bytes], Paid]
"""Checks a message's signature and reads it. Raises NotGenuineError."""

DOOR: Final[web.AppKey[Door]] = web.AppKey("door")
"""Where a reference keeps it."""


class Sender(Protocol):
    """A provider that tells of paid purchases.

    Attributes:
        name: As in the database and in the address.
        path: Where its messages are taken.
        looks_up: Whether a message is only a sign, and what it is about is asked for.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 - as above

    @property
    def path(self) -> str: ...  # noqa: D102

    @property
    def looks_up(self) -> bool: ...  # noqa: D102

    def checkout(self, each: Bought) -> str:
        """The provider's id of a purchase."""
        ...

    def message(self, each: Bought) -> bytes:
        """The body that tells that one was paid."""
        ...

    def headers(self, body: bytes) -> Mapping[str, str]:
        """The head that signs a body now."""
        ...

    def answers(self, payments: list[Bought]) -> Mapping[str, Any]:
        """What a look-up of each object answers, by path: JSON, or bytes as they are."""
        ...

    def door(self) -> Awaitable[Door]:
        """What the bare limit checks and reads messages with."""
        ...

    def provider(self, outbound: Outbound) -> PaymentProvider:
        """The program's own side."""
        ...


class StripeSender:
    """Stripe, whose message tells all."""

    name: Final = "stripe"
    path: Final = "/webhooks/stripe"
    looks_up: Final = False

    def checkout(self, each: Bought) -> str:
        """The session."""
        return f"cs_test_{each.payment}"

    def message(self, each: Bought) -> bytes:
        """`checkout.session.completed`."""
        return bodies.event_body(each)

    def headers(self, body: bytes) -> Mapping[str, str]:
        """Its own signature."""
        return bodies.signature(body)

    def answers(self, payments: list[Bought]) -> Mapping[str, Any]:
        """Nothing is asked."""
        del payments
        return {}

    async def door(self) -> Door:
        """The SDK's check."""
        return _stripe_door

    def provider(self, outbound: Outbound) -> PaymentProvider:
        """As it is wired."""
        from payments.providers.stripe.provider import StripeProvider  # noqa: PLC0415 - only if used

        return StripeProvider(
            secret_key="sk_test_benchmark", webhook_secrets=[bodies.SECRET], outbound=outbound
        )


def _stripe_door(headers: Mapping[str, str], body: bytes) -> Paid:
    text = body.decode()
    try:
        stripe.WebhookSignature.verify_header(
            text, headers["Stripe-Signature"], bodies.SECRET, tolerance=300
        )
    except stripe.SignatureVerificationError:
        raise NotGenuineError from None
    event = json.loads(text)
    session = event["data"]["object"]
    return Paid(
        event=event["id"],
        kind=event["type"],
        payment=session["client_reference_id"],
        minor=session["amount_subtotal"],
        currency=session["currency"].upper(),
        checkout=session["id"],
        intent=session["payment_intent"],
    )


def sender_of(name: str, vendor: str = "") -> Sender:
    """A provider by name; what others need is not imported.

    Args:
        name: Which.
        vendor: The address of the server that answers look-ups.
    """
    match name:
        case "stripe":
            return StripeSender()
        case "paypal":
            from benchmarks.paypal import PayPalSender  # noqa: PLC0415 - only if used

            return PayPalSender(vendor)
        case _:
            from benchmarks.square import SquareSender  # noqa: PLC0415 - as above

            return SquareSender(vendor)


SENDERS: Final = ("stripe", "paypal", "square")
