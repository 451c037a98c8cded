"""What is known when a card for moderators is written."""

from dataclasses import dataclass

from payments.commands.payments.inspect import Inspection
from payments.domain.values.events import RefundPending
from payments.domain.values.orders import Order
from payments.providers.kind import PendingReason
from payments.services.provider_guide import ProviderGuide
from payments.store.queries import Earlier


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a card is written from, beside its event.

    Attributes:
        guide: What people read of providers.
        inspection: The payment as it is now; None if the event is about none.
        earlier: What else its buyer has bought; only where a moderator decides about it.
        orders: What its points were given for, the oldest first; only for a claim's card.
    """

    guide: ProviderGuide
    inspection: Inspection | None = None
    orders: tuple[Order, ...] = ()
    earlier: Earlier | None = None

    def why_pending(self, event: RefundPending) -> PendingReason | None:
        """Why a refund takes longer, as far as its provider says."""
        if self.inspection is None:
            return None
        return self.guide.why_pending(self.inspection.payment, event.reason)

    def dispute_page(self, dispute: str) -> str | None:
        """Where a dispute of the payment is answered, if its provider has a page for that."""
        if self.inspection is None:
            return None
        return self.guide.dispute_page(self.inspection.payment, dispute)
