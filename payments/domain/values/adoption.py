"""What began at a provider without us, and the payment that it becomes by the owner's mapping."""

from dataclasses import dataclass

from payments.domain.values.ids import AccountKey, GuildId, MemberId, PackageId, PaymentId
from payments.domain.values.money import Money
from payments.domain.values.references import ProviderReference
from payments.domain.values.time import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """Something that a member bought in the provider's own shop, as far as the provider tells.

    Attributes:
        reference: What was bought, by the provider's id.
        sku: As what it is sold there, by the provider's id.
        member: The buyer.
        guild: Where it was bought, if the provider tells.
        at: When.
        used_up: Whether it was used up.
    """

    reference: ProviderReference
    sku: str
    member: MemberId
    guild: GuildId | None = None
    at: Instant
    used_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """A payment for something that was bought in the provider's own shop.

    Attributes:
        reference: What was bought, by the provider's id.
        livemode: Whether real money moved.
        guild: In whose books.
        member: The buyer.
        package: What it counts as, by the owner's mapping, as are the name and the points.
        package_name: Its name.
        points: How many points it gives.
        price: What it costs, as far as the provider or the owner tells; None if neither does.
        payment: A fresh id, which counts only if there is no payment for it yet.
    """

    reference: ProviderReference
    livemode: bool
    guild: GuildId
    member: MemberId
    package: PackageId
    package_name: str
    points: int
    price: Money | None = None
    payment: PaymentId

    @property
    def buyer(self) -> AccountKey:
        """The buyer's account."""
        return AccountKey(self.guild, self.member)
