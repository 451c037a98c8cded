"""PayPal's amounts: decimal strings there, whole minor units here (PayPal: Currency codes).

A price that can never be charged is refused when it is set, not when the first member buys. The
books count HUF and TWD in hundredths, PayPal takes none of them.
"""

import re
from decimal import Context, Decimal, Inexact, InvalidOperation
from typing import Annotated, Final

from pydantic import BaseModel, Field

from payments.domain.errors import Refused
from payments.domain.sentences.parts import Verbatim
from payments.domain.values.money import Money, minor_digits

CURRENCIES: Final = frozenset(
    "AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD HUF ILS JPY MXN MYR NOK NZD PHP PLN SEK SGD "  # noqa: SIM905 - reads better
    "THB TWD USD".split()
)
"""All that PayPal takes. BRL, CNY and MYR only for accounts of their own countries."""

WHOLE: Final = frozenset({"HUF", "JPY", "TWD"})
"""Currencies in which PayPal takes no decimals."""

_EXACT: Final = Context(prec=40, traps=[Inexact, InvalidOperation])
_MOST: Final = 2**53
"""More is no amount of anything that is sold here."""

_VALUE: Final = re.compile(r"[0-9]{1,15}(\.[0-9]{1,16})?|\.[0-9]{1,16}")


class PayPalMoney(BaseModel):
    """An amount as PayPal writes it (Orders v2, schema `money`)."""

    currency_code: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    value: Annotated[str, Field(max_length=32)]

    @property
    def money(self) -> Money:
        """The amount in minor units.

        Raises:
            ValueError: It is negative, no number, or has parts of a minor unit.
        """
        if _VALUE.fullmatch(self.value) is None:
            raise ValueError("an amount is no decimal number")
        try:
            scaled = Decimal(self.value).scaleb(minor_digits(self.currency_code), _EXACT)
            minor = int(scaled.to_integral_exact(context=_EXACT))
        except (Inexact, InvalidOperation) as error:
            raise ValueError("an amount has parts of a minor unit") from error
        if minor >= _MOST:
            raise ValueError("an amount is too high")
        return Money(minor=minor, currency=self.currency_code)


def written(money: Money) -> dict[str, str]:
    """An amount as PayPal reads it.

    Raises:
        ValueError: It has parts of the smallest unit that PayPal takes.
    """
    step = step_of(money.currency)
    if money.minor % step:
        raise ValueError(f"{money} cannot be written for PayPal")
    major = money.major
    value = str(int(major)) if money.currency in WHOLE else f"{major:f}"
    return {"currency_code": money.currency, "value": value}


def step_of(code: str) -> int:
    """Minor units by which amounts in a currency must be divisible."""
    return int(10 ** minor_digits(code)) if code in WHOLE else 1


def check_currency(code: str) -> None:
    """Refuse a currency that PayPal does not take.

    Raises:
        Refused: Says so.
    """
    if code not in CURRENCIES:
        raise Refused(
            "PayPal doesn't take {code}. Choose another currency, such as EUR.",
            code=Verbatim(code),
        )


def check_price(price: Money) -> None:
    """Refuse a price that PayPal never charges.

    Raises:
        Refused: Says what can be charged.
    """
    check_currency(price.currency)
    step = step_of(price.currency)
    if price.minor % step:
        raise Refused(
            "Prices in {code} go in steps of {wanted} at PayPal, and this is {price}.",
            code=Verbatim(price.currency),
            wanted=Money(minor=step, currency=price.currency),
            price=price,
        )
    if price.minor < step:
        wanted = Money(minor=step, currency=price.currency)
        raise Refused(
            "PayPal charges at least {wanted}, and this is {price}.", wanted=wanted, price=price
        )


def check_refund(amount: Money) -> None:
    """Refuse an amount that PayPal never gives back, of a payment of any size.

    Raises:
        Refused: Says in which steps it gives back.
    """
    step = step_of(amount.currency)
    if amount.minor % step:
        raise Refused(
            "Refunds in {code} go in steps of {wanted} at PayPal, and this is {amount}.",
            code=Verbatim(amount.currency),
            wanted=Money(minor=step, currency=amount.currency),
            amount=amount,
        )
