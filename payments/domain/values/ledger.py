"""The ledger's plain values: transfers, lots, holds, accounts."""

import hashlib
from dataclasses import dataclass, field, replace
from enum import StrEnum

from payments.domain.errors import BooksBroken
from payments.domain.values.ids import (
    AccountKey,
    ActionId,
    CommandKey,
    LotId,
    OrderId,
    PaymentId,
)
from payments.domain.values.time import DAY, Instant, later

RESTORED_LIFE = 7 * DAY
"""Points that come back to a lot can be used for at least this long, in microseconds."""


class TransferKind(StrEnum):
    """Why points moved."""

    PURCHASE = "purchase"
    """issued → member"""
    SPEND = "spend"
    """member → redeemed"""
    PASS_ON = "pass_on"  # noqa: S105 - points are passed on, no word
    """member → member"""
    GRANT = "grant"
    """adjusted → member"""
    REVOKE = "revoke"
    """member → adjusted"""
    HOLD = "hold"
    """member → held"""
    RELEASE = "release"
    """held → member"""
    BURN = "burn"
    """held → issued"""
    UNBURN = "unburn"
    """issued → held"""
    LAPSE = "lapse"
    """member → expired"""
    RESERVE = "reserve"
    """member → reserved"""
    UNRESERVE = "unreserve"
    """reserved → member"""
    REDEEM = "redeem"
    """reserved → redeemed"""
    RETURN = "return"
    """redeemed → member"""
    UNDO = "undo"
    """The opposite of the transfer that it names."""


class PointsKind(StrEnum):
    """Where points came from."""

    PAID = "paid"
    PROMOTIONAL = "promotional"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What distinguishes points from one another; points with equal terms are alike.

    Attributes:
        kind: Paid for, or given.
        payment: The payment that they came from, wherever they are now; none for given ones.
        matures_at: From when they can be passed on.
        expires_at: When they lapse, if ever.
    """

    kind: PointsKind
    payment: PaymentId | None
    matures_at: Instant
    expires_at: Instant | None = None

    def restored(self, now: Instant) -> "Terms":
        """The terms of points that come back now: they live on for a while at least."""
        if self.expires_at is None or self.expires_at >= later(now, RESTORED_LIFE):
            return self
        return replace(self, expires_at=later(now, RESTORED_LIFE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """Points of one account that came in under the same terms.

    Attributes:
        id: Follows from account and terms, so that equal lots are one.
        account: Whose they are.
        terms: What they are.
        opened_at: When the first of them came.
        remaining: How many are left.
    """

    id: LotId = field(init=False, compare=False)
    account: AccountKey
    terms: Terms
    opened_at: Instant
    remaining: int

    def __post_init__(self) -> None:
        terms = self.terms
        name = (
            f"{self.account.guild}/{self.account.owner:d}/{terms.kind}/{terms.payment}"
            f"/{terms.matures_at}/{terms.expires_at}"
        )
        digest = hashlib.blake2b(name.encode(), digest_size=16).hexdigest()
        object.__setattr__(self, "id", LotId(digest))

    @property
    def spending_order(self) -> tuple[bool, Instant | float, Instant, str, Instant]:
        """Promotional before paid, soonest to lapse first, then oldest, then by payment."""
        lapse = self.terms.expires_at
        return (
            self.terms.kind is PointsKind.PAID,
            float("inf") if lapse is None else lapse,
            self.opened_at,
            self.terms.payment or "",
            self.terms.matures_at,
        )

    def has_lapsed(self, now: Instant) -> bool:
        """Whether its time is over."""
        return self.terms.expires_at is not None and self.terms.expires_at <= now

    def is_mature(self, now: Instant) -> bool:
        """Whether it can be passed on."""
        return self.terms.matures_at <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class LotEntry:
    """What one transfer did to one lot.

    Attributes:
        transfer: The transfer.
        lot: The lot.
        points: Came in (positive) or went out (negative).
        debt: The hold whose debt the points paid, or came back from; none for ordinary entries.
    """

    transfer: ActionId
    lot: LotId
    points: int
    debt: ActionId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Points from one account to another. Never changed, never deleted.

    Attributes:
        points: How many, from 1 to 10^12.
        payment: The payment that it is about, if any.
        undoes: The transfer whose opposite it is, if it is one.
        command: The key of the command that made it.
        note: What a person wrote to it, unescaped.
        order: The order that it is about, if any.
    """

    id: ActionId
    kind: TransferKind
    source: AccountKey
    destination: AccountKey
    points: int
    at: Instant
    command: CommandKey
    payment: PaymentId | None = None
    undoes: ActionId | None = None
    note: str = ""
    order: OrderId | None = None


