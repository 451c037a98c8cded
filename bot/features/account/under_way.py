"""What is on its way and what is on hold, as `/balance` and `/history` say it."""

from typing import Final

from bot.wording import text
from payments.domain.values.ids import GuildId, MemberId
from payments.store.queries import Coming, Held, Queries

SHOWN: Final = 5
"""Number of each that are shown; others are counted."""

_NAME_LENGTH: Final = 60


async def under_way(
    queries: Queries, guild: GuildId, member: MemberId, reader: text.ReaderFormat
) -> list[str]:
    """A line for each payment that is on its way, and each that holds points of a member."""
    coming = [_coming(each, reader) for each in await queries.coming(guild, member)]
    held = [_held(each, reader) for each in await queries.held(guild, member)]
    return [*_shortened(coming, reader), *_shortened(held, reader)]


def _shortened(lines: list[str], reader: text.ReaderFormat) -> list[str]:
    more = len(lines) - SHOWN
    return lines if more <= 0 else [*lines[:SHOWN], f"And {reader.number(more)} more."]


def _coming(coming: Coming, reader: text.ReaderFormat) -> str:
    return (
        f"On its way: **{reader.points(coming.points)}** of {_name(coming.name)}. They come as "
        f"soon as your payment of {reader.money(coming.price)} has arrived; it was begun "
        f"{text.ago(coming.since)}."
    )


def _held(held: Held, reader: text.ReaderFormat) -> str:
    payment = "its payment" if held.own else "the payment that they came from"
    causes = []
    if held.refunded:
        causes.append(f"a refund of {payment} is on its way")
    if held.disputed:
        causes.append(f"the buyer's bank disputes {payment}")
    return (
        f"On hold: **{reader.points(held.points)}** of {_name(held.name)}, because "
        f"{' and '.join(causes)}."
    )


def _name(name: str) -> str:
    return f"“{text.safe_within(name, _NAME_LENGTH)}”"
