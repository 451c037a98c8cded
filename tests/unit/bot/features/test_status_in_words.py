"""What `/status` says of troubles, and the bounds at which it begins to."""

import pytest

from bot.features.status.commands import LATE, SENTENCES, _late, _trouble, _waiting
from payments.domain.values.events import Priority
from payments.domain.values.time import MINUTE
from payments.infra.reader import ENGLISH
from payments.store.queries import QueueStanding


def standing(priority: Priority, waiting: int = 0, age: int = 0) -> QueueStanding:
    return QueueStanding(priority=priority, waiting=waiting, age=age, dead=0)


@pytest.mark.parametrize(
    ("name", "state", "words"),
    [
        ("provider", "down", "The payment provider is down."),
        ("database", "down", "The database is down."),
        ("migrations", "behind", "The database's version is behind."),
        ("queue", "behind", "The queue is behind."),
        ("books", "down", "The part that writes the books is down."),
        ("gateway", "away", "The connection to Discord is away."),
        ("something", "odd", "Something is odd."),
    ],
)
def test_a_trouble_without_a_sentence_of_its_own_is_named(
    name: str, state: str, words: str
) -> None:
    assert _trouble(name, state) == words


def test_what_needs_to_be_explained_is() -> None:
    """Each with what follows from it for members, or what to do."""
    for (name, state), words in SENTENCES.items():
        assert _trouble(name, state) == words
    assert _trouble("provider", "breaker open").startswith("The payment provider cannot be reached")
    assert _trouble("books", "stuck").startswith("The books cannot be written")
    assert _trouble("locks", "locked").startswith("Another session holds a lock")
    assert _trouble("look-ups", "breaker open").startswith("What is looked up")


def test_what_the_provider_refuses_is_made_safe_and_says_what_to_do() -> None:
    assert _trouble("provider", "refused: *no* key.") == (
        r"\*no\* key. What needs that waits, and is done once it is mended: `guildbank doctor` "
        "says what to do."
    )


def test_what_waits_is_counted_by_how_urgent_it_is() -> None:
    queue = [
        standing(Priority.HIGH, 1),
        standing(Priority.MEDIUM, 1500),
        standing(Priority.LOW, 0),
    ]
    assert _waiting(queue, ENGLISH) == "1 urgent, 1,500 usual, 0 can wait"


@pytest.mark.parametrize(
    ("age", "minutes"),
    [(LATE, "1"), (2 * MINUTE - 1, "1"), (2 * MINUTE, "2"), (1500 * MINUTE, "1,500")],
)
def test_how_long_it_has_waited_is_said_in_whole_minutes(age: int, minutes: str) -> None:
    for priority, what in (
        (Priority.HIGH, "What is urgent"),
        (Priority.MEDIUM, "What is usual"),
        (Priority.LOW, "What can wait"),
    ):
        late = _late(standing(priority, age=age), ENGLISH)
        assert late == f"{what} has waited for {minutes} min."


def test_a_minute_is_late() -> None:
    assert LATE == MINUTE
