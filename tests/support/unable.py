"""A provider that can do little: what is missing is said, or left out."""

from dataclasses import dataclass, field
from typing import Final

from payments.domain.values.time import Instant
from payments.providers.customers import Customers
from payments.providers.follow_up import Authorizations, Capture, Entitlements
from payments.providers.protocol import Checkouts, Missing, Refunds

NO_CHECKOUTS: Final = Missing(sentence="Points are sold in Bare's own shop.")
NO_REFUNDS: Final = Missing(sentence="Bare gives refunds itself.")


class Silent:
    """It answers, and lets us in."""

    async def refusals(self, *, thoroughly: bool) -> list[str]:
        del thoroughly
        return []

    async def ping(self) -> None:
        return None

    async def time(self) -> Instant | None:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unable:
    """A provider with none of the abilities that can be missing, but for those that are given."""

    name: str = "bare"
    title: str = "Bare"
    livemode: bool = False
    checkouts: Checkouts | Missing = NO_CHECKOUTS
    capture: Capture | None = None
    customers: Customers | None = None
    authorizations: Authorizations | None = None
    entitlements: Entitlements | None = None
    refunds: Refunds | Missing = NO_REFUNDS
    disputes: None = None
    webhook: None = None
    events: None = None
    listing: None = None
    access: Silent = field(default_factory=Silent)

    async def close(self) -> None:
        return None
