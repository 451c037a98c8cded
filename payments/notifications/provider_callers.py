"""What makes a call at a provider, and finds out whether it was made: one for each kind of call."""

from dataclasses import dataclass
from typing import Protocol

from payments.domain.values.payment import Payment
from payments.domain.values.provider_calls import CallKind, ProviderCall
from payments.domain.values.provider_updates import CheckoutStatus, CheckoutUpdate, MoneyStatus
from payments.providers.follow_up import Authorizations, Capture, Entitlements
from payments.providers.protocol import Checkouts, Missing, PaymentProvider


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A call was made, by us or before.

    Attributes:
        update: What the provider says of the payment since, if anything.
    """

    update: CheckoutUpdate | None = None


class Caller(Protocol):
    """Makes calls of one kind. Both raise as `Checkouts.open`."""

    async def make(self, call: ProviderCall) -> Made:
        """Send the stored request under its key."""
        ...

    async def look_up(self, call: ProviderCall) -> Made | None:
        """Find out whether it was made; None if it was not."""
        ...


@dataclass(frozen=True, slots=True)
class Capturing:
    """Takes the money of approved checkouts."""

    capture: Capture
    checkouts: Checkouts

    async def make(self, call: ProviderCall) -> Made:
        """Take it."""
        session, key = call.key.object, call.idempotency_key
        return Made(update=await self.capture.make(session, call.request, idempotency_key=key))

    async def look_up(self, call: ProviderCall) -> Made | None:
        """It was taken if the checkout says anything of money."""
        update = (await self.checkouts.retrieve(call.key.object)).update
        return None if update.money is MoneyStatus.UNPAID else Made(update=update)


@dataclass(frozen=True, slots=True)
class Consuming:
    """Uses entitlements up."""

    entitlements: Entitlements

    async def make(self, call: ProviderCall) -> Made:
        """Use it up."""
        entitlement, key = call.key.object, call.idempotency_key
        await self.entitlements.consume(entitlement, call.request, idempotency_key=key)
        return Made()

    async def look_up(self, call: ProviderCall) -> Made | None:
        """Ask for it."""
        return Made() if await self.entitlements.is_consumed(call.key.object) else None


@dataclass(frozen=True, slots=True)
class Closing:
    """Closes checkouts whose purchase was paid by another way, or that never lapse themselves."""

    checkouts: Checkouts
    page: str

    async def make(self, call: ProviderCall) -> Made:
        """Close it."""
        session, key = call.key.object, call.idempotency_key
        update = await self.checkouts.expire(session, page=self.page, idempotency_key=key)
        return Made(update=update)

    async def look_up(self, call: ProviderCall) -> Made | None:
        """It is closed if it was paid or has lapsed."""
        update = (await self.checkouts.retrieve(call.key.object)).update
        return None if update.status is CheckoutStatus.OPEN else Made(update=update)


@dataclass(frozen=True, slots=True)
class Authorizing:
    """Sets the money of approved checkouts aside."""

    authorizations: Authorizations
    checkouts: Checkouts

    async def make(self, call: ProviderCall) -> Made:
        """Set it aside."""
        session, key = call.key.object, call.idempotency_key
        update = await self.authorizations.authorize(session, call.request, idempotency_key=key)
        return Made(update=update)

    async def look_up(self, call: ProviderCall) -> Made | None:
        """It was done if the checkout says anything of money."""
        update = (await self.checkouts.retrieve(call.key.object)).update
        return None if update.money is MoneyStatus.UNPAID else Made(update=update)


@dataclass(frozen=True, slots=True)
class Collecting:
    """Takes money that was set aside, or lets go of it."""

    authorizations: Authorizations
    session: str

    async def make(self, call: ProviderCall) -> Made:
        """Take it, or let go of it."""
        of, key = call.key.object, call.idempotency_key
        if call.key.kind is CallKind.VOID:
            update = await self.authorizations.void(self.session, of, idempotency_key=key)
        else:
            update = await self.authorizations.collect(
                self.session, of, call.request, idempotency_key=key
            )
        return Made(update=update)

    async def look_up(self, call: ProviderCall) -> Made | None:
        """It was taken or let go of if it is not set aside any more; perhaps not by us."""
        update = await self.authorizations.retrieve(self.session, call.key.object)
        is_over = update.money in {MoneyStatus.PAID, MoneyStatus.FAILED}
        return Made(update=update) if is_over else None


def caller_of(  # noqa: PLR0911 - one for each kind
    provider: PaymentProvider | None, call: ProviderCall, payment: Payment
) -> Caller | None:
    """What makes a call at its payment's provider; None with the settings as they are.

    Args:
        provider: The call's, if it is set up.
        call: Which call.
        payment: What it is for.
    """
    if provider is None or provider.livemode != payment.livemode:
        return None
    if call.key.kind is CallKind.CONSUME:
        return None if provider.entitlements is None else Consuming(provider.entitlements)
    if isinstance(provider.checkouts, Missing):
        return None
    if call.key.kind is CallKind.EXPIRE:
        return Closing(provider.checkouts, payment.url or "")
    if call.key.kind is CallKind.CAPTURE:
        capture = provider.capture
        return None if capture is None else Capturing(capture, provider.checkouts)
    if provider.authorizations is None:
        return None
    if call.key.kind is CallKind.AUTHORIZE:
        return Authorizing(provider.authorizations, provider.checkouts)
    return Collecting(provider.authorizations, payment.session or "")
