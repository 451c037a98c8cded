"""What is on its way or on hold, as `/balance` and `/history` say it, and what is reserved."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from payments.domain.sentences.parts import FromNow, Points
from payments.domain.sentences.sentence import Sentence, plural
from payments.domain.values.ids import GuildId, MemberId
from payments.domain.values.orders import Order
from payments.store.queries import Coming, Held, Queries

SHOWN: Final = 5
"""Number of each that are shown; others are counted."""


async def under_way(queries: Queries, guild: GuildId, member: MemberId) -> list[Sentence]:
    """A line for each payment that is on its way, and each that holds points."""
    coming = [_coming(each) for each in await queries.coming(guild, member)]
    held = [_held(each) for each in await queries.held(guild, member)]
    return [*_shortened(coming), *_shortened(held)]


async def reserved(queries: Queries, guild: GuildId, member: MemberId) -> list[Sentence]:
    """A line for each open order; `/history` has its own line for it."""
    return _shortened([_reserved(each) for each in await queries.open_orders(guild, member)])


def lacked(reached: int, *, own: bool) -> Sentence:
    """How many points others lack because of what a member bought, and how they get them back.

    Args:
        reached: How many.
        own: Whether that member reads it.
    """
    points = Points(reached)
    if own:
        return plural(
            "{points} that you passed on was taken from its new owner, because of a payment of "
            "yours. The next points that you get go back there.",
            "{points} that you passed on were taken from their new owners, because of a payment of "
            "yours. The next points that you get go back there.",
            reached,
            points=points,
        )
    return plural(
        "{points} that they passed on was taken from its new owner, because of a payment of "
        "theirs. The next points that they get go back there.",
        "{points} that they passed on were taken from their new owners, because of a payment of "
        "theirs. The next points that they get go back there.",
        reached,
        points=points,
    )


def _shortened(lines: list[Sentence]) -> list[Sentence]:
    more = len(lines) - SHOWN
    return lines if more <= 0 else [*lines[:SHOWN], Sentence("And {n} more.", n=more)]


def _coming(coming: Coming) -> Sentence:
    if coming.is_checked:
        return Sentence(
            "On its way: **{points}** from {package}. The payment of {price}, started {when}, "
            "waits for a moderator's check. Nothing has been charged.",
            points=Points(coming.points),
            package=coming.name,
            price=coming.price,
            when=FromNow(coming.since),
        )
    return Sentence(
        "On its way: **{points}** from {package}. The payment of {price}, started {when}, has not "
        "arrived yet.",
        points=Points(coming.points),
        package=coming.name,
        price=coming.price,
        when=FromNow(coming.since),
    )


def _reserved(order: Order) -> Sentence:
    return Sentence(
        "Reserved: **{points}** for an order of {item}, placed {when}.",
        points=Points(order.points),
        item=order.offer.name,
        when=FromNow(order.placed_at),
    )


def _held(held: Held) -> Sentence:
    templates = _OWN if held.own else _PASSED_ON
    return templates[held.refunded, held.disputed](Points(held.points), held.name)


_Why: TypeAlias = Callable[[Points, str], Sentence]
"""Why points are on hold, given how many, and the name of their package."""

_OWN: Final[Mapping[tuple[bool, bool], _Why]] = {
    (True, False): lambda points, name: Sentence(
        "On hold: **{points}** from {package}. A refund is on its way.",
        points=points,
        package=name,
    ),
    (False, True): lambda points, name: Sentence(
        "On hold: **{points}** from {package}. The payment is disputed.",
        points=points,
        package=name,
    ),
    (True, True): lambda points, name: Sentence(
        "On hold: **{points}** from {package}. The payment is disputed, and a refund is on its "
        "way.",
        points=points,
        package=name,
    ),
}
"""By whether the payment is refunded, and whether it is disputed."""

_PASSED_ON: Final[Mapping[tuple[bool, bool], _Why]] = {
    (True, False): lambda points, name: Sentence(
        "On hold: **{points}** that another member bought as {package}. Their payment is being "
        "refunded.",
        points=points,
        package=name,
    ),
    (False, True): lambda points, name: Sentence(
        "On hold: **{points}** that another member bought as {package}. Their payment is disputed.",
        points=points,
        package=name,
    ),
    (True, True): lambda points, name: Sentence(
        "On hold: **{points}** that another member bought as {package}. Their payment is "
        "disputed, and a refund is on its way.",
        points=points,
        package=name,
    ),
}
"""The same of points that were passed on to the member."""
