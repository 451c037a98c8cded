"""What a payment provider must be able to do. Another provider is one more file."""

from collections.abc import AsyncIterator, Mapping
from enum import StrEnum
from typing import Protocol

from payments.domain.values.money import Money
from payments.domain.values.provider_updates import CheckoutTold, DisputeTold, RefundTold
from payments.domain.values.time import Instant
from payments.providers.requests import (
    CheckoutRequest,
    ListedEvents,
    OpenedCheckout,
    ProviderEvent,
    RefundRequest,
)


class Refusal(StrEnum):
    """Why a provider says no, as far as that decides what comes next."""

    UNKNOWN_OBJECT = "unknown object"
    """It knows no such object."""
    DISPUTED = "disputed"
    """The buyer's bank has asked for the money."""
    REFUNDED = "refunded"
    """All of the money has gone back already."""
    OTHER = "other"


class PaymentProvider(Protocol):
    """One way to take money. Calls that go out never run inside a database transaction."""

    @property
    def name(self) -> str:
        """Short name, as in the database and in `/webhooks/{name}`."""
        ...

    @property
    def livemode(self) -> bool:
        """Whether real money moves."""
        ...

    def check_currency(self, code: str) -> None:
        """Refuse a currency in which nothing can be charged.

        Args:
            code: ISO 4217, in capitals.

        Raises:
            Refused: Says so.
        """
        ...

    def check_price(self, price: Money) -> None:
        """Refuse a price that can never be charged.

        Raises:
            Refused: Says what can be charged.
        """
        ...

    def checkout_request(self, request: CheckoutRequest) -> str:
        """Write down the exact request (JSON), to be stored before it is sent. Sends nothing."""
        ...

    async def open_checkout(self, request: str, *, idempotency_key: str) -> OpenedCheckout:
        """Send a stored request.

        Raises:
            ProviderUnavailable: Not reached, or no usable answer.
            ProviderRefused: It said no.
        """
        ...

    async def retrieve_checkout(self, session: str) -> OpenedCheckout:
        """Look a checkout up. Raises as `open_checkout`."""
        ...

    async def expire_checkout(self, session: str, *, idempotency_key: str) -> CheckoutTold:
        """Close an open checkout, so that it cannot be paid any more. Raises as `open_checkout`."""
        ...

    def refund_request(self, request: RefundRequest) -> str:
        """Write down the exact request (JSON), to be stored before it is sent. Sends nothing."""
        ...

    async def refund(self, request: str, *, idempotency_key: str) -> RefundTold:
        """Send a stored request for a refund. Raises as `open_checkout`."""
        ...

    async def refunds_of(self, intent: str) -> list[RefundTold]:
        """Look up all refunds of a payment of ours. Raises as `open_checkout`.

        Args:
            intent: The provider's id of the payment behind the checkout.
        """
        ...

    async def dispute(self, dispute: str) -> DisputeTold:
        """Look a dispute up. Raises as `open_checkout`."""
        ...

    async def fee_of(self, intent: str) -> Money | None:
        """What the provider kept of a payment, if that is known. Raises as `open_checkout`.

        Args:
            intent: The provider's id of the payment behind the checkout.
        """
        ...

    def read_webhook(
        self, body: bytes, headers: Mapping[str, list[str]], now: Instant
    ) -> ProviderEvent:
        """Check that a request came from the provider, and read what it tells.

        Args:
            body: The raw bytes as they came.
            headers: All values of each header, names in lower case.
            now: The time, for the age of the signature.

        Raises:
            WebhookRejected: It is not genuine.
        """
        ...

    def read_event(self, body: str) -> ProviderEvent:
        """Read a message again that was checked when it came, to try it once more.

        Raises:
            WebhookRejected: It cannot be read.
        """
        ...

    def events(self, since: Instant) -> AsyncIterator[ListedEvents]:
        """All messages that the provider wrote since then, oldest first, in complete parts.

        However their delivery went; without those that were not meant for us. Raises as
        `open_checkout`, while it goes on.

        Args:
            since: From when on, as far back as the provider keeps them.
        """
        ...

    async def objects(self, since: Instant) -> list[ProviderEvent]:
        """What was made or may have turned round since then, for a time whose messages are gone.

        Told as messages with `look_up`; without checkouts, which are looked up one by one. Raises
        as `open_checkout`.

        Args:
            since: From when on.
        """
        ...

    async def look_up(self, event: ProviderEvent) -> ProviderEvent:
        """Fetch what an event with `look_up` is about, and return it completed. Raises as above."""
        ...

    async def refusals(self, *, thoroughly: bool) -> list[str]:
        """What the provider refuses us, in sentences; nothing is changed by asking.

        Args:
            thoroughly: Whether each permission is tried, not only the key.

        Raises:
            ProviderUnavailable: It could not be asked.
        """
        ...

    async def ping(self) -> None:
        """Ask for something small, to see whether it answers. Raises as `open_checkout`."""
        ...

    async def time(self) -> Instant | None:
        """The time by the provider's own clock, if it tells. Raises as `open_checkout`."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
