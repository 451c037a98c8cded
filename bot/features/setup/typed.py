"""Settings as an owner types them."""

from typing import Final

from babel import Locale
from babel.numbers import is_currency

from payments.domain.errors import Refused
from payments.domain.values.amount_input import count_of
from payments.domain.values.money import Money
from payments.infra.amounts import decimal_point, read_amount
from payments.infra.reader import ENGLISH

ALWAYS_TYPED: Final = "always"
"""In place of an approval limit: every refund needs a second moderator."""

_NEVER_TYPED: Final = "none"


def limit_of(typed: str, currency: str, locale: Locale = ENGLISH) -> Money | None:
    """An approval limit as typed: `50`, `50.00 USD`, `$50`, `always`; none for the word `none`.

    Args:
        typed: What was typed.
        currency: What it is in, unless it says so itself.
        locale: The language in which the bot writes amounts for the owner.

    Raises:
        Refused: It is no amount in that currency.
    """
    words = typed.strip().casefold()
    if words == _NEVER_TYPED:
        return None
    if words == ALWAYS_TYPED:
        return Money(minor=0, currency=currency)
    return read_amount(typed, currency, locale)


def limit_typed(limit: Money | None, currency: str, locale: Locale = ENGLISH) -> str:
    """An approval limit as one would type it where amounts are in that currency.

    Args:
        limit: The limit.
        currency: What amounts are in that do not say it.
        locale: The language of whoever would type it.
    """
    if limit is None:
        return ""
    if not limit.has_currency:
        return ALWAYS_TYPED
    written = str(limit.major) if limit.currency == currency else str(limit)
    return written.replace(".", decimal_point(locale))


def currency_code(typed: str) -> str | None:
    """The code of a currency as typed; none for nothing.

    Raises:
        Refused: There is no such currency.
    """
    code = typed.strip().upper()
    if code and not is_currency(code):
        raise Refused(
            "{typed} is not a currency. Write its three letters, such as EUR.", typed=typed
        )
    return code or None


def points_of(typed: str) -> int:
    """A number of points as typed: `1500`, `1,500`.

    Raises:
        Refused: It is no whole number.
    """
    count = count_of(typed)
    if count is None:
        raise Refused("{typed} is no number of points. Write a whole number.", typed=typed)
    return count


def purchases_of(typed: str) -> int:
    """A number of purchases as typed.

    Raises:
        Refused: It is no whole number.
    """
    count = count_of(typed)
    if count is None:
        raise Refused("{typed} is no number of purchases. Write a whole number.", typed=typed)
    return count


def hours_of(typed: str, most: int) -> int:
    """A number of hours as typed, up to `most`.

    Raises:
        Refused: It is no whole number, or too large.
    """
    count = count_of(typed)
    if count is None or count > most:
        raise Refused(
            "{typed} is no number of hours. Write a whole number from 0 to {most}.",
            typed=typed,
            most=most,
        )
    return count
