"""Amounts of money as people type them."""

import pytest

from payments.domain.errors import Refused
from payments.domain.values.money import UNKNOWN_CURRENCY, Money, minor_digits, parse_amount


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("4.99", "EUR", 499),
        ("4,99", "eur", 499),
        ("5", "USD", 500),
        ("500", "JPY", 500),
        ("0.5", "USD", 50),
        ("1.250", "KWD", 1250),
        ("5", "ISK", 500),
        ("0", "EUR", 0),
    ],
)
def test_amounts_are_read_exactly(text: str, currency: str, minor: int) -> None:
    assert parse_amount(text, currency) == Money(minor=minor, currency=currency.upper())


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("4.999", "EUR"),
        ("1,000", "EUR"),
        ("1.000", "EUR"),
        ("1,000", "JPY"),
        ("1e2", "EUR"),
        ("1_000", "EUR"),
        ("٤", "EUR"),
        ("4.", "EUR"),
        (".5", "EUR"),
        ("9" * 5000, "EUR"),
        ("4.99", "JPY"),
        ("-1", "EUR"),
        ("NaN", "EUR"),
        ("Infinity", "EUR"),
        ("1e400", "EUR"),
        ("", "EUR"),
        ("five", "EUR"),
        ("1.000.000", "EUR"),
        ("4.99", "EURO"),
        ("4.99", "€"),
    ],
)
def test_what_is_no_amount_is_refused_with_a_sentence(text: str, currency: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse_amount(text, currency)
    assert str(refusal.value).endswith(".")


def test_money_is_printed_in_its_own_unit() -> None:
    assert str(Money(minor=499, currency="EUR")) == "4.99 EUR"
    assert str(Money(minor=500, currency="JPY")) == "500 JPY"


@pytest.mark.parametrize("currency", ["BHD", "JOD", "KWD", "OMR", "TND"])
def test_currencies_of_three_decimals_are_counted_in_thousandths(currency: str) -> None:
    assert minor_digits(currency) == 3
    assert str(Money(minor=1234, currency=currency)) == f"1.234 {currency}"


@pytest.mark.parametrize(
    "currency",
    [
        *("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA"),
        *("PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"),
    ],
)
def test_currencies_without_decimals_are_counted_whole(currency: str) -> None:
    assert minor_digits(currency) == 0


@pytest.mark.parametrize("currency", ["EUR", "USD", "ISK", "UGX", "HUF"])
def test_all_others_are_counted_in_hundredths(currency: str) -> None:
    assert minor_digits(currency) == 2


@pytest.mark.parametrize(
    ("minor", "currency"), [(-1, "EUR"), (1, "eur"), (1, "EURO"), (1, ""), (1, "E1R")]
)
def test_what_is_no_money_cannot_be_made(minor: int, currency: str) -> None:
    with pytest.raises(ValueError, match="not an amount of money"):
        Money(minor=minor, currency=currency)


def test_nothing_is_an_amount_too() -> None:
    assert Money(minor=0, currency="EUR").major == 0


def test_an_amount_covers_itself_and_less_in_its_own_currency_only() -> None:
    limit = Money(minor=500, currency="EUR")
    assert limit.covers(limit)
    assert limit.covers(Money(minor=499, currency="EUR"))
    assert not limit.covers(Money(minor=501, currency="EUR"))
    assert not limit.covers(Money(minor=1, currency="JPY"))
    assert not Money(minor=500, currency=UNKNOWN_CURRENCY).has_currency
    assert limit.has_currency
