"""Numbers as people write amounts: `4.99`, `4,99`, `1,234.50`, `1.234,50`, `1 234,50`.

Which of `.` and `,` ends the whole units is seen from the number alone, or else it is refused:
`1,000` is a thousand to some people and one to others. In a currency that counts thousandths it is
read as whoever typed it sees it written.
"""

import re
import unicodedata
from decimal import Decimal
from typing import Final, NamedTuple

from payments.domain.errors import Refused
from payments.domain.sentences.parts import Code
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.money import Money, minor_digits

_DIGITS: Final = 12
"""The most digits of the whole units."""

_COUNT_DIGITS: Final = 18
"""The most digits of a whole number: a database takes it."""

_THOUSAND: Final = 3
_CHARGED_WHOLE: Final = frozenset({"ISK", "UGX"})
"""Counted in hundredths, but charged and written in whole units."""

_SPACES: Final = re.compile(r"[\s\u00a0\u2009\u202f]")
_NUMBER: Final = re.compile(r"[0-9]+(?:[ .,'][0-9]+)*")
_SEPARATOR: Final = re.compile(r"[ .,']")


class _Written(NamedTuple):
    """A number in its pieces: those between its separators, one more than there are of these."""

    groups: list[str]
    separators: list[str]

    @property
    def last(self) -> str:
        """The piece behind the last separator."""
        return self.groups[-1]

    def in_thousands(self) -> str | None:
        """All digits, if each separator can only be one of thousands."""
        first, *others = self.groups
        if not others:
            return first
        *between, end = map(len, others)
        fits = (
            len(first) <= _THOUSAND
            and first[0] != "0"
            and end == _THOUSAND
            and set(between) in (set(), {_THOUSAND}, {2})  # 2: lakhs and crores
            and len(set(self.separators)) == 1
        )
        return "".join(self.groups) if fits else None

    def with_decimals(self) -> str | None:
        """The digits before the last separator, if what follows it can be decimals."""
        if not self.separators or self.separators[-1] not in ".,":
            return None
        *before, point = self.separators
        if point in before:
            return None
        return _Written(self.groups[:-1], before).in_thousands()


def amount_of(number: str, currency: str, typed: str, point: str = ".") -> Money:
    """An amount in a currency, from a number as people write it.

    `point` before exactly three digits ends the whole units of a currency that counts thousandths.

    Args:
        number: Without a sign of the currency.
        currency: ISO 4217 code in capitals.
        typed: All that was typed, for the sentence that refuses it.
        point: What ends the whole units in the language of whoever typed it.

    Raises:
        Refused: It is no amount in that currency, or can mean two.
    """
    tidied = _tidied(number)
    if not _NUMBER.fullmatch(tidied):
        raise no_amount(typed, currency)
    written = _pieces(tidied)
    thousands, whole = written.in_thousands(), written.with_decimals()
    digits = minor_digits(currency)
    if max(len(thousands or ""), len(whole or "")) > _DIGITS or (thousands, whole) == (None, None):
        raise no_amount(typed, currency)
    if whole is None or (thousands is not None and _is_whole(currency)):
        return Money(minor=int(thousands or "") * 10**digits, currency=currency)
    decimals = written.last
    is_plain = digits == len(decimals) and written.separators == [point]
    if thousands is not None and not is_plain:
        raise _two_readings(typed, currency, Decimal(f"{whole}.{decimals}"), thousands, point)
    if len(decimals) > digits:
        raise _too_exact(typed, currency)
    return Money(minor=int(whole + decimals.ljust(digits, "0")), currency=currency)


def count_of(typed: str) -> int | None:
    """A whole number as people write it, with thousands apart or not; None if it is none."""
    tidied = _tidied(typed.strip())
    if not _NUMBER.fullmatch(tidied):
        return None
    digits = _pieces(tidied).in_thousands()
    return int(digits) if digits is not None and len(digits) <= _COUNT_DIGITS else None


def of_usual_width(typed: str) -> str:
    """What keyboards for Chinese and Japanese write twice as wide, as others write it.

    `￥` becomes `¥`, and their digits become plain ones.
    Only that: signs such as `²` and `½` are no digits.
    """
    return "".join(map(_narrow, typed))


def _narrow(character: str) -> str:
    kind, _, usual = unicodedata.decomposition(character).partition(" ")
    return chr(int(usual, 16)) if kind == "<wide>" else character


def _tidied(number: str) -> str:
    return _SPACES.sub(" ", of_usual_width(number)).replace("’", "'")  # noqa: RUF001 - Switzerland writes so


def _pieces(tidied: str) -> _Written:
    return _Written(_SEPARATOR.split(tidied), _SEPARATOR.findall(tidied))


def _is_whole(currency: str) -> bool:
    return minor_digits(currency) == 0 or currency in _CHARGED_WHOLE


def no_amount(typed: str, currency: str) -> Refused:
    """What is refused where something is no amount at all."""
    example = "4.99" if minor_digits(currency) else "500"
    return Refused(
        "{typed} is not an amount. Write it like {example}.", typed=typed, example=Code(example)
    )


def _two_readings(typed: str, currency: str, exact: Decimal, thousands: str, point: str) -> Refused:
    """Refuses `1,000`: with both amounts that it can be, and how to write them."""
    digits = minor_digits(currency)
    large = Money(minor=int(thousands) * 10**digits, currency=currency)
    if exact.normalize().as_tuple().exponent < -digits:  # type: ignore[operator]  # it is a number
        return Refused(
            "{typed} has too many decimals for {currency}. If you mean {large}, write {plainly}.",
            typed=typed,
            currency=Code(currency),
            large=large,
            plainly=Code(thousands),
        )
    return Refused(
        "{typed} can mean {small} or {large}. Write {small_plainly} or {large_plainly}.",
        typed=typed,
        small=Money(minor=int(exact.scaleb(digits)), currency=currency),
        large=large,
        small_plainly=Code(f"{exact:.{digits}f}".replace(".", point)),
        large_plainly=Code(thousands),
    )


def _too_exact(typed: str, currency: str) -> Refused:
    digits = minor_digits(currency)
    if digits == 0:
        return Refused(
            Sentence(
                "{currency} has no decimals. Write a whole amount, such as {example}.",
                currency=Code(currency),
                example=Code("500"),
            )
        )
    return Refused(
        "{typed} has too many decimals. {currency} has {most}.",
        typed=typed,
        currency=Code(currency),
        most=digits,
    )
