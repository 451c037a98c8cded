"""Square's amounts: whole minor units, in the one currency of the location that sells.

A price that can never be charged is refused when it is set, not when the first member buys.
"""

from typing import Annotated, Final

from pydantic import BaseModel, Field, StrictInt

from payments.domain.errors import Refused
from payments.domain.sentences.parts import Verbatim
from payments.domain.values.money import Money, minor_digits

_MOST: Final = 2**53
"""More is no amount of anything that is sold here."""


class SquareMoney(BaseModel):
    """An amount as Square writes it (schema `Money`)."""

    amount: Annotated[StrictInt, Field(ge=0, lt=_MOST)]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]

    @property
    def money(self) -> Money:
        """The amount in our words."""
        return Money(minor=self.amount, currency=self.currency)


def written(money: Money) -> dict[str, object]:
    """An amount as Square reads it."""
    return {"amount": money.minor, "currency": money.currency}


def check_currency(code: str, own: str) -> None:
    """Refuse a currency that is not the location's own.

    Raises:
        Refused: Says so.
    """
    if code != own:
        raise Refused(
            "Square sells only in {own}, the currency of its location, and this is {code}.",
            own=Verbatim(own),
            code=Verbatim(code),
        )


def least_of(currency: str) -> Money:
    """The least that Square charges: one whole unit (Square: Point of Sale SDK, minimum amount)."""
    return Money(minor=10 ** minor_digits(currency), currency=currency)


def check_price(price: Money, own: str) -> None:
    """Refuse a price that Square never charges at this location.

    Raises:
        Refused: Says what can be charged.
    """
    check_currency(price.currency, own)
    least = least_of(own)
    if price.minor < least.minor:
        raise Refused(
            "Square charges at least {least}, and this is {price}.", least=least, price=price
        )
