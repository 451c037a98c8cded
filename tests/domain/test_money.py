"""Amounts of money as people type them."""

import pytest

from payments.domain.errors import Refused
from payments.domain.money import Money, parse_amount


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
    assert refusal.value.sentence.endswith(".")


def test_money_is_printed_in_its_own_unit() -> None:
    assert str(Money(minor=499, currency="EUR")) == "4.99 EUR"
    assert str(Money(minor=500, currency="JPY")) == "500 JPY"
