"""Options that are chosen from a list: what is offered, and what is meant by what was typed."""

# ruff: noqa: RUF001 - wide letters are among what is tested

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from discord import Locale, app_commands

from bot.connection.command_ids import CommandIds
from bot.interaction.errors import Denied
from bot.ui.completion import MOST_CHOICES, MOST_TYPED, Completion, all_locales, plain
from bot.wording import text
from bot.wording.text import PLAIN
from payments.domain.errors import Refused
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import GuildId
from tests.support.make import GUILD


class Ships(Completion[str]):
    """Ships, whose value is `s-` and their name, and whose label has two parts."""

    none = Sentence("There is no such ship.")
    by_part = True

    def __init__(self, *names: str, refuses: Exception | None = None) -> None:
        self._names = names
        self._refuses = refuses

    async def check(self, interaction: Any) -> None:
        del interaction
        if self._refuses is not None:
            raise self._refuses

    async def things(self, interaction: Any) -> Sequence[str]:
        del interaction
        return self._names

    def value(self, thing: str) -> str:
        return f"s-{thing}"

    def label(self, thing: str, reader_format: text.ReaderFormat) -> str:
        del reader_format
        return f"{thing} · a ship"

    def names(self, thing: str) -> Sequence[str]:
        return (f"the {thing}",)


class WholeShips(Ships):
    """The same, of which a part is not enough."""

    by_part = False


async def settings(guild: GuildId) -> GuildSettings:
    return GuildSettings(guild=guild)


PRESSED: Any = SimpleNamespace(
    guild_id=GUILD,
    user=SimpleNamespace(id=1),
    locale=Locale.american_english,
    client=SimpleNamespace(queries=SimpleNamespace(settings=settings), command_ids=CommandIds()),
)


@pytest.mark.parametrize("count", [0, 1, 24, 25, 26, 60])
async def test_no_more_choices_are_offered_than_discord_shows(count: int) -> None:
    ships = Ships(*(f"{number:02}" for number in range(count)))
    offered = await ships.complete(PRESSED, "ship")
    assert [each.value for each in offered] == [
        f"s-{number:02}" for number in range(min(count, 25))
    ]
    assert (MOST_CHOICES, MOST_TYPED) == (25, 100)


async def test_what_was_typed_is_looked_for_in_label_and_value() -> None:
    ships = Ships("Argo", "Nina", "Pinta")
    for typed, found in (
        ("", ["Argo", "Nina", "Pinta"]),
        ("N", ["Nina", "Pinta"]),
        ("in", ["Nina", "Pinta"]),
        ("A SHIP", ["Argo", "Nina", "Pinta"]),
        ("s-p", ["Pinta"]),
        ("the", []),
    ):
        offered = await ships.complete(PRESSED, typed)
        assert [(each.name, each.value) for each in offered] == [
            (f"{each} · a ship", f"s-{each}") for each in found
        ], typed


@pytest.mark.parametrize("error", [Denied("no"), app_commands.MissingPermissions(["x"])])
async def test_those_who_may_not_choose_are_offered_nothing(error: Exception) -> None:
    assert await Ships("Argo", refuses=error).complete(PRESSED, "") == []


async def test_a_mistake_of_ours_is_no_empty_list() -> None:
    with pytest.raises(ZeroDivisionError):
        await Ships("Argo", refuses=ZeroDivisionError()).complete(PRESSED, "")


@pytest.mark.parametrize(
    "typed",
    [
        "s-Argo",
        " `s-Argo` ",
        "Argo · a ship",
        "argo  ·  A SHIP",
        "a ship · Argo",
        "The ARGO",
        "rgo",
        ". Argo .",
        "Ａｒｇｏ",
    ],
)
async def test_a_thing_is_meant_by_all_that_stands_for_it(typed: str) -> None:
    """Its value, its label, the parts of its label in any order, its name, or a part of them."""
    assert await Ships("Argo", "Nina", "Pinta").meant(PRESSED, typed) == "Argo"


@pytest.mark.parametrize("typed", ["", " . ", "Argonaut", "Argo · a boat", "s-", "nothing"])
async def test_what_fits_nothing_or_everything_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match=r"There is no such ship|can mean"):
        await Ships("Argo", "Nina", "Pinta").meant(PRESSED, typed)


async def test_a_part_is_enough_only_where_it_shall_be() -> None:
    assert await Ships("Argo").meant(PRESSED, "rgo") == "Argo"
    with pytest.raises(Refused, match=r"There is no such ship\."):
        await WholeShips("Argo").meant(PRESSED, "rgo")
    assert await WholeShips("Argo").meant(PRESSED, "the Argo") == "Argo"


@pytest.mark.parametrize(("count", "more"), [(2, 0), (5, 0), (6, 1), (9, 4)])
async def test_of_several_that_fit_five_are_named_and_the_others_counted(
    count: int, more: int
) -> None:
    ships = Ships(*(f"Argo{number}" for number in range(count)))
    with pytest.raises(Refused) as refused:
        await ships.meant(PRESSED, "rgo")
    named = [f"“Argo{n} · a ship” (`s-Argo{n}`)" for n in range(min(count, 5))]
    named += [f"{more} more"] if more else []
    *first, last = named
    comma = "," if first[1:] else ""
    assert PLAIN.say(refused.value.sentence) == (
        f"“rgo” can mean {', '.join(first)}{comma} and {last}. "
        "Choose one from the list, or type the id in brackets."
    )


async def test_the_stricter_reading_comes_first() -> None:
    """A whole name is that thing, although it is also a part of another."""
    assert await Ships("Argo", "Argo 2").meant(PRESSED, "the Argo") == "Argo"
    assert await Ships("Argo", "Argo 2").meant(PRESSED, "argo · a ship") == "Argo"


def test_words_are_told_apart_as_people_do() -> None:
    assert plain("  Ａｒｇｏ\u00a0 \u200bII ") == "argo ii"
    assert plain("STRASSE") == plain("straße")
    assert plain("a b") != plain("ab")


def test_labels_are_read_in_each_language_of_discord_once() -> None:
    assert len(set(all_locales())) == len(all_locales())
    assert {str(each) for each in all_locales()} >= {"en_US", "de", "ja"}
