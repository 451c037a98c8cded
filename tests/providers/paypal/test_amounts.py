"""Decimal strings there, minor units here; what cannot be charged is refused when it is set."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.domain.errors import Refused
from payments.domain.values.money import Money
from payments.providers.paypal.amounts import (
    CURRENCIES,
    WHOLE,
    PayPalMoney,
    check_currency,
    check_price,
    check_refund,
    step_of,
    written,
)
from tests.support.schemas import published


def read(value: str, code: str = "EUR") -> Money:
    return PayPalMoney(currency_code=code, value=value).money


@given(st.sampled_from(sorted(CURRENCIES)), st.integers(min_value=1, max_value=10**12))
def test_what_is_written_is_read_as_the_same(code: str, units: int) -> None:
    money = Money(minor=units * step_of(code), currency=code)
    wire = written(money)
    assert PayPalMoney.model_validate(wire).money == money
    assert ("." in wire["value"]) is (code not in WHOLE)


@pytest.mark.parametrize(
    ("minor", "code", "value"),
    [
        (499, "EUR", "4.99"),
        (5, "USD", "0.05"),
        (500, "JPY", "500"),
        (50000, "HUF", "500"),
        (3000, "TWD", "30"),
    ],
)
def test_how_it_is_written(minor: int, code: str, value: str) -> None:
    assert written(Money(minor=minor, currency=code)) == {"currency_code": code, "value": value}


@pytest.mark.parametrize(
    "value",
    ["4.991", "-4.99", "4,99", "1e3", "NaN", "", ".", "4.", " 4.99", "٤", "1" * 32, "9" * 15],
)
def test_what_is_no_amount_is_none(value: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whichever of them
        read(value)


@pytest.mark.parametrize(
    ("value", "minor"), [("4.99", 499), ("4.990", 499), (".5", 50), ("5", 500), ("0.00", 0)]
)
def test_other_spellings_of_an_amount(value: str, minor: int) -> None:
    assert read(value) == Money(minor=minor, currency="EUR")


def test_decimals_in_a_currency_without_are_read_only_if_they_say_nothing() -> None:
    assert read("500.00", "JPY").minor == 500
    with pytest.raises(ValueError, match="parts of a minor unit"):
        read("500.5", "JPY")
    assert read("500", "HUF").minor == 50_000


@pytest.mark.parametrize("code", sorted(WHOLE - {"JPY"}))
def test_a_price_that_is_no_whole_unit_is_refused(code: str) -> None:
    """The books count these in hundredths, PayPal takes none."""
    check_price(Money(minor=50_000, currency=code))
    with pytest.raises(Refused, match="in steps of"):
        check_price(Money(minor=50_050, currency=code))
    with pytest.raises(Refused, match="in steps of"):
        check_refund(Money(minor=50, currency=code))
    with pytest.raises(ValueError, match="cannot be written"):
        written(Money(minor=50_050, currency=code))


def test_a_price_of_nothing_and_other_currencies_are_refused() -> None:
    with pytest.raises(Refused, match="at least"):
        check_price(Money(minor=0, currency="EUR"))
    for code in ("KWD", "INR", "RUB", "XXX"):
        with pytest.raises(Refused, match=f"doesn't take {code}"):
            check_currency(code)


def test_amounts_have_the_published_form() -> None:
    document = published("paypal-checkout_orders_v2.json")
    value = document["components"]["schemas"]["money"]["properties"]["value"]
    for code in CURRENCIES:
        text = written(Money(minor=10**14 * step_of(code), currency=code))["value"]
        assert re.fullmatch(value["pattern"], text)
        assert len(text) <= value["maxLength"]
