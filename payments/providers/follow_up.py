"""What providers leave to us once something is committed; the queue asks them for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from payments.domain.values.ids import GuildId, PaymentId
from payments.domain.values.provider_updates import CheckoutUpdate
from payments.providers.requests import ProviderEvent


class Capture(Protocol):
    """Taking the money of checkouts that buyers have approved, where that is left to us."""

    async def make(self, session: str, request: str, *, idempotency_key: str) -> CheckoutUpdate:
        """Take the money of an approved checkout. Under the same key it is taken once.

        Args:
            session: The provider's id of the checkout.
            request: The exact request, as the update brought it that said that it is approved
                (`CheckoutUpdate.call`); it was stored before.
            idempotency_key: Of the checkout's id and the number of the attempt.

        Returns:
            How checkout and money stand afterwards; the money may still be on its way.

        Raises:
            ProviderUnavailable: Whether it was taken is unknown.
            ProviderRefused: It was not taken: look the checkout up.
        """
        ...


class Authorizations(Protocol):
    """Setting money aside, and taking it or letting go of it later.

    All calls that go out raise as `Capture.make`.
    """

    def request(self, payment: PaymentId) -> str:
        """Write down the exact request (JSON) that takes what was set aside. Sends nothing."""
        ...

    async def authorize(
        self, session: str, request: str, *, idempotency_key: str
    ) -> CheckoutUpdate:
        """Set the money of a checkout aside that its buyer has approved.

        Args:
            session: The provider's id of the checkout.
            request: The exact request, as the update brought it that said that it is approved.
            idempotency_key: Of the checkout's id and the number of the attempt.
        """
        ...

    async def collect(
        self, session: str, authorization: str, request: str, *, idempotency_key: str
    ) -> CheckoutUpdate:
        """Take what was set aside. Under the same key it is taken once.

        Args:
            session: The provider's id of the checkout.
            authorization: Its id of the money that was set aside.
            request: As `request` wrote it; it was stored before.
            idempotency_key: Of the authorization's id and the number of the attempt.

        Returns:
            How checkout and money stand afterwards.
        """
        ...

    async def void(
        self, session: str, authorization: str, *, idempotency_key: str
    ) -> CheckoutUpdate:
        """Let go of what was set aside. Arguments and answer as those of `collect`."""
        ...

    async def retrieve(self, session: str, authorization: str) -> CheckoutUpdate:
        """Look up how checkout and money stand. Raises as `Checkouts.open`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ware:
    """Something that is sold in the provider's own shop.

    Attributes:
        id: The provider's id of it.
        name: What it is called there.
        fits: Whether it can stand for a package: it may be bought again once it was used up.
        is_for_sale: Whether it can be bought now.
    """

    id: str
    name: str
    fits: bool
    is_for_sale: bool = True


class Entitlements(Protocol):
    """What members buy in the provider's own shop."""

    @property
    def home(self) -> GuildId | None:
        """Where a purchase counts that names no guild, as the owner has set it."""
        ...

    def hear(self, kind: str, thing: Mapping[str, object]) -> ProviderEvent:
        """Read what the provider told by another way than its requests to us.

        Args:
            kind: The provider's name for what happened.
            thing: The entitlement in the provider's words.

        Raises:
            WebhookRejected: It is none.
        """
        ...

    async def of_sku(self, sku: str) -> Sequence[ProviderEvent]:
        """All that was ever bought of one thing, told as events. Raises as `Checkouts.open`."""
        ...

    async def wares(self) -> Sequence[Ware]:
        """All that is sold there. Raises as `Checkouts.open`."""
        ...

    async def consume(self, entitlement: str, request: str, *, idempotency_key: str) -> None:
        """Use one up, after it was credited. One that is used up already stays so.

        Args:
            entitlement: The provider's id of it.
            request: The exact request, as the update brought it that said that it is paid.
            idempotency_key: Of the entitlement's id and the number of the attempt.

        Raises:
            ProviderUnavailable: Whether it is used up is unknown.
            ProviderRefused: It was not: look it up.
        """
        ...

    async def is_consumed(self, entitlement: str) -> bool:
        """Look up whether it is used up. Raises as `Checkouts.open`."""
        ...
