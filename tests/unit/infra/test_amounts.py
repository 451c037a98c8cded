"""Amounts of money as people type them, and as the bot writes them."""

import discord
import pytest
from babel import Locale
from babel.numbers import format_decimal

from bot.wording.text import locale_of
from payments.domain.errors import Refused
from payments.domain.values.amount_input import count_of
from payments.domain.values.money import Money, minor_digits
from payments.infra.amounts import read_amount
from payments.infra.reader import Reader

CURRENCIES = (
    *("USD", "EUR", "GBP", "JPY", "CAD", "AUD", "CHF", "SEK", "DKK"),
    *("NOK", "PLN", "HUF", "CZK", "RON", "TRY", "BRL", "MXN", "ARS"),
    *("CLP", "COP", "INR", "KRW", "TWD", "CNY", "THB", "VND", "IDR"),
    *("XOF", "XAF", "KWD", "ISK", "UGX", "NZD", "ZAR"),
)


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("4.99", "EUR", 499),
        ("4,99", "eur", 499),
        ("5", "USD", 500),
        (" 5 ", " usd ", 500),
        ("500", "JPY", 500),
        ("0.5", "USD", 50),
        ("1.250", "KWD", 1250),
        ("1,25", "KWD", 1250),
        ("5", "ISK", 500),
        ("1.000", "ISK", 100_000),
        ("0", "EUR", 0),
        ("1,000", "JPY", 1000),
        ("¥500", "JPY", 500),
        ("¥1,000", "JPY", 1000),
        ("￥1,000", "JPY", 1000),
        ("￥５．５０", "CNY", 550),  # noqa: RUF001 - as keyboards for Chinese and Japanese write
        ("１，２３４．５０", "USD", 123_450),  # noqa: RUF001
        ("１２　ＵＳＤ", "USD", 1_200),  # noqa: RUF001
        ("￡5", "GBP", 500),
        ("￦500", "KRW", 500),
        ("1,234.50", "USD", 123_450),
        ("1.234,50", "EUR", 123_450),
        ("1.234,50 €", "EUR", 123_450),
        ("5,00 €", "EUR", 500),
        ("1 234,50", "EUR", 123_450),
        ("1 234", "EUR", 123_400),
        ("1\u202f234,50\u00a0€", "EUR", 123_450),
        ("1'234.50", "CHF", 123_450),
        ("1’234.50 CHF", "CHF", 123_450),  # noqa: RUF001 - Switzerland writes so
        ("1,234,567", "EUR", 123_456_700),
        ("₹1,23,456.00", "INR", 12_345_600),
        ("$5", "USD", 500),
        ("US$5", "USD", 500),
        ("$5", "CAD", 500),
        ("CA$5", "CAD", 500),
        ("$5", "ARS", 500),
        ("R$ 5", "BRL", 500),
        ("5 zł", "PLN", 500),
        ("5 kr.", "DKK", 500),
        ("5 eur", "EUR", 500),
        ("999999999999", "EUR", 99_999_999_999_900),
    ],
)
def test_amounts_are_read_exactly(typed: str, currency: str, minor: int) -> None:
    wanted = Money(minor=minor, currency=currency.strip().upper())
    assert read_amount(typed, currency) == wanted


@pytest.mark.parametrize(
    ("typed", "currency", "amount"),
    [
        ("5 USD", "EUR", "5.00 USD"),
        ("USD 5", "EUR", "5.00 USD"),
        ("€5", "USD", "5.00 EUR"),
        ("£5", "EUR", "5.00 GBP"),
        ("CA$5", "USD", "5.00 CAD"),
        ("500 jpy", "EUR", "500 JPY"),
    ],
)
def test_an_amount_may_say_another_currency(typed: str, currency: str, amount: str) -> None:
    assert str(read_amount(typed, currency)) == amount


