"""What is typed into the forms of `/setup panel`, and what it means."""

from typing import Any

import pytest

from bot.features.setup.panel_forms import LIMIT_FORM, NAME_FORM, PanelForm
from bot.features.setup.panel_parts import Seen
from payments.domain.errors import Refused
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.money import Money
from payments.domain.values.points_names import PointsNames
from payments.domain.values.time import HOUR
from tests.support.make import GUILD

SHELLS = PointsNames(one="shell", many="shells", symbol="🐚")


def seen(**settings: Any) -> Seen:
    """A server whose currency is the euro; nobody looks at the server itself here."""
    server: Any = None
    return Seen(
        guild=server,
        settings=GuildSettings(guild=GUILD, **settings),
        currency="EUR",
        packages=(),
    )


@pytest.mark.parametrize(
    ("form", "typed", "changes"),
    [
        (LIMIT_FORM, {}, {}),
        (LIMIT_FORM, {"maturity": "0"}, {"maturity": 0}),
        (LIMIT_FORM, {"maturity": "8760"}, {"maturity": 8760 * HOUR}),
        (LIMIT_FORM, {"approval_limit": ""}, {"approval_limit": None}),
        (
            LIMIT_FORM,
            {"approval_limit": "7"},
            {"approval_limit": Money(minor=700, currency="EUR")},
        ),
        (LIMIT_FORM, {"grant_limit": ""}, {"grant_limit": None}),
        (LIMIT_FORM, {"grant_limit": "0"}, {"grant_limit": 0}),
        (LIMIT_FORM, {"grant_limit": "1,500"}, {"grant_limit": 1500}),
        (LIMIT_FORM, {"maturity": "1.000"}, {"maturity": 1000 * HOUR}),
        (LIMIT_FORM, {"open_checkouts": ""}, {"open_checkouts": 5}),
        (LIMIT_FORM, {"open_checkouts": "25"}, {"open_checkouts": 25}),
        (LIMIT_FORM, {"purchases_per_hour": ""}, {"purchases_per_hour": 20}),
        (LIMIT_FORM, {"purchases_per_hour": "7"}, {"purchases_per_hour": 7}),
        (NAME_FORM, {}, {}),
        (NAME_FORM, {"currency": ""}, {"currency": None}),
        (NAME_FORM, {"currency": "usd"}, {"currency": "USD"}),
        (NAME_FORM, {"time_zone": ""}, {"time_zone": "UTC"}),
        (NAME_FORM, {"one": ""}, {"points": PointsNames(one="point", many="shells", symbol="🐚")}),
        (NAME_FORM, {"many": ""}, {"points": PointsNames(one="shell", many="points", symbol="🐚")}),
        (NAME_FORM, {"symbol": ""}, {"points": PointsNames(one="shell", many="shells")}),
        (
            NAME_FORM,
            {"one": " gem ", "many": "gems"},
            {"points": PointsNames(one="gem", many="gems", symbol="🐚")},
        ),
    ],
)
def test_only_what_was_typed_changes(
    form: PanelForm, typed: dict[str, str], changes: dict[str, Any]
) -> None:
    """An empty line stands for what is usual, or for none."""
    assert form.changes(seen(points=SHELLS), typed) == changes


@pytest.mark.parametrize("typed", ["-1", "1.5", "1e3", "²", "٣", "soon", "0x1"])
@pytest.mark.parametrize("field", ["maturity", "grant_limit", "open_checkouts"])
def test_a_number_is_written_in_the_digits_of_a_keyboard(field: str, typed: str) -> None:
    """`int` takes more: digits of all scripts; `²` is a digit to Python, and no number."""
    with pytest.raises(Refused, match="Write a whole number"):
        LIMIT_FORM.changes(seen(), {field: typed})


def test_a_year_and_an_hour_are_too_long() -> None:
    with pytest.raises(Refused, match="Write a whole number from 0 to 8,760"):
        LIMIT_FORM.changes(seen(), {"maturity": "8761"})


def test_the_lines_show_how_things_stand() -> None:
    stands = seen(
        maturity=5 * HOUR,
        approval_limit=Money(minor=700, currency="EUR"),
        grant_limit=9,
        open_checkouts=2,
        purchases_per_hour=3,
        currency="USD",
        time_zone="Europe/Vienna",
        points=SHELLS,
    )
    assert [(each.name, each.value, each.length) for each in LIMIT_FORM.fields(stands)] == [
        ("maturity", "5", 5),
        ("approval_limit", "7.00", 20),
        ("grant_limit", "9", 20),
        ("open_checkouts", "2", 4),
        ("purchases_per_hour", "3", 4),
    ]
    assert [(each.name, each.value, each.length) for each in NAME_FORM.fields(stands)] == [
        ("one", "shell", 32),
        ("many", "shells", 32),
        ("symbol", "🐚", 12),
        ("currency", "USD", 3),
        ("time_zone", "Europe/Vienna", 40),
    ]
    unset = {
        each.name: each.value for each in (*LIMIT_FORM.fields(seen()), *NAME_FORM.fields(seen()))
    }
    assert (unset["approval_limit"], unset["grant_limit"], unset["currency"]) == ("", "", "")
