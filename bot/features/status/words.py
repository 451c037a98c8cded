"""What `/status` says: troubles in plain words with what to do, and what waits."""

from collections.abc import Mapping, Sequence
from typing import Final

from bot.features.staff.words import queue_line
from payments.domain.sentences.parts import Code, FromNow, Points, Several, Verbatim
from payments.domain.sentences.sentence import Sentence, plural
from payments.domain.values.orders import Order
from payments.domain.values.time import SECOND, Instant
from payments.services.health import REFUSED
from payments.store.queries import QueueStanding

SHOWN_ORDERS: Final = 5
"""How many of the orders that wait are listed."""

OPEN: Final = "breaker open"  # no sentence - the state as health tells it
DOCTOR: Final = Code("guildbank doctor")

SENTENCES: Final[Mapping[tuple[str, str], Sentence]] = {
    ("provider", OPEN): Sentence(
        "The payment provider can't be reached, so members can't buy right now. It is tried again "
        "every 30 seconds. You need to do nothing."
    ),
    ("look-ups", OPEN): Sentence(
        "The payment provider doesn't answer in the background. Members can buy. News of refunds "
        "and disputes comes late. It is tried again."
    ),
    ("database", "away"): Sentence(
        "The database can't be reached, so nothing can be bought or changed. Whoever runs the bot "
        "starts it again, or frees its disk."
    ),
    ("database", "slow"): Sentence(
        "The database answers slowly. Whoever runs the bot looks at its machine."
    ),
    ("migrations", "old"): Sentence(
        "The database is of another version than the bot. Whoever runs the bot starts it again: "
        "that updates the database."
    ),
    ("books", "stuck"): Sentence(
        "The books can't be written: the database has not answered for more than 10 seconds. "
        "Whoever runs the bot looks at the database."
    ),
    ("locks", "locked"): Sentence(
        "Another session holds a lock on the database, and some servers' changes wait for it. "
        "PostgreSQL lists sessions in {table}. End the one that was left open.",
        table=Code("pg_stat_activity"),
    ),
}
"""Troubles by the name and the state of their check."""

_WAITING: Final = {
    "HIGH": lambda n: Sentence("{n} urgent", n=n),
    "MEDIUM": lambda n: Sentence("{n} normal", n=n),
    "LOW": lambda n: Sentence("{n} less urgent", n=n),
}


def trouble(name: str, state: str) -> Sentence:
    """What a check found, and what to do."""
    if state.startswith(REFUSED):
        return Sentence(
            "{refused} What needs that waits, and is done once it is mended. {doctor} says what to "
            "do.",
            refused=Verbatim(state.removeprefix(REFUSED)),
            doctor=DOCTOR,
        )
    return SENTENCES.get((name, state)) or Sentence(
        "The check {name} says {state}. Whoever runs the bot sees with {doctor} what to do.",
        name=name,
        state=state,
        doctor=DOCTOR,
    )


def waiting(queue: Sequence[QueueStanding]) -> Sentence:
    """How many messages wait to be sent."""
    kinds = tuple(_WAITING[each.priority.name](each.waiting) for each in queue if each.waiting)
    if not kinds:
        return Sentence("Message queue: empty")
    return Sentence("Message queue: {waiting}", waiting=Several(kinds))


def orders(waiting: Sequence[Order]) -> list[Sentence]:
    """Orders that wait for a person, the oldest first.

    Args:
        waiting: All of them, in that order.
    """
    if not waiting:
        return []
    count = plural(
        "**{n} order waits for a person:**", "**{n} orders wait for a person:**", len(waiting)
    )
    shown = [Sentence("- {order}", order=queue_line(order)) for order in waiting[:SHOWN_ORDERS]]
    if (more := len(waiting) - len(shown)) > 0:
        shown.append(plural("- and {n} more", "- and {n} more", more))
    return [count, *shown]


def late(standing: QueueStanding) -> Sentence:
    """For how long the oldest of some messages has waited."""
    minutes = standing.age // SECOND // 60
    if standing.priority.name == "HIGH":
        return plural(
            "An urgent message has waited for {n} minute.",
            "An urgent message has waited for {n} minutes.",
            minutes,
        )
    return plural(
        "A message has waited for {n} minute.", "A message has waited for {n} minutes.", minutes
    )


def dead(count: int) -> Sentence:
    """How many messages nobody will get, unless a person tries them again."""
    return plural(
        "{n} message could not be delivered. {command} lists it.",
        "{n} messages could not be delivered. {command} lists them.",
        count,
        command=Code("guildbank events dead"),
    )


def bought_in_test_mode(points: int) -> Sentence:
    """Points that cost nothing, beside those that cost real money."""
    return Sentence(
        "Members hold {points} from test mode, and can spend them like paid ones. {command} "
        "removes them.",
        points=Points(points),
        command=Code("guildbank void"),
    )


SECOND_COPY: Final = Sentence(
    "Another program answered with this bot's token today or yesterday. Stop the other copy, or "
    "reset the token."
)


def last_message(title: str, at: Instant) -> Sentence:
    """When a payment provider sent a message last."""
    return Sentence(
        "Last message from a payment provider: {title}, {at}.",
        title=Verbatim(title),
        at=FromNow(at),
    )
