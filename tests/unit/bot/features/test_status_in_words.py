"""What `/status` says of troubles, and the bounds at which it begins to."""

import pytest

from bot.features.status.commands import LATE
from bot.features.status.words import SENTENCES, late, trouble, waiting
from bot.wording.text import PLAIN
from payments.domain.values.events import Priority
from payments.domain.values.time import MINUTE
from payments.store.queries import QueueStanding


def standing(priority: Priority, waiting: int = 0, age: int = 0) -> QueueStanding:
    return QueueStanding(priority=priority, waiting=waiting, age=age, dead=0)


def test_each_trouble_says_what_it_means_or_what_to_do() -> None:
    for (name, state), words in SENTENCES.items():
        assert trouble(name, state) == words
    assert str(trouble("provider", "breaker open")).endswith("You need to do nothing.")
    assert str(trouble("database", "away")).startswith("The database can't be reached")
    assert str(trouble("migrations", "old")).startswith("The database is of another version")


def test_a_trouble_without_a_sentence_of_its_own_is_named_with_what_to_do() -> None:
    assert PLAIN.say(trouble("something", "odd")) == (
        "The check “something” says “odd”. Whoever runs the bot sees with `guildbank doctor` what "
        "to do."
    )


def test_what_the_provider_refuses_is_made_safe_and_says_what_to_do() -> None:
    assert PLAIN.say(trouble("provider", "refused: *no* key.")) == (
        r"\*no\* key. What needs that waits, and is done once it is mended. `guildbank doctor` "
        "says what to do."
    )


def test_what_waits_is_counted_by_how_urgent_it_is() -> None:
    queue = [
        standing(Priority.HIGH, 1),
        standing(Priority.MEDIUM, 1500),
        standing(Priority.LOW, 0),
    ]
    assert PLAIN.say(waiting(queue)) == "Message queue: 1 urgent and 1,500 normal"
    assert PLAIN.say(waiting([standing(Priority.LOW, 2)])) == "Message queue: 2 less urgent"
    assert PLAIN.say(waiting([standing(Priority.HIGH)])) == "Message queue: empty"


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (LATE, "1 minute."),
        (2 * MINUTE - 1, "1 minute."),
        (2 * MINUTE, "2 minutes."),
        (1500 * MINUTE, "1,500 minutes."),
    ],
)
def test_how_long_it_has_waited_is_said_in_whole_minutes(age: int, words: str) -> None:
    for priority, what in (
        (Priority.HIGH, "An urgent message"),
        (Priority.MEDIUM, "A message"),
        (Priority.LOW, "A message"),
    ):
        assert PLAIN.say(late(standing(priority, age=age))) == f"{what} has waited for {words}"


def test_a_minute_is_late() -> None:
    assert LATE == MINUTE
