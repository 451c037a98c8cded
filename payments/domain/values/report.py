"""What was sold, taken back and is outstanding in a period: plain values, whole numbers.

Money is always of one currency, and either real or made in a provider's test mode; nothing here
adds amounts of two currencies.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from payments.domain.values.ids import GuildId, PaymentId
from payments.domain.values.time import UTC_NAME, Instant
from payments.domain.values.time_zones import day_of, start_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A period of time, and whose books are looked at.

    Attributes:
        start: Its first moment.
        end: The first moment that is not in it any more.
        guild: Whose books; all guilds' if none.
        livemode: Whether to look at real money, or at what was paid in test mode.
        zone: The time zone whose days are counted.
    """

    start: Instant
    end: Instant
    guild: GuildId | None = None
    livemode: bool
    zone: str = UTC_NAME

    @classmethod
    def of_days(
        cls,
        first: int,
        end: int,
        *,
        guild: GuildId | None = None,
        livemode: bool,
        zone: str = UTC_NAME,
    ) -> Self:
        """The period from one day to the one before `end`; days since 1970 in that zone."""
        return cls(
            start=start_of(first, zone),
            end=start_of(end, zone),
            guild=guild,
            livemode=livemode,
            zone=zone,
        )

    @property
    def first_day(self) -> int:
        """Its first day, as days since 1970."""
        return day_of(self.start, self.zone)

    @property
    def end_day(self) -> int:
        """The first day that is not in it any more."""
        return day_of(self.end, self.zone)


class ClaimKind(StrEnum):
    """How money went back to a buyer."""

    REFUND = "refund"
    DISPUTE = "dispute"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportClaim:
    """Money of one sale that went back: a refund that succeeded, or a dispute that was lost.

    Attributes:
        id: The refund's or the dispute's.
        at: When it was reported as gone; see `payments.store.queries.claims`.
        amount: Minor units, without what the bank gave back later.
        tax: The tax in it. All refunds of a payment together hold exactly the share of its tax that
            they are of what was paid; none for disputes, where the law differs from place to place.
        is_of_surplus: Whether it is no part of a sale: what was paid twice goes back.
    """

    kind: ClaimKind
    id: str
    guild: GuildId
    payment: PaymentId
    provider: str
    at: Instant
    amount: int
    tax: int
    currency: str
    is_of_surplus: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """What was sold of one package in one currency on one day of the period's time zone.

    Attributes:
        day: Days since 1970.
        package: Its id, of which the name may have changed since.
        name: Its name on that day.
        sales: How many.
        points: How many points they gave.
        gross: What was paid, in minor units, tax included.
        tax: The tax in it.
    """

    day: int
    package: str
    name: str
    currency: str
    sales: int
    points: int
    gross: int
    tax: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unspent:
    """Payments that are alike in all of this.

    Attributes:
        payments: How many.
        price: What each cost before tax, in minor units.
        points: How many points each gave.
        unspent: How many of those are in anybody's lots, or reserved in an order.
    """

    payments: int
    price: int
    points: int
    currency: str
    unspent: int

    @property
    def worth(self) -> int:
        """What the unspent points of all of them cost, in minor units."""
        return self.payments * worth(self.price, self.points, self.unspent)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodStanding:
    """Points that members have at one moment.

    Attributes:
        paid: In lots that were paid for, in whatever mode.
        given: In lots that were given away.
        reserved: Reserved in open orders, paid for or given.
        owed: Debt: points that reversals took and that were gone.
        worth: What the paid ones cost before tax, also reserved ones, by currency.
    """

    paid: int
    given: int
    reserved: int = 0
    owed: int
    worth: dict[str, int]

    @property
    def balance(self) -> int:
        """The sum of all balances."""
        return self.paid + self.given - self.owed


@dataclass(frozen=True, slots=True, kw_only=True)
class Takings:
    """The money of one currency in a period, in minor units.

    Attributes:
        gross: What was paid, tax included.
        tax: The tax in it.
        refunds: How many refunds succeeded, of whenever the sales were.
        refunded_tax: The tax in them.
        disputes: How many disputes were lost.
        disputed: What they took, less what came back.
        surplus: What was paid for purchases that were paid before; no sale.
        surplus_back: How much of such money went back, of whenever it came.
        worth: What the paid points that were unspent at the end had cost before tax.
    """

    currency: str
    sales: int = 0
    gross: int = 0
    tax: int = 0
    refunds: int = 0
    refunded: int = 0
    refunded_tax: int = 0
    disputes: int = 0
    disputed: int = 0
    surplus: int = 0
    surplus_back: int = 0
    worth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsFlow:
    """How points came and went, each less what of it was undone.

    Attributes:
        sold: By purchases.
        granted: Given by moderators.
        spent: Redeemed without an order.
        ordered: Reserved or redeemed for orders, less what came back from them.
        revoked: Taken by moderators.
        taken_back: Held or burned for refunds and disputes, less what was given back.
        lapsed: Their time was over.
    """

    sold: int = 0
    granted: int = 0
    spent: int = 0
    ordered: int = 0
    revoked: int = 0
    taken_back: int = 0
    lapsed: int = 0

    @property
    def change(self) -> int:
        """By how much the sum of all balances grew."""
        gone = self.spent + self.ordered + self.revoked + self.taken_back + self.lapsed
        return self.sold + self.granted - gone


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageSales:
    """What one package brought in one currency."""

    package: str
    name: str
    currency: str
    sales: int
    points: int
    gross: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySales:
    """What one day of the period's time zone brought in one currency."""

    day: int
    currency: str
    sales: int
    gross: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpriced:
    """What was sold by a provider that tells no amounts: it is in no sum of money."""

    sales: int = 0
    points: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StatsReport:
    """All numbers of a period.

    Attributes:
        money: By currency, in the order of their codes.
        points: How they came and went, in real and in test mode alike.
        standing: Points at the end of the period.
        packages: The best first: by number of sales, then by points.
        days: Days with sales, the oldest first.
        changes: By how much the sum of all balances grew, by day.
        buyers: How many members bought something.
        test_only: Whether nothing was ever sold for real money, but something in test mode.
    """

    period: Period
    money: tuple[Takings, ...]
    points: PointsFlow
    standing: PeriodStanding
    packages: tuple[PackageSales, ...]
    days: tuple[DaySales, ...]
    changes: dict[int, int]
    buyers: int
    test_only: bool = False
    unpriced: Unpriced = Unpriced()


def worth(price: int, points: int, unspent: int) -> int:
    """What some of a payment's points cost before tax: their share of the price, rounded down.

    Args:
        price: Of all the payment's points, in minor units.
        points: How many the payment gave.
        unspent: How many of them are meant.
    """
    return price * unspent // points


def tax_within(tax: int, paid: int, refunded: int) -> int:
    """The tax in a part of what was paid, rounded down; all of it once all has gone back."""
    return tax * min(refunded, paid) // paid if paid else 0
