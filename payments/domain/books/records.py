"""Values of the books that are put together from several things."""

from dataclasses import dataclass

from payments.domain.values.guilds import GuildSettings, Package, Subscriber
from payments.domain.values.ids import AccountKey, OrderId, PackageId, PaymentId
from payments.domain.values.ledger import Lot, Transfer


@dataclass(frozen=True, slots=True, kw_only=True)
class GuildBooks:
    """A guild's settings, and all its packages and subscribers, former ones too."""

    settings: GuildSettings
    packages: tuple[Package, ...] = ()
    subscribers: tuple[Subscriber, ...] = ()

    def package(self, package: PackageId) -> Package | None:
        """One of its packages."""
        return next((each for each in self.packages if each.id == package), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """Where a payment's points went.

    Attributes:
        lapsed: How many of them have lapsed, in any account.
        holders: Accounts other than the buyer's that hold some, in key order.
        linked: Payments whose reversals may want the same points as this one's.
        orders: Orders that it paid for: open ones, fulfilled ones, and those that were returned for
            a claim, on whichever payment.
    """

    lapsed: int = 0
    holders: tuple[AccountKey, ...] = ()
    linked: tuple[PaymentId, ...] = ()
    orders: tuple[OrderId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PastTransfer:
    """A transfer with what it did to lots, for undoing it.

    Attributes:
        transfer: The transfer.
        entries: Each lot (as it is now) with the points that came in or went out.
        undone: Whether it was undone already.
    """

    transfer: Transfer
    entries: tuple[tuple[Lot, int], ...]
    undone: bool = False
