"""A server's settings: in words, and from the words that an owner types."""

import pytest
from babel import Locale

from bot.features.setup.settings import (
    grant_limit_text,
    limit_remark,
    limit_text,
    lines_of,
    names_text,
    purchases,
    scopes,
)
from bot.features.setup.typed import currency_code, limit_of, limit_typed
from bot.wording.text import PLAIN, ReaderFormat
from payments.domain.errors import Refused
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.money import UNKNOWN_CURRENCY, Money
from payments.domain.values.points_names import PointsNames
from tests.support.make import GUILD

OLD = Money(minor=5000, currency=UNKNOWN_CURRENCY)
"""A limit of before limits had currencies."""


def euro(minor: int) -> Money:
    return Money(minor=minor, currency="EUR")


@pytest.mark.parametrize(
    ("typed", "limit"),
    [
        ("none", None),
        (" NONE ", None),
        ("always", euro(0)),
        ("Always", euro(0)),
        ("0", euro(0)),
        ("00", euro(0)),
        ("0,00", euro(0)),
        ("0 USD", Money(minor=0, currency="USD")),
        ("50", euro(5000)),
        ("50.5", euro(5050)),
        ("50,50", euro(5050)),
        ("50usd", Money(minor=5000, currency="USD")),
        ("50 usd", Money(minor=5000, currency="USD")),
        ("50,00 €", euro(5000)),
        ("€1,234.50", euro(123_450)),
        ("50  USD", Money(minor=5000, currency="USD")),
        ("500 JPY", Money(minor=500, currency="JPY")),
        ("10", euro(1000)),
    ],
)
def test_a_limit_is_an_amount_or_one_of_two_words(typed: str, limit: Money | None) -> None:
    assert limit_of(typed, "EUR") == limit


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "“” is not an amount. Write it like 4.99."),
        ("never", "“never” is not an amount. Write it like 4.99."),
        ("50 US", "“50 us” is not an amount. Write it like 4.99."),
        ("50 USDT", "“50 usdt” is not an amount. Write it like 4.99."),
        ("-5", "“-5” is not an amount. Write it like 4.99."),
        ("1,000", "“1,000” can mean 1.00 EUR or 1000.00 EUR. Write 1.00 or 1000."),
        ("5 XYZ", "“XYZ” is not a currency. Write its three letters, such as EUR."),
    ],
)
def test_anything_else_is_refused_with_what_was_typed(typed: str, words: str) -> None:
    with pytest.raises(Refused) as refused:
        limit_of(typed, "EUR")
    assert str(refused.value).casefold() == words.casefold()


@pytest.mark.parametrize(
    ("limit", "typed", "words"),
    [
        (None, "", "never"),
        (OLD, "always", "always"),
        (euro(0), "0.00", "always"),
        (euro(1), "0.01", "above €0.01"),
        (euro(5050), "50.50", "above €50.50"),
        (Money(minor=500, currency="JPY"), "500 JPY", "above ¥500"),
        (Money(minor=1250, currency="KWD"), "1.250 KWD", "above KWD1.250"),
    ],
)
def test_a_limit_is_shown_as_one_would_type_it(limit: Money | None, typed: str, words: str) -> None:
    assert limit_typed(limit, "EUR") == typed
    for locale in (Locale("en"), Locale("de")):
        again = limit_typed(limit, "EUR", locale)
        assert not again or limit_of(again, "EUR", locale) in (limit, euro(0))
    settings = GuildSettings(guild=GUILD, approval_limit=limit)
    assert PLAIN.say(limit_text(settings)) == words


@pytest.mark.parametrize(
    ("limit", "remark"),
    [
        (None, None),
        (euro(0), None),
        (euro(50), None),
        (
            OLD,
            "The limit for refunds has no currency, so every refund needs a second",
        ),
        (
            Money(minor=1, currency="USD"),
            "The limit for refunds is in USD. Refunds in other currencies, such as EUR, always",
        ),
    ],
)
def test_a_limit_that_does_not_do_what_an_owner_may_think_has_a_remark(
    limit: Money | None, remark: str | None
) -> None:
    settings = GuildSettings(guild=GUILD, approval_limit=limit)
    found = limit_remark(settings, "EUR")
    last = PLAIN.say(lines_of(settings, "EUR")[-1])
    if remark is None:
        assert found is None
        assert "⚠️" not in last
    else:
        assert found is not None
        assert PLAIN.say(found).startswith(remark)
        assert last == f"⚠️ {PLAIN.say(found)}"


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (None, "for a moderator's own account"),
        (0, "always"),
        (1, "above 1 shell, and for a moderator's own account"),
        (1500, "above 1,500 shells, and for a moderator's own account"),
    ],
)
def test_which_grants_take_two_is_said_in_the_servers_own_names(
    limit: int | None, words: str
) -> None:
    names = PointsNames(one="shell", many="shells", symbol="")
    settings = GuildSettings(guild=GUILD, grant_limit=limit, points=names)
    reader = ReaderFormat(names=names)
    assert reader.say(grant_limit_text(settings)) == words
    assert reader.say(names_text()) == "1 shell, 1,500 shells"


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0 purchases"), (1, "1 purchase"), (2, "2 purchases"), (1000, "1,000 purchases")],
)
def test_one_purchase_is_no_purchases(count: int, words: str) -> None:
    assert PLAIN.say(purchases(count)) == words


@pytest.mark.parametrize(
    ("typed", "code"), [("", None), ("  ", None), ("eur", "EUR"), (" Usd ", "USD")]
)
def test_a_currency_is_its_three_letters_or_nothing(typed: str, code: str | None) -> None:
    assert currency_code(typed) == code


def test_a_server_that_has_chosen_nothing() -> None:
    """Each setting has its line, in an order that follows the panel's."""
    assert [PLAIN.say(line) for line in lines_of(GuildSettings(guild=GUILD), "EUR")] == [
        "Moderators' channel: **not set**",
        "Moderators' role: **not set**",
        "Announcements: **not set**",
        "Announced there: **not set**",
        "Private threads: **not set**",
        "Orders wait in: **not set**",
        "Orders are fulfilled by: **moderators**",
        "Bought points can be transferred: **after 72 hours**",
        "Refunds need a second moderator: **never**",
        "Grants need a second moderator: **for a moderator's own account**",
        "Points are called: **1 point, 1,500 points**",
        "Currency: **EUR**",
        "Time zone of reports: **UTC**",
        "Each member, unpaid at a time: **5 purchases**",
        "Each member, within an hour: **20 purchases**",
        "Checked before anybody is charged: **no purchase**",
    ]


def test_what_did_not_change_applies_to_nothing() -> None:
    settings = GuildSettings(guild=GUILD)
    assert scopes(settings, settings) == []
    (scope,) = scopes(settings, GuildSettings(guild=GUILD, currency="USD"))
    assert str(scope) == (
        "The currency applies to packages that are added from now on. Packages for sale keep "
        "theirs."
    )
