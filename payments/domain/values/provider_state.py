"""How a payment provider stands with us: how far its events were listed, what it refuses us."""

from dataclasses import dataclass

from payments.domain.values.time import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderState:
    """How one provider stands with us in one mode.

    Attributes:
        listed_until: Up to when, by the provider's clock, all of its events were listed and taken
            in; none before the first listing that succeeded.
        trouble: What it refuses us, in sentences; None if nothing.
        trouble_since: Since when.
        quarantine_tried_at: When its quarantined messages were tried again last.
    """

    listed_until: Instant | None = None
    trouble: str | None = None
    trouble_since: Instant | None = None
    quarantine_tried_at: Instant | None = None
