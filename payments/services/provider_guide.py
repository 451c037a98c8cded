"""What people read of the provider behind a payment, and where they go on there."""

from collections.abc import Mapping

from payments.domain.values.payment import Payment
from payments.providers.kind import PendingReason
from payments.providers.known import KNOWN, KnownProviders
from payments.providers.protocol import PaymentProvider


class ProviderGuide:
    """Leads people to what providers have of their payments.

    Args:
        providers: By name, those that are set up.
        known: What people read of all that can be.
    """

    def __init__(
        self, providers: Mapping[str, PaymentProvider], known: KnownProviders = KNOWN
    ) -> None:
        self._providers = providers
        self._known = known

    def title(self, name: str) -> str:
        """What people call a provider, also one that is switched off."""
        return self._known.title(name)

    @property
    def titles(self) -> Mapping[str, str]:
        """What people call those that can be used, by name."""
        return self._known.titles

    def why_pending(self, payment: Payment, reason: str) -> PendingReason | None:
        """What the provider's word means for why a refund of a payment takes longer, if any."""
        return self._known.why_pending(payment.provider, reason)

    def dispute_page(self, payment: Payment, dispute: str) -> str | None:
        """Where a dispute is answered; None if its provider is off, or has no page for it.

        Args:
            payment: That is disputed.
            dispute: The provider's id of the dispute.
        """
        provider = self._providers.get(payment.provider)
        if provider is None or provider.disputes is None:
            return None
        return provider.disputes.page(dispute, livemode=payment.livemode)
