"""How much of a charge a refund or dispute is about, and how much of it came back: as shares.

Amounts of two currencies are never computed with. A claim in another currency than its charge is
measured against what the charge was in that currency, or else by what the account's balance lost
(Stripe, pages "Withdrawing funds for disputes" and "Reporting categories").
"""

from collections.abc import Iterator
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field, StrictInt, TypeAdapter, ValidationError

from payments.domain.values.share import NOTHING, Share
from payments.providers.stripe.fields import Minor

Currency = Annotated[str, Field(pattern="^[a-z]{3}$")]

WITHDRAWAL: Final = "dispute"
REVERSAL: Final = "dispute_reversal"
"""Reporting categories of a dispute's movements; corrections and fees have others."""


class Movement(BaseModel):
    """What a dispute took from the balance (negative), or brought back, in its own currency."""

    amount: Annotated[StrictInt, Field(gt=-(2**53), lt=2**53)]
    currency: Currency
    reporting_category: str = ""


class StripePresentment(BaseModel):
    """What the buyer saw and paid, where that is in another currency."""

    presentment_amount: Minor
    presentment_currency: Currency


class ChargeBalance(BaseModel):
    """What a charge brought to the account's balance, before fees, in the account's currency."""

    amount: Minor
    currency: Currency


class MeasuredCharge(BaseModel):
    """A charge with all that says how much it was in which currency."""

    amount: Minor
    currency: Currency
    presentment_details: StripePresentment | None = None
    balance_transaction: ChargeBalance | str | None = None

    def whole_in(self, currency: str) -> int | None:
        """How much it was in a currency, in minor units, if that is known."""
        wholes: dict[str, int] = {}
        if isinstance(self.balance_transaction, ChargeBalance):
            wholes[self.balance_transaction.currency] = self.balance_transaction.amount
        if self.presentment_details is not None:
            seen = self.presentment_details
            wholes[seen.presentment_currency] = seen.presentment_amount
        wholes[self.currency] = self.amount
        return wholes.get(currency) or None


def measured(charge: dict[str, Any] | None) -> MeasuredCharge | None:
    """A charge that was fetched with its balance transaction; None if it says too little."""
    try:
        return MeasuredCharge.model_validate(charge)
    except ValidationError:
        return None


def movements(found: object) -> list[Movement]:
    """A dispute's movements in their own order; those in an odd form are left out."""
    return list(_readable(found if isinstance(found, list) else []))


def _readable(found: list[object]) -> Iterator[Movement]:
    one = TypeAdapter(Movement)
    for each in found:
        try:
            yield one.validate_python(each)
        except ValidationError:
            continue


def share_of(
    amount: int, currency: str, charge: MeasuredCharge, moved: list[Movement]
) -> Share | None:
    """How much of a charge an amount in another currency is, if that can be known.

    Args:
        amount: What is claimed, in minor units.
        currency: Of the amount.
        charge: What it is claimed of.
        moved: What was moved for it.
    """
    if (whole := charge.whole_in(currency)) is not None:
        return Share(part=amount, whole=whole)
    taken = [each for each in moved if each.reporting_category == WITHDRAWAL and each.amount < 0]
    if taken and (whole := charge.whole_in(taken[-1].currency)) is not None:
        return Share(part=-taken[-1].amount, whole=whole)
    return None


def returned(moved: list[Movement]) -> Share:
    """How much of what a dispute took came back (case 47).

    A withdrawal sets the loss to all, a reversal takes off its part of the last withdrawal.
    Corrections, as of the currency, change nothing.
    """
    taken = back = 0
    currency = ""
    for each in moved:
        if each.reporting_category == WITHDRAWAL and each.amount < 0:
            taken, back, currency = -each.amount, 0, each.currency
        elif each.reporting_category == REVERSAL and each.currency == currency and each.amount > 0:
            back += each.amount
    return Share(part=min(back, taken), whole=taken) if taken else NOTHING
