"""Amounts of money, in minor units of a currency."""

import pytest

from payments.domain.values.money import UNKNOWN_CURRENCY, Money, minor_digits


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
