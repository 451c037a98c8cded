"""How often a member may do something, and how many purchases they may leave unpaid."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from payments.domain.errors import Refused
from payments.domain.sentences.parts import Address, Wait
from payments.domain.sentences.sentence import plural
from payments.domain.values.ids import AccountKey, PackageId, PaymentId
from payments.domain.values.money import Money
from payments.domain.values.time import HOUR, MINUTE, Instant, later

CHECKOUT_LIFE: Final = HOUR
"""How long a member has to pay, in microseconds. Every provider must allow that much."""


class PaceKind(StrEnum):
    """What is done at a pace."""

    PURCHASE = "purchase"
    TRANSFER = "transfer"


class PaceKey(NamedTuple):
    """Who does what."""

    account: AccountKey
    kind: PaceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """A number of times together, and the same number again within a time.

    One number is stored for each member: when all of it will have come back (the "theoretical
    arrival time" of the generic cell rate algorithm, ITU-T I.371).

    Attributes:
        most: How often at once.
        within: Microseconds in which all of it comes back.
    """

    most: int
    within: int

    def after(self, full_at: Instant | None, at: Instant) -> Instant | None:
        """When all of it will have come back if it is done now; None if it is too early."""
        taken_until = min(max(full_at or at, at), later(at, self.within))
        if taken_until > self._latest(at):
            return None
        return later(taken_until, self.within // self.most)

    def wait(self, full_at: Instant | None, at: Instant) -> int:
        """Microseconds until it may be done again."""
        taken_until = min(max(full_at or at, at), later(at, self.within))
        return max(0, taken_until - self._latest(at))

    def _latest(self, at: Instant) -> Instant:
        return later(at, self.within - self.within // self.most)


TRANSFERS: Final = Pace(most=20, within=2 * MINUTE)
"""How often a member may pass points on: each time somebody else is notified."""


class TooManyOpen(Refused):
    """A member has as many unpaid purchases as they may.

    Args:
        unpaid: These, the oldest first.
        wait: Microseconds until the first of them expires.

    Attributes:
        open: The unpaid purchases.
        wait: How long until the first of them expires.
    """

    def __init__(self, unpaid: tuple["Unpaid", ...], wait: int) -> None:
        self.open = unpaid
        self.wait = Wait(wait)
        super().__init__(
            plural(
                "You have {n} unpaid purchase and can't start another. It expires in {wait}.",
                "You have {n} unpaid purchases and can't start another. The oldest expires in "
                "{wait}.",
                len(unpaid),
                wait=self.wait,
            )
        )

    def payable_at(self, url: str) -> Refused:
        """The same, with where the oldest of them can be paid."""
        return Refused(
            plural(
                "You have {n} unpaid purchase and can't start another. It expires in {wait}. You "
                "can pay it here: {url}",
                "You have {n} unpaid purchases and can't start another. The oldest expires in "
                "{wait}. You can pay it here: {url}",
                len(self.open),
                wait=self.wait,
                url=Address(url),
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpaid:
    """A purchase that was begun and can still be paid.

    Attributes:
        package: What is bought.
        price: For how much, before tax.
        until: When its checkout lapses.
    """

    payment: PaymentId
    package: PackageId
    price: Money
    until: Instant
