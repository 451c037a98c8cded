"""Lists that must fit one card or one choice, with the longest names there are."""

from dataclasses import replace

import pytest

from bot.features.packages.commands import _listed
from bot.features.subscribers.commands import LISTENERS, _events, _kinds
from bot.wording.text import PLAIN, ReaderFormat
from payments.domain.values.guilds import EVERYTHING, Subscriber
from payments.domain.values.ids import SubscriberId
from payments.domain.values.points_names import PointsNames
from tests.support.make import GUILD, package

LONG = ReaderFormat(names=PointsNames(one="longest shell", many="longest shells", symbol=""))
"""Eight characters more than “points” has."""


@pytest.mark.parametrize(
    ("reader", "points", "most"), [(PLAIN, 500, 100), (LONG, 500, 92), (LONG, 1, 92)]
)
def test_a_name_in_the_list_gives_way_to_what_points_are_called(
    reader: ReaderFormat, points: int, most: int
) -> None:
    """All packages fit the 4,000 characters of a card, whatever points are called."""
    sold = replace(package(), points=points)
    called = reader.points(points)
    for length, shown in ((most, "x" * most), (most + 1, "x" * (most - 1) + "…")):
        line = reader.say(_listed(replace(sold, name="x" * length), reader.names))
        assert line == f"**{shown}** · {called} · €4.99"


def test_a_short_name_of_points_makes_no_room_for_longer_names_of_packages() -> None:
    short = ReaderFormat(names=PointsNames(one="xp", many="xp", symbol=""))
    line = short.say(_listed(replace(package(), name="x" * 101), short.names))
    assert line.startswith(f"**{'x' * 99}…** · ")


@pytest.mark.parametrize(
    ("typed", "kinds"),
    [
        ("all", (EVERYTHING,)),
        ("*", (EVERYTHING,)),
        ("a, all", (EVERYTHING,)),
        ("a", ("a",)),
        (" a ,, b,a ", ("a", "b")),
        (" , ", ()),
    ],
)
def test_events_are_separated_by_commas_each_once(typed: str, kinds: tuple[str, ...]) -> None:
    assert _kinds(typed) == kinds


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        ((EVERYTHING,), "all events"),
        (("a",), "`a`"),
        (("a", "b", "c", "d", "e"), "`a`, `b`, `c`, `d`, and `e`"),
        (("a", "b", "c", "d", "e", "f"), "`a`, `b`, `c`, `d`, `e`, and 1 more"),
        (("a", "b", "c", "d", "e", "f", "g"), "`a`, `b`, `c`, `d`, `e`, and 2 more"),
    ],
)
def test_five_events_are_named_and_the_others_counted(kinds: tuple[str, ...], words: str) -> None:
    assert PLAIN.write(_events(kinds)) == words


def test_two_subscribers_alike_are_told_apart_by_the_end_of_their_ids() -> None:
    first, second = (
        Subscriber(
            id=SubscriberId(f"01HZ{end}"),
            guild=GUILD,
            host="example.com",
            kinds=("payment.success",) * 9,
            encrypted="",
        )
        for end in ("AAAAAA", "BBBBBB")
    )
    labels = [LISTENERS.label(each, PLAIN) for each in (first, second)]
    assert [each[-10:] for each in labels] == [" · …AAAAAA", " · …BBBBBB"]
    assert max(map(len, labels)) <= 100
