"""What owners may set, at both ends of each bound, and what two owners do to each other."""

from dataclasses import replace
from typing import Any

import pytest

from payments.commands.base import by_member
from payments.commands.guild.settings import ChangeSettings
from payments.domain.errors import Refused
from payments.domain.values.guilds import MAX_POINTS, GuildSettings
from payments.domain.values.time import DAY
from tests.support.make import BEN, GUILD, START, euros, key
from tests.support.memory_ledger import MemoryLedger

AT_FIRST = GuildSettings(guild=GUILD)


@pytest.fixture
def ledger() -> MemoryLedger:
    empty = MemoryLedger()
    empty.put_up(GUILD, [])
    return empty


def with_changes(**changes: Any) -> GuildSettings:
    return replace(AT_FIRST, **changes)


def change(settings: GuildSettings, before: GuildSettings | None = None) -> ChangeSettings:
    return ChangeSettings(
        key=key(),
        at=START,
        actor=by_member(BEN),
        guild=GUILD,
        settings=settings,
        before=before,
    )


@pytest.mark.parametrize(
    ("name", "least", "most", "sentence"),
    [
        ("maturity", 0, 365 * DAY, "Bought points can be transferred after 0 to 8,760 hours."),
        ("open_checkouts", 1, 25, "A member may leave 1 to 25 purchases unpaid."),
        ("purchases_per_hour", 1, 1_000, "A member may begin 1 to 1,000 purchases an hour."),
        (
            "grant_limit",
            0,
            MAX_POINTS,
            "The limit for grants is a number of points up to 1,000,000,000,000.",
        ),
    ],
)
def test_each_number_has_two_ends(
    ledger: MemoryLedger, name: str, least: int, most: int, sentence: str
) -> None:
    for good in (least, most):
        ledger.run(change(with_changes(**{name: good})))
        assert getattr(ledger.guilds[GUILD].settings, name) == good
    for wrong in (least - 1, most + 1):
        with pytest.raises(Refused) as refused:
            ledger.run(change(with_changes(**{name: wrong})))
        assert str(refused.value) == sentence
    assert getattr(ledger.guilds[GUILD].settings, name) == most


def test_a_time_zone_is_kept_only_as_its_name_is_written(ledger: MemoryLedger) -> None:
    ledger.run(change(replace(AT_FIRST, time_zone="Europe/Vienna")))
    with pytest.raises(Refused, match="not written as its name is"):
        ledger.run(change(replace(AT_FIRST, time_zone="europe/vienna")))
    with pytest.raises(Refused, match="is not a time zone"):
        ledger.run(change(replace(AT_FIRST, time_zone="Vienna")))
    assert ledger.guilds[GUILD].settings.time_zone == "Europe/Vienna"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"mod_channel": 7}, {"announcement_channel": 8}),
        ({"currency": "EUR"}, {"approval_limit": euros(5)}),
        ({"maturity": DAY, "grant_limit": 3}, {"open_checkouts": 2}),
    ],
)
def test_two_owners_who_looked_at_the_same_settings_keep_each_others_changes(
    ledger: MemoryLedger, first: dict[str, Any], second: dict[str, Any]
) -> None:
    ledger.run(change(replace(AT_FIRST, **first), AT_FIRST))
    outcome = ledger.run(change(replace(AT_FIRST, **second), AT_FIRST))
    assert outcome == replace(AT_FIRST, **first, **second)
    assert ledger.guilds[GUILD].settings == outcome


def test_what_an_owner_takes_back_to_what_they_saw_is_no_change(ledger: MemoryLedger) -> None:
    ledger.run(change(replace(AT_FIRST, mod_channel=7)))
    ledger.run(change(AT_FIRST, AT_FIRST))
    assert ledger.guilds[GUILD].settings.mod_channel == 7


def test_without_what_they_saw_all_becomes_as_it_says(ledger: MemoryLedger) -> None:
    ledger.run(change(replace(AT_FIRST, mod_channel=7)))
    ledger.run(change(AT_FIRST))
    assert ledger.guilds[GUILD].settings == AT_FIRST