class HoldSource(StrEnum):
    """What a reversal laid its hands on."""

    LOT = "lot"
    """Points of a lot."""
    DEBT = "debt"
    """Points that were gone: the buyer owes them."""
    LAPSED = "lapsed"
    """Points of the payment that have lapsed: they count as returned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """One piece of what a reversal took, kept so that exactly it can be given back.

    Attributes:
        id: Derived from the command that took it.
        payment: Whose reversal it belongs to.
        cause: The provider's id of the refund or dispute for which it was taken.
        position: Its number among the payment's pieces, from 0.
        taken_at: When it was taken.
        source: What was taken.
        account: From whom; the buyer for debts and lapsed points.
        terms: The lot's terms, for points of a lot.
        opened_at: When that lot was opened, for points of a lot.
        points: How many were taken.
        released: How many of those were given back.
        burned: How many of those are gone for good (`released + burned <= points`).
        owed: Debt that is still open.
    """

    id: ActionId
    payment: PaymentId
    cause: str
    position: int
    taken_at: Instant
    source: HoldSource
    account: AccountKey
    terms: Terms | None = None
    opened_at: Instant | None = None
    points: int
    released: int = 0
    burned: int = 0
    owed: int = 0

    @property
    def standing(self) -> int:
        """How many points it still keeps from their owner."""
        return self.points - self.released

    @property
    def debt_order(self) -> tuple[PaymentId, int]:
        """Debt of the oldest payment is paid first, then what was taken on first."""
        return (self.payment, self.position)

    @property
    def lot(self) -> Lot:
        """The lot that its points were taken from, empty, so that points can go back to it."""
        if self.terms is None or self.opened_at is None:
            raise BooksBroken(f"hold {self.id} took no points of a lot")
        return Lot(account=self.account, terms=self.terms, opened_at=self.opened_at, remaining=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repayment:
    """Points of a lot that paid a piece of debt and have not gone back to it."""

    debt: ActionId
    lot: Lot
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A member's account: balance = open lots - debt.

    Attributes:
        key: Guild and member.
        balance: What the member sees; negative only by debt.
        lots: The open ones, in spending order.
        debts: Ids of holds with open debt, of the oldest payment first.
        reached: Number of other members' points that are held for what this member bought.
    """

    key: AccountKey
    balance: int = 0
    lots: tuple[Lot, ...] = ()
    debts: tuple[ActionId, ...] = ()
    reached: int = 0

    @property
    def in_lots(self) -> int:
        """Points in open lots."""
        return sum(lot.remaining for lot in self.lots)

    def balance_at(self, now: Instant) -> int:
        """What is shown at `now`: points whose time is over count no more, also before they go."""
        return self.balance - sum(lot.remaining for lot in self.lots if lot.has_lapsed(now))

    def mature(self, now: Instant) -> int:
        """Points that can be passed on now."""
        return sum(lot.remaining for lot in self.lots if lot.is_mature(now))

    def with_points(self, lot: Lot, points: int) -> "Account":
        """The account after points came to a lot (or left it, if negative)."""
        known = next((mine for mine in self.lots if mine.id == lot.id), None)
        remaining = (known.remaining if known else 0) + points
        if remaining < 0:
            raise BooksBroken(f"{self.key}: {-remaining} points more would leave a lot than it has")
        changed = replace(known or lot, remaining=remaining)
        others = [mine for mine in self.lots if mine.id != lot.id]
        if remaining:
            others.append(changed)
        lots = tuple(sorted(others, key=lambda each: each.spending_order))
        return replace(self, lots=lots)
