"""Amounts of money as people type them, with or without the sign or code of a currency.

What the bot writes is read: `$5.00`, `5,00 €`, `CA$5`, `1.234,50 €`, `CHF 5.00`. A sign that
several currencies share is that of the currency that is expected, or else it is refused.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.languages import get_official_languages
from babel.numbers import get_decimal_symbol, is_currency

from payments.domain.errors import Refused
from payments.domain.sentences.parts import Code
from payments.domain.values.amount_input import amount_of, no_amount, of_usual_width
from payments.domain.values.money import Money, check_currency
from payments.infra.reader import ENGLISH

_CODE_LENGTH: Final = 3
_AMOUNT: Final = re.compile(r"(?P<before>[^0-9]*)(?P<number>[0-9](?:.*[0-9])?)(?P<after>[^0-9]*)")


def read_amount(typed: str, currency: str, locale: Locale = ENGLISH) -> Money:
    """An amount of money as somebody typed it.

    Args:
        typed: A number, with the sign or the three letters of its currency before or behind it.
        currency: ISO 4217 code of the currency that it has, unless it says another.
        locale: The language in which the bot writes amounts for that person.

    Raises:
        Refused: It is no amount, can mean two, or its sign can mean several other currencies.
    """
    expected = currency.strip().upper()
    check_currency(expected)
    written = _AMOUNT.fullmatch(of_usual_width(typed).strip())
    if written is None:
        raise no_amount(typed, expected)
    before, after = written["before"].strip(), written["after"].strip()
    if before and after:
        raise no_amount(typed, expected)
    code = _meant(before or after, expected, locale, typed) if before or after else expected
    return amount_of(written["number"], code, typed, decimal_point(locale))


def decimal_point(locale: Locale) -> str:
    """What ends the whole units of amounts that the bot writes in a language: `.` or `,`."""
    return "," if get_decimal_symbol(locale) == "," else "."


def _meant(written: str, expected: str, locale: Locale, typed: str) -> str:
    """The code of the currency that a sign or a code stands for."""
    mark = _plain(written)
    if mark == _plain(expected) or mark in _signs(expected, locale):
        return expected
    code = mark.upper()
    if is_currency(code):
        return code
    others = _english_signs().get(mark, ())
    if len(others) == 1:
        return others[0]
    if others:
        raise Refused(
            "{typed} does not say which currency. Write its three letters, such as {example}.",
            typed=typed,
            example=Code(f"5 {others[0]}"),
        )
    if len(code) == _CODE_LENGTH and code.isascii() and code.isalpha():
        raise Refused("{code} is not a currency. Write its three letters, such as EUR.", code=code)
    raise no_amount(typed, expected)


@lru_cache(maxsize=256)
def _signs(code: str, locale: Locale) -> frozenset[str]:
    """How a currency is written in a language, in English and where people pay with it."""
    places = [locale, ENGLISH]
    if ENGLISH.currency_symbols.get(code, code) == code:  # others know no sign of it
        places += _homes(code)
    return frozenset(
        sign
        for place in places
        if (symbol := place.currency_symbols.get(code))
        for sign in _ways(symbol, code)
    )


def _homes(code: str) -> Iterator[Locale]:
    """Languages and places in which a currency is in use today."""
    for territory, currencies in get_global("territory_currencies").items():
        if any(name == code and until is None for name, _, until, tender in currencies if tender):
            for language in get_official_languages(territory):
                try:
                    yield Locale.parse(f"{language}_{territory}")
                except UnknownLocaleError:
                    continue


@lru_cache(maxsize=1)
def _english_signs() -> dict[str, tuple[str, ...]]:
    """Codes of currencies by the signs with which they are written in English."""
    found: dict[str, tuple[str, ...]] = {}
    known = ((code, symbol) for code, symbol in ENGLISH.currency_symbols.items() if code != symbol)
    for code, symbol in sorted(known, key=lambda each: len(each[1])):
        for sign in _ways(symbol, code):
            found[sign] = (*found.get(sign, ()), code)
    return found


def _ways(symbol: str, code: str) -> set[str]:
    """How a symbol is typed: `CA$` also without the letters of its country, `$` also with them."""
    signs = {each for each in symbol if unicodedata.category(each) == "Sc"}
    return {_plain(symbol), *signs, *(_plain(f"{code[:2]}{sign}") for sign in signs)}


def _plain(mark: str) -> str:
    """A sign of a currency without spaces and full stop, in small and narrow letters."""
    return "".join(of_usual_width(mark).split()).rstrip(".").casefold()