@pytest.mark.parametrize(
    ("typed", "currency", "words"),
    [
        ("1,000", "EUR", "“1,000” can mean 1.00 EUR or 1000.00 EUR. Write 1.00 or 1000."),
        ("$1.000", "USD", "“$1.000” can mean 1.00 USD or 1000.00 USD. Write 1.00 or 1000."),
        ("1,250", "USD", "“1,250” can mean 1.25 USD or 1250.00 USD. Write 1.25 or 1250."),
        ("1,255", "KWD", "“1,255” can mean 1.255 KWD or 1255.000 KWD. Write 1.255 or 1255."),
        (
            "4.999",
            "EUR",
            "“4.999” has too many decimals for EUR. If you mean 4999.00 EUR, write 4999.",
        ),
        ("0,500", "EUR", "“0,500” has too many decimals. EUR has 2."),
        ("4.99", "JPY", "JPY has no decimals. Write a whole amount, such as 500."),
        (
            "$5",
            "EUR",
            "“$5” does not say which currency. Write its three letters, such as 5 USD.",
        ),
        ("5 XYZ", "EUR", "“XYZ” is not a currency. Write its three letters, such as EUR."),
        ("5", "EURO", "“EURO” is not a currency. Write its three letters, such as EUR."),
        ("five", "JPY", "“five” is not an amount. Write it like 500."),
    ],
)
def test_what_can_mean_two_things_is_refused_with_both(
    typed: str, currency: str, words: str
) -> None:
    with pytest.raises(Refused) as refusal:
        read_amount(typed, currency)
    assert str(refusal.value) == words


@pytest.mark.parametrize(
    "typed",
    [
        *("1e2", "1_000", "٤", "4.", ".5", "9" * 5000, "1" * 13, "-1", "NaN", "Infinity", "1e400"),
        *("", "five", "1.000.00", "10.000.00", "1,2,3", "1.234,567,00", "0.000.000", "1 00"),
        *("$5 USD", "5 € 00", "5 USDT", "5 US", "1.234 567,00"),
        *("5²", "½", "①", "1₀", "5⃣", "５²"),
    ],
)
def test_what_is_no_amount_is_refused_with_what_was_typed(typed: str) -> None:
    with pytest.raises(Refused, match=r"is not an amount\. Write it like 4\.99\."):
        read_amount(typed, "EUR")


@pytest.mark.parametrize(
    ("typed", "count"),
    [("１，５００", 1500), ("１２", 12), ("1²", None), ("½", None)],  # noqa: RUF001
)
def test_a_count_is_read_in_wide_digits_too(typed: str, count: int | None) -> None:
    assert count_of(typed) == count


@pytest.mark.parametrize("locale", sorted(map(str, map(locale_of, discord.Locale))))
def test_what_the_bot_writes_is_read_as_what_it_was(locale: str) -> None:
    reader = Reader(Locale.parse(locale))
    for currency in CURRENCIES:
        step = 100 if currency in ("ISK", "UGX") else 1
        for minor in (1, 50, 499, 1000, 123_450, 123_456_789):
            amount = Money(minor=minor * step, currency=currency)
            written = reader.money(amount)
            assert read_amount(written, currency, reader.locale) == amount, written


@pytest.mark.parametrize("locale", sorted(map(str, map(locale_of, discord.Locale))))
def test_whole_units_as_a_language_writes_them_are_never_thousandths(locale: str) -> None:
    """They are read as what they are, or refused as what can mean two amounts."""
    written_in = Locale.parse(locale)
    for currency in CURRENCIES:
        for units in (5, 999, 1000, 12_345, 1_234_567):
            amount = Money(minor=units * 10 ** minor_digits(currency), currency=currency)
            written = str(format_decimal(units, locale=written_in))
            found = read_or_refused(written, currency, written_in)
            assert found == amount or "can mean" in str(found) or "decimals" in str(found), written


def read_or_refused(typed: str, currency: str, locale: Locale) -> Money | str:
    try:
        return read_amount(typed, currency, locale)
    except Refused as refusal:
        return str(refusal)


def test_where_a_comma_ends_whole_units_thousandths_are_written_with_one() -> None:
    german = Locale("de")
    assert read_amount("1,255", "KWD", german) == Money(minor=1255, currency="KWD")
    with pytest.raises(Refused) as refusal:
        read_amount("1.255", "KWD", german)
    assert str(refusal.value) == "“1.255” can mean 1.255 KWD or 1255.000 KWD. Write 1,255 or 1255."
